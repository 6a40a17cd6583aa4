/** A set of observations: listed, or a run of an order (such as everything between two values of an axis). */
export type IndexSet =
  | { readonly kind: 'members'; readonly members: Int32Array }
  /** order[from] … order[to - 1]. Ranges that share one `order` array are summed together, so share it. */
  | { readonly kind: 'range'; readonly order: Int32Array; readonly from: number; readonly to: number };

/** Number of observations in a set. */
export function setSize(set: IndexSet): number {
  return set.kind === 'members' ? set.members.length : set.to - set.from;
}

/** Calls `visit` with each index of a set, in its order. */
export function eachIndex(set: IndexSet, visit: (index: number) => void): void {
  if (set.kind === 'members') for (const index of set.members) visit(index);
  else for (let at = set.from; at < set.to; at++) visit(set.order[at] as number);
}

/** Throws RangeError for a set that is not within 0 … count - 1. */
export function assertWithin(set: IndexSet, count: number): void {
  if (set.kind === 'range' && !(set.from >= 0 && set.from <= set.to && set.to <= set.order.length)) {
    throw new RangeError(`range ${set.from} … ${set.to} is outside its order of ${set.order.length}`);
  }
  eachIndex(set, index => {
    if (!(index >= 0 && index < count)) throw new RangeError(`index ${index} is outside 0 … ${count - 1}`);
  });
}

/** Relabellings that are summed at once: each index is read once for all of them, and their sums do not wait for another. */
export const lanes = 8;

/**
 * Sets with their scales as flat typed arrays: the sums over them are where a permutation test's time goes. Values have
 * {@link lanes} numbers an observation, one after the other; indices are places of the first.
 */
export interface ScaledSets {
  /** Ranges by order; each order's prefix sums are shared. */
  readonly ranges: readonly {
    readonly order: Int32Array;
    readonly prefix: Float64Array;
    readonly from: Int32Array;
    readonly to: Int32Array;
    readonly scale: Float64Array;
  }[];
  /** Listed sets one after the other: set k is indices[start[k]] … indices[start[k + 1] - 1]. */
  readonly start: Int32Array;
  readonly indices: Int32Array;
  readonly scale: Float64Array;
}

/** @param scales of each set; those of scale 0 have no statistic and are left out */
export function flatten(sets: readonly IndexSet[], scales: Float64Array): ScaledSets {
  const byOrder = new Map<Int32Array, { from: number[]; to: number[]; scale: number[] }>();
  const listed: { members: Int32Array; scale: number }[] = [];
  sets.forEach((set, number) => {
    const scale = scales[number] as number;
    if (scale === 0) return;
    if (set.kind === 'members') {
      listed.push({ members: set.members, scale });
      return;
    }
    const own = byOrder.get(set.order) ?? { from: [], to: [], scale: [] };
    byOrder.set(set.order, own);
    own.from.push(set.from * lanes);
    own.to.push(set.to * lanes);
    own.scale.push(scale);
  });
  const ranges = [...byOrder].map(([order, own]) => ({
    order: order.map(index => index * lanes),
    prefix: new Float64Array((order.length + 1) * lanes),
    from: Int32Array.from(own.from),
    to: Int32Array.from(own.to),
    scale: Float64Array.from(own.scale),
  }));
  const start = new Int32Array(listed.length + 1);
  listed.forEach(({ members }, index) => {
    start[index + 1] = (start[index] as number) + members.length;
  });
  const indices = new Int32Array(start[listed.length] as number);
  listed.forEach(({ members }, index) =>
    indices.set(
      members.map(at => at * lanes),
      start[index] as number,
    ),
  );
  return { ranges, start, indices, scale: Float64Array.from(listed, ({ scale }) => scale) };
}

/** Sum of `values`, one an observation, over each set; added in the order in which relabelled sums are: the same rounding. */
export function sumsOver(sets: readonly IndexSet[], values: Float64Array): Float64Array {
  const prefixes = new Map<Int32Array, Float64Array>();
  return Float64Array.from(sets, set => {
    if (set.kind === 'members') return set.members.reduce((sum, index) => sum + (values[index] as number), 0);
    const prefix = prefixes.get(set.order) ?? prefixSums(set.order, values);
    prefixes.set(set.order, prefix);
    return (prefix[set.to] as number) - (prefix[set.from] as number);
  });
}

function prefixSums(order: Int32Array, values: Float64Array): Float64Array {
  const out = new Float64Array(order.length + 1);
  order.forEach((index, at) => {
    out[at + 1] = (out[at] as number) + (values[index] as number);
  });
  return out;
}

/**
 * Largest scaled sum over all sets, one a lane.
 * @param values lanes x observations
 * @param most written: `lanes` numbers
 */
export function largestSums(sets: ScaledSets, values: Float64Array, most: Float64Array): void {
  most.fill(Number.NEGATIVE_INFINITY);
  for (const range of sets.ranges) {
    sumPrefixes(range.order, values, range.prefix);
    largestRange(range, most);
  }
  largestListed(sets, values, most);
}

// What follows is written out lane by lane: numbers in local names are not stored and read again at each step.

function sumPrefixes(order: Int32Array, values: Float64Array, prefix: Float64Array): void {
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at < order.length; at++) {
    const [from, to] = [order[at] as number, (at + 1) * lanes];
    prefix[to] = s0 += values[from] as number;
    prefix[to + 1] = s1 += values[from + 1] as number;
    prefix[to + 2] = s2 += values[from + 2] as number;
    prefix[to + 3] = s3 += values[from + 3] as number;
    prefix[to + 4] = s4 += values[from + 4] as number;
    prefix[to + 5] = s5 += values[from + 5] as number;
    prefix[to + 6] = s6 += values[from + 6] as number;
    prefix[to + 7] = s7 += values[from + 7] as number;
  }
}

type Lanes = [number, number, number, number, number, number, number, number];

function largestRange({ prefix, from, to, scale }: ScaledSets['ranges'][number], most: Float64Array): void {
  let [m0, m1, m2, m3, m4, m5, m6, m7] = most as unknown as Lanes;
  for (let k = 0; k < scale.length; k++) {
    const [first, end, own] = [from[k] as number, to[k] as number, scale[k] as number];
    const z0 = ((prefix[end] as number) - (prefix[first] as number)) * own;
    const z1 = ((prefix[end + 1] as number) - (prefix[first + 1] as number)) * own;
    const z2 = ((prefix[end + 2] as number) - (prefix[first + 2] as number)) * own;
    const z3 = ((prefix[end + 3] as number) - (prefix[first + 3] as number)) * own;
    const z4 = ((prefix[end + 4] as number) - (prefix[first + 4] as number)) * own;
    const z5 = ((prefix[end + 5] as number) - (prefix[first + 5] as number)) * own;
    const z6 = ((prefix[end + 6] as number) - (prefix[first + 6] as number)) * own;
    const z7 = ((prefix[end + 7] as number) - (prefix[first + 7] as number)) * own;
    if (z0 > m0) m0 = z0;
    if (z1 > m1) m1 = z1;
    if (z2 > m2) m2 = z2;
    if (z3 > m3) m3 = z3;
    if (z4 > m4) m4 = z4;
    if (z5 > m5) m5 = z5;
    if (z6 > m6) m6 = z6;
    if (z7 > m7) m7 = z7;
  }
  most.set([m0, m1, m2, m3, m4, m5, m6, m7]);
}

function largestListed({ start, indices, scale }: ScaledSets, values: Float64Array, most: Float64Array): void {
  let [m0, m1, m2, m3, m4, m5, m6, m7] = most as unknown as Lanes;
  let at = 0;
  for (let k = 0; k < scale.length; k++) {
    const [end, own] = [start[k + 1] as number, scale[k] as number];
    let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (; at < end; at++) {
      const place = indices[at] as number;
      s0 += values[place] as number;
      s1 += values[place + 1] as number;
      s2 += values[place + 2] as number;
      s3 += values[place + 3] as number;
      s4 += values[place + 4] as number;
      s5 += values[place + 5] as number;
      s6 += values[place + 6] as number;
      s7 += values[place + 7] as number;
    }
    if (s0 * own > m0) m0 = s0 * own;
    if (s1 * own > m1) m1 = s1 * own;
    if (s2 * own > m2) m2 = s2 * own;
    if (s3 * own > m3) m3 = s3 * own;
    if (s4 * own > m4) m4 = s4 * own;
    if (s5 * own > m5) m5 = s5 * own;
    if (s6 * own > m6) m6 = s6 * own;
    if (s7 * own > m7) m7 = s7 * own;
  }
  most.set([m0, m1, m2, m3, m4, m5, m6, m7]);
}
