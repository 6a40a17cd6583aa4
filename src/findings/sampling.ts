// What a run's spec says of sampling -> as a comparison tells it.
import type { Comparison } from '../records/comparison.ts';
import type { RunSpec } from '../records/run.ts';

/** What else decided how replies were sampled; without what nobody gave. */
export function samplingOf({ topP, topK, minP, repeatPenalty }: RunSpec): Partial<Comparison['design']> {
  const given = Object.entries({ topP, topK, minP, repeatPenalty }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
