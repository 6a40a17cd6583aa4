// A tensor that a quick look found odd -> what is wrong with its numbers, and where.
import type { WeightAnomaly } from '../../records/inspections/inspection.ts';
import type { Tensor } from '../model.ts';
import { allZero, isMatrix, pieces, type TensorReader, tensorRows } from './tensor-stream.ts';
import { largeWeight, zeroRun } from './quick-look.ts';

/** A large weight is an outlier beyond so many times what the others have (root mean square). */
const outOfProportion = 1000;

interface Spot {
  count: number;
  at: number;
  value: number;
}

/** Goes through all numbers of a tensor. */
class Numbers {
  readonly columns: number;
  readonly limit: number;
  readonly notFinite: Spot = { count: 0, at: -1, value: 0 };
  readonly large: Spot = { count: 0, at: -1, value: 0 };
  readonly zeroRows: Spot = { count: 0, at: -1, value: 0 };
  readonly zeroRuns: Spot = { count: 0, at: -1, value: 0 };
  usualSquares = 0;
  usual = 0;
  /** Zeros up to here in this row, and without a break. */
  #rowZeros = 0;
  #run = 0;

  constructor(columns: number, limit: number) {
    this.columns = columns;
    this.limit = limit;
  }

  /** Adds the numbers from `start` on; undefined: all are zero. */
  add(values: Float32Array | undefined, count: number, start: number): void {
    for (let index = 0; index < count; ) {
      const column = (start + index) % this.columns;
      const end = Math.min(count, index + this.columns - column);
      if (values === undefined) this.#run += end - index;
      else this.#row(values, index, end, start);
      if (column + end - index === this.columns) this.#endRow(start + end);
      index = end;
    }
  }

  #row(values: Float32Array, from: number, end: number, start: number): void {
    let run = this.#run;
    for (let index = from; index < end; index++) {
      const value = values[index] as number;
      if (value === 0) run++;
      else {
        if (run > 0) this.#endRun(run, start + index);
        run = 0;
        this.#number(value, start + index);
      }
    }
    this.#run = run;
  }

  #number(value: number, at: number): void {
    const size = Math.abs(value);
    if (!Number.isFinite(value)) note(this.notFinite, at, value);
    else if (size >= this.limit) {
      if (size > Math.abs(this.large.value)) [this.large.at, this.large.value] = [at, value];
      this.large.count++;
    } else {
      this.usualSquares += value * value;
      this.usual++;
    }
  }

  #endRun(run: number, end: number): void {
    this.#rowZeros += run;
    if (run >= zeroRun && run < this.columns) note(this.zeroRuns, end - run, run);
  }

  /** Runs do not go on in the next row. */
  #endRow(end: number): void {
    if (this.#run > 0) this.#endRun(this.#run, end);
    if (this.#rowZeros === this.columns) note(this.zeroRows, end - this.columns, 0);
    this.#run = 0;
    this.#rowZeros = 0;
  }
}

function note(spot: Spot, at: number, value: number): void {
  if (spot.count++ === 0) [spot.at, spot.value] = [at, value];
}

/** What is wrong with a tensor; nothing where a closer look finds it in order. */
export async function detailOf(
  reader: TensorReader,
  tensor: Tensor,
  signal: AbortSignal | undefined,
): Promise<WeightAnomaly[]> {
  const { columns, rows, elements } = tensorRows(tensor);
  const numbers = new Numbers(columns, isMatrix(tensor) ? largeWeight.matrix : largeWeight.list);
  for (const piece of pieces(elements)) {
    signal?.throwIfAborted();
    const bytes = await reader.bytes(tensor, piece);
    numbers.add(allZero(bytes) ? undefined : reader.numbers(tensor, bytes, piece.count), piece.count, piece.first);
  }
  const anomaly = (kind: WeightAnomaly['kind'], { count, at, value }: Spot): WeightAnomaly => {
    const place = { row: Math.floor(at / columns), column: at % columns };
    const told = kind === 'not-finite' || kind === 'outlier' ? { value: String(value) } : {};
    return { tensor: tensor.name, kind, count, ...place, ...told };
  };
  const { notFinite, large, zeroRows, zeroRuns } = numbers;
  return [
    ...(notFinite.count > 0 ? [anomaly('not-finite', notFinite)] : []),
    ...(isOutlier(numbers) ? [anomaly('outlier', large)] : []),
    ...(isMatrix(tensor) ? zeros(tensor, rows, zeroRows, zeroRuns, anomaly) : []),
  ];
}

function isOutlier({ large, usual, usualSquares }: Numbers): boolean {
  if (large.count === 0 || usual < large.count) return false;
  return Math.abs(large.value) > outOfProportion * Math.sqrt(usualSquares / usual);
}

/** Rows of vocabularies that nobody trained are zero in honest files. */
const vocabulary = /(^|[._])(embd|embed|output)\.weight$/;

function zeros(
  { name }: Tensor,
  rows: number,
  zeroRows: Spot,
  zeroRuns: Spot,
  anomaly: (kind: WeightAnomaly['kind'], spot: Spot) => WeightAnomaly,
): WeightAnomaly[] {
  if (zeroRows.count === rows) return [anomaly('zero-tensor', zeroRows)];
  if (vocabulary.test(name)) return [];
  return [
    ...(zeroRows.count > 0 ? [anomaly('zero-rows', zeroRows)] : []),
    ...(zeroRuns.count > 0 ? [anomaly('zero-run', zeroRuns)] : []),
  ];
}
