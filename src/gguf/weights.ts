// Two models' tensors -> how much each changed, and in how many directions. Streamed: memory does not grow with the model.
import { dequantiser, quantisationNoise } from './dequantise.ts';
import { estimateRank, type RankEstimate, singularValues } from './low-rank.ts';
import type { ModelFile, Tensor } from './model.ts';
import { rowRanges, TensorReader, tensorRows } from './tensor-stream.ts';

/** Ranks are measured on at most so many rows and columns, evenly spread. */
const sampleSize = 2048;

/** What became of one tensor. */
export type TensorChange =
  | { readonly kind: 'identical'; readonly name: string }
  | {
      readonly kind: 'changed';
      readonly name: string;
      /** Size of the change relative to the baseline's weights (Frobenius norms). */
      readonly relative: number;
      readonly largest: number;
      /** Matrices alone. */
      readonly rank: RankEstimate | undefined;
    }
  /** No larger than quantising the same weights twice, once to each type, may move them. */
  | { readonly kind: 'within-quantisation'; readonly name: string; readonly relative: number; readonly floor: number }
  | { readonly kind: 'not-comparable'; readonly name: string; readonly reason: 'shape' | 'type' | 'not-finite' };

export interface WeightsProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/**
 * Compares all tensors that both models have.
 * @param onProgress bytes of the candidate's tensors that are done
 */
export async function compareWeights(
  candidate: ModelFile,
  baseline: ModelFile,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  } = {},
): Promise<TensorChange[]> {
  await using candidateReader = new TensorReader(candidate);
  await using baselineReader = new TensorReader(baseline);
  const others = new Map(baseline.tensors.map(tensor => [tensor.name, tensor]));
  const bytesTotal = candidate.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  let bytesDone = 0;
  const changes: TensorChange[] = [];
  for (const tensor of candidate.tensors) {
    options.signal?.throwIfAborted();
    const other = others.get(tensor.name);
    if (other !== undefined) {
      const pair = { a: tensor, b: other, readA: candidateReader, readB: baselineReader, signal: options.signal };
      changes.push(await compareTensor(pair));
    }
    bytesDone += tensor.bytes;
    options.onProgress?.({ bytesDone, bytesTotal });
  }
  return changes;
}

interface Pair {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly readA: TensorReader;
  readonly readB: TensorReader;
  readonly signal: AbortSignal | undefined;
}

async function compareTensor(pair: Pair): Promise<TensorChange> {
  const { a, b } = pair;
  const { name } = a;
  if (a.shape.join() !== b.shape.join()) return { kind: 'not-comparable', name, reason: 'shape' };
  if (a.type === b.type && (await sameBytes(pair))) return { kind: 'identical', name };
  if (dequantiser(a.type) === undefined || dequantiser(b.type) === undefined) {
    return { kind: 'not-comparable', name, reason: 'type' };
  }
  const sums = await measure(pair);
  if (!Number.isFinite(sums.change) || !Number.isFinite(sums.size))
    return { kind: 'not-comparable', name, reason: 'not-finite' };
  if (sums.change === 0) return { kind: 'identical', name };
  const relative = Math.sqrt(sums.change / (sums.size || sums.change));
  const floor = quantisationFloor(a.type, b.type);
  if (relative <= floor) return { kind: 'within-quantisation', name, relative, floor };
  return { kind: 'changed', name, relative, largest: sums.largest, rank: sums.sample && rankOf(sums.sample, name) };
}

async function sameBytes({ a, b, readA, readB, signal }: Pair): Promise<boolean> {
  const { rowBytes } = tensorRows(a);
  for (const { first, count } of rowRanges(a, b)) {
    signal?.throwIfAborted();
    const [left, right] = await Promise.all([
      readA.read(a, first * rowBytes, count * rowBytes),
      readB.read(b, first * rowBytes, count * rowBytes),
    ]);
    if (!left.equals(right)) return false;
  }
  return true;
}

/** Types whose bytes the same weights always give; the others depend on the quantiser and its importance matrix. */
const reproducible = new Set(['F32', 'F16', 'BF16', 'Q8_0']);

/** Below this relative change nothing can be concluded: the two quantisations may explain it. */
function quantisationFloor(a: string, b: string): number {
  if (a === b && reproducible.has(a)) return 0;
  return 1.5 * Math.hypot(quantisationNoise[a] ?? 1, quantisationNoise[b] ?? 1);
}

interface Sums {
  change: number;
  size: number;
  largest: number;
  /** The change on a grid of rows and columns; matrices alone. */
  readonly sample: Sample | undefined;
}

interface Sample {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: Float32Array;
}

async function measure({ a, b, readA, readB, signal }: Pair): Promise<Sums> {
  const { rows, columns, rowBytes } = tensorRows(a);
  const otherBytes = tensorRows(b).rowBytes;
  const sums: Sums = { change: 0, size: 0, largest: 0, sample: sampleOf(a) };
  for (const { first, count } of rowRanges(a, b)) {
    signal?.throwIfAborted();
    const [left, right] = await Promise.all([
      readA.read(a, first * rowBytes, count * rowBytes),
      readB.read(b, first * otherBytes, count * otherBytes),
    ]);
    addPiece(sums, numbers(a.type, left, count * columns), numbers(b.type, right, count * columns), {
      first,
      columns,
      rows,
    });
  }
  return sums;
}

function numbers(type: string, bytes: Buffer, length: number): Float32Array {
  const values = new Float32Array(length);
  dequantiser(type)?.(bytes, values);
  return values;
}

function addPiece(
  sums: Sums,
  left: Float32Array,
  right: Float32Array,
  { first, columns }: { first: number; columns: number; rows: number },
): void {
  let [change, size, largest] = [0, 0, sums.largest];
  for (let index = 0; index < left.length; index++) {
    const value = right[index] as number;
    const difference = (left[index] as number) - value;
    change += difference * difference;
    size += value * value;
    if (difference > largest) largest = difference;
    else if (-difference > largest) largest = -difference;
  }
  sums.change += change;
  sums.size += size;
  sums.largest = largest;
  if (sums.sample !== undefined) fillSample(sums.sample, left, right, first, columns);
}

function sampleOf(tensor: Tensor): Sample | undefined {
  const { rows, columns } = tensorRows(tensor);
  const matrix = tensor.shape.length >= 2 && tensor.shape.slice(2).every(size => size === 1) && rows > 1 && columns > 1;
  if (!matrix) return undefined;
  const [rowGrid, columnGrid] = [grid(rows), grid(columns)];
  return { rows: rowGrid, columns: columnGrid, values: new Float32Array(rowGrid.length * columnGrid.length) };
}

/** At most `sampleSize` numbers below `length`, evenly spread. */
function grid(length: number): number[] {
  const count = Math.min(length, sampleSize);
  return Array.from({ length: count }, (_, index) => Math.floor((index * length) / count));
}

function fillSample(sample: Sample, left: Float32Array, right: Float32Array, first: number, columns: number): void {
  const end = first + left.length / columns;
  for (const [index, row] of sample.rows.entries()) {
    if (row < first || row >= end) continue;
    const at = (row - first) * columns;
    for (const [position, column] of sample.columns.entries()) {
      const cell = at + column;
      sample.values[index * sample.columns.length + position] = (left[cell] as number) - (right[cell] as number);
    }
  }
}

function rankOf({ rows, columns, values }: Sample, name: string): RankEstimate {
  const energy = values.reduce((sum, value) => sum + value * value, 0);
  const matrix = { rows: rows.length, columns: columns.length, values };
  return estimateRank(singularValues(matrix, name), rows.length, columns.length, energy);
}
