// A sweep's status -> the pairs as a reviewer wants them: what needs looking at first.
import type { PairStatus, SweepStatus } from '../records/sweeps/sweep.ts';
import { outcomes } from '../records/verdict.ts';

export interface SweepModel {
  readonly sweep: string;
  readonly state: SweepStatus['state'];
  readonly updatedAt: string;
  /** Worst first. */
  readonly pairs: readonly PairStatus[];
}

/** Diverging pairs first, then failed ones, then what is open, then what is clean; in the order of the sweep within. */
export function sweepModel({ sweep, state, updatedAt, pairs }: SweepStatus): SweepModel {
  return { sweep, state, updatedAt, pairs: pairs.toSorted((a, b) => urgency(a) - urgency(b)) };
}

function urgency({ state, outcome }: PairStatus): number {
  if (state === 'failed') return 0.5;
  return outcome === undefined ? outcomes.length : outcomes.indexOf(outcome);
}
