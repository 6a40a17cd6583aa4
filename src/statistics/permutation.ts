// Values in strata and sets of them come in; how far each set stands out goes out, corrected for all sets together.
// The null distribution is made from the data by relabelling within strata, so no shape is assumed.
import { assertWithin, eachIndex, flatten, type FlatSets, type IndexSet, setSize, sumSets } from './index-sets.ts';
import type { Random } from './random.ts';

/** Result of one hypothesis; a set without variance (it covers whole strata, or all is equal) has no statistic. */
export type SetResult =
  | {
      readonly kind: 'tested';
      /** T / sqrt(V). */
      readonly z: number;
      /** T, sum of residuals, in units of the values. */
      readonly sum: number;
      readonly size: number;
      /** Corrected for all sets; in [1 / (permutations + 1), 1]. */
      readonly pValue: number;
    }
  | { readonly kind: 'undetermined' };

export interface MaxTResult {
  readonly sets: readonly SetResult[];
  /** Maximum of the statistic over all sets in each relabelling, ascending; empty where no set has a statistic. */
  readonly nullMaxima: Float64Array;
}

export interface MaxTOptions {
  /** `greater` (default): larger values than the rest of the strata; `two-sided`: larger or smaller, |z| is compared. */
  readonly alternative?: 'greater' | 'two-sided';
  /** sqrt(V) below this, in units of the values, counts as none: default 1e-6. */
  readonly resolution?: number;
  /**
   * Largest p-value that matters; default 1. Relabelling stops once no set's p-value can stay at or below it; p-values are
   * then counts over the relabellings made so far, still valid (Besag & Clifford 1991, sequential Monte Carlo p-values).
   */
  readonly ofInterest?: number;
}

/**
 * Westfall-Young max-T test that sets of observations have larger values than the rest of their strata.
 *
 * r_i = y_i - mean of its stratum; T = sum of r over the set; V = sum over strata s of
 * n_sl (n_s - n_sl) / (n_s (n_s - 1)) * sum of r^2 in s (the permutation variance); z = T / sqrt(V).
 * Values are relabelled within strata; p = (1 + #{max over sets >= z}) / (permutations + 1), never 0 and already
 * corrected for all sets (family-wise, single step): do not correct for their number again.
 *
 * @param values y, length n, finite
 * @param strata stratum of each observation, any whole numbers, length n
 * @param sets hypotheses; indices in 0 … n - 1, each at most once in a set
 * @param permutations number of relabellings, >= 1
 * @throws RangeError for lengths that differ, values that are not finite, indices outside
 * Source: Westfall & Young (1993), Resampling-Based Multiple Testing, algorithm 2.8; V of Strasser & Weber (1999),
 * Mathematical Methods of Statistics 8:220; (1 + b) / (B + 1) of Phipson & Smyth (2010).
 */
export function maxT(
  values: Float64Array,
  strata: Int32Array,
  sets: readonly IndexSet[],
  permutations: number,
  random: Random,
  options: MaxTOptions = {},
): MaxTResult {
  return maxTColumns([values], strata, sets, permutations, random, options)[0] as MaxTResult;
}

/**
 * {@link maxT} for several responses of the same observations: every relabelling is shared by all columns, so their
 * maxima can be compared and the cost of shuffling is paid once. Each column is corrected for its sets alone; correct
 * for the number of columns outside (Bonferroni).
 * @param columns responses, each of length n
 * @returns one result a column, in order
 */
export function maxTColumns(
  columns: readonly Float64Array[],
  strata: Int32Array,
  sets: readonly IndexSet[],
  permutations: number,
  random: Random,
  options: MaxTOptions = {},
): MaxTResult[] {
  assertInput(columns, strata, sets, permutations);
  const groups = stratumMembers(strata);
  const counts = setCounts(strata, groups, sets);
  const tests = columns.map(values => {
    const residuals = centred(values, groups);
    const scales = inverseDeviations(residuals, groups, counts, sets.length, options.resolution ?? 1e-6);
    return { residuals, scales, maxima: [] as number[], top: Number.NEGATIVE_INFINITY, reached: 0 };
  });
  const twoSided = options.alternative === 'two-sided';
  const flat = flatten(sets);
  const most = (options.ofInterest ?? 1) * (permutations + 1) - 1;
  const source = Int32Array.from(strata, (_, index) => index);
  const [relabelled, sums] = [new Float64Array(strata.length), new Float64Array(sets.length)];
  for (const test of tests) {
    sumSets(flat, test.residuals, sums);
    test.top = largest(sums, test.scales, twoSided) - slack;
  }
  for (let round = 0; round < permutations; round++) {
    const open = tests.filter(({ reached }) => reached <= most);
    if (open.length === 0) break;
    for (const members of groups) shuffleWithin(source, members, random);
    for (const test of open) {
      for (let at = 0; at < source.length; at++) relabelled[at] = test.residuals[source[at] as number] as number;
      sumSets(flat, relabelled, sums);
      const maximum = largest(sums, test.scales, twoSided);
      test.maxima.push(maximum);
      if (maximum >= test.top) test.reached++;
    }
  }
  return tests.map(test => result(test, sets, flat, twoSided));
}

function assertInput(
  columns: readonly Float64Array[],
  strata: Int32Array,
  sets: readonly IndexSet[],
  permutations: number,
): void {
  if (columns.some(values => values.length !== strata.length)) {
    throw new RangeError('values and strata differ in length');
  }
  if (columns.some(values => !values.every(Number.isFinite))) throw new RangeError('values must be finite');
  if (!(Number.isInteger(permutations) && permutations >= 1)) {
    throw new RangeError('at least one permutation is needed');
  }
  for (const set of sets) assertWithin(set, strata.length);
}

/** Rounding must not make an equal statistic look larger than its own relabelling. */
const slack = 1e-9;

interface ColumnTest {
  readonly residuals: Float64Array;
  readonly scales: Float64Array;
  /** Maximum over all sets, one a relabelling. */
  readonly maxima: number[];
}

function result(
  { residuals, scales, maxima: unsorted }: ColumnTest,
  sets: readonly IndexSet[],
  flat: FlatSets,
  twoSided: boolean,
): MaxTResult {
  if (scales.every(scale => scale === 0)) {
    return { sets: sets.map(() => ({ kind: 'undetermined' })), nullMaxima: new Float64Array(0) };
  }
  const maxima = Float64Array.from(unsorted).sort();
  const sums = new Float64Array(sets.length);
  sumSets(flat, residuals, sums);
  const results = sets.map((set, index): SetResult => {
    const [sum, scale] = [sums[index] as number, scales[index] as number];
    if (scale === 0) return { kind: 'undetermined' };
    const z = sum * scale;
    const reached = maxima.length - lowerBound(maxima, (twoSided ? Math.abs(z) : z) - slack);
    return { kind: 'tested', z, sum, size: setSize(set), pValue: (1 + reached) / (maxima.length + 1) };
  });
  return { sets: results, nullMaxima: maxima };
}

function lowerBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stratumMembers(strata: Int32Array): Int32Array[] {
  const lists = new Map<number, number[]>();
  strata.forEach((stratum, index) => {
    const list = lists.get(stratum);
    if (list === undefined) lists.set(stratum, [index]);
    else list.push(index);
  });
  return [...lists].toSorted(([a], [b]) => a - b).map(([, list]) => Int32Array.from(list));
}

function centred(values: Float64Array, groups: readonly Int32Array[]): Float64Array {
  const out = new Float64Array(values.length);
  for (const members of groups) {
    let mean = 0;
    for (const index of members) mean += (values[index] as number) / members.length;
    for (const index of members) out[index] = (values[index] as number) - mean;
  }
  return out;
}

/** Members of each set in each stratum, n_sl: one row a set, one column a stratum, row by row in one array. */
function setCounts(strata: Int32Array, groups: readonly Int32Array[], sets: readonly IndexSet[]): Int32Array {
  const groupOf = new Int32Array(strata.length);
  groups.forEach((members, group) => {
    for (const index of members) groupOf[index] = group;
  });
  const counts = new Int32Array(sets.length * groups.length);
  sets.forEach((set, row) => {
    eachIndex(set, index => {
      const place = row * groups.length + (groupOf[index] as number);
      counts[place] = (counts[place] as number) + 1;
    });
  });
  return counts;
}

/** 1 / sqrt(V) of each set; 0 where V is 0. V does not change under relabelling within strata. */
function inverseDeviations(
  residuals: Float64Array,
  groups: readonly Int32Array[],
  counts: Int32Array,
  sets: number,
  resolution: number,
): Float64Array {
  const perUnit = groups.map(members => {
    let squares = 0;
    for (const index of members) squares += (residuals[index] as number) ** 2;
    return members.length < 2 ? 0 : squares / (members.length * (members.length - 1));
  });
  const out = new Float64Array(sets);
  for (let row = 0; row < out.length; row++) {
    let variance = 0;
    for (let g = 0; g < groups.length; g++) {
      const n = counts[row * groups.length + g] as number;
      if (n > 0) variance += n * ((groups[g] as Int32Array).length - n) * (perUnit[g] as number);
    }
    out[row] = variance > resolution * resolution ? 1 / Math.sqrt(variance) : 0;
  }
  return out;
}

/** Largest statistic over the sets that have one. */
function largest(sums: Float64Array, scales: Float64Array, twoSided: boolean): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < sums.length; k++) {
    const scale = scales[k] as number;
    if (scale === 0) continue;
    const z = (sums[k] as number) * scale;
    const size = twoSided && z < 0 ? -z : z;
    if (size > most) most = size;
  }
  return most;
}

function shuffleWithin(source: Int32Array, members: Int32Array, random: Random): void {
  for (let last = members.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    const [a, b] = [members[last] as number, members[other] as number];
    const held = source[a] as number;
    source[a] = source[b] as number;
    source[b] = held;
  }
}
