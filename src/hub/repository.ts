// A repository on the Hub at a revision -> the commit it is, and its files.
import { UserError } from '../errors.ts';
import type { HubEnvironment } from './environment.ts';
import { safePath } from './references.ts';
import { type Fetch, type Patience, persist, Refused } from './transfer/transport.ts';

/** A file of a repository, as the Hub's metadata has it. */
export interface RepositoryFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of large files (LFS and Xet); the content of small ones is pinned by `gitOid`. */
  readonly sha256: string | undefined;
  readonly gitOid: string;
  readonly xet: boolean;
}

export interface Repository {
  readonly repo: string;
  readonly commit: string;
  readonly files: readonly RepositoryFile[];
}

export interface HubAccess {
  readonly environment: HubEnvironment;
  readonly fetch: Fetch;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/** Credentials as @huggingface/hub wants them. */
export function credentials({ environment }: HubAccess): { accessToken: string } | Record<string, never> {
  return environment.token === undefined ? {} : { accessToken: environment.token };
}

/**
 * Pins the revision to a commit and lists the repository's files, all pages.
 * @throws UserError `repo-not-found`, `repo-gated`, `revision-not-found`, `hub-unavailable`, `hub-refused`
 */
export async function readRepository(access: HubAccess, repo: string, revision: string): Promise<Repository> {
  // Loaded when the Hub is asked: a file of this machine needs none of it.
  const { modelInfo } = await import('@huggingface/hub');
  const { environment, fetch, patience, signal } = access;
  const common = { hubUrl: environment.endpoint, fetch, ...credentials(access) };
  try {
    const info = await persist(
      () => modelInfo({ name: repo, revision, additionalFields: ['sha'], ...common }),
      patience,
      signal,
    );
    const commit = String(info.sha);
    if (!/^[0-9a-f]{40}$/.test(commit)) throw new Refused(200, `commit ${commit}`, new URL(environment.endpoint).host);
    const files = await persist(() => allFiles(repo, commit, common), patience, signal);
    return { repo, commit, files };
  } catch (error) {
    throw explained(error, access, repo, revision);
  }
}

async function allFiles(
  repo: string,
  commit: string,
  common: { hubUrl: string; fetch: Fetch },
): Promise<RepositoryFile[]> {
  const { listFiles } = await import('@huggingface/hub');
  const files: RepositoryFile[] = [];
  for await (const entry of listFiles({ repo, revision: commit, recursive: true, ...common })) {
    if (entry.type !== 'file' || !safePath(entry.path)) continue;
    const { path, size, lfs, oid } = entry;
    files.push({
      path,
      sizeBytes: lfs?.size ?? size,
      sha256: lfs?.oid,
      gitOid: oid ?? '',
      xet: entry.xetHash !== undefined,
    });
  }
  return files;
}

/** A refusal as something the user can act on. */
export function explained(error: unknown, { environment }: HubAccess, repo: string, revision: string): unknown {
  if (!(error instanceof Refused)) return error;
  const facts = { repo, revision, status: error.status, code: error.code };
  const page = `${environment.endpoint}/${repo}`;
  const tokenHint =
    environment.token === undefined ? 'set HF_TOKEN or log in with `hf auth login`' : 'check that HF_TOKEN may read it';
  if (error.code === 'GatedRepo') {
    const hint = `accept its terms at ${page}, then ${tokenHint}`;
    return new UserError('repo-gated', `${repo} is gated: access must be asked for`, hint, facts);
  }
  if (error.code === 'RevisionNotFound') {
    return new UserError(
      'revision-not-found',
      `${repo} has no revision ${revision}`,
      `look for branches and tags at ${page}/tree/main`,
      facts,
    );
  }
  if (error.code === 'RepoNotFound' || error.status === 404 || error.status === 401) {
    const hint = `check the name; if the repository is private, ${tokenHint}`;
    return new UserError(
      'repo-not-found',
      `${repo} is not on ${new URL(environment.endpoint).host}, or not for everyone`,
      hint,
      facts,
    );
  }
  return new UserError('hub-refused', error.message, tokenHint, facts);
}
