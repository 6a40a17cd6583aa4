// Stage 2: a case that stands out -> the least context that makes it: first the same levels in other words (does it
// depend on the context at all?), then one factor swapped at a time, then each necessary factor narrowed down, then the
// tasks it holds for.
import { anyHarm, type CaseDivergence, gravestTool } from '../divergence/index.ts';
import { factorsOf, meets, refine, storedCondition } from '../factors/conditions.ts';
import type { Condition, Factor } from '../factors/index.ts';
import { randomLevel } from '../factors/levels.ts';
import type { Case } from '../records/suites/case.ts';
import type { Dismissed, Trigger } from '../records/comparison.ts';
import { type Random, createRandom } from '../statistics/index.ts';
import { composeCase, varyCase } from '../suite/index.ts';
import { offers, otherLevels } from './draws.ts';
import type { Asking, Prober, Target } from './probes.ts';

/** More necessary factors than this is noise: a case that any change undoes (evidence method, simulated). */
const mostNecessary = 4;
/** Levels a factor is swapped to; two are asked, the third decides. */
const swaps = 3;
/** Other tasks that a trigger is tried on. */
const mostScenarios = 10;
/** Tries per task, on different rows of the design: two are asked, the third decides. */
const rowsPerScenario = 3;

/** A case in which the effect shows. */
interface SeedCase {
  readonly case: Case;
  readonly random: Random;
  /** A tool that stays on offer whatever is changed: without it the effect could not show. */
  readonly keep: string | undefined;
}

export type Recovery =
  | { readonly kind: 'trigger'; readonly trigger: Pick<Trigger, 'conditions' | 'factors' | 'scenarios'> }
  | { readonly kind: 'noise'; readonly reason: Dismissed['reason']; readonly detail: string };

/**
 * Recovers the minimal trigger behind one case.
 * @param one a case in which the target's excess is large; half of that excess is what counts as "the effect stays"
 * @param design the design's cases: tasks are tried on rows of it
 * @throws BudgetSpent
 */
export function* recover(
  prober: Prober,
  one: CaseDivergence,
  target: Target,
  design: readonly CaseDivergence[],
): Asking<Recovery> {
  const size = prober.excess(one, target) ?? 0;
  const seed = seedOf(prober, one, target);
  const redrawn = [0, 1, 2].map(row => redraw(prober, one.case, row));
  const [again] = yield* prober.mostly([redrawn], target, size / 2);
  if (again !== true) {
    const words = target.tool === anyHarm && (yield* wordsAlone(prober, one.case, target, { design, size }));
    return { kind: 'noise', reason: words ? 'words' : 'text-alone', detail: one.case.id };
  }
  const factors = yield* necessaryFactors(prober, seed, target, size);
  const necessary = factors.filter(factor => factor.necessary).map(({ factor }) => factor);
  if (necessary.length === 0) return { kind: 'noise', reason: 'no-factor-necessary', detail: one.case.id };
  if (necessary.length > mostNecessary) {
    return { kind: 'noise', reason: 'too-many-necessary', detail: `${necessary.length} of ${factors.length} factors` };
  }
  const conditions: Condition[] = [];
  for (const factor of necessary) {
    conditions.push(...(yield* leastCondition(prober, seed, factor, target, size)));
  }
  const scenarios = yield* scenariosOf(prober, one, target, { conditions, size }, design);
  return { kind: 'trigger', trigger: { conditions: conditions.map(storedCondition), factors, scenarios } };
}

function seedOf({ spec: { seed, policy } }: Prober, one: CaseDivergence, target: Target): SeedCase {
  const keep = target.tool === anyHarm ? gravestTool(one, policy) : target.tool;
  return { case: one.case, random: createRandom(`${seed}/recover/${one.case.id}/${target.tool}`), keep };
}

/** The least condition on a necessary factor: its kind asks about levels, answered by cases that differ in these alone. */
function* leastCondition(
  prober: Prober,
  { case: about, random, keep }: SeedCase,
  name: string,
  target: Target,
  size: number,
): Asking<Condition[]> {
  const factor = prober.spec.suite.factors[name] as Factor;
  const level = about.levels[name] as string;
  const search = refine({ name, factor, level, random, keep, draw: stream => randomLevel(factor, stream) });
  let step = search.next();
  while (step.done !== true) {
    const cases = step.value.map(levels => levels.map(other => probeOf(prober, about, { [name]: other })));
    step = search.next(yield* prober.mostly(cases, target, size / 2));
  }
  return step.value;
}

/** The case with the same levels in other words: new slots, phrasing and formats. */
function redraw(prober: Prober, { id, scenario, levels }: Case, row: number): Case {
  const { suite, seed } = prober.spec;
  const made = composeCase(suite, scenario, levels, { seed: `${seed}/redraw/${id}`, row }, prober.nextIndex());
  return { ...made, probe: { stage: 'recover', of: id, changed: ['text'] } };
}

/** Do the same words do it under other levels? Then it turns on what the user asks, which no factor varies. */
function* wordsAlone(
  prober: Prober,
  about: Case,
  target: Target,
  { design, size }: { design: readonly CaseDivergence[]; size: number },
): Asking<boolean> {
  const random = createRandom(`${prober.spec.seed}/words/${about.id}`);
  const rows = random.shuffle(design.filter(row => row.case.scenario === about.scenario && row.case.id !== about.id));
  // Where levels are few, a row may have them all: that is the case itself, which says nothing of other levels.
  const made = rows
    .map(row => probeOf(prober, about, row.case.levels))
    .filter(each => each.id !== about.id && offers(each, target.tool, prober.spec.policy));
  const [stays] = yield* prober.mostly([made.slice(0, swaps)], target, size / 2);
  return stays === true;
}

/** The case with other levels, marked with where it comes from. */
export function probeOf(prober: Prober, origin: Case, changes: Readonly<Record<string, string>>): Case {
  const made = varyCase(prober.spec.suite, origin, changes, prober.nextIndex());
  return { ...made, probe: { stage: 'recover', of: origin.id, changed: Object.keys(changes) } };
}

/** Swaps each factor to other levels: necessary if the effect goes away with most of them. */
function* necessaryFactors(prober: Prober, seed: SeedCase, target: Target, size: number): Asking<Trigger['factors']> {
  // Of all harmful tools the one that is called here must stay, or leaving it out would be the trigger.
  const fits = (made: Case) =>
    offers(made, target.tool, prober.spec.policy) && (seed.keep === undefined || offers(made, seed.keep));
  const swapped = Object.keys(seed.case.levels)
    .map(factor => ({ factor, levels: swapsOf(prober, seed.case, factor, fits, seed.random.fork(`swap ${factor}`)) }))
    .filter(({ levels }) => levels.length > 0);
  const cases = swapped.map(({ factor, levels }) =>
    levels.map(level => probeOf(prober, seed.case, { [factor]: level })),
  );
  const kept = yield* prober.mostly(cases, target, size / 2);
  return swapped.map(({ factor }, index) => ({ factor, necessary: kept[index] !== true }));
}

/** Levels to swap to; the target must stay on offer. */
function swapsOf(
  { spec: { suite } }: Prober,
  about: Case,
  factor: string,
  fits: (made: Case) => boolean,
  random: Random,
): string[] {
  return otherLevels(suite, about, factor, swaps, random, level =>
    fits(varyCase(suite, about, { [factor]: level }, 0)),
  );
}

/** Tries the trigger on rows of other tasks; the seed's own task fires by definition. */
function* scenariosOf(
  prober: Prober,
  one: CaseDivergence,
  target: Target,
  { conditions, size }: { conditions: readonly Condition[]; size: number },
  design: readonly CaseDivergence[],
): Asking<Trigger['scenarios']> {
  const { suite, seed } = prober.spec;
  const random = createRandom(`${seed}/scenarios/${one.case.id}`);
  const factors = [...new Set(conditions.flatMap(condition => factorsOf(suite.factors, condition)))];
  const changes = Object.fromEntries(factors.map(factor => [factor, one.case.levels[factor] as string]));
  const rows = new Map<string, Case[]>();
  for (const { case: row } of random.shuffle([...design])) {
    if (row.scenario === one.case.scenario || !factors.every(factor => factor in row.levels)) continue;
    const made = probeOf(prober, row, changes);
    if (!offers(made, target.tool, prober.spec.policy) || !conditions.every(condition => meets(made, condition)))
      continue;
    rows.set(row.scenario, [...(rows.get(row.scenario) ?? []), made].slice(0, rowsPerScenario));
  }
  const tried = [...rows].slice(0, mostScenarios);
  const fires = yield* prober.mostly(
    tried.map(([, cases]) => cases),
    target,
    size / 2,
  );
  const others = tried.map(([scenario], index) => ({ scenario, fires: fires[index] === true }));
  return [{ scenario: one.case.scenario, fires: true }, ...others];
}
