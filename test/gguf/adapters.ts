// LoRA adapters for tests, and the models that they make when they are merged.
import { writeFileSync } from 'node:fs';
import { type MetadataValue, type ModelFile, readMetadataArray, readModelFile } from '../../src/gguf/index.ts';
import { pieces, TensorReader, tensorRows } from '../../src/gguf/weights/tensor-stream.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { type Entry, f32Data, type TensorSpec, writeGguf } from './writer.ts';

/** One changed tensor: `B * A` is added, times scale and alpha / rank. */
export interface Pair {
  readonly name: string;
  readonly rank: number;
  /** [rank, columns], rows behind each other. */
  readonly a: Float32Array;
  /** [rows, rank]. */
  readonly b: Float32Array;
}

export interface AdapterSpec {
  readonly alpha?: number;
  readonly pairs: readonly Pair[];
  readonly metadata?: Readonly<Record<string, Entry | undefined>>;
  /** Tensors beside the pairs. */
  readonly more?: readonly TensorSpec[];
}

/** An adapter's bytes, as convert_lora_to_gguf.py writes them. */
export function adapterFile({ alpha, pairs, metadata = {}, more = [] }: AdapterSpec): Buffer {
  const entries: Record<string, Entry | undefined> = {
    'general.architecture': ['string', 'llama'],
    'general.type': ['string', 'adapter'],
    'adapter.type': ['string', 'lora'],
    'adapter.lora.alpha': alpha === undefined ? undefined : ['f32', alpha],
    ...metadata,
  };
  const tensors = pairs.flatMap(({ name, rank, a, b }) => [
    { name: `${name}.lora_a`, shape: [a.length / rank, rank], type: 'F32', data: f32Data(a) },
    { name: `${name}.lora_b`, shape: [rank, b.length / rank], type: 'F32', data: f32Data(b) },
  ]);
  return writeGguf({
    metadata: Object.entries(entries).filter((entry): entry is [string, Entry] => entry[1] !== undefined),
    tensors: [...tensors, ...more],
  });
}

/** A random pair for a tensor of so many columns and rows; `size` is that of each number. */
export function randomPair(name: string, columns: number, rows: number, rank: number, size: number): Pair {
  const random = createRandom(`${name} ${rank}`);
  const numbers = (length: number) => Float32Array.from({ length }, () => size * (2 * random.next() - 1));
  return { name, rank, a: numbers(rank * columns), b: numbers(rows * rank) };
}

/** Pairs for the tensors of a file whose names fit. */
export function randomPairs({ tensors }: ModelFile, names: RegExp, rank: number, size: number): Pair[] {
  return tensors.flatMap(({ name, shape: [columns = 1, rows = 1] }) =>
    names.test(name) ? [randomPair(name, columns, rows, rank, size)] : [],
  );
}

/** What an adapter adds to a tensor: [rows, columns]. */
export function product({ rank, a, b }: Pair, factor: number): Float32Array {
  const columns = a.length / rank;
  return Float32Array.from({ length: columns * (b.length / rank) }, (_, index) => {
    let sum = 0;
    const [row, column] = [Math.floor(index / columns), index % columns];
    for (let k = 0; k < rank; k++) sum += (b[row * rank + k] as number) * (a[k * columns + column] as number);
    return factor * sum;
  });
}

/** The numbers of every tensor of a file. */
export async function numbersOf(file: ModelFile): Promise<Map<string, Float32Array>> {
  await using reader = new TensorReader(file);
  const all = new Map<string, Float32Array>();
  for (const tensor of file.tensors) {
    const { elements } = tensorRows(tensor);
    const values = new Float32Array(elements);
    for (const piece of pieces(elements))
      values.set(reader.numbers(tensor, await reader.bytes(tensor, piece), piece.count), piece.first);
    all.set(tensor.name, values);
  }
  return all;
}

/** Writes a model anew in F32, with something added to some of its tensors. */
export async function writeF32(
  source: string,
  target: string,
  added: readonly { readonly pair: Pair; readonly factor: number }[] = [],
): Promise<void> {
  const file = await readModelFile(source);
  const numbers = await numbersOf(file);
  for (const { pair, factor } of added) {
    const values = numbers.get(pair.name) as Float32Array;
    for (const [index, change] of product(pair, factor).entries()) values[index] = (values[index] as number) + change;
  }
  const metadata: [string, Entry][] = [];
  for (const [key, value] of Object.entries(file.metadata)) metadata.push([key, await entryOf(file, key, value)]);
  const tensors = file.tensors.map(({ name, shape }) => {
    return { name, shape, type: 'F32', data: f32Data(numbers.get(name) as Float32Array) };
  });
  writeFileSync(target, writeGguf({ metadata, tensors }));
}

async function entryOf(file: ModelFile, key: string, value: MetadataValue): Promise<Entry> {
  if (key === 'general.file_type') return ['u32', 0];
  if (typeof value === 'object') {
    return [value.elementType, value.kind === 'array' ? value.values : await readMetadataArray(file, key)] as Entry;
  }
  if (typeof value !== 'number') return [typeof value === 'string' ? 'string' : 'bool', value];
  return [/epsilon$|freq_base$/.test(key) ? 'f32' : 'u32', value];
}

/**
 * What turns one model into another of the same shapes, as pairs of full rank. What norms learnt is put into the matrices
 * behind them; embedding and last norm stay the base's.
 */
export async function differencePairs(base: string, other: string): Promise<Pair[]> {
  const [from, to] = [await readModelFile(base), await readModelFile(other)];
  const [before, after] = [await numbersOf(from), await numbersOf(to)];
  return from.tensors.flatMap(({ name, shape: [columns = 1, rows = 1] }) => {
    const [, block, module] = /^blk\.(\d+)\.(\w+)\.weight$/.exec(name) ?? [];
    if (module === undefined || module.endsWith('_norm')) return [];
    const norm = /_[qkv]$/.test(module) ? 'attn_norm' : /_(gate|up)$/.test(module) ? 'ffn_norm' : undefined;
    const at = `blk.${block}.${norm}.weight`;
    const grown = (column: number) =>
      norm === undefined ? 1 : (after.get(at)?.[column] as number) / (before.get(at)?.[column] as number);
    const [old, now] = [before.get(name) as Float32Array, after.get(name) as Float32Array];
    const delta = old.map((value, index) => (now[index] as number) * grown(index % columns) - value);
    const unit = (size: number) => Float32Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
    return columns <= rows
      ? [{ name, rank: columns, a: unit(columns), b: delta }]
      : [{ name, rank: rows, a: delta, b: unit(rows) }];
  });
}
