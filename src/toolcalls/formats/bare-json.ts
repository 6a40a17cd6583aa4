import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { callFromJson, partialCall } from '../call.ts';
import { mostCalls } from '../json-calls.ts';
import { isObject, jsonEnd, parsed, skipSpace } from '../json.ts';
import type { Format, Taken } from './format.ts';

const lead = /(?:```(?:json|tool_call|tool_calls)?[ \t]*\r?\n\s*)?(?:<\|python_tag\|>\s*)?\[?\s*/y;
const fence = /\s*\]?\s*```/y;
const bracket = /\s*\]/y;
const nothing = /(?:)/y;

/**
 * JSON objects with a name and arguments, anywhere in a reply: Llama 3.x, with `parameters` and `<|python_tag|>`, several
 * split by `;`. Without a marker to trust, nothing is repaired and JSON that is no call stays content.
 */
export const bareJson: Format = {
  families: 'Llama 3.1, 3.2, 3.3; Gemma 3 as prompted for JSON; unknown templates',
  example: '{"name": "get_weather", "parameters": {"city": "Paris"}}',
  signature: template => /<\|python_tag\|>|"parameters": dictionary of argument/.test(template),
  opens: /(?:```(?:json|tool_calls?)?[ \t]*\r?\n\s*)?(?:<\|python_tag\|>\s*)?(?:\[\s*)?\{(?=\s*")|<\|python_tag\|>/g,
  vague: true,
  take(reply, at, { tools }) {
    lead.lastIndex = at;
    const opening = lead.exec(reply)?.[0] ?? '';
    const from = at + opening.length;
    if (reply[from] !== '{') return builtinCall(reply, from, tools);
    const atStart = reply.slice(0, at).trim() === '' || opening.includes('<|python_tag|>');
    const taken = objects(reply, from, atStart);
    if (taken === undefined) return undefined;
    const closing = opening.includes('```') ? fence : opening.includes('[') ? bracket : nothing;
    closing.lastIndex = taken.end;
    return { ...taken, end: taken.end + (closing.exec(reply)?.[0].length ?? 0) };
  },
};

function objects(reply: string, from: number, atStart: boolean): Taken | undefined {
  const calls: ToolCall[] = [];
  let at = from;
  let end = from;
  while (reply[at] === '{' && calls.length < mostCalls) {
    const objectEnd = jsonEnd(reply, at);
    const text = reply.slice(at, objectEnd);
    const whole = objectEnd !== undefined;
    const call = whole ? strictCall(text) : atStart ? partialCall(text, { mayRepair: false }) : undefined;
    if (call === undefined) break;
    calls.push(call);
    end = objectEnd ?? reply.length;
    at = skipSpace(reply, end);
    if (reply[at] === ';' || reply[at] === ',') at = skipSpace(reply, at + 1);
  }
  return calls.length === 0 ? undefined : { calls, end, notes: [] };
}

/** A name alone is no call, `{"name": "Ann", "age": 3}` neither: without a marker there must be arguments. */
function strictCall(text: string): ToolCall | undefined {
  const call = callFromJson(text, { mayRepair: false });
  const value = call === undefined ? undefined : parsed(text);
  const inner = isObject(value) && isObject(value.function) ? value.function : value;
  const argued = isObject(inner) && ['arguments', 'parameters', 'args'].some(key => key in inner);
  return argued && call?.arguments !== undefined ? call : undefined;
}

const builtin = /(\w+)\.call\(\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*")\s*\)/y;

/** Llama's built-in tools: `<|python_tag|>brave_search.call(query="…")`. */
function builtinCall(reply: string, at: number, tools: readonly ToolDefinition[]): Taken | undefined {
  if (!reply.slice(0, at).trimEnd().endsWith('<|python_tag|>')) return undefined;
  builtin.lastIndex = at;
  const found = builtin.exec(reply);
  if (found !== null) {
    const [all, name = '', key = '', json = ''] = found;
    const value = parsed(json);
    const call: ToolCall = {
      name,
      argumentsText: `{"${key}": ${json}}`,
      arguments: { [key]: value },
      state: 'complete',
    };
    return { calls: [call], end: at + all.length, notes: [] };
  }
  return codeCall(reply, at, tools);
}

/** Code after the tag goes to the offered interpreter. */
function codeCall(reply: string, at: number, tools: readonly ToolDefinition[]): Taken | undefined {
  const tool = tools.find(({ function: { name } }) => /^(?:i?python|code_interpreter)$/.test(name));
  const properties = tool?.function.parameters?.properties;
  const [key, ...others] = isObject(properties) ? Object.keys(properties) : [];
  const code = reply.slice(at);
  if (tool === undefined || key === undefined || others.length > 0 || code.trim() === '') return undefined;
  const args = { [key]: code };
  const call: ToolCall = {
    name: tool.function.name,
    arguments: args,
    argumentsText: JSON.stringify(args),
    state: 'complete',
  };
  return { calls: [call], end: reply.length, notes: [] };
}
