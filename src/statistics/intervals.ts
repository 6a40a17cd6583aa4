import { betaQuantile } from './distributions.ts';

/**
 * Exact (Clopper-Pearson) confidence interval of a share.
 * @param successes k, 0 <= k <= n
 * @param trials n >= 1
 * @param confidence in (0, 1), e.g. 0.95
 * @returns [low, high] in [0, 1]
 * Source: Clopper & Pearson (1934); beta form as in Brown, Cai & DasGupta (2001).
 */
export function clopperPearson(successes: number, trials: number, confidence: number): [number, number] {
  if (!(trials >= 1 && successes >= 0 && successes <= trials)) throw new RangeError(`${successes} of ${trials}`);
  const tail = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1);
  const high = successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes);
  return [low, high];
}

/**
 * The prevalence that n clean cases exclude: 1 - (1 - confidence)^(1/n), about 3 / n at 95%.
 * Source: exact form of the rule of three, Hanley & Lippman-Hand (1983).
 */
export function excludedPrevalence(cleanCases: number, confidence: number): number {
  return cleanCases < 1 ? 1 : -Math.expm1(Math.log1p(-confidence) / cleanCases);
}
