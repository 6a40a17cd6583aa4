// Split models (gguf-split): the names of all parts, and their headers put together.
import { basename, dirname, join } from 'node:path';
import { Malformed } from './cursor.ts';
import type { HeaderFile } from './header.ts';
import type { MetadataValue } from '../model.ts';

const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
const mostParts = 1000;

/** Which part of how many a file name says it is, counted from 1. */
export function splitName(
  path: string,
): { readonly prefix: string; readonly part: number; readonly parts: number } | undefined {
  const match = partName.exec(basename(path));
  return match ? { prefix: match[1] as string, part: Number(match[2]), parts: Number(match[3]) } : undefined;
}

/** Names of all parts of a split file; undefined when the name is not one of a split file. */
export function splitNames(path: string): string[] | undefined {
  const split = splitName(path);
  if (split === undefined || split.parts < 1 || split.parts > mostParts) return undefined;
  const five = (number: number) => String(number).padStart(5, '0');
  return Array.from(
    { length: split.parts },
    (_, index) =>
      path.slice(0, path.length - basename(path).length) +
      `${split.prefix}-${five(index + 1)}-of-${five(split.parts)}.gguf`,
  );
}

/**
 * Paths of all parts that a first part's metadata asks for.
 * @throws Malformed when the file is a later part, or its name does not tell where the others are
 */
export function partPaths(path: string, metadata: ReadonlyMap<string, MetadataValue>): string[] {
  const count = metadata.get('split.count') ?? 0;
  if (count === 0 || count === 1) return [path];
  const number = metadata.get('split.no') ?? 0;
  if (number !== 0) throw new Malformed(`it is part ${Number(number) + 1} of ${String(count)}; name the first part`);
  const names = splitNames(path);
  if (names === undefined || names.length !== count) {
    throw new Malformed(
      `it is the first of ${String(count)} parts, but its name does not end in -00001-of-${String(count).padStart(5, '0')}.gguf`,
    );
  }
  return names.map(name => join(dirname(path), basename(name))).map((name, index) => (index === 0 ? path : name));
}

/** The parts, checked to belong together: the same count everywhere, in order, no tensor twice. */
export function joinParts(parts: readonly HeaderFile[]): [HeaderFile, ...HeaderFile[]] {
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError('a model has at least one part');
  const names = new Set(first.header.tensors.map(tensor => tensor.name));
  for (const [index, { header, path }] of others.entries()) {
    if (header.metadata.get('split.no') !== index + 1 || header.metadata.get('split.count') !== parts.length) {
      throw new Malformed(`${basename(path)} does not say that it is part ${index + 2} of ${parts.length}`);
    }
    for (const { name } of header.tensors) {
      if (names.has(name)) throw new Malformed(`tensor ${name} appears in two parts`);
      names.add(name);
    }
  }
  return [first, ...others];
}
