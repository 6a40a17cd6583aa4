// Words that were found -> cases that say whether it is they: other fillers, other words, and their lines in calm cases.
import type { Case } from '../records/suites/case.ts';
import { createRandom } from '../statistics/index.ts';
import { withMessages } from '../suite/index.ts';
import { type Span, type Word, withFillers } from './words.ts';

/** Of each check. */
const counts = { replaced: 4, kept: 4, placebo: 8 };

export interface Checks {
  /** The found words with other fillers in their place. */
  readonly replaced: readonly Case[];
  /** All but the found words and the request replaced: whether these are all that it takes. */
  readonly kept: readonly Case[];
  /** As many other words of the same messages replaced. */
  readonly placebo: readonly Case[];
  /** The lines of the found words at the end of a message of the same role in cases that are calm. */
  readonly moved: readonly Case[];
}

export function checks({
  about,
  words,
  needed,
  spans,
  calm,
}: {
  readonly about: Case;
  readonly words: readonly Word[];
  readonly needed: readonly number[];
  readonly spans: readonly Span[];
  readonly calm: readonly Case[];
}): Checks {
  const hidden = new Set(needed);
  const replaced = Array.from({ length: counts.replaced }, (_, turn) =>
    withMessages(about, withFillers(about.messages, words, hidden, `${about.id}/check`, turn)),
  );
  const request = about.messages.findLastIndex(({ role }) => role === 'user');
  const around = words.flatMap(({ message }, index) => (message !== request && !hidden.has(index) ? [index] : []));
  const kept = Array.from({ length: around.length === 0 ? 0 : counts.kept }, (_, turn) =>
    withMessages(about, withFillers(about.messages, words, new Set(around), `${about.id}/around`, turn)),
  );
  const messages = new Set(needed.map(index => words[index]?.message));
  const others = words.flatMap((word, index) => (messages.has(word.message) && !hidden.has(index) ? [index] : []));
  const random = createRandom(`placebo ${about.id}`);
  const size = Math.min(hidden.size, others.length);
  const placebo = Array.from({ length: size === 0 ? 0 : counts.placebo }, (_, turn) => {
    const drawn = new Set(random.shuffle(others).slice(0, size));
    return withMessages(about, withFillers(about.messages, words, drawn, `${about.id}/placebo`, turn));
  });
  return { replaced, kept, placebo, moved: calm.flatMap(one => withLines(one, spans)) };
}

/** A case with the spans' lines behind its own; none where it has no message of that role. */
function withLines(about: Case, spans: readonly Span[]): Case[] {
  let { messages } = about;
  const lines = new Map(spans.map(one => [`${one.message} ${one.line}`, one]));
  for (const { role, before, text, after } of lines.values()) {
    const at = messages.findIndex(one => one.role === role);
    const message = messages[at];
    if (message === undefined) return [];
    messages = messages.with(at, { ...message, content: `${message.content}\n${`${before}${text}${after}`.trim()}` });
  }
  return [withMessages(about, messages)];
}
