import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { besideNotes } from '../unread/beside.ts';
import { codeCall, partialCall } from '../call.ts';
import { isMeant } from '../forms/form.ts';
import { mostCalls } from '../json-calls.ts';
import { jsonEnd, skipSpace } from '../text/json.ts';
import { pythonCall, pythonState } from '../text/python.ts';
import { strictCall } from '../strict-call.ts';
import { assembled, propertyNames } from '../values.ts';
import type { Format, Taken } from './format.ts';

const lead = /(?:```(?:json|tool_call|tool_calls)?[ \t]*\r?\n\s*)?(?:<\|python_tag\|>\s*)?\[?\s*/y;
const fence = /\s*(?:\]\s*)?```/y;
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
  opensCall: /<\|python_tag\|>/g,
  take(reply, at, { tools }) {
    lead.lastIndex = at;
    const opening = lead.exec(reply)?.[0] ?? '';
    const from = at + opening.length;
    if (reply[from] !== '{') return builtinCall(reply, from, tools);
    const atStart = reply.slice(0, at).trim() === '' || opening.includes('<|python_tag|>');
    const taken = objects(reply, from, atStart, tools);
    if (taken === undefined) return undefined;
    const closing = opening.includes('```') ? fence : opening.includes('[') ? bracket : nothing;
    closing.lastIndex = taken.end;
    const end = taken.end + (closing.exec(reply)?.[0].length ?? 0);
    const marked = opening.includes('<|python_tag|>');
    return marked || isMeant(taken.calls, tools, reply, { at, end }) ? { ...taken, end } : undefined;
  },
};

function objects(reply: string, from: number, atStart: boolean, tools: readonly ToolDefinition[]): Taken | undefined {
  const calls: ToolCall[] = [];
  const notes: ParseNote[] = [];
  let at = from;
  let end = from;
  while (reply[at] === '{' && calls.length < mostCalls) {
    const objectEnd = jsonEnd(reply, at);
    const text = reply.slice(at, objectEnd);
    const whole = objectEnd !== undefined;
    const partial = whole || !atStart ? undefined : partialCall(text, { mayRepair: false });
    const call = whole ? strictCall(text) : partial?.call;
    if (call === undefined) break;
    calls.push(call);
    notes.push(...besideNotes(text, [call], tools));
    end = objectEnd ?? at + (partial?.length ?? text.length);
    at = skipSpace(reply, end);
    if (reply[at] === ';' || reply[at] === ',') at = skipSpace(reply, at + 1);
  }
  return calls.length === 0 ? undefined : { calls, end, notes };
}

/** Llama's built-in tools: `<|python_tag|>brave_search.call(query="…")`. */
function builtinCall(reply: string, at: number, tools: readonly ToolDefinition[]): Taken | undefined {
  if (!reply.slice(0, at).trimEnd().endsWith('<|python_tag|>')) return undefined;
  const read = pythonCall(reply, at, name => propertyNames(tools, name.replace(/\.call$/, '')));
  const known = read?.kind === 'call' && (/\.call$/.test(read.call.name) || tools.some(isNamed(read.call.name)));
  if (!known) return interpreterCall(reply, at, tools);
  const { name, entries, end } = read.call;
  const plain = tools.some(isNamed(name)) ? name : name.replace(/\.call$/, '');
  return { calls: [{ name: plain, ...assembled(entries), state: pythonState(read.call) }], end, notes: [] };
}

const isNamed = (name: string) => (tool: ToolDefinition) => tool.function.name === name;

/** Code after the tag goes to the offered interpreter. */
function interpreterCall(reply: string, at: number, tools: readonly ToolDefinition[]): Taken | undefined {
  const tool = tools.find(({ function: { name } }) => /^(?:i?python|code_interpreter)$/.test(name));
  const code = reply.slice(at);
  if (tool === undefined || propertyNames(tools, tool.function.name).length !== 1 || code.trim() === '')
    return undefined;
  return { calls: [codeCall(tool.function.name, code, tools)], end: reply.length, notes: [] };
}
