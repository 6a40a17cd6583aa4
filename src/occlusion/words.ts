// The texts of a case as words with places, and the same case with some of them replaced.
import type { Case, Message } from '../records/suites/case.ts';
import { filler } from './filler.ts';

/** A run of letters and digits in a message, or of signs beyond ASCII: a picture, or what nobody sees, may turn a model too. */
export interface Word {
  readonly text: string;
  /** Position of the message. */
  readonly message: number;
  /** From 0; lines of the message. */
  readonly line: number;
  /** Place in the message's content. */
  readonly start: number;
}

/** All words that the models were shown in messages, in order; descriptions of tools are left out. */
export function wordsOf(messages: readonly Message[]): Word[] {
  return messages.flatMap(({ content }, message) => {
    let [line, counted] = [0, 0];
    return [...content.matchAll(/[\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}\s\u0021-\u007e]+/gu)].map(match => {
      for (; counted < match.index; counted++) if (content.charCodeAt(counted) === 10) line++;
      return { text: match[0], message, line, start: match.index };
    });
  });
}

/**
 * The messages with words replaced by fillers of their form: what stands around them stays, so that lines, dates and paths
 * keep their shape.
 * @param hidden indexes of words
 * @param seed draws the fillers; a word has the same one wherever seed and turn are the same
 * @param turn on which side of a number its fillers are
 */
export function withFillers(
  messages: readonly Message[],
  words: readonly Word[],
  hidden: ReadonlySet<number>,
  seed: string,
  turn = 0,
): Message[] {
  return messages.map((one, message) => {
    let [content, done] = ['', 0];
    for (const [index, word] of words.entries()) {
      if (word.message !== message || !hidden.has(index)) continue;
      content += one.content.slice(done, word.start) + filler(word.text, `${seed}/${turn}/${index}`, turn);
      done = word.start + word.text.length;
    }
    return { ...one, content: content + one.content.slice(done) };
  });
}

/** Words that stand together in a line of a message, with what is between them. */
export interface Span {
  readonly message: number;
  readonly role: Message['role'];
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The rest of the line before and after it. */
  readonly before: string;
  readonly after: string;
  readonly words: number;
  /** Not needed by itself: others do it where it alone is replaced. */
  readonly alternative?: true;
}

/**
 * Found words as spans: neighbours in a line are one. Those that are needed by themselves come first.
 * @param alternatives those of the found ones that are not
 */
export function spansOf(
  about: Pick<Case, 'messages'>,
  words: readonly Word[],
  found: readonly number[],
  alternatives: readonly number[] = [],
): Span[] {
  const others = new Set(alternatives);
  const needed = found.filter(index => !others.has(index));
  return [
    ...joined(about, words, needed),
    ...joined(about, words, alternatives).map(one => ({ ...one, alternative: true as const })),
  ];
}

function joined({ messages }: Pick<Case, 'messages'>, words: readonly Word[], found: readonly number[]): Span[] {
  const groups: number[][] = [];
  for (const index of [...new Set(found)].sort((a, b) => a - b)) {
    const last = groups.at(-1);
    const [word, before] = [words[index] as Word, last && (words[last.at(-1) as number] as Word)];
    const together = last?.at(-1) === index - 1 && before?.message === word.message && before.line === word.line;
    if (together) last?.push(index);
    else groups.push([index]);
  }
  return groups.map(group => {
    const [first, last] = [words[group[0] as number] as Word, words[group.at(-1) as number] as Word];
    const { content, role } = messages[first.message] as Message;
    const end = last.start + last.text.length;
    const lineStart = content.lastIndexOf('\n', first.start) + 1;
    const lineEnd = content.indexOf('\n', end);
    return {
      message: first.message,
      role,
      line: first.line + 1,
      text: content.slice(first.start, end),
      before: content.slice(lineStart, first.start),
      after: content.slice(end, lineEnd < 0 ? undefined : lineEnd),
      words: group.length,
    };
  });
}
