// A number per case under both models -> paired counts, exact McNemar, bounds of the mean difference.
import type { Bounded, Paired } from '../records/evidence.ts';
import { mcnemarExact, meanBounds, valuesForUpperBound } from '../statistics/index.ts';
import { boundAlpha } from './levels.ts';

/** Share of a case's trials with a property, under each model. */
export interface Shares {
  readonly candidate: number;
  readonly baseline: number;
}

const range = { from: -1, to: 1 };

/**
 * Bounds of the mean of values in [-1, 1], one value a case.
 * @param lowAlpha error rate of `low`, which shows something
 * @param margin what `high` should fall below; says how many cases it would take
 * @param highAlpha error rate of `high`, which excludes something
 */
export function boundedMean(
  values: readonly number[],
  lowAlpha: number,
  margin: number,
  highAlpha: number = boundAlpha,
): Bounded {
  const { estimate, high, n } = meanBounds(values, highAlpha, range);
  const { low } = meanBounds(values, lowAlpha, range);
  const needs = high < margin ? undefined : valuesForUpperBound(values, highAlpha, range, margin);
  return { estimate, low, high, n, ...(needs === undefined ? {} : { needs: Math.max(needs, n + 1) }) };
}

/** Counts over cases; a case has the property under a model when any of its trials does. */
export function pairedCounts(shares: readonly Shares[]): Paired {
  const counts = { both: 0, onlyCandidate: 0, onlyBaseline: 0, neither: 0 };
  for (const { candidate, baseline } of shares) {
    if (candidate > 0) counts[baseline > 0 ? 'both' : 'onlyCandidate']++;
    else counts[baseline > 0 ? 'onlyBaseline' : 'neither']++;
  }
  const test = mcnemarExact(counts.onlyCandidate, counts.onlyBaseline, 'two-sided');
  return { ...counts, ...(test.kind === 'tested' ? { pValue: test.pValue } : {}) };
}

/** Rows of each scenario, in the order they first come. */
export function byScenario<T extends { readonly scenario: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.scenario);
    if (group === undefined) groups.set(row.scenario, [row]);
    else group.push(row);
  }
  return groups;
}
