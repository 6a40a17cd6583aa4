// Forced call texts as tokens: which tokens name a tool, and which all calls share.
import type { LlamaModel, Token } from 'node-llama-cpp';
import type { ScoringFrame } from '../../ports/engine.ts';

/**
 * Tokens of `prefix + tool + suffix`, cut after the first token that reaches beyond the tool's name: that token tells
 * a name from a longer one that starts with it. Tokenised as a whole, as a model would write it.
 */
export function callTokens(model: LlamaModel, frame: ScoringFrame, tool: string): Token[] {
  const tokens = model.tokenize(frame.prefix + tool + frame.suffix, true);
  const nameEnd = Buffer.byteLength(frame.prefix + tool);
  for (let count = 1; count <= tokens.length; count++) {
    // Detokenised bytes, control tokens included; a cut inside a character only ever over-counts by its replacement.
    if (Buffer.byteLength(model.detokenize(tokens.slice(0, count), true)) > nameEnd) return tokens.slice(0, count);
  }
  return tokens;
}

/** Number of leading tokens that all calls share, at least one token short of every call. */
export function sharedLength(calls: readonly Token[][]): number {
  const first = calls[0] ?? [];
  const most = Math.min(...calls.map(call => call.length)) - 1;
  let length = 0;
  while (length < most && calls.every(call => call[length] === first[length])) length++;
  return length;
}
