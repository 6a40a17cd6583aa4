// Stage 2: a case that stands out -> the least context that makes it: first the same levels in other words (does it
// depend on the context at all?), then one factor swapped at a time, then every level of each necessary factor, then the
// tasks it holds for.
import { anyHarm, type CaseDivergence } from '../../divergence/index.ts';
import { factorsOf, meets, refine, storedCondition } from '../../factors/conditions.ts';
import type { Condition, Factor } from '../../factors/index.ts';
import type { Question } from '../../factors/search.ts';
import { randomLevel } from '../../factors/levels.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Dismissed, Trigger } from '../../records/comparison.ts';
import { createRandom, quantile } from '../../statistics/index.ts';
import { offers } from '../draws.ts';
import type { Asking, Prober, Target } from '../probes.ts';
import { furtherConditions } from './further.ts';
import { necessaryFactors } from './necessary.ts';
import { inOtherText, probeOf, showsAt, showsInEach } from './reading.ts';
import { type Seed, seedOf } from './seed.ts';

/** More necessary factors than this is noise: a case that any change undoes (evidence method, simulated). */
const mostNecessary = 4;
/** Rows under other levels that the words alone are tried on; two are asked, the third decides. */
const rows = 3;
/** Other tasks that a trigger is tried on. */
const mostScenarios = 10;
/** Tries per task, on different rows of the design: where the first is not clear, two more decide. */
const rowsPerScenario = 3;
/** So many of a task's cases without the trigger stay below what is usual there: another trigger may do it in the rest. */
const mostUsual = 3 / 4;

export interface Around {
  /** The design's cases: other tasks and contexts are tried on rows of it. */
  readonly design: readonly CaseDivergence[];
  /** Cases in which another trigger does it: they are not this one's. */
  readonly explains?: (about: Case) => boolean;
}

export type Recovery =
  | { readonly kind: 'trigger'; readonly trigger: Pick<Trigger, 'conditions' | 'factors' | 'scenarios'> }
  | { readonly kind: 'noise'; readonly reason: Dismissed['reason']; readonly detail: string };

/**
 * Recovers the minimal trigger behind one case.
 * @param one a case in which the target's excess is large
 * @throws BudgetSpent
 */
export function* recover(
  prober: Prober,
  one: CaseDivergence,
  target: Target,
  { design, explains = () => false }: Around,
): Asking<Recovery> {
  const seed = seedOf(prober, one, target, design);
  const redrawn = [0, 1, 2].map(row => inOtherText(prober, one.case, row));
  const [again] = yield* prober.mostly([redrawn], target, seed.cut);
  if (again !== true) {
    const words = target.tool === anyHarm && (yield* wordsAlone(prober, seed, design));
    return { kind: 'noise', reason: words ? 'words' : 'text-alone', detail: one.case.id };
  }
  const { swapped, alone } = yield* necessaryFactors(prober, seed, needed => inOtherRows(prober, seed, needed, design));
  const necessary = swapped.filter(factor => factor.necessary).map(({ factor }) => factor);
  const detail = `${necessary.length} of ${swapped.length} factors`;
  if (necessary.length > mostNecessary) return { kind: 'noise', reason: 'too-many-necessary', detail };
  if (!alone) return { kind: 'noise', reason: 'needs-more', detail };
  const conditions = new Map<string, Condition[]>();
  const others = inOtherRows(prober, seed, necessary, design);
  for (const factor of necessary)
    conditions.set(factor, yield* leastCondition(prober, seed, factor, { others, explains }));
  const all = [...conditions.values()].flat();
  if (all.length === 0) return { kind: 'noise', reason: 'no-factor-necessary', detail: one.case.id };
  // One of which all levels were read and showed the effect matters not.
  const factors = swapped.map(({ factor }) => ({ factor, necessary: (conditions.get(factor) ?? []).length > 0 }));
  const scenarios = yield* scenariosOf(prober, seed, all, { design, explains });
  const tasks = new Set(scenarios.filter(({ fires }) => fires).map(({ scenario }) => scenario));
  const answer = (name: string, levels: Question) => staysAt(prober, seed, name, levels, { others, explains });
  const wider = yield* furtherConditions(prober, seed, { conditions, tasks }, { design, explains, answer });
  const stored = [...wider.values()].flat().map(storedCondition);
  return { kind: 'trigger', trigger: { conditions: stored, factors, scenarios } };
}

interface Elsewhere {
  readonly others: ReturnType<typeof inOtherRows>;
  readonly explains: (about: Case) => boolean;
}

/** The least condition on a necessary factor: its kind asks about levels, answered by cases that differ in these alone. */
function* leastCondition(prober: Prober, seed: Seed, name: string, elsewhere: Elsewhere): Asking<Condition[]> {
  const { case: about, random, keep, share } = seed;
  const factor = prober.spec.suite.factors[name] as Factor;
  const level = about.levels[name] as string;
  const search = refine({ name, factor, level, random, keep, share, draw: stream => randomLevel(factor, stream) });
  let step = search.next();
  while (step.done !== true) step = search.next(yield* staysAt(prober, seed, name, step.value, elsewhere));
  return step.value;
}

/** Does the effect stay at levels of a factor? What another trigger does there is not this one's. */
function* staysAt(
  prober: Prober,
  seed: Seed,
  name: string,
  levels: Question,
  { others, explains }: Elsewhere,
): Asking<boolean[]> {
  const cases = levels.map(level => probeOf(prober, seed.case, { [name]: level }));
  const own = cases.filter(made => !explains(made));
  const shown = yield* showsAt(prober, seed, own, others);
  return cases.map(made => shown[own.indexOf(made)] === true);
}

/** Levels of a case that the effect needs, in rows of the design: its task with other levels and in other words. */
function inOtherRows(
  prober: Prober,
  { case: about, target }: Seed,
  needed: readonly string[],
  design: readonly CaseDivergence[],
) {
  const random = createRandom(`${prober.spec.seed}/elsewhere/${about.id}`);
  const rows = random.shuffle(design.filter(({ case: row }) => row.scenario === about.scenario && row.id !== about.id));
  return ({ levels }: Case, n: number): Case | undefined => {
    const kept = Object.fromEntries(needed.map(factor => [factor, levels[factor] as string]));
    const row = rows[n]?.case;
    const made = row && probeOf(prober, row, kept);
    return made !== undefined && offers(made, target.tool, prober.spec.policy) ? made : undefined;
  };
}

/** Do the same words do it under other levels? Then it turns on what the user asks, which no factor varies. */
function* wordsAlone(
  prober: Prober,
  { case: about, target, cut }: Seed,
  design: readonly CaseDivergence[],
): Asking<boolean> {
  const random = createRandom(`${prober.spec.seed}/words/${about.id}`);
  const others = random.shuffle(design.filter(row => row.case.scenario === about.scenario && row.case.id !== about.id));
  // Where levels are few, a row may have them all: that is the case itself, which says nothing of other levels.
  const made = others
    .map(row => probeOf(prober, about, row.case.levels))
    .filter(each => each.id !== about.id && offers(each, target.tool, prober.spec.policy));
  const [stays] = yield* prober.mostly([made.slice(0, rows)], target, cut);
  return stays === true;
}

/**
 * Tries the trigger on rows of other tasks; the seed's own task fires by definition. In another it shows where it comes nearer
 * to its size than to what is usual there without it: fresh cases of a task that drifts anyway would refute what is true.
 */
function* scenariosOf(
  prober: Prober,
  { case: about, target, size }: Seed,
  conditions: readonly Condition[],
  { design, explains = () => false }: Around,
): Asking<Trigger['scenarios']> {
  const { suite, seed, policy } = prober.spec;
  const random = createRandom(`${seed}/scenarios/${about.id}`);
  const factors = [...new Set(conditions.flatMap(condition => factorsOf(suite.factors, condition)))];
  const changes = Object.fromEntries(factors.map(factor => [factor, about.levels[factor] as string]));
  const found = new Map<string, Case[]>();
  for (const { case: row } of random.shuffle([...design])) {
    if (row.scenario === about.scenario || !factors.every(factor => factor in row.levels)) continue;
    const made = probeOf(prober, row, changes);
    if (!offers(made, target.tool, policy) || !conditions.every(condition => meets(made, condition))) continue;
    found.set(row.scenario, [...(found.get(row.scenario) ?? []), made].slice(0, rowsPerScenario));
  }
  const without = design.filter(row => !conditions.every(one => meets(row.case, one)) && !explains(row.case));
  const usual = (scenario: string) => {
    const rows = without.filter(({ case: row }) => row.scenario === scenario);
    const excesses = rows.map(row => prober.excess(row, target)).filter(excess => excess !== undefined);
    return excesses.length === 0 ? 0 : Math.max(0, quantile(excesses, mostUsual));
  };
  const tried = [...found].slice(0, mostScenarios);
  const fires = yield* showsInEach(
    prober,
    { target },
    tried.map(([scenario, cases]) => ({ cases, cut: (usual(scenario) + size) / 2 })),
  );
  const others = tried.map(([scenario], index) => ({ scenario, fires: fires[index] === true }));
  return [{ scenario: about.scenario, fires: true }, ...others];
}
