// A plain https address -> a file in turncoat's own cache. Nothing is known of its bytes before; the lock file pins them.
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { stat } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { offlineHint } from './cached.ts';
import { hashFile } from '../gguf/hash.ts';
import { download } from './transfer/download.ts';
import { checkLockedFiles } from './lock-file.ts';
import type { HubAccess } from './repository.ts';
import type { ResolvedModel, ResolveOptions } from './resolve.ts';
import { announcedSize, urlSource } from './transfer/sources.ts';
import { persist, Refused } from './transfer/transport.ts';

/** Finds or downloads an address. */
export async function resolveUrl(
  reference: string,
  url: URL,
  access: HubAccess,
  options: ResolveOptions,
): Promise<ResolvedModel> {
  const name = basename(url.pathname).replace(/[^\w.-]/g, '_') || 'model.gguf';
  // Without the query, which may hold a signature that changes.
  const folder = createHash('sha256').update(`${url.origin}${url.pathname}`).digest('hex').slice(0, 16);
  const target = join(access.environment.downloads, folder, name);
  const there = await stat(target).catch(() => undefined);
  if (there === undefined && options.offline) {
    throw new UserError(
      'not-in-cache',
      `${url.origin}${url.pathname} is not in the cache, and this is offline`,
      offlineHint,
    );
  }
  const sha256 =
    there === undefined ? await fetchUrl(url, name, target, access, options) : await hashFile(target, options.signal);
  const sizeBytes = (await stat(target)).size;
  const files = [{ file: name, path: target, sha256, sizeBytes }];
  if (options.locked !== undefined) checkLockedFiles(`${url.origin}${url.pathname}`, options.locked, files);
  return {
    reference,
    path: target,
    paths: [target],
    files,
    file: name,
    sha256,
    sizeBytes,
  };
}

async function fetchUrl(
  url: URL,
  name: string,
  target: string,
  access: HubAccess,
  options: ResolveOptions,
): Promise<string> {
  try {
    const sizeBytes = await persist(() => announcedSize(access.fetch, url), access.patience, access.signal);
    return await download({
      name,
      target,
      expected: { sizeBytes, digest: undefined },
      open: urlSource(access, url),
      patience: access.patience,
      signal: access.signal,
      onProgress: (doneBytes, kind) => options.onProgress?.({ file: name, doneBytes, totalBytes: sizeBytes, kind }),
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new UserError('url-refused', error.message, 'check the address', { status: error.status });
  }
}
