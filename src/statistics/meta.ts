import { studentUpper } from './distributions.ts';

/**
 * Between-group variance tau^2 of estimates with standard errors, >= 0; 0 for fewer than two groups.
 * Source: DerSimonian & Laird (1986), Controlled Clinical Trials 7:177, equation 8.
 */
export function betweenVariance(estimates: readonly number[], standardErrors: readonly number[]): number {
  if (estimates.length < 2) return 0;
  const weights = standardErrors.map(error => 1 / error ** 2);
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = estimates.reduce((sum, value, index) => sum + value * (weights[index] as number), 0) / total;
  const q = estimates.reduce((sum, value, index) => sum + (weights[index] as number) * (value - mean) ** 2, 0);
  const c = total - weights.reduce((sum, weight) => sum + weight ** 2, 0) / total;
  return Math.max(0, (q - (estimates.length - 1)) / c);
}

export type OutlierTest =
  | { readonly kind: 'tested'; readonly t: number; readonly pValue: number }
  | { readonly kind: 'undetermined' };

/**
 * Is one group larger than the spread of the other groups allows? One-sided.
 * t = (theta_l - mean of others) / sqrt(se_l^2 + tau^2 (1 + 1/k)), k = number of others, tau^2 from the others,
 * Student's t with k - 1 degrees of freedom. Undetermined with fewer than two others.
 * @param standardErrors all > 0
 * Source: prediction interval of a random-effects model, Higgins, Thompson & Spiegelhalter (2009), equation 12.
 */
export function leaveOneOutTest(
  estimates: readonly number[],
  standardErrors: readonly number[],
  which: number,
): OutlierTest {
  if (standardErrors.some(error => !(error > 0))) throw new RangeError('standard errors must be positive');
  const others = estimates.filter((_, index) => index !== which);
  const k = others.length;
  if (k < 2) return { kind: 'undetermined' };
  const errors = standardErrors.filter((_, index) => index !== which);
  const mean = others.reduce((a, b) => a + b, 0) / k;
  const tau2 = betweenVariance(others, errors);
  const meanError2 = errors.reduce((sum, error) => sum + error ** 2, 0) / k ** 2;
  const spread = Math.sqrt((standardErrors[which] as number) ** 2 + meanError2 + tau2 * (1 + 1 / k));
  const t = ((estimates[which] as number) - mean) / spread;
  return { kind: 'tested', t, pValue: studentUpper(t, k - 1) };
}
