// Two versions of a tensor, piece by piece -> sums of their difference, and where it is.
import type { Tensor } from '../model.ts';
import { isMatrix, tensorRows } from './tensor-stream.ts';

/** Ranks are measured on at most so many rows and columns, evenly spread. */
const sampleSize = 2048;
/** Columns that changed are marked one by one up to here. */
const mostColumns = 2 ** 22;

/** A number's place and what it was. */
export interface Place {
  readonly row: number;
  readonly column: number;
  readonly candidate: number;
  readonly baseline: number;
}

/** The change on a grid of rows and columns. */
export interface Sample {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: Float32Array;
}

/** What became of a tensor's numbers; pairs with a number that is none are counted and left out of the rest. */
export class ChangeSums {
  readonly elements: number;
  readonly rows: number;
  readonly columns: number;
  /** Sums of squares: of the change, and of the baseline. */
  change = 0;
  size = 0;
  /** Numbers that differ, those of them that became zero, pairs that hold no number. */
  changed = 0;
  zeroed = 0;
  notFinite = 0;
  changedRows = 0;
  largestBaseline = 0;
  first: Place | undefined;
  largest: Place | undefined;
  readonly sample: Sample | undefined;
  readonly #marks: Uint8Array;
  #largest = 0;
  #lastRow = -1;

  constructor(tensor: Tensor, rows: number) {
    const { columns } = tensorRows(tensor);
    this.rows = rows;
    this.columns = columns;
    this.elements = rows * columns;
    this.#marks = new Uint8Array(Math.min(columns, mostColumns));
    this.sample =
      isMatrix(tensor) && tensor.shape.slice(2).every(size => size === 1) ? sampleOf(rows, columns) : undefined;
  }

  /** Adds the numbers from `start` on. */
  add(left: Float32Array, right: Float32Array, start: number): void {
    let [change, size, before] = [0, 0, this.largestBaseline];
    for (let index = 0; index < left.length; index++) {
      const value = right[index] as number;
      const other = left[index] as number;
      if (value > before) before = value;
      else if (-value > before) before = -value;
      if (value === other) {
        size += value * value;
        continue;
      }
      const difference = other - value;
      const square = difference * difference;
      if (!(square < Number.POSITIVE_INFINITY)) {
        this.notFinite++;
        continue;
      }
      size += value * value;
      change += square;
      this.#note(start + index, other, value, difference < 0 ? -difference : difference);
    }
    this.change += change;
    this.size += size;
    this.largestBaseline = before;
    if (this.sample !== undefined) fillSample(this.sample, left, right, start, this.columns);
  }

  /** Adds numbers that did not change. */
  addSame(values: Float32Array): void {
    let [size, before, broken] = [0, this.largestBaseline, 0];
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      const square = value * value;
      if (!(square < Number.POSITIVE_INFINITY)) broken++;
      else {
        size += square;
        if (value > before) before = value;
        else if (-value > before) before = -value;
      }
    }
    this.size += size;
    this.largestBaseline = before;
    this.notFinite += broken;
  }

  #note(index: number, candidate: number, baseline: number, size: number): void {
    const row = Math.floor(index / this.columns);
    const column = index - row * this.columns;
    this.changed++;
    if (candidate === 0) this.zeroed++;
    if (column < this.#marks.length) this.#marks[column] = 1;
    if (row !== this.#lastRow) {
      this.changedRows++;
      this.#lastRow = row;
    }
    if (this.first === undefined) this.first = { row, column, candidate, baseline };
    if (size > this.#largest) {
      this.#largest = size;
      this.largest = { row, column, candidate, baseline };
    }
  }

  /** Size of the largest difference. */
  get largestChange(): number {
    return this.#largest;
  }

  get changedColumns(): number {
    return this.#marks.reduce((sum, mark) => sum + mark, 0);
  }
}

function sampleOf(rows: number, columns: number): Sample {
  const [rowGrid, columnGrid] = [grid(rows), grid(columns)];
  return { rows: rowGrid, columns: columnGrid, values: new Float32Array(rowGrid.length * columnGrid.length) };
}

/** At most `sampleSize` numbers below `length`, evenly spread. */
function grid(length: number): number[] {
  const count = Math.min(length, sampleSize);
  return Array.from({ length: count }, (_, index) => Math.floor((index * length) / count));
}

function fillSample(sample: Sample, left: Float32Array, right: Float32Array, start: number, columns: number): void {
  const end = start + left.length;
  for (const [index, row] of sample.rows.entries()) {
    const rowStart = row * columns;
    if (rowStart >= end || rowStart + columns <= start) continue;
    for (const [position, column] of sample.columns.entries()) {
      const cell = rowStart + column - start;
      if (cell < 0 || cell >= left.length) continue;
      sample.values[index * sample.columns.length + position] = (left[cell] as number) - (right[cell] as number);
    }
  }
}
