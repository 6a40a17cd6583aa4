// Which alarms of an inspection a run says nothing about.
import type { Inspection, InspectionFinding } from './inspection.ts';

/** So many cases of the suite show a difference that a run is likely to have met what it does. */
const enoughCases = 20;

/** Alarms about prompts: a run measures what the prompts of its own cases do. */
const measured: ReadonlySet<string> = new Set(['prompts-differ', 'renders-differently-when']);

/**
 * Alarms that a run with the suite's cases does not answer. A run speaks to each model with its own template, so that a
 * difference of prompts is measured where the suite's own cases show it; whatever they do not show, and what was
 * found by other means, stays open. Alarms that a user allowed are none.
 */
export function unansweredAlarms({ findings }: Pick<Inspection, 'findings'>): InspectionFinding[] {
  return findings.filter(({ gravity, code, cases }) => {
    if (gravity !== 'alarm') return false;
    return !(measured.has(code) && (cases ?? 0) >= enoughCases);
  });
}
