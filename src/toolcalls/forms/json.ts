// Calls as JSON in the shapes that runners and models know, with no marker before them.
import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { besideNotes } from '../unread/beside.ts';
import { argumentKeys, looseNameKeys, partialCall } from '../call.ts';
import type { Taken } from '../formats/format.ts';
import { isObject, jsonEnd, members, parsed, repaired, skipSpace } from '../text/json.ts';
import { mostCalls } from '../json-calls.ts';
import { pythonLiteral } from '../text/python.ts';
import { describes, isSchema } from '../strict-call.ts';
import { propertyNames } from '../values.ts';
import { atLineEdge, type Form, isMeant, namesPattern, startsLine } from './form.ts';

const nameKeys = [...looseNameKeys, 'method'];
const wrapperKeys =
  'tool_calls tool_call function_call function_calls calls call function tool_uses actions params'.split(' ');
/** Beside a name and arguments, these say nothing. */
const idKeys = ['id', 'tool_call_id', 'call_id', 'type', 'index', 'thought', 'thoughts', 'reasoning', 'recipient'];
const openingKeys = ['jsonrpc', ...nameKeys, ...argumentKeys, ...wrapperKeys, ...idKeys].join('|');

/** Deeper wrapping is no call. */
const deepest = 5;
const longestBroken = 20_000;

/** `{"name": …, "arguments": {…}}`, OpenAI's `tool_calls`, LangChain's `action`, `{"delete_file": {…}}` and lists of them. */
export const jsonForm: Form = {
  name: 'json',
  opens(tools) {
    const names = namesPattern(tools);
    const keys = names === undefined ? openingKeys : `${openingKeys}|${names}`;
    return new RegExp(`(?:\\[\\s*)?\\{{1,2}\\s*["']?(?:${keys})["']?\\s*:`, 'g');
  },
  take(text, at, { tools }): Taken | undefined {
    const end = jsonEnd(text, at);
    if (end !== undefined) {
      const calls = callsOfText(text.slice(at, end), tools);
      if (calls.length > 0) {
        const notes = besideNotes(text.slice(at, end), calls, tools);
        return atLineEdge(text, at, end) && isMeant(calls, tools, text, { at, end })
          ? { calls, end, notes }
          : undefined;
      }
    }
    return startsLine(text, at) ? brokenCall(text, at, end, tools) : undefined;
  },
};

/** Calls in a text that is JSON, or a Python literal of the same shape. */
export function callsOfText(text: string, tools: readonly ToolDefinition[]): ToolCall[] {
  const value = parsed(text);
  if (value !== undefined) return callsOfValue(value, text, tools, 0);
  const literal = pythonLiteral(text);
  if (literal === undefined) return [];
  return callsOfValue(literal.value, literal.json, tools, 0).map(call => ({ ...call, state: 'repaired' as const }));
}

function callsOfValue(value: unknown, text: string, tools: readonly ToolDefinition[], depth: number): ToolCall[] {
  if (depth > deepest) return [];
  if (Array.isArray(value)) {
    // Elements' own texts are not looked up: their arguments are written again.
    const calls = value.slice(0, mostCalls).map(one => callsOfValue(one, JSON.stringify(one), tools, depth + 1));
    return calls.every(found => found.length > 0) ? calls.flat() : [];
  }
  if (!isObject(value)) return [];
  // A name and arguments go before whatever else stands beside them.
  const whole = argumentKeys.some(key => key in value) ? callOfObject(value, text, tools) : undefined;
  if (whole !== undefined) return [whole];
  for (const key of wrapperKeys) {
    const inner = value[key];
    if (!isObject(inner) && !(Array.isArray(inner) && inner.length > 0)) continue;
    const innerText = members(text)?.get(key)?.at(-1) ?? JSON.stringify(inner);
    const calls = callsOfValue(inner, innerText, tools, depth + 1);
    if (calls.length > 0) return calls;
  }
  const call = callOfObject(value, text, tools);
  return call === undefined ? keyedCalls(value, text, tools) : [call];
}

function callOfObject(
  value: Record<string, unknown>,
  text: string,
  tools: readonly ToolDefinition[],
): ToolCall | undefined {
  const offered = (name: unknown) => tools.some(tool => tool.function.name === bareName(name));
  const named = nameKeys.filter(key => typeof value[key] === 'string' && value[key] !== '');
  // `method` says so much only in JSON-RPC; MCP's own method has the call inside.
  const surely = named.filter(
    key => key !== 'method' || (value.jsonrpc !== undefined && value.method !== 'tools/call'),
  );
  const nameKey = named.find(key => offered(value[key])) ?? surely[0];
  if (nameKey === undefined) return undefined;
  const written = String(value[nameKey]);
  const name = offered(written) ? bareName(written) : written;
  const argumentKey = argumentKeys.find(key => key !== nameKey && key in value);
  if (argumentKey === undefined) return flatCall(value, nameKey, name, tools);
  const given = value[argumentKey];
  const content = typeof given === 'string' ? (parsed(given) ?? pythonLiteral(given)?.value) : (given ?? {});
  if (!isObject(content) || describes(value) !== undefined) return undefined;
  // A tool that nobody offered must look like one.
  if (!offered(name) && !/^[A-Za-z_][\w.:/-]{0,127}$/.test(name)) return undefined;
  const exact = members(text)?.get(argumentKey)?.at(-1) ?? JSON.stringify(content);
  const id = ['id', 'tool_call_id', 'call_id'].map(key => value[key]).find(one => typeof one === 'string');
  const argumentsText = typeof given === 'string' ? given : given === null ? '{}' : exact;
  return { name, argumentsText, arguments: content, state: 'complete', ...(typeof id === 'string' ? { id } : {}) };
}

/** `{"tool": "delete_file", "path": "/srv"}`: an offered tool, and beside its name nothing but its own arguments. */
function flatCall(
  value: Record<string, unknown>,
  nameKey: string,
  name: string,
  tools: readonly ToolDefinition[],
): ToolCall | undefined {
  const properties = propertyNames(tools, name);
  const entries = Object.entries(value).filter(
    ([key]) => key !== nameKey && (properties.includes(key) || !idKeys.includes(key)),
  );
  if (entries.length === 0 || !entries.every(([key]) => properties.includes(key))) return undefined;
  const args = Object.fromEntries(entries);
  return { name, arguments: args, argumentsText: JSON.stringify(args), state: 'complete' };
}

/** `{"delete_file": {"path": "/srv"}}` */
function keyedCalls(value: Record<string, unknown>, text: string, tools: readonly ToolDefinition[]): ToolCall[] {
  const entries = Object.entries(value);
  const calls = entries.slice(0, mostCalls).flatMap(([key, given]): ToolCall[] => {
    const name = bareName(key);
    if (!isObject(given) || !tools.some(tool => tool.function.name === name) || isSchema(given, false) === 'surely')
      return [];
    const properties = propertyNames(tools, name);
    if (properties.length > 0 && !Object.keys(given).every(one => properties.includes(one))) return [];
    const argumentsText = members(text)?.get(key)?.at(-1) ?? JSON.stringify(given);
    return [{ name, arguments: given, argumentsText, state: 'complete' }];
  });
  return calls.length === entries.length ? calls : [];
}

function bareName(name: unknown): string {
  return String(name).replace(/^functions?[.:]/, '');
}

const givesBoth =
  /["']?(?:name|tool_name|tool|function)["']?\s*:[\s\S]{0,400}["']?(?:arguments|parameters|args)["']?\s*:|["']?(?:arguments|parameters|args)["']?\s*:[\s\S]*["']?(?:name|tool_name|tool|function)["']?\s*:/;

/** A call whose JSON is broken or cut off: read where it says that it is one, by name and arguments. */
function brokenCall(
  text: string,
  at: number,
  end: number | undefined,
  tools: readonly ToolDefinition[],
): Taken | undefined {
  const stop = Math.min(end ?? text.length, brokenEnd(text, at), at + longestBroken);
  const body = text.slice(at, stop).trimEnd();
  if (!givesBoth.test(body.slice(0, 2000))) return undefined;
  if (end === undefined && stop === text.length) {
    const cut = partialCall(text.slice(skipSpace(text, text[at] === '[' ? at + 1 : at)), { mayRepair: false });
    const offered = tools.some(tool => tool.function.name === cut?.call.name);
    if (cut !== undefined && offered && !/[}\]]\s*$/.test(body)) {
      return { calls: [cut.call], end: text.length, notes: [] };
    }
  }
  const value = repaired(body);
  const calls = callsOfValue(value, JSON.stringify(value) ?? '', tools, 0).map(call => ({
    ...call,
    state: 'repaired' as const,
  }));
  return calls.length === 0 ? undefined : { calls, end: at + body.length, notes: [] };
}

/** Where broken JSON ends at the latest: a fence, a tag on a line of its own, an empty line, another object. */
function brokenEnd(text: string, at: number): number {
  const pattern = /\n\s*```|\n\s*<|\n[ \t]*\n|\n\{|\n\[/g;
  pattern.lastIndex = at;
  return pattern.exec(text)?.index ?? text.length;
}
