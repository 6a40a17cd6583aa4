// turncoat.lock.json: pins what each reference meant, so that a re-tagged repository is noticed.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { type Lock, type LockedModel, lockSchema } from '../records/lock.ts';
import type { Repository, RepositoryFile } from './repository.ts';
import type { ResolvedModel } from './resolve.ts';

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
  const hint = 'find out why before you trust it; `turncoat pull --update` pins the new file';
  const message = `${reference} is no longer what was pinned: ${repo} changed between ${locked.commit?.slice(0, 8) ?? 'then'} and ${commit.slice(0, 8)}`;
  throw new UserError('locked-file-changed', message, hint, { pinned: locked.files, found: now });
}
