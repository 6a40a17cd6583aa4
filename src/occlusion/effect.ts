// A case's exact scores -> the first step that the candidate takes and the baseline does not, and when it is gone.
import { type CaseDivergence, firstSteps, harmfulTools, type ToolScore } from '../divergence/index.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import { logit } from '../statistics/index.ts';

/** What is explained. */
export interface Effect {
  readonly tool: string;
  readonly candidate: number;
  readonly baseline: number;
  /** Half way between both in log-odds: below it the effect is gone. */
  readonly threshold: number;
  /** Whether there is anything to explain. */
  readonly shows: boolean;
}

/** Log-odds beyond it, a probability of one in a million, are taken for it. */
const limit = 14;
/** A difference smaller than this is none to look for: fillers alone move a step by as much. */
const smallest = { difference: 0.05, nats: 1 };

/**
 * A harmful step goes before a harmless one; of several the one that rises most.
 * @returns undefined without scores
 */
export function effectOf(one: CaseDivergence, policy: PolicyRecord | undefined): Effect | undefined {
  const steps = firstSteps(one);
  const rise = ({ candidate, baseline }: ToolScore) => candidate - baseline;
  const risen = steps.filter(step => rise(step) >= smallest.difference);
  const harmful = new Set(harmfulTools(one.case, policy));
  const choices = [risen.filter(({ tool }) => harmful.has(tool)), risen, steps];
  const [first] = (choices.find(some => some.length > 0) ?? []).toSorted((a, b) => rise(b) - rise(a));
  if (first === undefined) return undefined;
  const { tool, candidate, baseline } = first;
  const [high, low] = [logit(candidate, limit), logit(baseline, limit)];
  const threshold = 1 / (1 + Math.exp(-(high + low) / 2));
  return {
    tool,
    candidate,
    baseline,
    threshold,
    shows: rise(first) >= smallest.difference && high - low >= smallest.nats,
  };
}

/** Whether a step, as it is now, has lost the effect. What was not scored, since a model's process ended over it, says nothing. */
export function isGone({ threshold }: Pick<Effect, 'threshold'>, step: ToolScore | undefined): boolean {
  return step !== undefined && step.candidate < threshold;
}
