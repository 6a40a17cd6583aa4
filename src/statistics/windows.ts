// Positions on an axis come in; every window that could hold something different goes out, as runs of the sorted order.
import type { IndexSet } from './index-sets.ts';

/** A run of the axis: the observations from `low` to `high`. */
export interface Window {
  /** Position of its first member. */
  readonly low: number;
  /** Position of its last member. */
  readonly high: number;
  readonly set: IndexSet & { readonly kind: 'range' };
}

export interface WindowOptions {
  /** Least width of a window, >= 0, in units of the axis. */
  readonly leastWidth: number;
  /** Greatest width of a window, >= leastWidth; Infinity for no limit. */
  readonly mostWidth: number;
  /** Windows with fewer members are left out; default 2. */
  readonly leastMembers?: number;
  /** Extent of one position: 1 for days counted with both ends included (Monday to Monday is 1 day wide), default 0. */
  readonly unit?: number;
}

/**
 * All distinct memberships of windows of an allowed width on an axis, for a scan statistic by `maxT`.
 * A membership is listed when some window [x, x + width] with leastWidth <= width <= mostWidth holds exactly those
 * observations; equal positions are never split, and the window that holds all observations is left out.
 * Ordered by low, then by high. All windows share one order, so a permutation costs n plus one step a window.
 *
 * Count: with m distinct positions, at most m (m + 1) / 2; with at most w of them in any stretch of mostWidth, m w.
 *
 * @param positions one an observation, finite; undefined where an observation has none (it is in no window)
 * @throws RangeError for positions that are not finite, or widths out of order
 * Source: scan statistic with variable window, Nagarwalla (1996), Statistics in Medicine 15:845; Kulldorff (1997).
 */
export function scanWindows(positions: readonly (number | undefined)[], options: WindowOptions): Window[] {
  const { leastWidth, mostWidth, leastMembers = 2, unit = 0 } = options;
  if (!(leastWidth >= 0 && mostWidth >= leastWidth && unit >= 0)) {
    throw new RangeError(`widths ${leastWidth} … ${mostWidth} with unit ${unit} are out of order`);
  }
  const { order, values, starts } = sortedAxis(positions);
  const windows: Window[] = [];
  for (let first = 0; first < values.length; first++) {
    const low = values[first] as number;
    const before = values[first - 1] ?? Number.NEGATIVE_INFINITY;
    for (let last = first; last < values.length; last++) {
      const high = values[last] as number;
      if (high - low + unit > mostWidth) break;
      // The widest window with these members ends just short of its neighbours.
      const room = (values[last + 1] ?? Number.POSITIVE_INFINITY) - before - unit;
      if (unit > 0 ? room < leastWidth : room <= leastWidth) continue;
      const [from, to] = [starts[first] as number, starts[last + 1] as number];
      if (to - from < leastMembers || to - from === positions.length) continue;
      windows.push({ low, high, set: { kind: 'range', order, from, to } });
    }
  }
  return windows;
}

interface Axis {
  /** Observations by position. */
  readonly order: Int32Array;
  /** Distinct positions, ascending. */
  readonly values: readonly number[];
  /** Where each distinct position starts in the order, and the order's length. */
  readonly starts: readonly number[];
}

function sortedAxis(positions: readonly (number | undefined)[]): Axis {
  const placed = positions.flatMap((position, index) => (position === undefined ? [] : [{ position, index }]));
  const wrong = placed.find(({ position }) => !Number.isFinite(position));
  if (wrong !== undefined) throw new RangeError(`position ${wrong.position} of observation ${wrong.index}`);
  placed.sort((a, b) => a.position - b.position || a.index - b.index);
  const values: number[] = [];
  const starts: number[] = [];
  placed.forEach(({ position }, at) => {
    if (position === values.at(-1)) return;
    values.push(position);
    starts.push(at);
  });
  starts.push(placed.length);
  return { order: Int32Array.from(placed, ({ index }) => index), values, starts };
}
