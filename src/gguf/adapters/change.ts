// Adapters and their base -> how large the change is, tensor by tensor, from the real numbers of both.
import type { AdaptedTensor } from '../../records/inspections/adapter.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { dequantiser } from '../weights/dequantise.ts';
import { pieces, TensorReader, tensorRows } from '../weights/tensor-stream.ts';
import { type AdapterFile, factorOf, isEmbedding, readAdapter, type Target } from './adapter.ts';

/** One direction of a change: `factor * b a^T`. */
interface Direction {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly factor: number;
}

/**
 * Size of what all adapters together add to each tensor: the Frobenius norm of `sum of scale * B * A`, and the same over that of
 * the base's tensor.
 * @param base undefined: the size alone; its tensors are dequantised
 * @returns in the order of the first adapter that has each tensor; `change` is absent where a number is none
 */
export async function adaptedTensors(
  adapters: readonly AdapterFile[],
  base: ModelFile | undefined,
  signal: AbortSignal,
): Promise<AdaptedTensor[]> {
  await using readers = new Readers();
  const read = adapters.map(({ file, scale }) => ({ file, scale, adapter: readAdapter(file) }));
  const names = [...new Set(read.flatMap(({ adapter }) => adapter.targets.map(({ name }) => name)))];
  const tensors: AdaptedTensor[] = [];
  for (const name of names) {
    signal.throwIfAborted();
    // By expert: stacked matrices are changed one by one. All else has one.
    const experts: Direction[][] = [];
    let rank = 0;
    for (const { file, scale, adapter } of read) {
      const target = adapter.targets.find(one => one.name === name);
      if (target === undefined) continue;
      const factor = factorOf(adapter, target, scale);
      for (const [expert, directions] of (await directionsOf(readers.of(file), target, factor)).entries()) {
        experts[expert] = [...(experts[expert] ?? []), ...directions];
      }
      rank += target.rank;
    }
    const change = Math.sqrt(experts.reduce((sum, directions) => sum + square(directions), 0));
    const of = base?.tensors.find(tensor => tensor.name === name);
    const size = of && base && (await sizeOf(readers.of(base), of, signal));
    tensors.push({
      name,
      rank,
      ...(Number.isFinite(change) && { change }),
      ...(Number.isFinite(change) && size !== undefined && size > 0 && { relative: change / size }),
    });
  }
  return tensors;
}

/** Mean relative change of the changed tensors of each layer, as it is said of merged models. */
export function layerChanges(tensors: readonly AdaptedTensor[]): { layer: number; relative: number }[] {
  const layers = new Map<number, number[]>();
  for (const { name, relative } of tensors) {
    const layer = layerOf(name);
    if (layer !== undefined && relative !== undefined) layers.set(layer, [...(layers.get(layer) ?? []), relative]);
  }
  return [...layers]
    .sort(([a], [b]) => a - b)
    .map(([layer, values]) => ({ layer, relative: values.reduce((sum, one) => sum + one, 0) / values.length }));
}

/** `blk.7.attn_q.weight` -> 7. */
export function layerOf(name: string): number | undefined {
  const layer = /^blk\.(\d{1,6})\./.exec(name)?.[1];
  return layer === undefined ? undefined : Number(layer);
}

/** Square of the norm of a sum of outer products, by all pairs: `(a_i . a_j) (b_i . b_j)`. */
function square(directions: readonly Direction[]): number {
  let sum = 0;
  for (const [index, left] of directions.entries()) {
    for (let before = 0; before <= index; before++) {
      const right = directions[before] as Direction;
      const both = dot(left.a, right.a) * dot(left.b, right.b) * left.factor * right.factor;
      sum += before === index ? both : 2 * both;
    }
  }
  // Rounding may leave the square of nothing below 0.
  return Math.max(0, sum);
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index] as number) * (right[index] as number);
  return sum;
}

/** The directions of a target by expert; where its halves do not fit each other, those that both have. */
async function directionsOf(reader: TensorReader, target: Target, factor: number): Promise<Direction[][]> {
  const [a, b] = [await numbers(reader, target.a), await numbers(reader, target.b)];
  const experts = target.a.shape[2] ?? 1;
  const { columns } = tensorRows(target.a);
  return Array.from({ length: experts }, (_, expert) => {
    const [left, right] = [part(a, expert, experts), part(b, expert, experts)];
    const vectors = isEmbedding(target) ? columnsOf(left, columns) : rowsOf(left, columns);
    const others = columnsOf(right, target.rank);
    return vectors.slice(0, others.length).map((one, index) => ({ a: one, b: others[index] as Float32Array, factor }));
  });
}

const part = (values: Float32Array, index: number, of: number): Float32Array =>
  values.subarray((index * values.length) / of, ((index + 1) * values.length) / of);

function rowsOf(values: Float32Array, columns: number): Float32Array[] {
  return Array.from({ length: values.length / columns }, (_, row) =>
    values.subarray(row * columns, (row + 1) * columns),
  );
}

function columnsOf(values: Float32Array, columns: number): Float32Array[] {
  const rows = values.length / columns;
  return Array.from({ length: columns }, (_, column) =>
    Float32Array.from({ length: rows }, (_, row) => values[row * columns + column] as number),
  );
}

async function numbers(reader: TensorReader, tensor: Tensor): Promise<Float32Array> {
  const { elements } = tensorRows(tensor);
  const all = new Float32Array(elements);
  if (dequantiser(tensor.type) === undefined) return all.fill(Number.NaN);
  for (const piece of pieces(elements)) {
    all.set(reader.numbers(tensor, await reader.bytes(tensor, piece), piece.count), piece.first);
  }
  return all;
}

/** Frobenius norm of a tensor; undefined for a type that can't be read. */
async function sizeOf(reader: TensorReader, tensor: Tensor, signal: AbortSignal): Promise<number | undefined> {
  if (dequantiser(tensor.type) === undefined) return undefined;
  let sum = 0;
  for (const piece of pieces(tensorRows(tensor).elements)) {
    signal.throwIfAborted();
    const values = reader.numbers(tensor, await reader.bytes(tensor, piece), piece.count);
    sum += dot(values, values);
  }
  return Math.sqrt(sum);
}

/** Open files, one reader each. */
class Readers implements AsyncDisposable {
  readonly #readers = new Map<ModelFile, TensorReader>();

  of(file: ModelFile): TensorReader {
    const reader = this.#readers.get(file) ?? new TensorReader(file);
    this.#readers.set(file, reader);
    return reader;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers.values()) await reader[Symbol.asyncDispose]();
  }
}
