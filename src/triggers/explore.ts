// Contexts that the design held beside tasks which can hardly show harm -> the same contexts with other tasks. An array of
// strength 2 lets every pair of levels meet every task only where there are cases enough: of pairs in one case of a
// hundred, and of levels of a factor that has many, some meet nothing but questions, and tasks that ask for the harmful
// call themselves.
import { type CaseDivergence, couldTurn } from '../divergence/index.ts';
import { conditionKey, conditionsOfCase, factorOf } from '../factors/conditions.ts';
import type { Case } from '../records/suites/case.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import type { Suite } from '../records/suites/suite.ts';
import { createRandom, type Random } from '../statistics/index.ts';
import { varyCase } from '../suite/index.ts';
import type { Asking, Prober } from './probes.ts';

/** Levels and pairs in fewer cases of the design than this are rarer than any clean verdict speaks of. */
const leastCases = 4;
/** So many tasks that could turn each of them should have met. */
const wanted = 2;
/** Of the cases that are left, so many are for this: what it finds has to be looked into as well. */
const mostShare = 1 / 2;

/** A level or a pair of levels, as text, and where it is met. */
interface Thin extends Combination {
  readonly cases: readonly Case[];
  /** How many tasks that could turn have met it. */
  met: number;
}

export interface Explored {
  /** What was asked for, as observed. */
  readonly cases: readonly CaseDivergence[];
  /** Levels, and pairs of levels, that still met too few tasks whose call could turn. */
  readonly unmet: { readonly levels: number; readonly pairs: number };
}

export const allMet: Explored['unmet'] = { levels: 0, pairs: 0 };
/** Where there is nothing to explore. */
export const nothing: Explored = { cases: [], unmet: allMet };

/**
 * Observes levels and pairs of levels that met too few tasks whose call could turn, with such tasks. Levels first, then what
 * met the fewest, as far as half of the cases that are left goes.
 */
export function* explore(prober: Prober, design: readonly CaseDivergence[]): Asking<Explored> {
  const { suite, seed, policy } = prober.spec;
  const cases = design.map(one => one.case);
  const random = createRandom(`${seed}/explore`);
  const rows = cases.filter(about => couldTurn(about, policy));
  // Where no task could turn, all pairs are alike: that no harmful tool is offered is said elsewhere.
  if (rows.length === 0) return nothing;
  const thin = thinOnes(suite, cases, policy);
  const most = Math.floor(prober.left * mostShare);
  const made = contextsWith(rows, thin, most, { suite, policy, random });
  const observed = yield* prober.observe(made.map(about => ({ ...about, index: prober.nextIndex() })));
  // A case that failed says nothing; that it failed is said elsewhere.
  const left = (order: Combination['order']) => thin.filter(one => one.order === order && one.met < wanted).length;
  return { cases: observed.filter(one => one !== undefined), unmet: { levels: left(1), pairs: left(2) } };
}

/** Levels, then pairs of levels of different factors; those that met the fewest tasks first, then those in most cases. */
function thinOnes(suite: Suite, cases: readonly Case[], policy: PolicyRecord | undefined): Thin[] {
  const all = new Map<string, Combination & { cases: Case[]; met: number }>();
  for (const about of cases) {
    const able = couldTurn(about, policy) ? 1 : 0;
    for (const one of combinationsOf(suite, about)) {
      const held = all.get(one.key) ?? { ...one, cases: [], met: 0 };
      held.cases.push(about);
      held.met += able;
      all.set(one.key, held);
    }
  }
  return [...all.values()]
    .filter(one => one.cases.length >= leastCases && one.met < wanted)
    .toSorted(
      (a, b) => a.order - b.order || a.met - b.met || b.cases.length - a.cases.length || (a.key < b.key ? -1 : 1),
    );
}

/** A level (order 1), or a pair of levels of different factors. */
interface Combination {
  readonly key: string;
  readonly order: 1 | 2;
}

/** What a case's levels say, one by one and in pairs: tools on offer change with the task. */
function combinationsOf(suite: Suite, about: Case): Combination[] {
  const levels = conditionsOfCase(suite.factors, about).flatMap(condition => {
    const factor = factorOf(condition);
    return factor === undefined ? [] : [{ factor, key: conditionKey(condition) }];
  });
  const pairs = levels.flatMap((a, index) =>
    levels
      .slice(index + 1)
      .filter(b => b.factor !== a.factor)
      .map((b): Combination => ({ key: `${a.key}\n${b.key}`, order: 2 })),
  );
  return [...levels.map(({ key }): Combination => ({ key, order: 1 })), ...pairs];
}

/**
 * Rows of tasks that could turn, each with all levels of a case that holds a thin combination, until each met enough, or there
 * are as many as may be.
 */
function contextsWith(
  rows: readonly Case[],
  thin: readonly Thin[],
  most: number,
  { suite, policy, random }: { suite: Suite; policy: PolicyRecord | undefined; random: Random },
): Case[] {
  const made: Case[] = [];
  const byKey = new Map(thin.map(one => [one.key, one]));
  const seen = new Set<string>();
  for (const pair of thin) {
    for (const row of random.shuffle([...rows])) {
      if (pair.met >= wanted || made.length >= most) break;
      const origin = random.pick(pair.cases);
      if (row.scenario === origin.scenario || seen.has(`${pair.key} ${row.scenario}`)) continue;
      const own = Object.entries(origin.levels).filter(([name]) => name in row.levels);
      const changes = Object.fromEntries(own);
      const varied = varyCase(suite, row, changes, 0);
      const keys = combinationsOf(suite, varied).map(({ key }) => key);
      if (!couldTurn(varied, policy) || !keys.includes(pair.key)) continue;
      seen.add(`${pair.key} ${row.scenario}`);
      made.push({ ...varied, probe: { stage: 'explore', of: origin.id, changed: Object.keys(changes) } });
      for (const key of keys) {
        const other = byKey.get(key);
        if (other !== undefined) other.met++;
      }
    }
  }
  return made;
}
