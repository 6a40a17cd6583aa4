// A model as the user named it -> a local file: downloaded, verified and pinned by the hub room where it is not local.
import { resolveModel } from '../hub/index.ts';
import { visible } from '../report/visible.ts';
import { say } from './output.ts';

/**
 * The path of a model's (first) file.
 * @throws UserError for references that are wrong, unknown, gated, or can't be downloaded
 */
export async function resolveReference(reference: string, signal: AbortSignal): Promise<string> {
  const quarters = new Map<string, number>();
  const { path } = await resolveModel(reference, {
    signal,
    // A re-verified file in the cache is no download; a line at each quarter is enough for either.
    onProgress: ({ file, doneBytes, totalBytes }) => {
      if (totalBytes === undefined || totalBytes === 0) return;
      const quarter = Math.floor((4 * doneBytes) / totalBytes);
      if (quarter <= (quarters.get(file) ?? 0)) return;
      quarters.set(file, quarter);
      say(`turncoat: ${visible(file)} ${25 * quarter}% of ${(totalBytes / 1e6).toFixed(0)} MB`);
    },
  });
  return path;
}
