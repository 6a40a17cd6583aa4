// Conditions that were found around one case -> where else the same trigger holds: the design shows levels at which it alarms
// besides, and levels at which it does not, in the tasks in which the trigger fires.
import { furtherThan, meets } from '../../factors/conditions.ts';
import type { Condition } from '../../factors/index.ts';
import type { Question, Shown } from '../../factors/search.ts';
import { randomLevel } from '../../factors/levels.ts';
import type { CaseDivergence } from '../../divergence/index.ts';
import type { Case } from '../../records/suites/case.ts';
import { type Asking, BudgetSpent, type Prober } from '../probes.ts';
import type { Seed } from './seed.ts';

/** Cases that are left for confirming what was found: two looks. Without that it would all be for nothing. */
const kept = 36;
/** Parts of the effect's size above which a case shows it, and up to which it does not. */
const shows = 1 / 2;
const silent = 1 / 4;

export interface Found {
  readonly conditions: ReadonlyMap<string, readonly Condition[]>;
  /** Tasks in which the trigger fires. */
  readonly tasks: ReadonlySet<string>;
}

/**
 * Conditions of each factor, wider where it shows elsewhere; as they were where no cases are left to ask.
 * @param answer does the effect stay at levels of a factor?
 */
export function* furtherConditions(
  prober: Prober,
  seed: Seed,
  { conditions, tasks }: Found,
  {
    design,
    explains,
    answer,
  }: {
    readonly design: readonly CaseDivergence[];
    readonly explains: (about: Case) => boolean;
    readonly answer: (name: string, levels: Question) => Asking<boolean[]>;
  },
): Asking<Map<string, readonly Condition[]>> {
  const wider = new Map(conditions);
  for (const [name, found] of conditions) {
    const factor = prober.spec.suite.factors[name];
    const level = seed.case.levels[name];
    if (factor === undefined || level === undefined) continue;
    const beside = [...conditions].flatMap(([other, own]) => (other === name ? [] : own));
    const rows = design.filter(({ case: about }) => beside.every(one => meets(about, one)) && !explains(about));
    const shown = shownAt(prober, seed, { rows, tasks }, name);
    const { random, keep, share } = seed;
    const draw = (stream: typeof random) => randomLevel(factor, stream);
    const search = furtherThan({ name, factor, level, random, keep, share, draw }, found, shown);
    const more = search === undefined ? undefined : yield* whileLeft(prober, search, levels => answer(name, levels));
    if (more !== undefined) wider.set(name, more);
  }
  return wider;
}

/**
 * Levels of a factor in rows of the design that show the effect, in tasks in which the trigger fires first, then the clearest;
 * and in rows of these tasks that don't. Not every task was tried, and one that fires may have been taken for calm.
 */
function shownAt(
  prober: Prober,
  { size, target }: Seed,
  { rows, tasks }: { readonly rows: readonly CaseDivergence[]; readonly tasks: ReadonlySet<string> },
  name: string,
): Shown {
  const scored = rows.flatMap(one => {
    const [level, excess] = [one.case.levels[name], prober.excess(one, target)];
    if (level === undefined || level === '' || excess === undefined) return [];
    return [{ level, excess, fires: tasks.has(one.case.scenario) }];
  });
  const firing = scored
    .filter(({ excess }) => excess > shows * size)
    .toSorted((a, b) => Number(b.fires) - Number(a.fires) || b.excess - a.excess);
  const calm = scored.filter(({ excess, fires }) => fires && excess <= silent * size);
  return { firing: firing.map(({ level }) => level), calm: calm.map(({ level }) => level) };
}

/** Goes on with a search as long as cases are left; undefined where they are not. */
function* whileLeft<T>(
  prober: Prober,
  search: Generator<Question, T, boolean[]>,
  answer: (levels: Question) => Asking<boolean[]>,
): Asking<T | undefined> {
  let step = search.next();
  while (step.done !== true) {
    if (prober.left < kept + step.value.length) return undefined;
    try {
      step = search.next(yield* answer(step.value));
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      return undefined;
    }
  }
  return step.value;
}
