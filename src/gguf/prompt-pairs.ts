// Two templates and many chats -> pairs of prompts, each with a signature that is equal where they differ in one way.
import { diffLines } from 'diff';
import { UserError } from '../errors.ts';
import type { Chat } from '../ports/template.ts';
import { refused, type Trial } from './trial.ts';

export interface PromptPair {
  readonly candidate: string;
  readonly baseline: string;
  /** Empty: no difference. Equal for differences that are the same but for what the chat or the date says. */
  readonly signature: string;
  /** Parts of the candidate's template that ran. */
  readonly ran: Uint16Array;
  /** Whether a part of either template ran for the first time. */
  readonly fresh: boolean;
}

/** Renders chats with both templates; the first chat is the one that a template alone is held against. */
export type ComparePrompts = (chats: readonly Chat[]) => Promise<PromptPair[]>;

/** What a template may not take: a system message, tools. Tried in this order. */
const forms = [
  { system: true, tools: true },
  { system: false, tools: true },
  { system: true, tools: false },
  { system: false, tools: false },
];

/** Real templates take seconds for all chats; a slow one may not take its time in each of them. */
export const patienceMs = 120_000;

function refuseAfter(deadline: number): void {
  if (performance.now() < deadline) return;
  const message = `trying the chat template took more than ${patienceMs / 1000} s`;
  throw new UserError('template-runs-away', message, 'a template is code, and this one does not behave');
}

/**
 * A comparison of two templates, or of one with itself at another date.
 * @param usual a chat that any template should take; chats are cut down to the form of it that these do
 * @throws UserError `template-refused` when one takes none, so that nothing can be said of it
 */
export async function comparison(
  candidate: Trial,
  baseline: Trial | undefined,
  usual: Chat,
  deadline: number,
): Promise<ComparePrompts> {
  const form = await formFor(baseline ? [candidate, baseline] : [candidate], usual);
  let first: string | undefined;
  return async given => {
    const pairs: PromptPair[] = [];
    for (let start = 0; start < given.length; start += batch) {
      refuseAfter(deadline);
      const chats = given.slice(start, start + batch).map(chat => inForm(chat, form));
      const left = await candidate.run(chats);
      const right = await baseline?.run(chats);
      first ??= left[0]?.prompt ?? '';
      for (const [at, { prompt, ran, fresh }] of left.entries()) {
        const other = right?.[at];
        const against = other?.prompt ?? first;
        const signature = signatureOf(prompt, against, chats[at] as Chat, !baseline);
        pairs.push({ candidate: prompt, baseline: against, signature, ran, fresh: fresh || other?.fresh === true });
      }
    }
    return pairs;
  };
}

/** Chats rendered at a time. */
const batch = 100;

type Form = (typeof forms)[number];

function inForm(chat: Chat, { system, tools }: Form): Chat {
  const messages = system ? chat.messages : chat.messages.filter(({ role }) => role !== 'system');
  return { ...chat, messages: messages.length > 0 ? messages : chat.messages, tools: tools ? chat.tools : [] };
}

async function formFor(trials: readonly Trial[], usual: Chat): Promise<Form> {
  const names = ['candidate', 'baseline'];
  let first: string | undefined;
  for (const form of forms) {
    const replies: string[] = [];
    for (const trial of trials) replies.push((await trial.run([inForm(usual, form)]))[0]?.prompt ?? '');
    const index = replies.findIndex(reply => reply.startsWith(refused));
    if (index < 0) return form;
    first ??= `of the ${names[index]}: ${replies[index]?.slice(refused.length)}`;
  }
  const hint = 'read it: what it does to a prompt is not known; compare takes another text of it with --template-file';
  throw new UserError('template-refused', `the chat template takes no chat that it was tried on, ${first}`, hint);
}

function signatureOf(candidate: string, baseline: string, chat: Chat, alone: boolean): string {
  if (candidate === baseline || (alone && withoutDates(candidate) === withoutDates(baseline))) return '';
  // A refusal differs from a prompt in the same way for every chat, whatever the prompt says.
  const refusals = [candidate, baseline].map(text => (text.startsWith(refused) ? text : ''));
  if (refusals.some(text => text !== '')) return withoutDates(JSON.stringify(refusals));
  // Different templates put the same words into different lines: the words are no part of how they differ.
  const { added, removed } = difference(withoutContent(candidate, chat), withoutContent(baseline, chat));
  return withoutDates(JSON.stringify([added, removed]));
}

/** Lines added and removed at most; beyond it two prompts are just different. */
const mostEdits = 1000;

/** What only one of two prompts holds, line by line. */
export function difference(candidate: string, baseline: string): { added: string; removed: string } {
  if (candidate.startsWith(refused) || baseline.startsWith(refused)) {
    const shown = (text: string) => (text.startsWith(refused) ? text : '');
    return { added: shown(candidate), removed: shown(baseline) };
  }
  const parts = diffLines(baseline, candidate, { maxEditLength: mostEdits });
  if (parts === undefined) return { added: candidate, removed: baseline };
  const join = (wanted: 'added' | 'removed') => parts.flatMap(part => (part[wanted] ? [part.value] : [])).join('');
  return { added: join('added'), removed: join('removed') };
}

/** Stands for the text of a message. */
const placeholder = '\u0001';

/** The prompt without what the messages say, longest first: texts may contain each other. */
function withoutContent(prompt: string, { messages }: Chat): string {
  const contents = messages.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
  const texts = contents.flatMap(text => [text, text.trim()]).filter(text => text.trim().length > 1);
  const longestFirst = [...new Set(texts)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, content) => text.split(content).join(placeholder), prompt);
}

/** Numbers and the names of days and months, which a template that prints the date changes by right. */
function withoutDates(text: string): string {
  return text
    .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b/g, '@')
    .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b/g, '@')
    .replace(/\b[AP]M\b/g, '@')
    .replace(/\d+/g, '#');
}

/**
 * The signature of a pair for a chat that says a text, given that for the same chat with a neutral text: where each
 * template just passes the text on, the pair differs as the neutral one does.
 */
export function textSignature(pair: PromptPair, neutral: PromptPair, text: string, neutralText: string): string {
  const deviations = (['candidate', 'baseline'] as const).map(role => {
    const expected = neutral[role];
    if (passedOn(pair[role], expected, text, neutralText)) return '';
    return JSON.stringify(difference(pair[role], expected.split(neutralText).join(text)));
  });
  return deviations[0] === deviations[1] ? neutral.signature : withoutDates(JSON.stringify(deviations));
}

/** Templates may trim a text, or write it as JSON. */
function passedOn(prompt: string, expected: string, text: string, neutralText: string): boolean {
  const forms = [text, text.trim(), text.trimStart(), text.trimEnd()];
  const all = [...forms, ...forms.map(form => JSON.stringify(form).slice(1, -1))];
  return all.some(form => expected.split(neutralText).join(form) === prompt);
}
