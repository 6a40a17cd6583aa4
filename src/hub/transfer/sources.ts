// Where a file's bytes come from: the Hub over plain https (LFS and small files), the Hub over Xet, any https server.
import type { Download } from './download.ts';
import { credentials, type HubAccess, type RepositoryFile } from '../repository.ts';
import { type Fetch, hubFetch } from './transport.ts';

type Open = Download['open'];

/** Opens a file of a commit at any byte: over Xet where the Hub offers it, else and where Xet fails over plain https. */
export function hubSource(access: HubAccess, repo: string, commit: string, file: RepositoryFile): Open {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const url = new URL(`${access.environment.endpoint}/${repo}/resolve/${commit}/${path}`);
  const { token, xet } = access.environment;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const plain: Open = (start, signal) => openAt(hubFetch(access.environment, signal), url, start, headers);
  const { firstByteMs = usualFirstByteMs } = access.patience;
  return file.xet && xet ? falling(xetSource(access, repo, commit, path), plain, firstByteMs) : plain;
}

const usualFirstByteMs = 10_000;

/**
 * The first source until it fails once, from then on the second: networks that block Xet's hosts are common, and some do so by
 * saying nothing.
 */
function falling(first: Open, second: Open, firstByteMs: number): Open {
  let failed = false;
  return async (start, signal) => {
    async function* bytes(): AsyncGenerator<Uint8Array> {
      let at = start;
      if (!failed) {
        const late = new AbortController();
        const timer = setTimeout(() => late.abort(), firstByteMs);
        try {
          for await (const chunk of await first(start, AbortSignal.any([signal, late.signal]))) {
            clearTimeout(timer);
            at += chunk.length;
            yield chunk;
          }
          return;
        } catch {
          failed = true;
          // Silence: the next try is the second's.
          signal.throwIfAborted();
        } finally {
          clearTimeout(timer);
        }
      }
      yield* await second(at, signal);
    }
    return bytes();
  };
}

/** @param path encoded: the library puts it into addresses as it is */
function xetSource(access: HubAccess, repo: string, commit: string, path: string): Open {
  return async (start, signal) => {
    const { downloadFile, fileDownloadInfo } = await import('@huggingface/hub');
    const fetch = hubFetch(access.environment, signal);
    const common = { repo, path, revision: commit, hubUrl: access.environment.endpoint, fetch, ...credentials(access) };
    const downloadInfo = await fileDownloadInfo(common);
    if (downloadInfo === null) throw new Error(`${repo} has no ${path} at ${commit}`);
    const blob = await downloadFile({ ...common, downloadInfo });
    if (blob === null) throw new Error(`${repo} has no ${path} at ${commit}`);
    return blob.slice(start).stream() as unknown as AsyncIterable<Uint8Array>;
  };
}

/** Opens an address of another server; no token goes there. */
export function urlSource(access: HubAccess, url: URL): Open {
  return (start, signal) => openAt(hubFetch(access.environment, signal), url, start, {});
}

async function openAt(
  fetch: Fetch,
  url: URL,
  start: number,
  headers: Record<string, string>,
): Promise<AsyncIterable<Uint8Array>> {
  const range = start === 0 ? {} : { range: `bytes=${start}-` };
  // `identity`: a compressed answer would have other bytes and another length.
  const response = await fetch(url, { headers: { ...headers, ...range, 'accept-encoding': 'identity' } });
  if (response.body === null) throw new Error(`${url.host} answered without a body`);
  const body = response.body as unknown as AsyncIterable<Uint8Array>;
  return start > 0 && response.status !== 206 ? skipping(body, start) : body;
}

/** For servers that do not know ranges: what is known already is read and thrown away. */
async function* skipping(body: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of body) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** Size that a server announces for an address; undefined when it does not. */
export async function announcedSize(fetch: Fetch, url: URL): Promise<number | undefined> {
  const response = await fetch(url, { headers: { range: 'bytes=0-0', 'accept-encoding': 'identity' } });
  await response.body?.cancel();
  const total =
    response.status === 206
      ? response.headers.get('content-range')?.split('/')[1]
      : response.headers.get('content-length');
  const size = Number(total ?? Number.NaN);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
