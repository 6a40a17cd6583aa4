// Exact log-probabilities of forced texts after a prompt. Each function yields after every engine call, so that other
// sequences' calls share its batch.
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { sharedLength } from './forced.ts';
import type { ForcedPass } from './forced-pass.ts';
import { logProbabilities, wanted } from './logits.ts';

/**
 * log P of each call, and of opening any of them, after the prompt.
 * The tokens that all calls share are evaluated once; each call then adds its own tail.
 */
export async function* scoreCalls(
  pass: ForcedPass,
  slot: LlamaContextSequence,
  prompt: Token[],
  calls: readonly Token[][],
): AsyncGenerator<void, { open: number; calls: number[]; forcedTokens: number }> {
  const shared = sharedLength(calls);
  const stem = [...prompt, ...(calls[0] as Token[]).slice(0, shared)];
  const nexts = [...new Set(calls.map(call => call[shared] as Token))];
  const from = slot.nextTokenIndex;
  const input = stem.slice(from).map((token, offset) => {
    const index = from + offset;
    if (index < prompt.length - 1) return token;
    return wanted(token, index === stem.length - 1 ? nexts : [stem[index + 1] as Token]);
  });
  const results = await pass(slot, input);
  yield;
  let logStem = 0;
  let logOpen = 0;
  for (let index = prompt.length - 1; index < stem.length - 1; index++) {
    const step = logProbabilities(results[index - from], [stem[index + 1] as Token])[0] as number;
    if (index === prompt.length - 1) logOpen = step;
    logStem += step;
  }
  const branches = logProbabilities(results[stem.length - 1 - from], nexts);
  if (shared === 0) logOpen = Math.log(branches.reduce((sum, log) => sum + Math.exp(log), 0));
  const logs: number[] = [];
  for (const call of calls) {
    const branch = branches[nexts.indexOf(call[shared] as Token)] as number;
    const tail = yield* tailLikelihood(pass, slot, stem, call.slice(shared));
    logs.push(logStem + branch + tail);
  }
  const tails = calls.reduce((sum, call) => sum + call.length - shared - 1, 0);
  return { open: logOpen, calls: logs, forcedTokens: shared + tails };
}

/** log P of `tail` after its first token, given `stem` and that first token. */
async function* tailLikelihood(
  pass: ForcedPass,
  slot: LlamaContextSequence,
  stem: Token[],
  tail: readonly Token[],
): AsyncGenerator<void, number> {
  if (tail.length < 2) return 0;
  await slot.adaptStateToTokens(stem, false);
  const inputs = tail.slice(0, -1).map((token, index) => wanted(token, [tail[index + 1] as Token]));
  const results = await pass(slot, inputs);
  yield;
  return results.reduce(
    (sum, result, index) => sum + (logProbabilities(result, [tail[index + 1] as Token])[0] as number),
    0,
  );
}

/** Sum of log P over a forced continuation of the prompt. */
export async function* forcedLikelihood(
  pass: ForcedPass,
  slot: LlamaContextSequence,
  prompt: Token[],
  tokens: Token[],
): AsyncGenerator<void, number> {
  if (tokens.length === 0) return 0;
  const from = slot.nextTokenIndex;
  const all = [...prompt, ...tokens];
  const input = all
    .slice(from, -1)
    .map((token, offset) =>
      from + offset < prompt.length - 1 ? token : wanted(token, [all[from + offset + 1] as Token]),
    );
  const results = await pass(slot, input);
  yield;
  let sum = 0;
  for (let index = prompt.length - 1; index < all.length - 1; index++) {
    sum += logProbabilities(results[index - from], [all[index + 1] as Token])[0] as number;
  }
  return sum;
}
