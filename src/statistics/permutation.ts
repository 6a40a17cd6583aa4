// Values in strata and sets of them come in; how far each set stands out goes out, corrected for all sets together.
// The null distribution is made from the data by relabelling within strata, so no shape is assumed.
import {
  assertWithin,
  eachIndex,
  flatten,
  type IndexSet,
  lanes,
  largestSums,
  type ScaledSets,
  setSize,
  sumsOver,
} from './index-sets.ts';
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
  if (!(Number.isInteger(permutations) && permutations >= 1))
    throw new RangeError('at least one permutation is needed');
  const statistics = setStatistics(values, strata, sets, options.resolution);
  const { groups, residuals, scales, top } = statistics;
  if (top === undefined) return { sets: sets.map(() => ({ kind: 'undetermined' })), nullMaxima: new Float64Array(0) };
  const reachable = (options.ofInterest ?? 1) * (permutations + 1) - 1;
  let reached = 0;
  const nullMaxima: number[] = [];
  for (const maximum of relabelled(residuals, groups, flatten(sets, scales), random)) {
    nullMaxima.push(maximum);
    if (maximum >= top - slack) reached++;
    if (nullMaxima.length === permutations || reached > reachable) break;
  }
  return result(sets, statistics, Float64Array.from(nullMaxima).sort());
}

/**
 * The largest z of {@link maxT} before any relabelling; undefined where no set has a statistic.
 * @throws RangeError for lengths that differ, values that are not finite, indices outside
 */
export function largestZ(
  values: Float64Array,
  strata: Int32Array,
  sets: readonly IndexSet[],
  { resolution }: Pick<MaxTOptions, 'resolution'> = {},
): number | undefined {
  return setStatistics(values, strata, sets, resolution).top;
}

interface SetStatistics {
  readonly groups: readonly Int32Array[];
  readonly residuals: Float64Array;
  /** T of each set. */
  readonly sums: Float64Array;
  /** 1 / sqrt(V) of each set; 0 where it has no statistic. */
  readonly scales: Float64Array;
  /** Largest z; undefined where no set has one. */
  readonly top: number | undefined;
}

function setStatistics(
  values: Float64Array,
  strata: Int32Array,
  sets: readonly IndexSet[],
  resolution = 1e-6,
): SetStatistics {
  assertInput(values, strata, sets);
  const groups = stratumMembers(strata);
  const residuals = centred(values, groups);
  const scales = inverseDeviations(residuals, groups, setCounts(strata, groups, sets), sets.length, resolution);
  const sums = sumsOver(sets, residuals);
  let top: number | undefined;
  sums.forEach((sum, k) => {
    const scale = scales[k] as number;
    if (scale !== 0 && (top === undefined || sum * scale > top)) top = sum * scale;
  });
  return { groups, residuals, sums, scales, top };
}

/** Maximum over all sets of one relabelling after the other, without end; they are made {@link lanes} at a time. */
function* relabelled(
  residuals: Float64Array,
  groups: readonly Int32Array[],
  sets: ScaledSets,
  random: Random,
): Generator<number, never> {
  const source = Int32Array.from(residuals, (_, index) => index);
  const [values, maxima] = [new Float64Array(residuals.length * lanes), new Float64Array(lanes)];
  for (;;) {
    for (let lane = 0; lane < lanes; lane++) {
      for (const members of groups) shuffleWithin(source, members, random);
      for (let at = 0; at < source.length; at++) {
        values[at * lanes + lane] = residuals[source[at] as number] as number;
      }
    }
    largestSums(sets, values, maxima);
    yield* maxima;
  }
}

function assertInput(values: Float64Array, strata: Int32Array, sets: readonly IndexSet[]): void {
  if (values.length !== strata.length) throw new RangeError('values and strata differ in length');
  if (!values.every(Number.isFinite)) throw new RangeError('values must be finite');
  for (const set of sets) assertWithin(set, strata.length);
}

/** Rounding must not make an equal statistic look larger than its own relabelling. */
const slack = 1e-9;

/** @param maxima ascending */
function result(sets: readonly IndexSet[], { sums, scales }: SetStatistics, maxima: Float64Array): MaxTResult {
  const results = sets.map((set, index): SetResult => {
    const [sum, scale] = [sums[index] as number, scales[index] as number];
    if (scale === 0) return { kind: 'undetermined' };
    const z = sum * scale;
    const reached = maxima.length - lowerBound(maxima, z - slack);
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

function shuffleWithin(source: Int32Array, members: Int32Array, random: Random): void {
  for (let last = members.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    const [a, b] = [members[last] as number, members[other] as number];
    const held = source[a] as number;
    source[a] = source[b] as number;
    source[b] = held;
  }
}
