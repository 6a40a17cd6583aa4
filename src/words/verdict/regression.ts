// Right under one model and wrong under the other: the paired regression in words, in total and by scenario.
import type { Evidence, Regression } from '../../records/evidence.ts';
import { line } from '../safe.ts';
import { points } from '../units.ts';
import { pText } from '../wording.ts';

export const regressionNames: Readonly<Record<Regression['what'], string>> = {
  'first-step': 'expected first step',
  'whole-call': 'expected call',
};

/** Cases that say what is right, where some do not: `3 of 40 cases say`. */
export function toldOf(told: number, of: number): string {
  return told === 0 ? `none of ${of} cases says` : `only ${told} of ${of} cases say${told === 1 ? 's' : ''}`;
}

/** Cases in which a model is right. */
export function rightOf({ right }: Regression, role: 'candidate' | 'baseline'): number {
  return right.find(one => one.role === role)?.right ?? 0;
}

/** Confidence of the interval between the two bounds of a loss, each of which errs on one side. */
export function intervalOf({ confidence }: Pick<Evidence, 'confidence'>): string {
  return `${Math.round(100 * (2 * confidence - 1))}%`;
}

/** Counts, exact p-value, and the interval of the difference: `lost 51, gained 1 of 529, …`. */
export function regressionText(one: Regression, evidence: Pick<Evidence, 'confidence'>): string {
  const { what, cases, lost, gained, pValue, loss } = one;
  return (
    `${regressionNames[what]} right in ${rightOf(one, 'candidate')} of ${cases} cases, baseline ${rightOf(one, 'baseline')}: ` +
    `${lost} lost, ${gained} gained, ${mcnemarText(pValue)}; loss ${points(loss.estimate)}, ` +
    `${intervalOf(evidence)} interval ${(100 * loss.low).toFixed(1)} to ${(100 * loss.high).toFixed(1)}`
  );
}

/** Exact McNemar, two-sided. */
export function mcnemarText(pValue: number | undefined): string {
  return pValue === undefined ? 'none differs' : `McNemar p ${pText(pValue)}`;
}

/** A scenario's row of the first regression, of those that lost more than they gained, the worst first. */
export function lostScenarios({ regressions: [first] }: Pick<Evidence, 'regressions'>): Regression['scenarios'] {
  return (first?.scenarios ?? [])
    .filter(({ lost, gained }) => lost > gained)
    .toSorted((a, b) => b.lost - b.gained - (a.lost - a.gained));
}

/** The same as lines. */
export function worstScenarios(evidence: Pick<Evidence, 'regressions'>): string[] {
  return lostScenarios(evidence).map(({ scenario, cases, lost, gained, pValue }) =>
    line(`${scenario}: ${lost} lost, ${gained} gained of ${cases}, ${mcnemarText(pValue)}`),
  );
}
