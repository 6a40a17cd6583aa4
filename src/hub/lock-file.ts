// turncoat.lock.json: pins what each reference meant, so that a re-tagged repository is noticed.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { type Lock, type LockedModel, lockSchema } from '../records/sweeps/lock.ts';
import { lockBlob } from './transfer/blob-lock.ts';
import type { Repository, RepositoryFile } from './repository.ts';
import type { ResolvedFile, ResolvedModel } from './resolve.ts';

/** Usual name of the lock file, in the working folder. */
export const lockFileName = 'turncoat.lock.json';

/**
 * Reads a lock file; an empty lock when there is none.
 * @throws UserError `bad-lock`
 */
export async function readLock(path: string): Promise<Lock> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { schemaVersion: 1, models: {} };
    throw error;
  }
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch (error) {
    const hint = 'restore it from version control, or delete it and pin again with `turncoat pull`';
    throw new UserError(
      'bad-lock',
      `${path} is not a lock file: ${(error as Error).message.slice(0, 200)}`,
      hint,
      { path },
      error,
    );
  }
}

/** Writes a lock file whole or not at all, references in order. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const models = Object.fromEntries(Object.entries(lock.models).sort(([a], [b]) => (a < b ? -1 : 1)));
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(lockSchema.parse({ ...lock, models }), undefined, 2)}\n`);
  await rename(temporary, path);
}

/** What to pin of a resolved model; undefined for local paths, which need no pin. */
export function lockedModel({ repo, commit, files }: ResolvedModel): LockedModel | undefined {
  const pinned = files.flatMap(({ file, sha256, sizeBytes }) =>
    sha256 === undefined || sizeBytes === undefined ? [] : [{ file, sha256, sizeBytes }],
  );
  if (pinned.length < files.length) return undefined;
  return { ...(repo && { repo }), ...(commit && { commit }), files: pinned };
}

/**
 * Compares the files that a reference means now with those that were pinned. Another commit with the same bytes is fine.
 * @throws UserError `locked-file-changed`
 */
export function checkLocked(
  reference: string,
  locked: LockedModel,
  { repo, commit }: Repository,
  files: readonly RepositoryFile[],
): void {
  const now = files.map(({ path, sha256, sizeBytes }) => ({ file: path, sha256: sha256 ?? '', sizeBytes }));
  const same =
    locked.repo === repo &&
    now.length === locked.files.length &&
    now.every(({ file, sha256, sizeBytes }, index) => {
      const pinned = locked.files[index];
      // Small files have no sha256 in the metadata; theirs is checked by size, and by git's hash within a commit.
      return pinned?.file === file && pinned.sizeBytes === sizeBytes && (sha256 === '' || pinned.sha256 === sha256);
    });
  if (same) return;
  const which = `${repo} changed between ${locked.commit?.slice(0, 8) ?? 'then'} and ${commit.slice(0, 8)}`;
  throw changed(reference, which, { pinned: locked.files, found: now });
}

/**
 * The same for files on this machine, whose hashes were measured.
 * @throws UserError `locked-file-changed`
 */
export function checkLockedFiles(reference: string, locked: LockedModel, files: readonly ResolvedFile[]): void {
  const same = locked.files.every(({ sha256 }, index) => files[index]?.sha256 === sha256);
  if (same && files.length === locked.files.length) return;
  throw changed(reference, 'its bytes are others', { pinned: locked.files, found: files });
}

function changed(reference: string, which: string, facts: Record<string, unknown>): UserError {
  const hint = 'find out why before you trust it; `--update` pins the new file';
  return new UserError('locked-file-changed', `${reference} is no longer what was pinned: ${which}`, hint, facts);
}

/**
 * Pins a model in a lock file; other processes that pin at the same time wait.
 * @returns false when there is nothing to pin (local files), or it is pinned already
 */
export async function pin(path: string, model: ResolvedModel, signal: AbortSignal): Promise<boolean> {
  const locked = lockedModel(model);
  if (locked === undefined) return false;
  await using _ = await lockBlob(`${path}.lock`, signal);
  const lock = await readLock(path);
  if (JSON.stringify(lock.models[model.reference]) === JSON.stringify(locked)) return false;
  await writeLock(path, { ...lock, models: { ...lock.models, [model.reference]: locked } });
  return true;
}
