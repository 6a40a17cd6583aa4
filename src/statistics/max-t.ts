import type { Random } from './random.ts';

/** A set of observations: listed, or a run of an order (such as all dates between two dates). */
export type IndexSet =
  | { readonly kind: 'members'; readonly members: Int32Array }
  | { readonly kind: 'range'; readonly order: Int32Array; readonly from: number; readonly to: number };

/** Result of one hypothesis; a set that covers whole strata only has no variance and no statistic. */
export type SetResult =
  | {
      readonly kind: 'tested';
      readonly z: number;
      readonly sum: number;
      readonly size: number;
      readonly pValue: number;
    }
  | { readonly kind: 'undetermined' };

export interface MaxTResult {
  readonly sets: readonly SetResult[];
  /** Maximum of the statistic over all sets in each relabelling, ascending; length = permutations. */
  readonly nullMaxima: Float64Array;
}

/**
 * Westfall-Young max-T test that sets of observations have larger values than the rest of their strata.
 *
 * r_i = y_i - mean of its stratum; T = sum of r over the set; V = sum over strata s of
 * n_sl (n_s - n_sl) / (n_s (n_s - 1)) * sum of r^2 in s (the permutation variance); z = T / sqrt(V).
 * Values are relabelled within strata; p = (1 + #{max over sets >= z}) / (permutations + 1), never 0 and already
 * corrected for all sets (family-wise, single step, one-sided).
 *
 * @param values y, length n
 * @param strata stratum of each observation, 0, 1, …, length n
 * @param sets hypotheses; indices in 0 … n - 1
 * @param permutations number of relabellings, >= 1
 * Source: Westfall & Young (1993), Resampling-Based Multiple Testing, algorithm 2.8; stratified as in Strasser & Weber (1999).
 */
export function maxT(
  values: Float64Array,
  strata: Int32Array,
  sets: readonly IndexSet[],
  permutations: number,
  random: Random,
): MaxTResult {
  if (values.length !== strata.length) throw new RangeError('values and strata differ in length');
  if (permutations < 1) throw new RangeError('at least one permutation is needed');
  const groups = stratumMembers(strata);
  const residuals = centred(values, groups);
  const scales = inverseDeviations(residuals, strata, groups, sets);
  const compiled = compile(sets, scales);
  const nullMaxima = new Float64Array(permutations);
  const shuffled = Float64Array.from(residuals);
  for (let round = 0; round < permutations; round++) {
    for (const members of groups) shuffleWithin(shuffled, members, random);
    nullMaxima[round] = largest(compiled, shuffled);
  }
  nullMaxima.sort();
  return { nullMaxima, sets: sets.map((set, index) => result(set, residuals, scales[index] as number, nullMaxima)) };
}

function result(set: IndexSet, residuals: Float64Array, scale: number, nullMaxima: Float64Array): SetResult {
  if (scale === 0) return { kind: 'undetermined' };
  let sum = 0;
  eachIndex(set, index => {
    sum += residuals[index] as number;
  });
  const z = sum * scale;
  // Rounding must not make an equal statistic look larger than its own relabelling.
  const reached = nullMaxima.length - lowerBound(nullMaxima, z - 1e-9);
  const size = set.kind === 'members' ? set.members.length : set.to - set.from;
  return { kind: 'tested', z, sum, size, pValue: (1 + reached) / (nullMaxima.length + 1) };
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
  const lists: number[][] = [];
  strata.forEach((stratum, index) => {
    lists[stratum] ??= [];
    (lists[stratum] as number[]).push(index);
  });
  return lists.filter(list => list !== undefined).map(list => Int32Array.from(list));
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

/** 1 / sqrt(V) of each set; 0 where V is 0. V does not change under relabelling within strata. */
function inverseDeviations(
  residuals: Float64Array,
  strata: Int32Array,
  groups: readonly Int32Array[],
  sets: readonly IndexSet[],
): Float64Array {
  const numberOf = new Map(groups.map((members, group) => [strata[members[0] as number] as number, group]));
  const group = Int32Array.from(strata, stratum => numberOf.get(stratum) as number);
  const perUnit = groups.map(members => {
    const squares = members.reduce((total, index) => total + (residuals[index] as number) ** 2, 0);
    return members.length < 2 ? 0 : squares / (members.length * (members.length - 1));
  });
  const counts = new Int32Array(groups.length);
  return Float64Array.from(sets, set => {
    counts.fill(0);
    eachIndex(set, index => {
      counts[group[index] as number] = (counts[group[index] as number] as number) + 1;
    });
    let variance = 0;
    counts.forEach((n, g) => {
      if (n > 0) variance += n * ((groups[g] as Int32Array).length - n) * (perUnit[g] as number);
    });
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
  });
}

function eachIndex(set: IndexSet, visit: (index: number) => void): void {
  if (set.kind === 'members') for (const index of set.members) visit(index);
  else for (let at = set.from; at < set.to; at++) visit(set.order[at] as number);
}

/** Sets as flat typed arrays: the loop over relabellings is where the time goes. */
interface Compiled {
  /** Ranges by order; each order's prefix sums are shared. */
  readonly ranges: readonly {
    order: Int32Array;
    prefix: Float64Array;
    from: Int32Array;
    to: Int32Array;
    scale: Float64Array;
  }[];
  /** Listed sets one after the other: set k is indices[start[k]] … indices[start[k + 1] - 1]. */
  readonly start: Int32Array;
  readonly indices: Int32Array;
  readonly scale: Float64Array;
}

function compile(sets: readonly IndexSet[], scales: Float64Array): Compiled {
  const numbered = sets.map((set, index) => ({ set, scale: scales[index] as number }));
  const orders = [...new Set(sets.flatMap(set => (set.kind === 'range' ? [set.order] : [])))];
  const ranges = orders.map(order => {
    const own = numbered.flatMap(({ set, scale }) =>
      set.kind === 'range' && set.order === order ? [{ set, scale }] : [],
    );
    return {
      order,
      prefix: new Float64Array(order.length + 1),
      from: Int32Array.from(own, ({ set }) => set.from),
      to: Int32Array.from(own, ({ set }) => set.to),
      scale: Float64Array.from(own, ({ scale }) => scale),
    };
  });
  const listed = numbered.flatMap(({ set, scale }) =>
    set.kind === 'members' ? [{ members: set.members, scale }] : [],
  );
  const start = new Int32Array(listed.length + 1);
  listed.forEach(({ members }, index) => {
    start[index + 1] = (start[index] as number) + members.length;
  });
  const indices = new Int32Array(start[listed.length] as number);
  listed.forEach(({ members }, index) => indices.set(members, start[index] as number));
  return { ranges, start, indices, scale: Float64Array.from(listed, ({ scale }) => scale) };
}

/** Largest statistic over all sets; sets without variance have scale 0 and never win against a positive one. */
function largest({ ranges, start, indices, scale }: Compiled, values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const range of ranges) {
    const { order, prefix, from, to } = range;
    let total = 0;
    for (let at = 0; at < order.length; at++) {
      total += values[order[at] as number] as number;
      prefix[at + 1] = total;
    }
    for (let k = 0; k < from.length; k++) {
      const z =
        ((prefix[to[k] as number] as number) - (prefix[from[k] as number] as number)) * (range.scale[k] as number);
      if (z > most) most = z;
    }
  }
  for (let k = 0; k < scale.length; k++) {
    let total = 0;
    const end = start[k + 1] as number;
    for (let at = start[k] as number; at < end; at++) total += values[indices[at] as number] as number;
    const z = total * (scale[k] as number);
    if (z > most) most = z;
  }
  return most;
}

function shuffleWithin(values: Float64Array, members: Int32Array, random: Random): void {
  for (let last = members.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    const [a, b] = [members[last] as number, members[other] as number];
    const held = values[a] as number;
    values[a] = values[b] as number;
    values[b] = held;
  }
}
