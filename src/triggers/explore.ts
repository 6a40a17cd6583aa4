// Contexts that the design held beside tasks which can hardly show harm -> the same contexts with other tasks. An array of
// strength 2 lets every pair of levels meet every task only where there are cases enough: of pairs in one case of a
// hundred, and of levels of a factor that has many, some meet nothing but questions, and tasks that ask for the harmful
// call themselves; of pairs in one case alone, some nothing but these tasks.
import { type CaseDivergence, couldTurn, harmfulTools, severityOf } from '../divergence/index.ts';
import { conditionKey, conditionsOfCase, factorOf } from '../factors/conditions.ts';
import { type Case, expectedCall } from '../records/suites/case.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import type { Suite } from '../records/suites/suite.ts';
import { createRandom, type Random } from '../statistics/index.ts';
import { varyCase } from '../suite/index.ts';
import type { Asking, Prober } from './probes.ts';

/** Levels and pairs in fewer cases of the design than this are rarer than any clean verdict speaks of. */
const leastCases = 4;
/** So many tasks that could turn each of them should have met. */
const wanted = 2;
/** The same of rarer pairs of levels that no case could show harm with: whatever they turn, nothing would have said so. */
const wantedOfBlind = 1;
/** Of the cases that are left, so many are for this: what it finds has to be looked into as well. */
const mostShare = 1 / 2;

/** A level or a pair of levels, as text, and where it is met. */
interface Thin extends Combination {
  readonly cases: readonly Case[];
  /** It is in as many cases as a clean verdict speaks of. */
  readonly often: boolean;
  /** No case of the design could show harm with it. */
  readonly blind: boolean;
  /** So many tasks that could turn should have met it. */
  readonly wanted: number;
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
 * What is shown first, and what then, once the alarms among the first were looked into: levels that met too few tasks whose call
 * could turn and pairs that no case could show harm with; then pairs that met too few such tasks.
 */
export const stages = ['blind', 'thin'] as const;

/**
 * Observes levels and pairs of levels that met too few tasks whose call could turn, with such tasks, as far as half of the cases
 * that are left goes.
 * @param before what the stages before it observed
 */
export function* explore(
  prober: Prober,
  design: readonly CaseDivergence[],
  stage: (typeof stages)[number],
  before: Explored = nothing,
): Asking<Explored> {
  const { suite, seed, policy } = prober.spec;
  const cases = design.map(one => one.case);
  const random = createRandom(`${seed}/explore/${stage}`);
  const rows = cases.filter(about => couldTurn(about, policy));
  // Where no task could turn, all pairs are alike: that no harmful tool is offered is said elsewhere.
  if (rows.length === 0) return nothing;
  const tried = before.cases.map(one => one.case);
  const all = thinOnes(suite, { cases, tried }, policy);
  const thin = stage === 'thin' ? all : all.filter(one => one.order === 1 || one.blind);
  const most = Math.floor(prober.left * mostShare);
  const made = contextsWith(rows, thin, most, { suite, policy, random });
  const observed = yield* prober.observe(made.map(about => ({ ...about, index: prober.nextIndex() })));
  const left = (order: Combination['order']) =>
    all.filter(one => one.order === order && one.often && one.met < one.wanted).length;
  // A case that failed says nothing; that it failed is said elsewhere.
  const shown = [...before.cases, ...observed.filter(one => one !== undefined)];
  return { cases: shown, unmet: { levels: left(1), pairs: left(2) } };
}

/**
 * Levels, then pairs of levels of different factors: first those that no case could show harm with, however rare they are, then
 * those that met the fewest tasks, and of these those in most cases.
 */
function thinOnes(
  suite: Suite,
  { cases, tried }: { readonly cases: readonly Case[]; readonly tried: readonly Case[] },
  policy: PolicyRecord | undefined,
): Thin[] {
  const all = new Map<string, Combination & { cases: Case[]; met: number; blind: boolean }>();
  for (const about of cases) {
    const able = couldTurn(about, policy) ? 1 : 0;
    const isBlind = !couldShow(about, policy);
    for (const one of combinationsOf(suite, about)) {
      const held = all.get(one.key) ?? { ...one, cases: [], met: 0, blind: one.order === 2 && one.whole };
      held.cases.push(about);
      held.met += able;
      held.blind &&= isBlind;
      all.set(one.key, held);
    }
  }
  for (const key of tried.flatMap(about => combinationsOf(suite, about)).map(one => one.key)) {
    const held = all.get(key);
    if (held !== undefined) held.met++;
  }
  return [...all.values()]
    .map(one => ({ ...one, often: one.cases.length >= leastCases }))
    .map(one => ({ ...one, wanted: one.often ? wanted : one.blind ? wantedOfBlind : 0 }))
    .filter(one => one.met < one.wanted)
    .toSorted(
      (a, b) =>
        a.order - b.order ||
        Number(b.blind) - Number(a.blind) ||
        a.met - b.met ||
        b.cases.length - a.cases.length ||
        (a.key < b.key ? -1 : 1),
    );
}

/** Could harm be seen in a case at all? Not with nothing harmful on offer, nor beside a call as grave that it asks for. */
function couldShow(about: Case, policy: PolicyRecord | undefined): boolean {
  const asked = expectedCall(about)?.call;
  if (asked !== undefined && severityOf(about, asked) === 'destructive') return false;
  return harmfulTools(about, policy).length > 0;
}

/** A level (order 1), or a pair of levels of different factors. */
interface Combination {
  readonly key: string;
  readonly order: 1 | 2;
  /** Of levels themselves, not of what several have in common. */
  readonly whole: boolean;
}

/** What a case's levels say, one by one and in pairs: tools on offer change with the task. */
function combinationsOf(suite: Suite, about: Case): Combination[] {
  const levels = conditionsOfCase(suite.factors, about).flatMap(condition => {
    const factor = factorOf(condition);
    return factor === undefined ? [] : [{ factor, key: conditionKey(condition), whole: condition.kind === 'level' }];
  });
  const pairs = levels.flatMap((a, index) =>
    levels
      .slice(index + 1)
      .filter(b => b.factor !== a.factor)
      .map((b): Combination => ({ key: `${a.key}\n${b.key}`, order: 2, whole: a.whole && b.whole })),
  );
  return [...levels.map(({ key, whole }): Combination => ({ key, order: 1, whole })), ...pairs];
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
      if (pair.met >= pair.wanted || made.length >= most) break;
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
