// Stage 1's effects, alarming cases and the cases that stand out most -> minimal triggers, each confirmed on fresh cases,
// refuted by them, or open. A generator of questions: the sweep answers them by observing, `turncoat analyze` from the store.
import {
  anyHarm,
  type CaseDivergence,
  type DriftedScore,
  harmOf,
  isAlarming,
  ownCall,
  ownHarm,
} from '../divergence/index.ts';
import { readCondition, storedCondition } from '../factors/conditions.ts';
import type { Cause, Dismissed, Effect, Trigger } from '../records/comparison.ts';
import { alternatives } from './alternatives.ts';
import { causeOf } from './cause.ts';
import { confirm } from './confirm.ts';
import { explore } from './explore.ts';
import { carries } from './nominate/hypotheses.ts';
import { type Asking, BudgetSpent, type Prober, type Target } from './probes.ts';
import { recover } from './recover.ts';
import { alarmsAmong, mayHarm, type SeedCase, seedsOf } from './nominate/seeds.ts';
import { isConfirmed, isRefuted } from './settled.ts';
import { turnsToTask } from './to-task.ts';

export interface Investigation {
  /** Confirmed first, then by e-value. */
  readonly triggers: Trigger[];
  readonly dismissed: Dismissed[];
  /** Of the cases asked for, contexts of the design with other tasks: harm in these must be explained too. */
  readonly explored: readonly CaseDivergence[];
  /** Cases asked for beyond the design, as observed, in the order asked. */
  readonly asked: readonly CaseDivergence[];
  /** What could not be looked into any more: no cases were left to ask for. */
  readonly left: readonly Omit<Dismissed, 'reason' | 'detail'>[];
}

type Unranked = Omit<Trigger, 'rank'>;

/** Fruitless looks at one scenario's alarming cases before the rest of them is left alone: they are alike. */
const mostFruitless = 3;

/** Looks into what stage 1 nominated, the strongest first, until all is explained or the cases are spent. */
export function* investigate(
  prober: Prober,
  design: readonly CaseDivergence[],
  scores: readonly (readonly DriftedScore[])[],
  effects: readonly Effect[],
): Asking<Investigation> {
  const { suite } = prober.spec;
  const triggers: Unranked[] = [];
  const dismissed: Dismissed[] = [];
  const left: SeedCase[] = [];
  const fruitless = new Map<string, number>();
  const isToTask = (trigger: Unranked) =>
    isConfirmed(trigger) &&
    turnsToTask(
      trigger,
      prober.spec,
      design.filter(one => carries(one, trigger)),
    );
  // What was refuted explains nothing, and what turns the candidate to its task explains no harm.
  const explained = ({ one, target }: SeedCase) =>
    triggers
      .filter(trigger => !isRefuted(trigger) && carries(one, trigger))
      .some(trigger => trigger.tool === target.tool || !mayHarm(suite, target.tool) || !isToTask(trigger));
  // Guesses at what a refuted recovery could have been wait until the next case had its turn, and where nothing alarms until
  // all had: evidence before guesses.
  let doubted: Doubted | undefined;
  const waiting: Doubted[] = [];
  const guess = function* (): Asking<void> {
    if (doubted === undefined || explained(doubted.seed)) return;
    triggers.push(...(yield* guesses(prober, doubted, effects, triggers.length + 1)));
  };
  const alarms = ({ one, target }: SeedCase) =>
    target.tool === anyHarm || isAlarming(harmOf(one, prober.spec.policy)) || ownHarm(one) !== undefined;
  const search = function* (seeds: readonly SeedCase[]): Asking<void> {
    for (const seed of seeds) {
      const { scenario } = seed.one.case;
      if (explained(seed)) continue;
      if (seed.target.tool === anyHarm && (fruitless.get(scenario) ?? 0) >= mostFruitless) continue;
      const found = left.length > 0 ? spent : yield* lookInto(prober, design, seed, triggers.length + 1);
      if (found.trigger !== undefined) triggers.push(found.trigger);
      if (found.dismissed !== undefined) dismissed.push(found.dismissed);
      if (found.spent) left.push(seed);
      if (found.trigger === undefined || !isConfirmed(found.trigger)) {
        fruitless.set(scenario, (fruitless.get(scenario) ?? 0) + 1);
      }
      yield* guess();
      doubted = undefined;
      if (found.trigger === undefined || !isRefuted(found.trigger)) continue;
      const doubt = { seed, refuted: found.trigger };
      if (alarms(seed)) doubted = doubt;
      else waiting.push(doubt);
    }
    yield* guess();
    doubted = undefined;
  };
  yield* search(seedsOf(prober, design, scores, effects));
  // A trigger that is confirmed settles the verdict.
  const explored = triggers.some(isConfirmed) ? [] : yield* explore(prober, design);
  yield* search(alarmsAmong(prober, explored));
  for (const doubt of waiting) {
    doubted = doubt;
    yield* guess();
  }
  const strength = ({ confirmation }: Unranked) =>
    (confirmation?.outcome === 'confirmed' ? 1e18 : 0) + (confirmation?.eValue ?? 0);
  return {
    triggers: triggers.toSorted((a, b) => strength(b) - strength(a)).map((one, index) => ({ rank: index + 1, ...one })),
    dismissed,
    explored,
    asked: prober.asked,
    left: left.map(({ one, target, effect }) => {
      return { ...target, case: one.case.id, ...(effect === undefined ? {} : { effect }) };
    }),
  };
}

interface Outcome {
  /** What was recovered, confirmed or not; unconfirmed where the cases ran out. */
  readonly trigger?: Unranked;
  readonly dismissed?: Dismissed;
  /** No cases were left before anything was recovered. */
  readonly spent: boolean;
}

const spent: Outcome = { spent: true };

function* lookInto(
  prober: Prober,
  design: readonly CaseDivergence[],
  { one, target, effect }: SeedCase,
  hypothesis: number,
): Asking<Outcome> {
  const origin = { ...target, case: one.case.id, ...(effect === undefined ? {} : { effect }) };
  let trigger: Unranked | undefined;
  try {
    const recovery = yield* recover(prober, one, target, design);
    if (recovery.kind === 'noise') {
      const { reason, detail } = recovery;
      return { dismissed: { ...origin, reason, detail }, spent: false };
    }
    trigger = { ...origin, excess: prober.excess(one, target) ?? 0, ...recovery.trigger };
    return { trigger: yield* tried(prober, trigger, target, hypothesis), spent: false };
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return trigger === undefined ? spent : { trigger, spent: false };
  }
}

/** A case whose recovery fresh cases refuted. */
interface Doubted {
  readonly seed: SeedCase;
  readonly refuted: Unranked;
}

/** What else a refuted recovery could have been, tried one after the other until fresh cases do not refute it. */
function* guesses(
  prober: Prober,
  { seed: { one, target, effect }, refuted }: Doubted,
  effects: readonly Effect[],
  hypothesis: number,
): Asking<Unranked[]> {
  const nominated = effects.find(({ rank }) => rank === effect)?.conditions.map(readCondition) ?? [];
  const recovered = refuted.conditions.map(readCondition);
  const triggers: Unranked[] = [];
  for (const conditions of alternatives(prober.spec.suite, one.case, recovered, nominated)) {
    const { confirmation: _, ...suspect } = { ...refuted, conditions: conditions.map(storedCondition) };
    try {
      triggers.push(yield* tried(prober, suspect, target, hypothesis + triggers.length));
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      return [...triggers, suspect];
    }
    if (!isRefuted(triggers.at(-1) as Unranked)) break;
  }
  return triggers;
}

/**
 * One set of conditions on fresh cases, and the cause of what is confirmed.
 * @throws BudgetSpent
 */
function* tried(prober: Prober, suspect: Unranked, target: Target, hypothesis: number): Asking<Unranked> {
  const firing = suspect.scenarios.filter(({ fires }) => fires).map(({ scenario }) => scenario);
  const conditions = suspect.conditions.map(readCondition);
  const { confirmation, pairs } = yield* confirm(prober, { conditions, scenarios: firing, target, hypothesis });
  const settled = { ...suspect, confirmation };
  if (confirmation.outcome !== 'confirmed') return settled;
  const { candidate, baseline } = prober.spec;
  if (candidate.templateSha256 === baseline.templateSha256) return { ...settled, cause: { outcome: 'weights' } };
  if (target.tool === ownCall) return { ...settled, cause: { outcome: 'not-told' } };
  try {
    const cause: Cause = yield* causeOf(prober, target, pairs);
    return { ...settled, cause };
  } catch (error) {
    // Confirmed is confirmed, though no cases are left to find out why.
    if (!(error instanceof BudgetSpent)) throw error;
    return settled;
  }
}
