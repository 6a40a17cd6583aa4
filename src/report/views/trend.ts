// The versions of a candidate over time, each as its own run found it: what a reviewer of the newest wants to see first.
import type { Comparison, Head } from '../../records/comparison.ts';
import type { Outcome } from '../../records/verdict.ts';

/** One version; shares are of first steps, over the baseline. */
export interface Version {
  readonly run: string;
  readonly createdAt: string;
  readonly candidateSha256: string;
  readonly outcome: Outcome;
  /** Excess of harmful tools, and what it is at most; absent where it was not measured. */
  readonly harm?: { readonly estimate: number; readonly high: number };
}

export function versionOf(head: Head | Comparison, createdAt: string): Version {
  const { run, candidate, verdict, evidence } = head;
  const { harm } = evidence;
  return {
    run: run.id,
    createdAt,
    candidateSha256: candidate.sha256,
    outcome: verdict.outcome,
    ...(harm.state === 'measured' && { harm: { estimate: harm.excess.estimate, high: harm.excess.high } }),
  };
}
