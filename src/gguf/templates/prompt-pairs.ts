// Two templates and many chats -> pairs of prompts, each with a signature that is equal where they differ in one way.
import { diffLines } from 'diff';
import { UserError } from '../../errors.ts';
import type { Chat } from '../../ports/template.ts';
import { refused, type Trial, type Tried } from './trial.ts';

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
  const render = async (chats: readonly Chat[]): Promise<Rendered> => {
    const [left, right] = await Promise.all([candidate.run(chats), baseline?.run(chats)]);
    return { chats, left, right };
  };
  return async given => {
    const pairs: PromptPair[] = [];
    const batches = batchesOf(given.map(chat => inForm(chat, form)));
    for await (const { chats, left, right } of ahead(batches, render, deadline)) {
      first ??= left[0]?.prompt ?? '';
      for (const [at, { prompt, ran, fresh }] of left.entries()) {
        const other = right?.[at];
        const pair = { candidate: prompt, ran, fresh: fresh || other?.fresh === true };
        pairs.push(paired(pair, other?.prompt, first, chats[at] as Chat, deadline));
      }
    }
    return pairs;
  };
}

interface Rendered {
  readonly chats: readonly Chat[];
  readonly left: readonly Tried[];
  readonly right: readonly Tried[] | undefined;
}

/** Renders the next batch while the last one is looked at. */
async function* ahead(
  batches: readonly (readonly Chat[])[],
  render: (chats: readonly Chat[]) => Promise<Rendered>,
  deadline: number,
): AsyncGenerator<Rendered> {
  const start = (index: number): Promise<Rendered> | undefined => {
    const chats = batches[index];
    if (chats === undefined) return undefined;
    refuseAfter(deadline);
    const rendered = render(chats);
    // Heard of where it is taken; an earlier batch may fail first.
    rendered.catch(() => {});
    return rendered;
  };
  let next = start(0);
  for (let index = 1; next !== undefined; index++) {
    const following = start(index);
    yield await next;
    next = following;
  }
}

/** A template alone is held against one chat of its own, and most of that is never asked for. */
function paired(
  pair: Pick<PromptPair, 'candidate' | 'ran' | 'fresh'>,
  other: string | undefined,
  first: string,
  chat: Chat,
  deadline: number,
): PromptPair {
  const baseline = other ?? first;
  if (other !== undefined) return { ...pair, baseline, signature: signatureOf(pair.candidate, other, chat, false) };
  let known: string | undefined;
  return {
    ...pair,
    baseline,
    get signature() {
      if (known === undefined) {
        refuseAfter(deadline);
        known = signatureOf(pair.candidate, baseline, chat, true);
      }
      return known;
    },
  };
}

/** Chats rendered at a time. */
const batch = 100;

function batchesOf(chats: readonly Chat[]): Chat[][] {
  const count = Math.ceil(chats.length / batch);
  return Array.from({ length: count }, (_, index) => chats.slice(index * batch, (index + 1) * batch));
}

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
