// Two templates and many chats -> pairs of prompts, each with a signature that is equal where they differ in one way.
import { createHash } from 'node:crypto';
import { diffLines } from 'diff';
import { UserError } from '../errors.ts';
import type { Chat, Renderer, RenderOptions } from '../sweep/ports.ts';

/** A template with what it is rendered with. */
export interface TemplateSource {
  readonly template: string;
  readonly options: RenderOptions;
}

export interface PromptPair {
  readonly candidate: string;
  readonly baseline: string;
  /** Empty: no difference. Equal for differences that are the same but for what the chat or the date says. */
  readonly signature: string;
}

/** Renders chats with both templates; the first chat is the one that a template alone is held against. */
export type ComparePrompts = (chats: readonly Chat[]) => Promise<PromptPair[]>;

type Rendering = Pick<Renderer, 'render'>;

/** Starts what stands for the prompt of a chat that the template refuses. */
const refused = '[refused] ';

/** What a template may not take: a system message, tools. Tried in this order. */
const forms = [
  { system: true, tools: true },
  { system: false, tools: true },
  { system: true, tools: false },
  { system: false, tools: false },
];

export interface Limits {
  /** As performance.now() counts. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

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
  renderer: Rendering,
  candidate: TemplateSource,
  baseline: TemplateSource | undefined,
  usual: Chat,
  { deadline, signal }: Limits,
): Promise<ComparePrompts> {
  const form = await formFor(renderer, baseline ? [candidate, baseline] : [candidate], usual, signal);
  return async given => {
    const pairs: PromptPair[] = [];
    let first: string | undefined;
    for (let start = 0; start < given.length; start += batch) {
      refuseAfter(deadline);
      const chats = given.slice(start, start + batch).map(chat => inForm(chat, form));
      const left = await renderAll(renderer, candidate, chats, signal);
      first ??= left[0] as string;
      const right = baseline ? await renderAll(renderer, baseline, chats, signal) : chats.map(() => first as string);
      pairs.push(...left.map((prompt, at) => pairOf(prompt, right[at] as string, chats[at] as Chat, !baseline)));
    }
    return pairs;
  };
}

type Form = (typeof forms)[number];

function inForm(chat: Chat, { system, tools }: Form): Chat {
  const messages = system ? chat.messages : chat.messages.filter(({ role }) => role !== 'system');
  return { ...chat, messages: messages.length > 0 ? messages : chat.messages, tools: tools ? chat.tools : [] };
}

async function formFor(
  renderer: Rendering,
  sources: readonly TemplateSource[],
  usual: Chat,
  signal: AbortSignal,
): Promise<Form> {
  const names = ['candidate', 'baseline'];
  let first: string | undefined;
  for (const form of forms) {
    const replies: string[] = [];
    for (const source of sources) {
      replies.push((await renderAll(renderer, source, [inForm(usual, form)], signal))[0] as string);
    }
    const index = replies.findIndex(reply => reply.startsWith(refused));
    if (index < 0) return form;
    first ??= `of the ${names[index]}: ${replies[index]?.slice(refused.length)}`;
  }
  const hint = 'read the template yourself; what it does to a prompt is not known';
  throw new UserError('template-refused', `the chat template takes no chat that it was tried on, ${first}`, hint);
}

/** Prompts of all chats; where a template refuses a chat, its message stands for the prompt. */
async function renderAll(
  renderer: Rendering,
  { template, options }: TemplateSource,
  chats: readonly Chat[],
  signal: AbortSignal,
): Promise<string[]> {
  const prompts: string[] = [];
  while (prompts.length < chats.length) {
    const next = chats.slice(prompts.length);
    try {
      prompts.push(...(await renderer.render(template, next, options, signal)).map(bounded));
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'template-refused') throw error;
      const index = Number(error.facts.index ?? 0);
      const before = index === 0 ? [] : await renderer.render(template, next.slice(0, index), options, signal);
      prompts.push(...before.map(bounded), `${refused}${error.message.slice(0, 500)}`);
    }
  }
  return prompts;
}

/** Chats rendered at a time. */
const batch = 100;
/** Longer prompts are kept as their start and the hash of all, so that a template can't fill the memory. */
const longestPrompt = 32_768;

function bounded(prompt: string): string {
  if (prompt.length <= longestPrompt) return prompt;
  const hash = createHash('sha256').update(prompt).digest('hex');
  // Copied, or the slice would keep the whole.
  return `${Buffer.from(prompt.slice(0, longestPrompt)).toString()}\n… sha256 ${hash} of ${prompt.length} characters`;
}

/** @param alone prompts of one template at two dates: they may differ in what the date explains */
function pairOf(candidate: string, baseline: string, chat: Chat, alone: boolean): PromptPair {
  return { candidate, baseline, signature: signatureOf(candidate, baseline, chat, alone) };
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
  const texts = messages.flatMap(({ content }) => [content, content.trim()]).filter(text => text.trim().length > 1);
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
