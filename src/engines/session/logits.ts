// Exact log-probabilities out of llama.cpp without handing the vocabulary to JavaScript.
import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, Token } from 'node-llama-cpp';

/**
 * An input token after which the probabilities of `next` are wanted. Temperature stays at its default of 0, where
 * node-llama-cpp reports the raw softmax; `includeSelected` brings the arg max that the total weight is relative to.
 */
export function wanted(token: Token, next: readonly Token[]): ControlledEvaluateInputItem {
  return [
    token,
    {
      generateNext: {
        token: true,
        totalLogitWeight: true,
        logits: { filter: { tokens: next, includeSelected: true } },
      },
    },
  ];
}

/**
 * log P of each of `next` from a result of `wanted`.
 * With selected token m and W = sum exp(logit - logit_m): log p(t) = logit_t - logit_m - log W.
 * @throws Error when the engine returned no logits for the position (a bug, or NaN weights)
 */
export function logProbabilities(result: ControlledEvaluateIndexOutput | undefined, next: readonly Token[]): number[] {
  const { token, logits, totalLogitWeight } = result?.next ?? {};
  const selected = token === undefined || token === null ? undefined : logits?.get(token);
  if (logits === undefined || selected === undefined || totalLogitWeight === undefined) {
    throw new Error('the engine returned no logits');
  }
  return next.map(t => {
    const log = (logits.get(t) ?? Number.NaN) - selected - Math.log(totalLogitWeight);
    if (Number.isNaN(log)) throw new Error('the model computes NaN: its weights are broken');
    return Math.min(log, 0);
  });
}
