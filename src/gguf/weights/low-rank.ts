// A matrix of changes -> its largest singular values, and whether they say "rank r and noise".
import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import { createRandom, type Random } from '../../statistics/index.ts';

/** A dense matrix, rows behind each other. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
}

/** Singular values that are looked at; ranks up to 64 can be told. */
const sketch = 80;
export const largestRank = 64;

/** Up to this many rows or columns, all singular values take less time than a sketch of them. */
const smallest = 192;

/**
 * The largest singular values, at most 80, largest first. Of a small matrix by the eigenvalues of its Gram matrix; of a
 * larger one by a randomised range finder with two power iterations (Halko, Martinsson and Tropp 2011, algorithms 4.4
 * and 5.1), then the same of what is left. Values below 1e-7 of the largest are rounding. None where the matrix holds what is
 * no finite number, or too large to be squared.
 */
export function singularValues(matrix: Matrix, seed: string): number[] {
  const small = Math.min(matrix.rows, matrix.columns) <= smallest ? narrow(matrix) : sketched(matrix, seed);
  return gramEigenvalues(small)
    .map(value => Math.sqrt(Math.max(0, value)))
    .sort((a, b) => b - a)
    .slice(0, sketch);
}

/** The matrix or its transpose, whichever has fewer columns. */
function narrow(matrix: Matrix): Matrix {
  if (matrix.columns <= matrix.rows) return matrix;
  return { rows: matrix.columns, columns: matrix.rows, values: columnsOf(matrix, 0, matrix.rows) };
}

/** A matrix of 80 columns with nearly the same largest singular values. */
function sketched(matrix: Matrix, seed: string): Matrix {
  const random = createRandom(seed);
  const start = { rows: matrix.columns, columns: sketch, values: gaussian(matrix.columns * sketch, random) };
  // Between powers a basis need only span; the last one must be orthonormal to the last digit.
  let basis = orthonormal(times(matrix, start), 1);
  for (let power = 0; power < 2; power++)
    basis = orthonormal(times(matrix, orthonormal(transposedTimes(matrix, basis), 1)), power + 1);
  return transposedTimes(matrix, basis);
}

export type RankEstimate =
  | {
      readonly kind: 'low';
      readonly rank: number /** Share of the change's energy in these directions. */;
      readonly energy: number;
    }
  | { readonly kind: 'full' };

/**
 * Splits singular values into `rank` signals and noise: the smallest rank whose remainder has no singular value beyond
 * the edge that pure noise of the remaining energy would have, sigma (sqrt m + sqrt n) (Marchenko and Pastur 1967).
 * Needs a clear step behind the last signal; a smooth spectrum (full fine-tuning) is `full`.
 * @param energy sum of the squares of the whole matrix
 */
export function estimateRank(values: readonly number[], rows: number, columns: number, energy: number): RankEstimate {
  const most = Math.min(largestRank, Math.floor(Math.min(rows, columns) / 4), values.length - 1);
  const [first = 0] = values;
  let left = energy;
  for (let rank = 0; rank <= most; rank++) {
    const next = values[rank] as number;
    const [m, n] = [rows - rank, columns - rank];
    const edge = Math.sqrt(Math.max(0, left) / (m * n)) * (Math.sqrt(m) + Math.sqrt(n));
    if (next <= Math.max(1.08 * edge, 1e-5 * first)) {
      const last = values[rank - 1] ?? 0;
      const clear = rank > 0 && last >= 1.2 * next;
      return clear ? { kind: 'low', rank, energy: Math.min(1, 1 - left / energy) } : { kind: 'full' };
    }
    left -= next ** 2;
  }
  return { kind: 'full' };
}

function gaussian(length: number, random: Random): Float64Array {
  const values = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    values[index] = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  }
  return values;
}

/** a b. */
function times(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let row = 0; row < a.rows; row++) {
    const out = values.subarray(row * b.columns, (row + 1) * b.columns);
    const start = row * a.columns;
    addRows(out, b, a.columns, inner => a.values[start + inner] as number);
  }
  return { rows: a.rows, columns: b.columns, values };
}

/** Transpose of a, times b. */
function transposedTimes(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.columns * b.columns);
  // In bands of rows that stay in the cache while all columns of a pass over them.
  for (let band = 0; band < a.rows; band += bandRows) {
    const count = Math.min(bandRows, a.rows - band);
    const part = b.values.subarray(band * b.columns, (band + count) * b.columns);
    const rows = { rows: count, columns: b.columns, values: part };
    const columns = columnsOf(a, band, count);
    for (let row = 0; row < a.columns; row++) {
      const out = values.subarray(row * b.columns, (row + 1) * b.columns);
      const start = row * count;
      addRows(out, rows, count, inner => columns[start + inner] as number);
    }
  }
  return { rows: a.columns, columns: b.columns, values };
}

const bandRows = 64;

/** Some rows of a matrix, turned over: column after column. */
function columnsOf(a: Matrix, band: number, count: number): Float64Array {
  const out = new Float64Array(count * a.columns);
  for (let inner = 0; inner < count; inner++) {
    const start = (band + inner) * a.columns;
    for (let row = 0; row < a.columns; row++) out[row * count + inner] = a.values[start + row] as number;
  }
  return out;
}

/** out += the sum of b's rows by their factors, four at a time: fewer loads and stores than one at a time. */
function addRows(out: Float64Array, b: Matrix, count: number, factor: (row: number) => number): void {
  const { columns } = b;
  const values = b.values as Float64Array;
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const [f0, f1, f2, f3] = [factor(row), factor(row + 1), factor(row + 2), factor(row + 3)];
    const r0 = row * columns;
    const [r1, r2, r3] = [r0 + columns, r0 + 2 * columns, r0 + 3 * columns];
    for (let at = 0; at < columns; at++) {
      out[at] =
        (out[at] as number) +
        f0 * (values[r0 + at] as number) +
        f1 * (values[r1 + at] as number) +
        f2 * (values[r2 + at] as number) +
        f3 * (values[r3 + at] as number);
    }
  }
  for (; row < count; row++) addScaled(out, values, row * columns, factor(row));
}

function addScaled(out: Float64Array, from: Float32Array | Float64Array, at: number, factor: number): void {
  if (factor === 0) return;
  for (let index = 0; index < out.length; index++)
    out[index] = (out[index] as number) + factor * (from[at + index] as number);
}

/** Columns made orthonormal by Gram-Schmidt; columns that vanish become zero. @param passes 2: to the last digit */
function orthonormal({ rows, columns, values }: Matrix, passes: number): Matrix {
  // Worked on as rows of the transpose, which are contiguous.
  const basis = Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_unused, row) => values[row * columns + column] as number),
  );
  for (const [index, vector] of basis.entries()) {
    const before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < passes; pass++) {
      for (const other of basis.slice(0, index)) addScaled(vector, other, 0, -dot(vector, other));
    }
    const length = Math.sqrt(dot(vector, vector));
    const factor = length > 1e-12 * before && length > 0 ? 1 / length : 0;
    for (let row = 0; row < rows; row++) vector[row] = (vector[row] as number) * factor;
  }
  const out = new Float64Array(rows * columns);
  for (const [column, vector] of basis.entries()) {
    for (let row = 0; row < rows; row++) out[row * columns + column] = vector[row] as number;
  }
  return { rows, columns, values: out };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** Eigenvalues of a transposed, times a: small and symmetric. */
function gramEigenvalues(a: Matrix): number[] {
  const { columns, values } = transposedTimes(a, a);
  // A model's file may hold anything, and what is not finite ends the library's search beyond its rows.
  if (!values.every(Number.isFinite)) return [];
  const gram = DenseMatrix.from1DArray(columns, columns, values);
  return new EigenvalueDecomposition(gram, { assumeSymmetric: true }).realEigenvalues;
}
