// Cases -> the one family of hypotheses: every level, pair of levels, date window, path subtree and offered tool that
// a trigger could be. Each is a set of cases.
import type { CaseDivergence } from '../divergence/index.ts';
import type { Case } from '../records/case.ts';
import type { Condition } from '../records/condition.ts';
import type { Suite } from '../records/suite.ts';
import type { IndexSet } from '../statistics/index.ts';
import { attributesOf, dayNumber, dayText } from '../suite/index.ts';

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
/** Widths of date windows in days, both ends included: evidence method, "3-240 days". */
const windowDays = { least: 3, most: 240 };
/** Windows with fewer cases than this are not tested. */
const leastWindow = 3;

/** The attributes of a case: its levels, what derives from them, and the tools on offer. */
export function caseAttributes(suite: Suite, about: Case): Condition[] {
  const derived = Object.entries(about.levels).flatMap(([name, level]) => {
    const factor = suite.factors[name];
    return factor === undefined ? [] : attributesOf(name, factor, level);
  });
  const offered = about.tools.map(tool => ({ factor: 'tool offered', level: tool.function.name }));
  return [...derived, ...offered];
}

/** Does a case meet a condition? Windows are `date.window` with level `2026-03-02..2026-03-15`. */
export function meets(suite: Suite, about: Case, condition: Condition): boolean {
  if (condition.factor.endsWith('.window')) {
    const level = about.levels[condition.factor.slice(0, -'.window'.length)];
    const [from, to] = condition.level.split('..');
    return level !== undefined && level.slice(0, 10) >= (from as string) && level.slice(0, 10) <= (to as string);
  }
  return caseAttributes(suite, about).some(
    ({ factor, level }) => factor === condition.factor && level === condition.level,
  );
}

/**
 * The family over some cases. Levels and pairs with the same members are one hypothesis: the simpler one.
 * @param all cases in a fixed order; members index into it
 */
export function hypothesisFamily(suite: Suite, all: readonly CaseDivergence[]): Hypothesis[] {
  const members = new Map<string, { condition: Condition; members: number[] }>();
  all.forEach((one, position) => {
    for (const condition of caseAttributes(suite, one.case)) {
      const key = `${condition.factor}\n${condition.level}`;
      const entry = members.get(key);
      if (entry === undefined) members.set(key, { condition, members: [position] });
      else entry.members.push(position);
    }
  });
  const some = [...members.values()].filter(({ members: set }) => set.length < all.length);
  const levels = some.filter(({ members: set }) => set.length >= leastLevel);
  const singles = levels.map(({ condition, members: set }) => hypothesis([condition], set));
  return [...distinct([...singles, ...pairs(some)]), ...dateWindows(suite, all)];
}

function hypothesis(conditions: readonly Condition[], members: readonly number[]): Hypothesis {
  return { conditions, set: { kind: 'members', members: Int32Array.from(members) } };
}

/** Pairs of levels of different factors (`date.year` and `date.month` are one factor, `date`). */
function pairs(levels: readonly { condition: Condition; members: number[] }[]): Hypothesis[] {
  const out: Hypothesis[] = [];
  levels.forEach((a, index) => {
    const inA = new Set(a.members);
    for (const b of levels.slice(index + 1)) {
      if (baseFactor(a.condition) === baseFactor(b.condition)) continue;
      const both = b.members.filter(position => inA.has(position));
      if (both.length >= leastPair) out.push(hypothesis([a.condition, b.condition], both));
    }
  });
  return out;
}

function baseFactor({ factor }: Condition): string {
  return factor.split('.')[0] as string;
}

/** Windows between the dates that occur, each as wide as its first and last case. */
function dateWindows(suite: Suite, all: readonly CaseDivergence[]): Hypothesis[] {
  return Object.keys(suite.factors)
    .filter(name => suite.factors[name]?.kind === 'date')
    .flatMap(name => {
      const dated = all
        .flatMap(({ case: { levels } }, position) => {
          const level = levels[name];
          return level === undefined ? [] : [{ position, day: dayNumber(level) }];
        })
        .toSorted((a, b) => a.day - b.day);
      const order = Int32Array.from(dated, ({ position }) => position);
      const days = dated.map(({ day }) => day);
      return days.flatMap((_, first) => windowsFrom(name, order, days, first));
    });
}

/** Windows that start at the first case of a day and end at the last case of a later one. */
function windowsFrom(name: string, order: Int32Array, days: readonly number[], first: number): Hypothesis[] {
  const out: Hypothesis[] = [];
  const from = days[first] as number;
  if (first > 0 && days[first - 1] === from) return out;
  for (let last = first + leastWindow - 1; last < days.length; last++) {
    const to = days[last] as number;
    const width = to - from + 1;
    if (width > windowDays.most) break;
    if (width < windowDays.least || days[last + 1] === to) continue;
    out.push(new DateWindow(name, from, to, { kind: 'range', order, from: first, to: last + 1 }));
  }
  return out;
}

/** A window in words only where somebody asks: there are tens of thousands. */
class DateWindow implements Hypothesis {
  readonly #name: string;
  readonly #from: number;
  readonly #to: number;
  readonly set: Hypothesis['set'];

  constructor(name: string, from: number, to: number, set: Hypothesis['set']) {
    this.#name = name;
    this.#from = from;
    this.#to = to;
    this.set = set;
  }

  get conditions(): Condition[] {
    return [{ factor: `${this.#name}.window`, level: `${dayText(this.#from)}..${dayText(this.#to)}` }];
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
