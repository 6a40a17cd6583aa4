// A number per case under both models -> paired counts, exact McNemar, bounds of the mean difference.
import type { Bounded, Paired } from '../records/evidence.ts';
import { casesForShare, mcnemarExact, meanBounds, shareUpperBound, valuesForUpperBound } from '../statistics/index.ts';
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

/**
 * As {@link boundedMean}, for values of -1, 0 and 1 of a number of cases that was fixed beforehand: `high` is the lower of
 * two bounds, each at half the error rate. One is by betting; the other is the exact one of the share of 1s, which no mean
 * is above. Where little is seen the second is the sharper, since it pays for no bets that lost.
 * Source of the second: Clopper & Pearson (1934); for cases of unequal chances Hoeffding (1956), theorem 4.
 */
export function boundedCounts(values: readonly number[], lowAlpha: number, margin: number): Bounded {
  const bet = boundedMean(values, lowAlpha, margin, boundAlpha / 2);
  const { n, needs: _, ...bounds } = bet;
  const worse = values.filter(value => value > 0).length;
  const high = Math.min(bet.high, n === 0 ? 1 : shareUpperBound(worse, n, boundAlpha / 2));
  if (high < margin) return { ...bounds, high, n };
  const wanted = [bet.needs, casesForShare({ seen: worse, of: n, limit: margin }, boundAlpha / 2)].filter(
    needs => needs !== undefined,
  );
  return { ...bounds, high, n, ...(wanted.length === 0 ? {} : { needs: Math.max(Math.min(...wanted), n + 1) }) };
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
