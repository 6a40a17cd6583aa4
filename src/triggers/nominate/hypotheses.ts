// Cases -> the one family of hypotheses: every condition that a case meets, pairs of them, and stretches of the line that
// a factor's levels lie on. Each is a set of cases.
import type { CaseDivergence } from '../../divergence/index.ts';
import type { Case } from '../../records/suites/case.ts';
import type { StoredCondition } from '../../factors/condition.ts';
import { conditionKey, conditionsOfCase, factorOf, lineOf, meets, readCondition } from '../../factors/conditions.ts';
import type { Condition } from '../../factors/index.ts';
import type { Line } from '../../factors/search.ts';
import type { Suite } from '../../records/suites/suite.ts';
import type { IndexSet } from '../../statistics/index.ts';

/** A condition that could be the trigger, and the cases that meet it. */
export interface Hypothesis {
  /** One condition, or two for a pair. */
  readonly conditions: readonly Condition[];
  /** Positions in the list of cases the family was built from. */
  readonly set: IndexSet;
}

/** Levels with fewer cases than this are not tested alone. */
const leastLevel = 3;
/** Pairs with fewer cases than this are not tested. */
const leastPair = 2;
/** Stretches with fewer cases than this are not tested. */
const leastStretch = 3;

/** Does a case carry what was found: does it meet all its conditions? */
export function carries(
  { case: about }: { readonly case: Case },
  { conditions }: { readonly conditions: readonly StoredCondition[] },
): boolean {
  return conditions.every(condition => meets(about, readCondition(condition)));
}

/**
 * The family over some cases. Levels and pairs with the same members are one hypothesis: the simpler one.
 * @param all cases in a fixed order; members index into it
 */
export function hypothesisFamily(suite: Suite, all: readonly CaseDivergence[]): Hypothesis[] {
  const members = new Map<string, { condition: Condition; members: number[] }>();
  all.forEach((one, position) => {
    for (const condition of conditionsOfCase(suite.factors, one.case)) {
      const key = conditionKey(condition);
      const entry = members.get(key);
      if (entry === undefined) members.set(key, { condition, members: [position] });
      else entry.members.push(position);
    }
  });
  const some = [...members.values()].filter(({ members: set }) => set.length < all.length);
  const levels = some.filter(({ members: set }) => set.length >= leastLevel);
  const singles = levels.map(({ condition, members: set }) => hypothesis([condition], set));
  return [...distinct([...singles, ...pairs(some)]), ...stretches(suite, all)];
}

function hypothesis(conditions: readonly Condition[], members: readonly number[]): Hypothesis {
  return { conditions, set: { kind: 'members', members: Int32Array.from(members) } };
}

/** Pairs of conditions on different factors (`date.year` and `date.month` are on one, `date`). */
function pairs(levels: readonly { condition: Condition; members: number[] }[]): Hypothesis[] {
  const out: Hypothesis[] = [];
  levels.forEach((a, index) => {
    const inA = new Set(a.members);
    for (const b of levels.slice(index + 1)) {
      if (factorOf(a.condition) === factorOf(b.condition)) continue;
      const both = b.members.filter(position => inA.has(position));
      if (both.length >= leastPair) out.push(hypothesis([a.condition, b.condition], both));
    }
  });
  return out;
}

/** Stretches between the levels that occur, each as wide as its first and last case. */
function stretches(suite: Suite, all: readonly CaseDivergence[]): Hypothesis[] {
  return Object.entries(suite.factors).flatMap(([name, factor]) => {
    const line = lineOf(factor);
    if (line === undefined) return [];
    const placed = all
      .flatMap(({ case: { levels } }, position) => {
        const level = levels[name];
        return level === undefined ? [] : [{ position, at: line.at(level) }];
      })
      .toSorted((a, b) => a.at - b.at);
    const order = Int32Array.from(placed, ({ position }) => position);
    const places = placed.map(({ at }) => at);
    return places.flatMap((_, first) => stretchesFrom(name, line, order, places, first));
  });
}

/** Stretches that start at the first case of a place and end at the last case of a later one. */
function stretchesFrom(
  name: string,
  line: Line<Condition>,
  order: Int32Array,
  places: readonly number[],
  first: number,
): Hypothesis[] {
  const out: Hypothesis[] = [];
  const from = places[first] as number;
  if (first > 0 && places[first - 1] === from) return out;
  for (let last = first + leastStretch - 1; last < places.length; last++) {
    const to = places[last] as number;
    const width = to - from + 1;
    if (width > line.widths.most) break;
    if (width < line.widths.least || places[last + 1] === to) continue;
    out.push(new Stretch(() => line.stretch(name, from, to), { kind: 'range', order, from: first, to: last + 1 }));
  }
  return out;
}

/** A condition only where somebody asks: there are tens of thousands. */
class Stretch implements Hypothesis {
  readonly #condition: () => Condition;
  readonly set: Hypothesis['set'];

  constructor(condition: () => Condition, set: Hypothesis['set']) {
    this.#condition = condition;
    this.set = set;
  }

  get conditions(): Condition[] {
    return [this.#condition()];
  }
}

/** One hypothesis per set of members; the earlier, simpler one stays. */
function distinct(family: readonly Hypothesis[]): Hypothesis[] {
  const seen = new Set<string>();
  return family.filter(({ set }) => {
    const key = set.kind === 'members' ? set.members.join(',') : '';
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
