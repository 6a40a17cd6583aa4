// Where another program keeps models on this machine. What lies there is found by the names that its own commands take.
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { constants } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { UserError } from '../../errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A model's files, all inside the place's folder. */
export interface Found {
  /** All parts of a split model in order; otherwise one. */
  readonly paths: readonly string[];
  /** Names of these files for people and for lock files: what the place calls them, not where they lie. */
  readonly files: readonly string[];
  /** What the file's bytes are said to be; held against them where they are read. */
  readonly sha256?: string;
  /** A file that says how the model is to be sampled, where the place keeps one. */
  readonly sampling?: string;
}

/** A model that a place holds, by the reference that finds it again. */
export interface Held {
  readonly reference: string;
  readonly path: string;
  readonly sha256?: string;
  /** Why it can't be used, where that is known before its file is read. */
  readonly error?: string;
}

export interface Place {
  /** As people know it. */
  readonly title: string;
  /** Folders that are looked in, the first that has a model first; they may not exist. */
  roots(variables: Variables): Promise<readonly string[]> | readonly string[];
  /**
   * @param name what stands behind the colon of a reference
   * @throws UserError `bad-reference`, `model-not-found`, `leads-out`, and what the place itself may lack
   */
  find(name: string, roots: readonly string[]): Promise<Found>;
  /** All it holds. */
  list(roots: readonly string[]): Promise<readonly Held[]>;
}

/**
 * A path with all its links followed.
 * @returns undefined where there is nothing
 * @throws UserError `leads-out` where it lies outside the folder then
 */
export async function inside(root: string, path: string): Promise<string | undefined> {
  let [folder, real]: [string, string] = ['', ''];
  try {
    [folder, real] = await Promise.all([realpath(root), realpath(path)]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const hint = code === 'EACCES' ? 'check who may read it' : 'name the file itself';
    throw new UserError('not-readable', `${path} can't be read (${code})`, hint, { path });
  }
  const way = relative(folder, real);
  if (way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return real;
  const hint =
    'links that leave the folder are not followed; if that file is the one you mean, name it by its own path';
  throw new UserError('leads-out', `${path} leads out of ${root}, to ${real}`, hint, { path, real });
}

/**
 * The paths of files of a folder, each inside `root`.
 * @throws UserError `leads-out`; `model-not-found` for a link to nothing
 */
export async function allInside(root: string, folder: string, files: readonly string[]): Promise<string[]> {
  return await Promise.all(
    files.map(async file => {
      const path = await inside(root, join(folder, file));
      if (path !== undefined) return path;
      const hint = 'it is a link to a file that is gone; remove it, or bring the file back';
      throw new UserError('model-not-found', `${join(folder, file)} leads to nothing`, hint);
    }),
  );
}

/** Names of what lies in a folder, sorted; none where there is none, or nobody may look. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).toSorted();
}

/** Names of the folders in a folder; links are not followed. */
export async function foldersIn(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  const kinds = await Promise.all(names.map(name => lstat(`${folder}/${name}`).catch(() => undefined)));
  return names.filter((_, index) => kinds[index]?.isDirectory());
}

/**
 * A small text, whole.
 * @throws Error where it is no file, or too long
 */
export async function smallText(path: string, mostBytes = 1_000_000): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    if (size > mostBytes || !(await file.stat()).isFile()) throw new Error('no small file');
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** One part of a name: what may become part of a path. */
export const isPart = (part: string | undefined): part is string =>
  part !== undefined && /^[A-Za-z0-9_][\w.-]{0,127}$/.test(part);
