// Recorded conversations in ShareGPT's form (from and value), with calls and results as LLaMA-Factory (`function_call`,
// `observation`) or Hermes (`<tool_call>` inside the text) write them -> talks.
import { isRow, type Row, toolsOf } from './rows.ts';
import { CannotExpress, type ImportFile, type SourceTool } from './task.ts';
import {
  argumentsOf,
  readOr,
  readRecording,
  type Recording,
  type TalkCall,
  type TalkLine,
  textOf,
} from './talks/talk.ts';

/** @throws UserError `bad-import` for a file without any JSON object */
export function readShareGpt(files: readonly ImportFile[]): Recording {
  return readRecording(files, row => {
    const list = row.conversations ?? row.conversation;
    if (!Array.isArray(list) || !list.every(isRow)) throw new CannotExpress('it has no list of conversations');
    const system = textOf(row.system);
    const first: TalkLine[] = system === undefined ? [] : [{ role: 'system', content: system }];
    return { lines: [...first, ...list.flatMap(lineOf)], tools: offered(row.tools), reduced: [] };
  });
}

/** A list, or a list as JSON text. */
function offered(tools: unknown): SourceTool[] {
  if (typeof tools !== 'string') return toolsOf(tools);
  if (tools.trim() === '') return [];
  try {
    return toolsOf(JSON.parse(tools));
  } catch (error) {
    if (error instanceof CannotExpress) throw error;
    throw new CannotExpress('its tools are not JSON');
  }
}

const roles: Readonly<Record<string, 'system' | 'user' | 'assistant' | 'call' | 'tool'>> = {
  system: 'system',
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  chatgpt: 'assistant',
  model: 'assistant',
  function_call: 'call',
  observation: 'tool',
  tool: 'tool',
  function_response: 'tool',
};

function lineOf(message: Row): TalkLine[] {
  const from = String(message.from ?? message.role);
  return readOr(from, () => {
    const { value = message.content } = message;
    if (typeof value !== 'string') throw new CannotExpress('a message has no text');
    const role = Object.hasOwn(roles, from) ? roles[from] : undefined;
    switch (role) {
      case undefined:
        throw new CannotExpress(`nobody knows the role ${JSON.stringify(from)}`);
      case 'call':
        return [{ role: 'assistant', content: '', calls: callsIn(value) }];
      case 'assistant':
        return [assistantOf(value)];
      case 'tool':
        return resultsOf(value);
      default:
        return [{ role, content: value }];
    }
  });
}

const callTag = /<tool_call>([^]*?)<\/tool_call>/g;
const resultTag = /<tool_response>([^]*?)<\/tool_response>/g;

function assistantOf(value: string): TalkLine {
  const calls = [...value.matchAll(callTag)].flatMap(([, text = '']) => callsIn(text));
  const rest = value.replace(callTag, '');
  if (/<tool_call>\s*[[{]/.test(rest)) throw new CannotExpress('a recorded call is cut off');
  return { role: 'assistant', content: calls.length === 0 ? value : rest.trim(), calls };
}

/** One call or a list of calls as JSON. */
function callsIn(text: string): TalkCall[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CannotExpress('a recorded call is not JSON');
  }
  return (Array.isArray(value) ? value : [value]).map((call: unknown) => {
    if (!isRow(call) || textOf(call.name) === undefined) throw new CannotExpress('a recorded call has no name');
    return { name: String(call.name), arguments: argumentsOf(call.arguments ?? call.parameters) };
  });
}

function resultsOf(value: string): TalkLine[] {
  const tagged = [...value.matchAll(resultTag)].map(([, text = '']) => text.trim());
  return (tagged.length === 0 ? [value] : tagged).map(text => ({ role: 'tool', content: text, name: nameIn(text) }));
}

/** Hermes names the tool in the result: `{"name": …, "content": …}`. */
function nameIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRow(value) && 'content' in value ? textOf(value.name) : undefined;
  } catch {
    return undefined;
  }
}
