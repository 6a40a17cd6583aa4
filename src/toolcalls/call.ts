// The text of one JSON call -> a ToolCall with its arguments' exact text.
import type { ToolCall, ToolDefinition } from '../records/toolcall.ts';
import { isObject, jsonEnd, members, parsed, repaired } from './text/json.ts';
import { propertyNames } from './values.ts';

const nameKeys = ['name', 'tool_name', 'function', 'tool'];
/** All keys where models and runners put it, in the order in which they are asked. */
export const looseNameKeys = 'name tool_name function_name tool function action recipient_name'.split(' ');
/** Where families put arguments. */
const ownArgumentKeys = ['arguments', 'parameters', 'args', 'input'];
/** Where models put them as well; the first one counts. */
export const argumentKeys = ownArgumentKeys.concat(
  'tool_input action_input function_args tool_args tool_arguments params kwargs argument parameter'.split(' '),
);
const idKeys = ['id', 'tool_call_id', 'call_id'];
/** Beside a name, these are no arguments. */
const besideKeys = new Set([...idKeys, 'type', 'index', 'function', 'thought', 'thoughts', 'reasoning', 'recipient']);

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
  const { value, wrapped } = decoded(parsed(text));
  if (isObject(value)) {
    return { ...known, argumentsText: text, arguments: value, state: wrapped > 1 ? 'repaired' : 'complete' };
  }
  const mended = text.trim() === '' ? {} : repaired(text);
  if (isObject(mended)) return { ...known, argumentsText: text, arguments: mended, state: 'repaired' };
  return { ...known, argumentsText: text, state: 'repaired' };
}

type State = 'complete' | 'repaired';

function callFromObject(
  text: string,
  value: Record<string, unknown>,
  rules: CallRules,
  state: State,
): ToolCall | undefined {
  const nameKey = nameKeys.find(key => typeof value[key] === 'string');
  if (nameKey === undefined) {
    // OpenAI's own nesting, {"type": "function", "function": {"name": …}}. A name outside of it goes before.
    if (!isObject(value.function)) return rules.nameAsKey ? callFromKey(text, value, state) : undefined;
    const inner = members(text)?.get('function')?.at(-1);
    return inner === undefined ? undefined : callFromObject(inner, value.function, rules, state);
  }
  const name = value[nameKey] as string;
  if (name === '') return undefined;
  const idKey = idKeys.find(key => typeof value[key] === 'string' || typeof value[key] === 'number');
  const id = idKey === undefined ? {} : { id: String(value[idKey]) };
  const argumentKey = argumentKeys.find(key => key in value);
  const flat = () => flatArguments(text, value);
  const keyed = argumentKey && givenArguments(value[argumentKey], members(text)?.get(argumentKey)?.at(-1));
  // Empty arguments beside what may be the real ones are none.
  const given = keyed === undefined || keyed === '' ? flat() : isNothing(keyed) ? (flat() ?? keyed) : keyed;
  if (given === undefined) return { name, argumentsText: '{}', arguments: {}, state, ...id };
  const { mended, ...args } = given;
  const usual = given === keyed && argumentKey !== undefined && ownArgumentKeys.includes(argumentKey);
  return { name, ...args, state: usual && !mended ? state : 'repaired', ...id };
}

interface Given {
  readonly arguments?: Record<string, unknown>;
  readonly argumentsText: string;
  /** No runner takes them as they are. */
  readonly mended: boolean;
}

const isNothing = ({ arguments: given }: Given): boolean => given !== undefined && Object.keys(given).length === 0;

/** Arguments as the value of their key: an object, nothing, or an object in a JSON string or in a list of one. */
function givenArguments(given: unknown, exact: string | undefined): Given {
  const raw = exact ?? JSON.stringify(given);
  if (given === null || given === undefined) return { arguments: {}, argumentsText: raw, mended: false };
  if (given === '') return { arguments: {}, argumentsText: '{}', mended: true };
  const { value, text, wrapped } = decoded(given);
  const only = Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;
  if (!isObject(only)) return { argumentsText: raw, mended: true };
  const mended = wrapped > 1 || only !== value;
  if (only !== value) return { arguments: only, argumentsText: JSON.stringify(only), mended };
  return { arguments: only, argumentsText: text ?? raw, mended };
}

/** `{"name": "delete_file", "path": "/srv"}`: what stands beside the name. */
function flatArguments(text: string, value: Record<string, unknown>): Given | undefined {
  const taken = [...besideKeys, ...argumentKeys, ...nameKeys];
  const keys = Object.keys(value).filter(key => !taken.includes(key));
  if (keys.length === 0) return undefined;
  const exact = members(text);
  const entries = keys.map(key => [key, exact?.get(key)?.at(-1) ?? JSON.stringify(value[key])] as const);
  return {
    arguments: Object.fromEntries(keys.map(key => [key, value[key]])),
    argumentsText: `{${entries.map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join(', ')}}`,
    mended: true,
  };
}

/** JSON inside of a JSON string is unpacked so often. */
const mostWrapping = 4;

/** Arguments are sometimes JSON inside a JSON string. `text`: the string that holds the value. */
function decoded(given: unknown): { value: unknown; text?: string; wrapped: number } {
  let value = given;
  let text: string | undefined;
  let wrapped = 0;
  while (typeof value === 'string' && wrapped < mostWrapping) {
    const inner = parsed(value);
    if (inner === undefined) break;
    text = value;
    value = inner;
    wrapped++;
  }
  return { value, wrapped, ...(text === undefined ? {} : { text }) };
}

function callFromKey(text: string, value: Record<string, unknown>, state: State): ToolCall | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || entry[0] === '') return undefined;
  const [name, given] = entry;
  const content = decoded(given ?? {}).value;
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
