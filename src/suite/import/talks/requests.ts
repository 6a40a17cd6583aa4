// Requests that a gateway or a tracer logged, in the form of whichever provider, and what came of them -> talks.
import { blocksTalk } from '../anthropic.ts';
import { chatTalk } from '../openai.ts';
import { isRow, type Row, rowsAndFaults } from '../rows.ts';
import { CannotExpress, type ImportFile, type Remark } from '../task.ts';
import { plainMessage, plainMessages } from './langchain.ts';
import { isResponses, responsesTalk } from './responses.ts';
import { joined } from './sessions.ts';
import { notRead, type Recording, type Talk, type TalkLine, textOf } from './talk.ts';

/** A request as it was logged. */
export interface Logged {
  /** Of its session where the log says which, else its own. */
  readonly id: string;
  /** When it was made, on any clock that all of them share. */
  readonly at: number | undefined;
  /** @throws CannotExpress */
  readonly read: () => { readonly request: Row; readonly answer: unknown; readonly failed?: string | undefined };
}

/**
 * Requests of files, in the order of time; what one of them repeats of another of its session comes once.
 * @param requestsIn what a row holds; none for something that is no request
 * @param none said of a file that holds no request at all
 * @throws UserError `bad-import` where no row of a file can be read
 */
export function readRequests(
  files: readonly ImportFile[],
  requestsIn: (row: Row, place: string) => readonly Logged[],
  none: string,
): Recording {
  const [found, left]: [Logged[], Remark[]] = [[], []];
  for (const file of files) {
    const { rows, faults } = rowsAndFaults(file);
    left.push(...faults.map(notRead));
    const own = rows.flatMap(({ row, place }) => requestsIn(row, place));
    if (own.length === 0) left.push({ task: file.name, reason: none });
    found.push(...own);
  }
  const talks = inOrder(found).flatMap(({ id, read }): Talk[] => {
    try {
      const { request, answer, failed } = read();
      const isAnswered = failed === undefined && hasAnswer(answer);
      const talk = { id, ...requestTalk(request, isAnswered ? answer : undefined) };
      if (!isAnswered) left.push({ task: id, ...unanswered(failed) });
      return isAnswered || talk.lines.some(line => line.role === 'assistant') ? [talk] : [];
    } catch (error) {
      if (!(error instanceof CannotExpress)) throw error;
      left.push({ task: id, reason: error.message });
      return [];
    }
  });
  return { talks: joined(talks), left };
}

const unanswered = (failed: string | undefined): Omit<Remark, 'task'> =>
  failed === undefined
    ? { reason: 'no answer was recorded' }
    : {
        reason: 'the request failed: what came of it was not read',
        ...(failed !== '' && { about: failed.slice(0, 80) }),
      };

function inOrder(found: readonly Logged[]): readonly Logged[] {
  const isTimed = found.every(({ at }) => at !== undefined);
  return isTimed ? found.toSorted((a, b) => (a.at as number) - (b.at as number)) : found;
}

/** A time as a number or a text, which is UTC where it doesn't say; undefined for neither. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const text = textOf(value)?.replace(' ', 'T');
  if (text === undefined) return undefined;
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** What stood in a log as JSON text, or as that in a text; anything else stays as it is. */
export function structured(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const read: unknown = JSON.parse(value);
    if (typeof read === 'string') return /^\s*[[{]/.test(read) ? structured(read) : read;
    return read === null || typeof read === 'object' ? read : value;
  } catch {
    return value;
  }
}

/** Is anything there at all? */
export function isThere(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Is it the beginning of messages as JSON text? A text that is JSON to its end is none. */
export const isCutOff = (text: string): boolean =>
  /^\s*(?:\{|\[\s*[[{])[^]*"(?:role|messages|choices|tool_calls)"\s*:/.test(text) &&
  typeof structured(text) === 'string';

/** What loggers put in the place of what they don't keep. */
const gap =
  /<truncated due to size exceeding limit>|<fully masked due to failed mask function>|redacted-by-litellm|\blitellm_truncated\b|\(truncated \d+ chars\)/;
const media = /@@@langfuseMedia:/;

/** Was something of it cut off or hidden by who logged it? */
export const hasGap = (value: unknown): boolean => gap.test(JSON.stringify(value) ?? '');

/**
 * A request, and the answer in its own form, which may be another.
 * @throws CannotExpress
 */
export function requestTalk(request: Row, answer: unknown): Omit<Talk, 'id'> {
  const asked = askedTalk(request);
  if (hasGap(asked.tools)) throw new CannotExpress('its tools were cut off or hidden when they were logged');
  const said = isThere(answer) ? answerTalk(answer) : { lines: [], reduced: [] };
  return {
    lines: [...asked.lines, ...said.lines].map(asShown),
    tools: asked.tools,
    reduced: [...new Set([...asked.reduced, ...said.reduced])],
  };
}

function askedTalk(request: Row): Omit<Talk, 'id'> {
  if (isResponses(request)) return responsesTalk(request, request);
  const { messages: listed, prompt } = request;
  if (listed === undefined && textOf(prompt) !== undefined) return promptTalk(request);
  if (!Array.isArray(listed) || !listed.every(isRow)) throw new CannotExpress('it has no list of messages');
  if (isInBlocks(request, listed)) return blocksTalk(request, undefined);
  const { messages, tools } = plainMessages(listed);
  return chatTalk({ ...request, messages, ...(tools.length > 0 && !isThere(request.tools) && { tools }) }, {});
}

/** A text that was to be gone on from: chats have but messages. */
function promptTalk({ prompt, ...request }: Row): Omit<Talk, 'id'> {
  const talk = askedTalk({ ...request, messages: [{ role: 'user', content: prompt }] });
  return { ...talk, reduced: [...talk.reduced, 'its prompt was a plain text: it became a message of the user'] };
}

const blockTypes = /^(?:tool_use|tool_result|(?:redacted_)?thinking)$/;
const hasBlocks = ({ content }: Row) =>
  Array.isArray(content) && content.some(block => isRow(block) && blockTypes.test(String(block.type)));

/** Anthropic's form: the system text beside the messages, or calls and results in them and nowhere else. */
function isInBlocks({ system }: Row, messages: readonly Row[]): boolean {
  const isChat = messages.some(one => one.role === 'tool' || one.type === 'tool' || isThere(one.tool_calls));
  return !isChat && (isThere(system) || messages.some(hasBlocks));
}

type Said = Pick<Talk, 'lines' | 'reduced'>;

function answerTalk(answer: unknown): Said {
  if (typeof answer === 'string')
    return isCutOff(answer) ? unread('its answer was cut off when it was logged') : said(answer);
  const items = isRow(answer) ? answer.output : answer;
  if (Array.isArray(items)) return listTalk(items);
  if (!isRow(answer)) return unknown;
  if (Array.isArray(answer.choices)) return choicesTalk(answer.choices);
  const generation = [answer.message, answer.generations].flat(2).find(isRow);
  if (generation !== undefined) return answerTalk(generation);
  const message = plainMessage({ type: 'ai', ...answer });
  if (message.role !== 'assistant') return unknown;
  if (hasBlocks(answer) && !isThere(message.tool_calls)) return blocksTalk({ messages: [] }, answer);
  if (answer.role !== undefined || ['content', 'tool_calls', 'function_call'].some(key => isThere(message[key]))) {
    return chatTalk({ messages: [message] }, {});
  }
  const text = textOf(answer.text) ?? textOf(answer.completion);
  return text === undefined ? unknown : said(text);
}

const said = (content: string): Said => ({ lines: [{ role: 'assistant', content, calls: [] }], reduced: [] });
const unread = (why: string): Said => ({ lines: [{ role: 'unread', of: 'assistant', why }], reduced: [] });
const unknown = unread('its answer has a form that is not read');

/** Is there anything that a model said? A list of choices may be empty, or hold none with a message. */
function hasAnswer(answer: unknown): boolean {
  if (!isRow(answer) || !Array.isArray(answer.choices)) return isThere(answer);
  return answer.choices.some(one => isRow(one) && [one.message, one.text, one.delta].some(isThere));
}

const isCall = (item: unknown) =>
  isRow(item) && item.content === undefined && (isRow(item.function) || isThere(item.arguments) || isThere(item.args));
const isChunk = (item: unknown) =>
  isRow(item) && Array.isArray(item.choices) && item.choices.some(one => isRow(one) && isThere(one.delta));

/** Items of the Responses API, blocks of one message, or messages. */
function listTalk(items: readonly unknown[]): Said {
  const areAll = (types: RegExp) => items.every(item => isRow(item) && types.test(String(item.type)));
  if (areAll(/^(?:message|reasoning|\w+_call)$/)) return responsesTalk({ input: [] }, { output: items });
  if (areAll(/^(?:text|tool_use|(?:redacted_)?thinking)$/)) return blocksTalk({ messages: [] }, { content: items });
  if (items.length > 0 && items.every(isCall)) return answerTalk({ role: 'assistant', content: '', tool_calls: items });
  if (items.some(isChunk)) return unread('its answer is the pieces of a stream, which are not put together');
  return firstOf(items[0], items.length);
}

/** The first choice, as a chat has it, or a text where only that was asked for. */
function choicesTalk(choices: readonly unknown[]): Said {
  const choice = choices.find(one => isRow(one) && [one.message, one.text].some(isThere));
  if (choice === undefined && isChunk({ choices })) return listTalk([{ choices }]);
  return isRow(choice) ? firstOf(choice.message ?? choice.text, choices.length) : unknown;
}

function firstOf(answer: unknown, count: number): Said {
  const { lines, reduced } = answerTalk(answer);
  const isRead = lines.every(line => line.role !== 'unread');
  return {
    lines,
    reduced: [
      ...reduced,
      ...(count > 1 && isRead ? [`of ${count} answers to its last request the first was taken`] : []),
    ],
  };
}

/** A message that a model can't be shown as it was is none. */
function asShown(line: TalkLine): TalkLine {
  if (line.role === 'unread') return line;
  const { tools, ...message } = line;
  const why = hasGap(message)
    ? 'a message was cut off or hidden when it was logged'
    : media.test(JSON.stringify(message))
      ? 'a message holds something other than text (a file of Langfuse)'
      : undefined;
  return why === undefined ? line : { role: 'unread', of: line.role, why, ...(tools && { tools }) };
}
