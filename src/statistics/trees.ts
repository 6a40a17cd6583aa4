// Slash paths come in; every subtree that holds some of them, but not all, goes out, as a run of the sorted order.
import type { IndexSet } from './index-sets.ts';

/** All observations at or below a path. */
export interface Subtree {
  /** The deepest path that has these members. */
  readonly prefix: string;
  /** The shallowest path that has the same members: on these data the two can't be told apart. */
  readonly shallowest: string;
  readonly set: IndexSet & { readonly kind: 'range' };
}

export interface TreeOptions {
  /** Subtrees with fewer members are left out; default 2. */
  readonly leastMembers?: number;
  /** What separates the parts of a path; default `/`. */
  readonly separator?: string;
}

/**
 * All distinct memberships of subtrees, for a tree scan by `maxT`. Parents come before children, siblings by name.
 * Repeated and trailing separators don't count; `/a` and `a` are different trees. A subtree that holds all observations
 * is left out. Sorted by parts each subtree is a run, so all share one order.
 *
 * Count: at most 2 m - 1 for m distinct paths (nodes of a compressed prefix tree).
 *
 * @param paths one an observation; undefined where an observation has none (it is in no subtree)
 * @throws RangeError for an empty separator or an empty path
 * Source: tree-based scan statistic, Kulldorff, Fang & Walsh (2003), Biometrics 59:323.
 */
export function scanTrees(paths: readonly (string | undefined)[], options: TreeOptions = {}): Subtree[] {
  const { leastMembers = 2, separator = '/' } = options;
  if (separator === '') throw new RangeError('a separator is needed');
  const placed = paths.flatMap((path, index) =>
    path === undefined ? [] : [{ parts: partsOf(path, separator), index }],
  );
  placed.sort((a, b) => compareParts(a.parts, b.parts) || a.index - b.index);
  const order = Int32Array.from(placed, ({ index }) => index);
  const sorted = placed.map(({ parts }) => parts);
  const nameOf = (parts: readonly string[]) =>
    parts.length === 1 && parts[0] === '' ? separator : parts.join(separator);
  return nodes(sorted, 0, sorted.length, 1)
    .filter(({ from, to }) => to - from >= leastMembers && to - from < paths.length)
    .map(({ from, to, shallowest, deepest }) => {
      const parts = sorted[from] as readonly string[];
      return {
        prefix: nameOf(parts.slice(0, deepest)),
        shallowest: nameOf(parts.slice(0, shallowest)),
        set: { kind: 'range', order, from, to },
      };
    });
}

/** `/srv//app/` is '', 'srv', 'app'; the empty first part is the root. */
function partsOf(path: string, separator: string): string[] {
  if (path === '') throw new RangeError('a path is empty');
  const parts = path.split(separator).filter(part => part !== '');
  return path.startsWith(separator) ? ['', ...parts] : parts;
}

/** By parts, not by characters: `a-b` must not come between `a` and `a/b`. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [x, y] = [a[at] as string, b[at] as string];
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

interface Node {
  readonly from: number;
  readonly to: number;
  /** Number of parts of the shortest and of the longest path with these members. */
  readonly shallowest: number;
  readonly deepest: number;
}

/** The node that holds a run of sorted paths, if they share a part, and all nodes below. */
function nodes(sorted: readonly (readonly string[])[], from: number, to: number, shallowest: number): Node[] {
  if (from === to) return [];
  const [first, last] = [sorted[from] as readonly string[], sorted[to - 1] as readonly string[]];
  let deepest = 0;
  while (deepest < first.length && first[deepest] === last[deepest]) deepest++;
  const out: Node[] = deepest === 0 ? [] : [{ from, to, shallowest, deepest }];
  // Paths that end here sort before those that go on.
  let start = from;
  while (start < to && (sorted[start] as readonly string[]).length === deepest) start++;
  for (let at = start + 1; at <= to; at++) {
    if (at < to && sorted[at]?.[deepest] === sorted[start]?.[deepest]) continue;
    out.push(...nodes(sorted, start, at, deepest + 1));
    start = at;
  }
  return out;
}
