// Decisions made over time -> the one that holds for each case.
import type { Decision } from '../records/decision.ts';

/** The decision that holds for each case: the latest by its time, ties by order. Cases whose decision says nothing are left out. */
export function standingDecisions(all: readonly Decision[]): Map<string, Decision> {
  const latest = new Map<string, Decision>();
  for (const decision of all) {
    const known = latest.get(decision.case);
    if (known === undefined || decision.at >= known.at) latest.set(decision.case, decision);
  }
  for (const [id, { verdict, note }] of latest) if (verdict === undefined && note === '') latest.delete(id);
  return latest;
}
