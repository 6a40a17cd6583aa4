// What lies on this machine without turncoat having put it there: files and folders, and other programs' stores.
import { stat } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { hashFile } from '../gguf/hash.ts';
import { checkLockedFiles } from './lock-file.ts';
import { places, type PlaceName } from './places/index.ts';
import { onlyModel } from './places/folder.ts';
import type { Found } from './places/place.ts';
import type { ResolvedFile, ResolvedModel, ResolveOptions } from './resolve.ts';

/** A path as it is; of a folder that holds one model, that. */
export async function localModel(reference: string, path: string): Promise<ResolvedModel> {
  const { paths } = (await onlyModel(path)) ?? { paths: [path] };
  return { reference, path: paths[0] as string, paths, files: paths.map(file => ({ file, path: file })) };
}

/**
 * A model in another program's store. Its name may mean other bytes tomorrow, so that it is hashed, and can be pinned.
 * @throws UserError as the place's `find` does; `hash-mismatch`, `locked-file-changed`
 */
export async function placedModel(
  reference: string,
  { place, name }: { readonly place: PlaceName; readonly name: string },
  { signal, locked, onProgress }: ResolveOptions,
): Promise<ResolvedModel> {
  const { find, roots } = places[place];
  const found: Found = await find(name, await roots(process.env));
  const files: ResolvedFile[] = [];
  for (const [index, path] of found.paths.entries()) {
    const file = found.files[index] ?? name;
    const { size: totalBytes } = await stat(path);
    const sha256 = await hashFile(path, signal, doneBytes =>
      onProgress?.({ file, doneBytes, totalBytes, kind: 'check' }),
    );
    files.push({ file, path, sha256, sizeBytes: totalBytes });
  }
  const [first] = files;
  if (first === undefined) throw new RangeError('a model has at least one file');
  if (found.sha256 !== undefined && found.sha256 !== first.sha256) {
    const hint = 'the file changed on the disk; remove it there and pull it again';
    const message = `${reference}: the bytes of ${first.path} are not those of its name`;
    throw new UserError('hash-mismatch', message, hint, { path: first.path });
  }
  if (locked !== undefined) checkLockedFiles(reference, locked, files);
  return {
    reference,
    path: first.path,
    paths: files.map(({ path }) => path),
    files,
    file: first.file,
    ...(files.length === 1 && { sha256: first.sha256 as string }),
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
    ...(found.sampling && { sampling: found.sampling }),
  };
}
