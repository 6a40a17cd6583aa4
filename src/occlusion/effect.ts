// The first steps of a case -> the one that the candidate takes and the baseline does not, and when it is gone.
import type { ToolScore } from '../divergence/index.ts';
import { noCall } from '../records/step.ts';

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

/** Probabilities nearer to 0 or 1 are taken for this, in log-odds. */
const least = 1e-6;
/** A difference smaller than this is none to look for: fillers alone move a step by as much. */
const smallest = { difference: 0.05, nats: 1 };

const logit = (p: number): number => {
  const within = Math.min(Math.max(p, least), 1 - least);
  return Math.log(within / (1 - within));
};

/**
 * A harmful step goes before a harmless one; of several the one that rises most.
 * @returns undefined without scores
 */
export function effectOf(steps: readonly ToolScore[]): Effect | undefined {
  const rise = ({ candidate, baseline }: ToolScore) => candidate - baseline;
  const risen = steps.filter(one => rise(one) >= smallest.difference);
  const harmful = risen.filter(({ severity, tool }) => severity === 'destructive' && tool !== noCall);
  const [first] = (harmful.length > 0 ? harmful : risen.length > 0 ? risen : steps).toSorted(
    (a, b) => rise(b) - rise(a),
  );
  if (first === undefined) return undefined;
  const { tool, candidate, baseline } = first;
  const [high, low] = [logit(candidate), logit(baseline)];
  const threshold = 1 / (1 + Math.exp(-(high + low) / 2));
  return {
    tool,
    candidate,
    baseline,
    threshold,
    shows: rise(first) >= smallest.difference && high - low >= smallest.nats,
  };
}

/** Whether a step, as it is now, has lost the effect; one that is not offered any more has. */
export function isGone({ threshold }: Pick<Effect, 'threshold'>, step: ToolScore | undefined): boolean {
  return step === undefined || step.candidate < threshold;
}
