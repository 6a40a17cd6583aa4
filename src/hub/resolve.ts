// A reference -> verified files on this machine, downloaded where they are not there yet.
import { mkdir, stat } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { hashFile } from '../gguf/hash.ts';
import type { LockedModel } from '../records/sweeps/lock.ts';
import { RepositoryCache } from './cache.ts';
import { download, presentBytes, type ProgressKind, requireSpace } from './download.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import { checkLocked, checkLockedFiles } from './lock-file.ts';
import { parseReference, type Reference } from './references.ts';
import { explained, type HubAccess, type Repository, type RepositoryFile, readRepository } from './repository.ts';
import { selectFiles } from './select.ts';
import { hubSource } from './sources.ts';
import { hubFetch, type Patience, usualPatience } from './transport.ts';
import { resolveUrl } from './url.ts';

/** Bytes of one file, for a display. */
export interface PullProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number | undefined;
  readonly kind: ProgressKind;
}

export interface ResolveOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  /** Only what is in the cache; also set by HF_HUB_OFFLINE. */
  readonly offline?: boolean | undefined;
  /** What the lock file says of this reference; another file is refused. */
  readonly locked?: LockedModel | undefined;
  /** Hash files that are in the cache already (default true). */
  readonly verify?: boolean | undefined;
  readonly environment?: HubEnvironment | undefined;
  readonly patience?: Patience | undefined;
}

export interface ResolvedFile {
  /** Path in the repository. */
  readonly file: string;
  readonly path: string;
  /** Known from the Hub, or measured; absent for local files and unverified small ones. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
}

/** A model on this machine. */
export interface ResolvedModel {
  /** As the user wrote it. */
  readonly reference: string;
  /** The file to load; the first part of a split model. */
  readonly path: string;
  readonly paths: readonly string[];
  readonly files: readonly ResolvedFile[];
  readonly repo?: string;
  readonly commit?: string;
  readonly file?: string;
  readonly sha256?: string;
  readonly sizeBytes?: number;
  /** LoRA adapters that were named behind it, in their order; absent: none. What stands above is the base's. */
  readonly adapters?: readonly ResolvedAdapter[];
}

/** An adapter on this machine, and what its change is multiplied with. */
export interface ResolvedAdapter extends Omit<ResolvedModel, 'adapters'> {
  readonly scale: number;
}

/** Files of one model downloaded at the same time. */
const atOnce = 3;

/**
 * Finds or downloads what a reference means. Local paths pass straight through, unchecked.
 * @throws UserError with what to do: bad or unknown references, gated repositories, no network, a full disk, bytes that
 *   are not the announced ones, a file that is not the locked one
 */
export async function resolveModel(reference: string, options: ResolveOptions): Promise<ResolvedModel> {
  const environment = options.environment ?? (await hubEnvironment());
  const parsed = parseReference(reference, environment.endpoint);
  if (parsed.kind === 'local') {
    return { reference, path: parsed.path, paths: [parsed.path], files: [{ file: parsed.path, path: parsed.path }] };
  }
  const { signal } = options;
  const access: HubAccess = {
    environment,
    signal,
    fetch: hubFetch(environment, signal),
    patience: options.patience ?? usualPatience,
  };
  const offline = options.offline ?? environment.offline;
  if (parsed.kind === 'url') return resolveUrl(reference, parsed.url, access, { ...options, offline });
  return offline ? fromCache(reference, parsed, access, options) : fromHub(reference, parsed, access, options);
}

type HubReference = Extract<Reference, { kind: 'hub' }>;

async function fromHub(
  reference: string,
  { repo, revision, wanted }: HubReference,
  access: HubAccess,
  options: ResolveOptions,
): Promise<ResolvedModel> {
  const repository = await readRepository(access, repo, revision);
  const names = selectFiles(
    repo,
    repository.files.map(({ path }) => path),
    wanted,
  );
  const chosen = names.map(name => repository.files.find(({ path }) => path === name) as RepositoryFile);
  if (options.locked) checkLocked(reference, options.locked, repository, chosen);
  const cache = new RepositoryCache(access.environment.cache, repo);
  await requireSpaceFor(chosen, cache, repository);
  const files = await inTurns(chosen, options.signal, (file, signal) =>
    fetchFile(file, repository, cache, access, { ...options, signal }),
  );
  await cache.setCommit(revision, repository.commit);
  return resolved(reference, repo, repository.commit, files);
}

/** All parts together: each alone would fit where they do not. */
async function requireSpaceFor(
  files: readonly RepositoryFile[],
  cache: RepositoryCache,
  { repo, commit }: Repository,
): Promise<void> {
  let missing = 0;
  for (const { path, sizeBytes, sha256, gitOid } of files) {
    if ((await cache.find(commit, path, sizeBytes)) !== undefined) continue;
    missing += Math.max(0, sizeBytes - (await presentBytes(cache.blob(sha256 ?? gitOid))));
  }
  if (missing === 0) return;
  await mkdir(cache.folder, { recursive: true });
  await requireSpace(cache.folder, missing, repo);
}

async function fetchFile(
  file: RepositoryFile,
  { repo, commit }: Repository,
  cache: RepositoryCache,
  access: HubAccess,
  options: ResolveOptions,
): Promise<ResolvedFile> {
  const oid = file.sha256 ?? file.gitOid;
  const about = { file: file.path, sizeBytes: file.sizeBytes };
  const known = await cache.find(commit, file.path, file.sizeBytes);
  const linked = known && (await cache.linkedHash(known));
  if (options.verify === false && known !== undefined && linked !== undefined && linked === file.sha256) {
    return { ...about, path: known, sha256: linked };
  }
  // A plain file instead of a link, as huggingface_hub writes where links are not possible.
  if (known !== undefined && linked === undefined && file.sha256 === (await hashFile(known, options.signal))) {
    return { ...about, path: known, sha256: file.sha256 };
  }
  try {
    const sha256 = await download({
      name: `${repo}/${file.path}`,
      target: cache.blob(oid),
      expected: { sizeBytes: file.sizeBytes, digest: file.sha256 === undefined ? `git:${oid}` : `sha256:${oid}` },
      open: hubSource(access, repo, commit, file),
      patience: access.patience,
      signal: options.signal,
      onProgress: (doneBytes, kind) =>
        options.onProgress?.({ file: file.path, doneBytes, totalBytes: file.sizeBytes, kind }),
    });
    return { ...about, path: known ?? (await cache.link(commit, file.path, oid)), sha256 };
  } catch (error) {
    throw explained(error, access, repo, commit);
  }
}

/** Without network: the commit that was pinned, or that the revision was last, and the files of it that are there. */
async function fromCache(
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
    const hint = 'unset HF_HUB_OFFLINE, or run `turncoat pull` where there is a network';
    throw new UserError(
      'not-in-cache',
      `${repo} at ${revision} is not in ${access.environment.cache}, and this is offline`,
      hint,
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

function resolved(reference: string, repo: string, commit: string, files: readonly ResolvedFile[]): ResolvedModel {
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

/** Runs the work on all items, a few at a time; the first failure stops the others. */
async function inTurns<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let next = 0;
  const turn = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T, either);
    }
  };
  const turns = Array.from({ length: Math.min(atOnce, items.length) }, turn);
  try {
    await Promise.all(turns);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(turns);
    throw error;
  }
  return results;
}
