// Recorded conversations in Anthropic's form (system beside the messages, contents in blocks) -> talks.
// Source: Anthropic API reference, Messages.
import { isRow, type Row, toolsOf } from './rows.ts';
import { CannotExpress, type ImportFile } from './task.ts';
import {
  argumentsOf,
  choiceRemarks,
  joiningId,
  readOr,
  readRecording,
  type Recording,
  type Talk,
  type TalkLine,
  textOf,
} from './talks/talk.ts';

/** @throws UserError `bad-import` for a file without any JSON object */
export function readAnthropic(files: readonly ImportFile[]): Recording {
  return readRecording(files, row => {
    const request = [row.request, row.params, row.body].find(isRow) ?? row;
    const answer = [row.response, row.message, row.output].find(isRow);
    return blocksTalk(request, answer ?? (request === row && isAnswer(row) ? row : undefined));
  });
}

/**
 * A request with messages of blocks, and the message that came of it.
 * @throws CannotExpress for one without messages
 */
export function blocksTalk(request: Row, answer: Row | undefined): Omit<Talk, 'id'> {
  const { messages, system } = request;
  if (!Array.isArray(messages) || !messages.every(isRow)) throw new CannotExpress('it has no list of messages');
  const all = answer === undefined ? messages : [...messages, { role: 'assistant', content: answer.content }];
  const thoughts = all.some(({ content }) => Array.isArray(content) && content.some(isThought));
  const said = system === undefined || system === null ? [] : readOr('system', () => systemOf(system));
  return {
    lines: [...said, ...all.flatMap(lineOf)],
    tools: toolsOf(request.tools),
    reduced: [
      ...(thoughts ? ['thoughts were left out'] : []),
      ...(all.some(failed) ? ['that a result is an error is left out: its text alone says so'] : []),
      ...choiceRemarks(request.tool_choice),
    ],
  };
}

/** A request that was logged with its answer's own fields in it. */
const isAnswer = (row: Row) => row.role === 'assistant' && row.content !== undefined;
const failed = ({ content }: Row) =>
  Array.isArray(content) && content.some(block => isRow(block) && block.is_error === true);
const isThought = (block: unknown) => isRow(block) && /^(?:redacted_)?thinking$/.test(String(block.type));

const systemOf = (system: unknown): TalkLine[] => [{ role: 'system', content: blocksText(system) }];

/** A text, or blocks that are all text. */
function blocksText(content: unknown): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw new CannotExpress('a message has no text');
  return content.map(blockText).join('\n');
}

function blockText(block: unknown): string {
  if (isRow(block) && block.type === 'text' && typeof block.text === 'string') return block.text;
  const type = isRow(block) ? String(block.type) : typeof block;
  throw new CannotExpress(`a message holds something other than text (${type})`);
}

function lineOf(message: Row): TalkLine[] {
  const role = String(message.role);
  return readOr(role, () => {
    const blocks = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
    if (!Array.isArray(blocks ?? [])) throw new CannotExpress('a message has no text');
    const list = (blocks ?? []) as unknown[];
    if (role === 'assistant') return [assistantOf(list.filter(block => !isThought(block)))];
    if (role === 'system') return systemOf(message.content);
    if (role !== 'user') throw new CannotExpress(`nobody knows the role ${JSON.stringify(role)}`);
    return userLines(list);
  });
}

function assistantOf(blocks: readonly unknown[]): TalkLine {
  const isCall = (block: unknown) => isRow(block) && block.type === 'tool_use';
  const calls = blocks.filter(isCall).map(block => {
    const { name, id, input } = block as Row;
    if (textOf(name) === undefined) throw new CannotExpress('a recorded call has no name');
    return { name: String(name), id: joiningId(id), arguments: argumentsOf(input) };
  });
  return {
    role: 'assistant',
    content: blocks
      .filter(block => !isCall(block))
      .map(blockText)
      .join('\n'),
    calls,
  };
}

/** Results come first, as the API wants them; a text beside them is the user's. */
function userLines(blocks: readonly unknown[]): TalkLine[] {
  const isResult = (block: unknown) => isRow(block) && block.type === 'tool_result';
  const results = blocks.filter(isResult).map((block): TalkLine => {
    const { tool_use_id: id, content } = block as Row;
    return { role: 'tool', content: blocksText(content), id: joiningId(id) };
  });
  const texts = blocks.filter(block => !isResult(block)).map(blockText);
  return texts.length === 0 && results.length > 0 ? results : [...results, { role: 'user', content: texts.join('\n') }];
}
