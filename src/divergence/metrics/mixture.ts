import { mixtureDivergence, type MixtureDivergence } from '../../statistics/index.ts';
import type { CaseDivergence, Reply } from '../cases.ts';

/** How far the two models' sampled replies are apart, over all cases. */
export interface SampledDivergence extends MixtureDivergence {
  /** Replies of either model that were scored under both. */
  readonly replies: number;
}

/**
 * Jensen-Shannon divergence and total variation of whole replies by the mixture estimator: each model's samples, scored
 * under both models. 0 for equal models, with no noise floor; replies count alike.
 * @returns undefined where a model has no scored reply
 */
export function sampledDivergence(all: readonly CaseDivergence[]): SampledDivergence | undefined {
  const scored = (role: 'candidate' | 'baseline') => all.flatMap(({ replies }) => replies[role]).filter(isScored);
  const [fromCandidate, fromBaseline] = [scored('candidate'), scored('baseline')];
  if (fromCandidate.length === 0 || fromBaseline.length === 0) return undefined;
  const samples = (replies: readonly (Reply & { surprise: number })[]) => ({
    logP: replies.map(({ surprise }) => surprise),
    logQ: replies.map(() => 0),
  });
  const divergence = mixtureDivergence(samples(fromCandidate), samples(fromBaseline));
  return { ...divergence, replies: fromCandidate.length + fromBaseline.length };
}

/** Only the ratio of the two likelihoods enters, and that is the surprise. */
function isScored(reply: Reply): reply is Reply & { surprise: number } {
  return reply.surprise !== undefined;
}
