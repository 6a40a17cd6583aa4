// A reference -> verified files on this machine, downloaded where they are not there yet.
import { mkdir } from 'node:fs/promises';
import { hashFile } from '../gguf/hash.ts';
import type { LockedModel } from '../records/sweeps/lock.ts';
import { RepositoryCache } from './cache.ts';
import { fromCache, type HubReference, isComplete, resolved } from './cached.ts';
import { download, presentBytes, type ProgressKind, requireSpace } from './transfer/download.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import { checkLocked } from './lock-file.ts';
import { parseReference } from './references.ts';
import { explained, type HubAccess, type Repository, type RepositoryFile, readRepository } from './repository.ts';
import { askBriefly, unasked } from './brief.ts';
import { selectFiles } from './select.ts';
import { hubSource } from './transfer/sources.ts';
import { hubFetch, type Patience, usualPatience } from './transfer/transport.ts';
import { localModel, placedModel } from './placed.ts';
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
  /** The Hub can't be asked, and what was pinned is taken from the cache. */
  readonly onUnreached?: ((why: string) => void) | undefined;
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
  /** A file that says how it is to be sampled, where another program's store keeps one. */
  readonly sampling?: string;
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
 * Finds or downloads what a reference means. Local paths pass through; a folder is the one model in it.
 * @throws UserError with what to do: bad or unknown references, gated repositories, no network, a full disk, bytes that
 *   are not the announced ones, a file that is not the locked one
 */
export async function resolveModel(reference: string, options: ResolveOptions): Promise<ResolvedModel> {
  const environment = options.environment ?? (await hubEnvironment());
  const parsed = parseReference(reference, environment.endpoint);
  if (parsed.kind === 'local') return await localModel(reference, parsed.path);
  if (parsed.kind === 'place') return await placedModel(reference, parsed, options);
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

async function fromHub(
  reference: string,
  wantedHere: HubReference,
  access: HubAccess,
  options: ResolveOptions,
): Promise<ResolvedModel> {
  const { repo, revision, wanted } = wantedHere;
  const cache = new RepositoryCache(access.environment.cache, repo);
  const kept = options.locked !== undefined && (await isComplete(options.locked, cache));
  let repository: Repository;
  try {
    repository = await (kept ? askBriefly : readRepository)(access, repo, revision);
  } catch (error) {
    options.signal.throwIfAborted();
    const why = kept ? unasked(error) : undefined;
    if (why === undefined) throw error;
    options.onUnreached?.(why);
    return fromCache(reference, wantedHere, access, options);
  }
  const names = selectFiles(
    repo,
    repository.files.map(({ path }) => path),
    wanted,
  );
  const chosen = names.map(name => repository.files.find(({ path }) => path === name) as RepositoryFile);
  if (options.locked) checkLocked(reference, options.locked, repository, chosen);
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
