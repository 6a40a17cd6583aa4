// What the Hugging Face cache holds of a reference, without asking anybody: every byte of it is hashed.
import { stat } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { hashFile } from '../gguf/hash.ts';
import type { LockedModel } from '../records/sweeps/lock.ts';
import { RepositoryCache } from './cache.ts';
import { checkLockedFiles } from './lock-file.ts';
import type { Reference } from './references.ts';
import type { HubAccess } from './repository.ts';
import type { ResolvedFile, ResolvedModel, ResolveOptions } from './resolve.ts';
import { selectFiles } from './select.ts';

/** What keeps from asking is the user's own choice, made in one of three places. */
export const offlineHint =
  'unset HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE, leave out --offline, or run `turncoat pull` where there is a network';

export type HubReference = Extract<Reference, { kind: 'hub' }>;

/** Whether all files that were pinned lie in the cache, by their sizes. */
export async function isComplete({ commit, files }: LockedModel, cache: RepositoryCache): Promise<boolean> {
  if (commit === undefined) return false;
  const found = await Promise.all(files.map(({ file, sizeBytes }) => cache.find(commit, file, sizeBytes)));
  return found.every(path => path !== undefined);
}

/** Without network: the commit that was pinned, or that the revision was last, and the files of it that are there. */
export async function fromCache(
  reference: string,
  { repo, revision, wanted }: HubReference,
  access: HubAccess,
  options: ResolveOptions,
): Promise<ResolvedModel> {
  const { locked } = options;
  const cache = new RepositoryCache(access.environment.cache, repo);
  const commit = locked?.commit ?? (await cache.commitOf(revision));
  const names = commit === undefined ? [] : await cache.files(commit);
  if (commit === undefined || names.length === 0) {
    throw new UserError(
      'not-in-cache',
      `${repo} at ${revision} is not in ${access.environment.cache}, and this is offline`,
      offlineHint,
    );
  }
  // What was pinned, whatever else of the repository happens to be in the cache.
  const chosen = locked?.files.map(({ file }) => file) ?? selectFiles(repo, names, wanted);
  const files: ResolvedFile[] = [];
  for (const file of chosen) files.push(await cachedFile(file, repo, commit, cache, options));
  if (locked) checkLockedFiles(reference, locked, files);
  return resolved(reference, repo, commit, files);
}

/** A file of the cache, hashed: its name there says what its bytes must be. */
async function cachedFile(
  file: string,
  repo: string,
  commit: string,
  cache: RepositoryCache,
  { signal, verify, onProgress }: ResolveOptions,
): Promise<ResolvedFile> {
  const path = await cache.find(commit, file, undefined);
  if (path === undefined)
    throw new UserError('not-in-cache', `${repo}/${file} is not complete in the cache`, 'pull it again');
  const { size: totalBytes } = await stat(path);
  const linked = await cache.linkedHash(path);
  const sha256 =
    verify === false && linked !== undefined
      ? linked
      : await hashFile(path, signal, doneBytes => onProgress?.({ file, doneBytes, totalBytes, kind: 'check' }));
  if (linked !== undefined && linked !== sha256) {
    const hint = 'the file changed on the disk; delete it and pull it again';
    throw new UserError('hash-mismatch', `${path}: the bytes are not those that were downloaded`, hint, { path });
  }
  return { file, path, sha256, sizeBytes: totalBytes };
}

export function resolved(
  reference: string,
  repo: string,
  commit: string,
  files: readonly ResolvedFile[],
): ResolvedModel {
  const [first] = files;
  if (first === undefined) throw new RangeError('a model has at least one file');
  const sizes = files.map(({ sizeBytes }) => sizeBytes);
  const sizeBytes = sizes.every(size => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
  return {
    reference,
    path: first.path,
    paths: files.map(({ path }) => path),
    files,
    repo,
    commit,
    file: first.file,
    ...(first.sha256 !== undefined && { sha256: first.sha256 }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}
