// How tokens are drawn, as node-llama-cpp takes it.
import type { SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import { most } from '../../records/limits.ts';
import type { Sampling } from '../../ports/engine.ts';

/** Tokens that a repeat penalty looks back at, as llama.cpp's usual setting has it. */
const penalisedTokens = 64;

/**
 * @param prompt what comes before `tokens`, which grow while they are drawn
 */
export function drawing(
  { temperature, topP = 1, topK = most.topK, minP = 0, repeatPenalty = 1 }: Sampling,
  seed: number,
  prompt: readonly Token[],
  tokens: readonly Token[],
): SequenceEvaluateOptions {
  const last = () => [...prompt.slice(-penalisedTokens), ...tokens.slice(-penalisedTokens)].slice(-penalisedTokens);
  const penalty = { punishTokens: last, maxPunishTokens: penalisedTokens, penalty: repeatPenalty };
  const options = { temperature, seed, topK, topP, minP, yieldEogToken: true };
  return repeatPenalty === 1 ? options : { ...options, repeatPenalty: penalty };
}
