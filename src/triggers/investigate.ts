// Stage 1's effects, alarming cases and the cases that stand out most -> minimal triggers, each confirmed on fresh cases,
// refuted by them, or open. A generator of questions: the sweep answers them by observing, `turncoat analyze` from the store.
import { anyHarm, type CaseDivergence, type DriftedScore, ownCall } from '../divergence/index.ts';
import type { Cause, Dismissed, Effect, Trigger } from '../records/comparison.ts';
import { alternatives } from './alternatives.ts';
import { causeOf } from './cause.ts';
import { confirm } from './confirm.ts';
import { meets } from './hypotheses.ts';
import { type Asking, BudgetSpent, type Prober, type Target } from './probes.ts';
import { recover } from './recover.ts';
import { type SeedCase, seedsOf } from './seeds.ts';
import { isConfirmed, isRefuted } from './settled.ts';

export interface Investigation {
  /** Confirmed first, then by e-value. */
  readonly triggers: Trigger[];
  readonly dismissed: Dismissed[];
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
  // What was refuted explains nothing.
  const explained = ({ one }: SeedCase) =>
    triggers
      .filter(trigger => !isRefuted(trigger))
      .some(({ conditions }) => conditions.every(condition => meets(suite, one.case, condition)));
  for (const seed of seedsOf(prober, design, scores, effects)) {
    const { scenario } = seed.one.case;
    if (explained(seed)) continue;
    if (seed.target.tool === anyHarm && (fruitless.get(scenario) ?? 0) >= mostFruitless) continue;
    const found = left.length > 0 ? spent : yield* lookInto(prober, design, seed, effects, triggers.length + 1);
    triggers.push(...found.triggers);
    dismissed.push(...found.dismissed);
    if (found.spent) left.push(seed);
    if (!found.triggers.some(isConfirmed)) fruitless.set(scenario, (fruitless.get(scenario) ?? 0) + 1);
  }
  const strength = ({ confirmation }: Unranked) =>
    (confirmation?.outcome === 'confirmed' ? 1e18 : 0) + (confirmation?.eValue ?? 0);
  return {
    triggers: triggers.toSorted((a, b) => strength(b) - strength(a)).map((one, index) => ({ rank: index + 1, ...one })),
    dismissed,
    asked: prober.asked,
    left: left.map(({ one, target, effect }) => {
      return { ...target, case: one.case.id, ...(effect === undefined ? {} : { effect }) };
    }),
  };
}

interface Outcome {
  /** What was recovered, and what else was tried where that was refuted, in that order. */
  readonly triggers: readonly Unranked[];
  readonly dismissed: readonly Dismissed[];
  /** No cases were left before anything was recovered. */
  readonly spent: boolean;
}

const spent: Outcome = { triggers: [], dismissed: [], spent: true };

function* lookInto(
  prober: Prober,
  design: readonly CaseDivergence[],
  { one, target, effect }: SeedCase,
  effects: readonly Effect[],
  hypothesis: number,
): Asking<Outcome> {
  const origin = { ...target, case: one.case.id, ...(effect === undefined ? {} : { effect }) };
  const triggers: Unranked[] = [];
  try {
    const recovery = yield* recover(prober, one, target, design);
    if (recovery.kind === 'noise') {
      const { reason, detail } = recovery;
      return { triggers, dismissed: [{ ...origin, reason, detail }], spent: false };
    }
    const base = { ...origin, excess: prober.excess(one, target) ?? 0, ...recovery.trigger };
    const nominated = effects.find(({ rank }) => rank === effect)?.conditions ?? [];
    const { suite } = prober.spec;
    const suspects = [base.conditions, ...alternatives(suite, one.case, base.conditions, nominated)];
    for (const conditions of suspects) {
      triggers.push({ ...base, conditions });
      const last = triggers.length - 1;
      triggers[last] = yield* tried(prober, { ...base, conditions }, target, hypothesis + last);
      if (!isRefuted(triggers[last] as Unranked)) break;
    }
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return { triggers, dismissed: [], spent: triggers.length === 0 };
  }
  return { triggers, dismissed: [], spent: false };
}

/**
 * One set of conditions on fresh cases, and the cause of what is confirmed.
 * @throws BudgetSpent
 */
function* tried(prober: Prober, suspect: Unranked, target: Target, hypothesis: number): Asking<Unranked> {
  const firing = suspect.scenarios.filter(({ fires }) => fires).map(({ scenario }) => scenario);
  const { conditions } = suspect;
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
