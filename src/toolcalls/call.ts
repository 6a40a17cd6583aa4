// The text of one JSON call -> a ToolCall with its arguments' exact text.
import type { ToolCall, ToolDefinition } from '../records/toolcall.ts';
import { isObject, jsonEnd, members, parsed, repaired } from './json.ts';
import { propertyNames } from './values.ts';

const nameKeys = ['name', 'tool_name', 'function', 'tool'];
const argumentKeys = ['arguments', 'parameters', 'args', 'input'];
const idKeys = ['id', 'tool_call_id', 'call_id'];

/** How much a JSON text may differ from a call and still be one. */
export interface CallRules {
  /** True only inside a recognised marker. */
  readonly mayRepair: boolean;
  /** `{"get_weather": {…}}` is a call too: Apertus. */
  readonly nameAsKey?: boolean;
}

/**
 * Reads `{"name": …, "arguments": {…}}` (also `tool_name`, `parameters`, or arguments as a JSON string).
 * @returns undefined when the text is no call
 */
export function callFromJson(text: string, rules: CallRules): ToolCall | undefined {
  const strict = parsed(text);
  if (isObject(strict)) return callFromObject(text, strict, rules, 'complete');
  if (!rules.mayRepair) return undefined;
  const mended = repaired(text);
  if (!isObject(mended)) return undefined;
  return callFromObject(JSON.stringify(mended), mended, rules, 'repaired');
}

/**
 * A call that the reply's end cut off, if its name is already there; `length`: as much of the text as is the call's.
 * Where its arguments are whole and what follows may be another, the call was not cut off: its own brackets are missing.
 */
export function partialCall(text: string, { nameAsKey }: CallRules): { call: ToolCall; length: number } | undefined {
  const head = text.slice(0, 4000);
  const named = head.match(/"(?:name|tool_name|function|tool)"\s*:\s*"((?:[^"\\]|\\.)+)"/);
  const keyed = nameAsKey ? head.match(/^\s*\{\s*"((?:[^"\\]|\\.)+)"\s*:\s*(?=\{)/) : null;
  const name = named?.[1] ?? keyed?.[1];
  if (name === undefined) return undefined;
  const label = named === null ? keyed : text.match(/"(?:arguments|parameters|args|input)"\s*:\s*/);
  const from = label === null ? text.length : (label.index ?? 0) + label[0].length;
  const call = partialArguments(name, text.slice(from));
  const end = from + call.argumentsText.length;
  const goesOn = call.arguments !== undefined && /[{[<(]/.test(text.slice(end));
  return goesOn ? { call: { ...call, state: 'repaired' }, length: end } : { call, length: text.length };
}

/** A call whose name is known and whose JSON arguments start at the text's start and may be cut off. */
export function partialArguments(name: string, rest: string): ToolCall {
  const whole = rest.startsWith('{') ? jsonEnd(rest, 0) : undefined;
  const value = whole === undefined ? undefined : parsed(rest.slice(0, whole));
  const argumentsText = whole === undefined ? rest : rest.slice(0, whole);
  return { name, argumentsText, state: 'partial', ...(isObject(value) ? { arguments: value } : {}) };
}

/** A call whose name stands outside the JSON text of its arguments. Broken arguments are repaired, and labelled. */
export function namedCall(name: string, text: string, id?: string): ToolCall {
  const known = { name, ...(id === undefined || id === '' ? {} : { id }) };
  const value = decoded(parsed(text));
  if (isObject(value)) return { ...known, argumentsText: text, arguments: value, state: 'complete' };
  const mended = text.trim() === '' ? {} : repaired(text);
  if (isObject(mended)) return { ...known, argumentsText: text, arguments: mended, state: 'repaired' };
  return { ...known, argumentsText: text, state: 'repaired' };
}

function callFromObject(
  text: string,
  value: Record<string, unknown>,
  rules: CallRules,
  state: 'complete' | 'repaired',
): ToolCall | undefined {
  // OpenAI's own nesting, {"type": "function", "function": {"name": …}}.
  if (isObject(value.function)) {
    const inner = members(text)?.get('function')?.[0];
    return inner === undefined ? undefined : callFromObject(inner, value.function, rules, state);
  }
  const nameKey = nameKeys.find(key => typeof value[key] === 'string');
  if (nameKey === undefined) return rules.nameAsKey ? callFromKey(text, value, state) : undefined;
  const name = value[nameKey] as string;
  if (name === '') return undefined;
  const argumentKey = argumentKeys.find(key => key in value);
  const raw =
    argumentKey === undefined ? '{}' : (members(text)?.get(argumentKey)?.at(-1) ?? JSON.stringify(value[argumentKey]));
  const idKey = idKeys.find(key => typeof value[key] === 'string' || typeof value[key] === 'number');
  const id = idKey === undefined ? {} : { id: String(value[idKey]) };
  const given = argumentKey === undefined ? {} : (value[argumentKey] ?? {});
  const content = decoded(given);
  const argumentsText = typeof given === 'string' && isObject(content) ? given : raw;
  return { name, argumentsText, state, ...id, ...(isObject(content) ? { arguments: content } : {}) };
}

/** Arguments are sometimes JSON inside a JSON string. */
function decoded(value: unknown): unknown {
  return typeof value === 'string' ? parsed(value) : value;
}

function callFromKey(
  text: string,
  value: Record<string, unknown>,
  state: 'complete' | 'repaired',
): ToolCall | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || entry[0] === '') return undefined;
  const [name, given] = entry;
  const content = decoded(given ?? {});
  if (!isObject(content)) return undefined;
  const argumentsText = members(text)?.get(name)?.at(-1) ?? JSON.stringify(content);
  return { name, argumentsText, arguments: content, state };
}

/** A call of a tool that is given a text without JSON around it, such as code: its only argument. */
export function codeCall(name: string, text: string, tools: readonly ToolDefinition[]): ToolCall {
  const [key = 'code'] = propertyNames(tools, name);
  const args = { [key]: text };
  return { name, arguments: args, argumentsText: JSON.stringify(args), state: 'complete' };
}

/**
 * A call without a marker to trust. A name alone is no call, `{"name": "Ann", "age": 3}` neither: there must be
 * arguments; and a tool's definition has the same keys, but is none.
 */
export function strictCall(text: string, rules: CallRules = { mayRepair: false }): ToolCall | undefined {
  const call = callFromJson(text, rules);
  if (call?.arguments === undefined) return undefined;
  const value = call.state === 'repaired' ? repaired(text) : parsed(text);
  const inner = isObject(value) && isObject(value.function) ? value.function : value;
  if (!isObject(inner) || isDefinition(inner, call.arguments)) return undefined;
  return ['arguments', 'parameters', 'args'].some(key => key in inner) ? call : undefined;
}

/** `{"name": …, "description": …, "parameters": {"type": "object", "properties": {…}}}` */
export function isDefinition(value: Record<string, unknown>, given: Record<string, unknown>): boolean {
  return given.type === 'object' && isObject(given.properties) && !('arguments' in value);
}
