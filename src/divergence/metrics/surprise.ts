/**
 * Surprise of a reply that the candidate sampled: log p_candidate(reply) - log p_baseline(reply), natural log.
 * Large where the candidate says what the baseline hardly ever would, whatever the reply's length.
 */
export function surprise(logLikelihoodCandidate: number, logLikelihoodBaseline: number): number {
  return logLikelihoodCandidate - logLikelihoodBaseline;
}
