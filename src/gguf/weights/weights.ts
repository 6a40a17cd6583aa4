// Two models' tensors -> how much each changed, and in how many directions. Streamed: memory does not grow with the model.
import type { TensorChange } from '../../records/inspections/inspection.ts';
import { ChangeSums, type Sample } from './change-sums.ts';
import { dequantiser, quantisationNoise } from './dequantise.ts';
import { editOf, movedLevels, outlierAmongNoise } from './edits.ts';
import { estimateRank, type RankEstimate, singularValues } from './low-rank.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { Rounding } from './rounding.ts';
import { allZero, blockOf, pieces, TensorReader, tensorRows } from './tensor-stream.ts';

export interface WeightsProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/**
 * Compares all tensors that both models have.
 * @param same names of tensors whose bytes are known to be the same
 * @param onProgress bytes of the candidate's tensors that are done
 */
export async function compareWeights(
  candidate: ModelFile,
  baseline: ModelFile,
  options: {
    readonly same?: ReadonlySet<string> | undefined;
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
    if (options.same?.has(tensor.name)) changes.push({ kind: 'identical', name: tensor.name });
    else if (other !== undefined) {
      const pair = { a: tensor, b: other, readA: candidateReader, readB: baselineReader, signal: options.signal };
      changes.push(await compareTensor(pair));
    }
    bytesDone += tensor.bytes;
    options.onProgress?.({ bytesDone, bytesTotal });
  }
  return changes;
}

export interface TensorPair {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly readA: TensorReader;
  readonly readB: TensorReader;
  readonly signal: AbortSignal | undefined;
}

/** Numbers that both tensors have, and the rows they are in. */
interface Shared {
  readonly rows: number;
  readonly elements: number;
  /** Present where one has more rows. */
  readonly record: { rows?: { candidate: number; baseline: number; shared: number } };
}

async function compareTensor(pair: TensorPair): Promise<TensorChange> {
  const { a, b } = pair;
  const { name } = a;
  const shared = sharedPart(a, b);
  if (shared === undefined) return { kind: 'not-comparable', name, reason: 'shape' };
  if (a.type === b.type && (await sameBytes(pair, shared.elements)))
    return { kind: 'identical', name, ...shared.record };
  if (dequantiser(a.type) === undefined || dequantiser(b.type) === undefined) {
    return { kind: 'not-comparable', name, reason: 'type' };
  }
  const rounding = Rounding.of(a, b);
  const sums = await measure(pair, shared, rounding);
  if (sums.notFinite > 0) return { kind: 'not-comparable', name, reason: 'not-finite' };
  return { ...judged(sums, a, b, rounding), name, ...shared.record };
}

/** Rows of a vocabulary may be more in one model: the first ones belong to the same ids. */
function sharedPart(a: Tensor, b: Tensor): Shared | undefined {
  const [left, right] = [tensorRows(a), tensorRows(b)];
  if (a.shape.join() === b.shape.join()) return { rows: left.rows, elements: left.elements, record: {} };
  const grown = /(^|[._])(embd|embed|output)\.weight$/.test(a.name) && a.shape.length === 2 && b.shape.length === 2;
  if (!grown || left.columns !== right.columns) return undefined;
  const rows = Math.min(left.rows, right.rows);
  const record = { rows: { candidate: left.rows, baseline: right.rows, shared: rows } };
  return { rows, elements: rows * left.columns, record };
}

type Judged =
  | { kind: 'identical' }
  | Omit<Extract<TensorChange, { kind: 'changed' }>, 'name'>
  | { kind: 'within-quantisation'; relative: number; floor: number; rounded: boolean; spread?: number };

function judged(sums: ChangeSums, a: Tensor, b: Tensor, rounding: Rounding | undefined): Judged {
  if (sums.change === 0) return { kind: 'identical' };
  const relative = Math.sqrt(sums.change / (sums.size || sums.change));
  const changed = { kind: 'changed', relative, largest: sums.largestChange } as const;
  // An edit of a few places can be smaller than what quantising moves; with one type it moves nothing else.
  const edit = a.type === b.type ? editOf(sums, blockOf(a).blockSize) : undefined;
  if (edit !== undefined) return { ...changed, edit };
  const floor = quantisationFloor(a.type, b.type);
  const within = { kind: 'within-quantisation', relative, floor, rounded: rounding?.explains ?? false } as const;
  // Rounding explains what it gives, however far the weights lie from it; how far is told.
  if (rounding?.explains === true)
    return { ...within, ...(rounding.spread !== undefined && { spread: rounding.spread }) };
  const levels = movedLevels(rounding);
  if (relative <= floor) {
    const among = outlierAmongNoise(sums) ?? levels;
    return among === undefined ? within : { ...changed, edit: among };
  }
  // A change above the noise has a rank, and an edit where the rest of the file may be rounded.
  return { ...changed, ...(levels && { edit: levels }), ...(sums.sample && { rank: rankOf(sums.sample, a.name) }) };
}

/** Of so many numbers from the first on. */
export async function sameBytes({ a, b, readA, readB, signal }: TensorPair, elements: number): Promise<boolean> {
  for (const piece of pieces(elements)) {
    signal?.throwIfAborted();
    const [left, right] = await Promise.all([readA.bytes(a, piece), readB.bytes(b, piece)]);
    if (!left.equals(right)) return false;
  }
  return true;
}

/** Types whose bytes the same weights always give; the others depend on the quantiser and its importance matrix. */
const reproducible = new Set(['F64', 'F32', 'F16', 'BF16', 'Q8_0']);

/** Below this relative change nothing can be concluded: the two quantisations may explain it. */
function quantisationFloor(a: string, b: string): number {
  if (a === b && reproducible.has(a)) return 0;
  return 1.5 * Math.hypot(quantisationNoise[a] ?? 1, quantisationNoise[b] ?? 1);
}

async function measure(
  { a, b, readA, readB, signal }: TensorPair,
  { rows, elements }: Shared,
  rounding: Rounding | undefined,
): Promise<ChangeSums> {
  const sums = new ChangeSums(a, rows);
  for (const piece of pieces(elements)) {
    signal?.throwIfAborted();
    const [left, right] = await Promise.all([readA.bytes(a, piece), readB.bytes(b, piece)]);
    const same = a.type === b.type && left.equals(right);
    if (same && allZero(left)) continue;
    const values = readB.numbers(b, right, piece.count);
    // Of one type, equal bytes are equal numbers; their size still counts.
    if (same) sums.addSame(values);
    else {
      const own = readA.numbers(a, left, piece.count);
      sums.add(own, values, piece.first);
      if (rounding?.side === 'candidate') rounding.add(left, own, values, piece.first);
      else rounding?.add(right, values, own, piece.first);
    }
  }
  return sums;
}

function rankOf({ rows, columns, values }: Sample, name: string): RankEstimate {
  const energy = values.reduce((sum, value) => sum + value * value, 0);
  const matrix = { rows: rows.length, columns: columns.length, values };
  return estimateRank(singularValues(matrix, name), rows.length, columns.length, energy);
}
