import { studentUpper } from './distributions.ts';

/** A mean over groups that differ, DerSimonian-Laird; undetermined for fewer than two groups or a standard error of 0. */
export type RandomEffects =
  | {
      readonly kind: 'estimated';
      readonly mean: number;
      /** Standard error of the mean, > 0. */
      readonly standardError: number;
      /** tau^2, variance between groups, >= 0. */
      readonly betweenVariance: number;
    }
  | { readonly kind: 'undetermined' };

function assertEstimates(estimates: readonly number[], standardErrors: readonly number[]): void {
  if (estimates.length !== standardErrors.length)
    throw new RangeError('estimates and standard errors differ in length');
  if (!estimates.every(Number.isFinite)) throw new RangeError('estimates must be finite');
  if (standardErrors.some(error => !(error >= 0 && Number.isFinite(error)))) {
    throw new RangeError('standard errors must be finite and not negative');
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * Between-group variance tau^2 of estimates by the method of moments, cut off at 0; 0 for fewer than two groups.
 * @param estimates one a group, finite
 * @param standardErrors of the estimates, > 0
 * @throws RangeError outside these ranges
 * Source: DerSimonian & Laird (1986), Controlled Clinical Trials 7:177, equation 8.
 */
export function betweenVariance(estimates: readonly number[], standardErrors: readonly number[]): number {
  assertEstimates(estimates, standardErrors);
  if (standardErrors.some(error => error === 0)) throw new RangeError('standard errors must be positive');
  if (estimates.length < 2) return 0;
  const weights = standardErrors.map(error => 1 / error ** 2);
  const total = sum(weights);
  const mean = sum(estimates.map((value, index) => value * (weights[index] as number))) / total;
  const q = sum(estimates.map((value, index) => (weights[index] as number) * (value - mean) ** 2));
  const c = total - sum(weights.map(weight => weight ** 2)) / total;
  return Math.max(0, (q - (estimates.length - 1)) / c);
}

/**
 * Random-effects mean of groups: weights 1 / (se^2 + tau^2), standard error 1 / sqrt(sum of weights).
 * @param estimates one a group, finite
 * @param standardErrors of the estimates, >= 0
 * @throws RangeError for lengths that differ, or values that are not finite
 * Source: DerSimonian & Laird (1986), equations 8 to 10.
 */
export function randomEffects(estimates: readonly number[], standardErrors: readonly number[]): RandomEffects {
  assertEstimates(estimates, standardErrors);
  if (estimates.length < 2 || standardErrors.some(error => error === 0)) return { kind: 'undetermined' };
  const tau2 = betweenVariance(estimates, standardErrors);
  const weights = standardErrors.map(error => 1 / (error ** 2 + tau2));
  const mean = sum(estimates.map((value, index) => value * (weights[index] as number))) / sum(weights);
  return { kind: 'estimated', mean, standardError: 1 / Math.sqrt(sum(weights)), betweenVariance: tau2 };
}

export type OutlierTest =
  | { readonly kind: 'tested'; readonly t: number; readonly pValue: number }
  | { readonly kind: 'undetermined' };

/**
 * Is one group larger than the spread of the other groups allows? One-sided.
 * t = (theta_l - mean of others) / sqrt(se_l^2 + sum of the others' se^2 / k^2 + tau^2 (1 + 1/k)), k = number of
 * others, their plain mean, tau^2 from the others alone, Student's t with k - 1 degrees of freedom. The middle term is
 * the error of the others' mean. Simulated false alarms at 5%, k = 2 … 19, tau = 0 … 2: errors alike .00-.055 (without
 * the term .00-.056); the tested group's error a fifth of the others' .00-.085 (without the term up to .153).
 * Undetermined with fewer than two others, or a standard error of 0: such a group claims to be known without error.
 * With two or three others the test is weak: one degree of freedom asks for t > 6.3 at 5%.
 *
 * @param estimates one a group, finite
 * @param standardErrors of the estimates, >= 0
 * @param which the group tested, index of `estimates`
 * @throws RangeError for lengths that differ, values that are not finite, an index outside
 * Source: prediction interval of a random-effects model, Higgins, Thompson & Spiegelhalter (2009), JRSS A 172:137, equation 12.
 */
export function leaveOneOutTest(
  estimates: readonly number[],
  standardErrors: readonly number[],
  which: number,
): OutlierTest {
  assertEstimates(estimates, standardErrors);
  const [own, ownError] = [estimates[which], standardErrors[which]];
  if (own === undefined || ownError === undefined) throw new RangeError(`no group ${which} among ${estimates.length}`);
  const others = estimates.filter((_, index) => index !== which);
  const k = others.length;
  if (k < 2 || standardErrors.some(error => error === 0)) return { kind: 'undetermined' };
  const errors = standardErrors.filter((_, index) => index !== which);
  const tau2 = betweenVariance(others, errors);
  const meanError2 = sum(errors.map(error => error ** 2)) / k ** 2;
  const spread = Math.sqrt(ownError ** 2 + meanError2 + tau2 * (1 + 1 / k));
  const t = (own - sum(others) / k) / spread;
  return { kind: 'tested', t, pValue: studentUpper(t, k - 1) };
}
