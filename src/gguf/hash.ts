// A file's sha256, streamed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * Hashes a file of any size in constant memory.
 * @param onProgress called with the bytes hashed so far
 * @returns sha256 as 64 hexadecimal digits
 */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
  onProgress?: (bytes: number) => void,
): Promise<string> {
  signal?.throwIfAborted();
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    onProgress?.(bytes);
  }
  return hash.digest('hex');
}
