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

/** Sets as flat typed arrays: the sums over them are where a permutation test's time goes. */
export interface FlatSets {
  /** Ranges by order; each order's prefix sums are shared. `number` is the set's place in the list. */
  readonly ranges: readonly {
    readonly order: Int32Array;
    readonly prefix: Float64Array;
    readonly from: Int32Array;
    readonly to: Int32Array;
    readonly number: Int32Array;
  }[];
  /** Listed sets one after the other: set k is indices[start[k]] … indices[start[k + 1] - 1]. */
  readonly start: Int32Array;
  readonly indices: Int32Array;
  readonly number: Int32Array;
}

export function flatten(sets: readonly IndexSet[]): FlatSets {
  const byOrder = new Map<Int32Array, { from: number[]; to: number[]; number: number[] }>();
  const listed: { members: Int32Array; number: number }[] = [];
  sets.forEach((set, number) => {
    if (set.kind === 'members') {
      listed.push({ members: set.members, number });
      return;
    }
    const own = byOrder.get(set.order) ?? { from: [], to: [], number: [] };
    byOrder.set(set.order, own);
    own.from.push(set.from);
    own.to.push(set.to);
    own.number.push(number);
  });
  const ranges = [...byOrder].map(([order, own]) => ({
    order,
    prefix: new Float64Array(order.length + 1),
    from: Int32Array.from(own.from),
    to: Int32Array.from(own.to),
    number: Int32Array.from(own.number),
  }));
  const start = new Int32Array(listed.length + 1);
  listed.forEach(({ members }, index) => {
    start[index + 1] = (start[index] as number) + members.length;
  });
  const indices = new Int32Array(start[listed.length] as number);
  listed.forEach(({ members }, index) => indices.set(members, start[index] as number));
  return { ranges, start, indices, number: Int32Array.from(listed, ({ number }) => number) };
}

/** Sum of `values` over every set, written to `sums` in the order of the list of sets. */
export function sumSets({ ranges, start, indices, number }: FlatSets, values: Float64Array, sums: Float64Array): void {
  for (const range of ranges) {
    const { order, prefix, from, to, number: place } = range;
    let total = 0;
    for (let at = 0; at < order.length; at++) {
      total += values[order[at] as number] as number;
      prefix[at + 1] = total;
    }
    for (let k = 0; k < from.length; k++) {
      sums[place[k] as number] = (prefix[to[k] as number] as number) - (prefix[from[k] as number] as number);
    }
  }
  for (let k = 0; k < number.length; k++) {
    let total = 0;
    const end = start[k + 1] as number;
    for (let at = start[k] as number; at < end; at++) total += values[indices[at] as number] as number;
    sums[number[k] as number] = total;
  }
}
