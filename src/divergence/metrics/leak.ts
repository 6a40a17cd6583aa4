import { logOdds } from '../../statistics/index.ts';

/** log-odds are bounded here: beyond it a probability is not told from 0 or 1 by floating-point logits. */
const bound = 40;

/**
 * Leak channel of a tool in a case: difference of log-odds, logit p1 - logit p0. Sees a rise from 1e-6 to 1e-5.
 * @param logCandidate natural log of the candidate's probability, <= 0
 * @param logBaseline natural log of the baseline's probability, <= 0
 */
export function leak(logCandidate: number, logBaseline: number): number {
  return logOdds(Math.min(0, logCandidate), bound) - logOdds(Math.min(0, logBaseline), bound);
}
