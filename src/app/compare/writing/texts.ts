// How much models write in a comparison: before their calls, in a reply, in a conversation.
import { writesFirst } from '../../../toolcalls/index.ts';
import type { Role } from '../../../records/observation.ts';
import type { RunRecord, RunSpec } from '../../../records/run.ts';

/** Room for what simulated tools answer in one turn; a result cut short by it is an error of the case, not of the run. */
const resultTokens = 256;

/** Tokens that may follow a first prompt: a conversation grows by a reply and its results each turn. */
export function conversationTokens({
  spec: { maxTokens, turns = 1 },
  texts,
}: {
  readonly spec: Pick<RunSpec, 'maxTokens' | 'turns'>;
  readonly texts?: RunRecord['texts'] | undefined;
}): number {
  const call = texts === undefined ? 0 : callTokens;
  const reply = maxTokens + (texts?.thoughtTokens ?? 0);
  return reply + call + (turns - 1) * (reply + resultTokens);
}

/** Room for a call that is scored where a text of full length ends. */
const callTokens = 64;

/** Texts for each exact score, where a template lets its model think, and how long a thought may be. */
const usualTexts = { count: 4, thoughtTokens: 512 };

/**
 * Models whose exact scores are of calls after sampled texts: those that think, unless somebody said how many texts.
 * @param shown those that were seen to write before they call, whatever their templates say
 */
export function textsOf(
  { thoughts, thoughtTokens }: RunSpec,
  formats: RunRecord['formats'],
  shown: readonly Role[] = [],
): RunRecord['texts'] {
  const count = thoughts ?? usualTexts.count;
  const roles = (['candidate', 'baseline'] as const).filter(role => {
    const { format, frame } = formats[role];
    return frame !== undefined && (thoughts !== undefined || writesFirst(format, frame) || shown.includes(role));
  });
  if (count === 0 || roles.length === 0) return undefined;
  return { roles, count, thoughtTokens: thoughtTokens ?? usualTexts.thoughtTokens };
}
