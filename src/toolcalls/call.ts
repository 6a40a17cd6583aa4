// The text of one JSON call -> a ToolCall with its arguments' exact text.
import type { ToolCall } from '../records/toolcall.ts';
import { isObject, jsonEnd, members, parsed, repaired } from './json.ts';

const nameKeys = ['name', 'function'];
const argumentKeys = ['arguments', 'parameters', 'args'];

/**
 * Reads `{"name": …, "arguments": {…}}` (also `parameters`, or arguments as a JSON string).
 * @param mayRepair true only inside a recognised marker
 * @returns undefined when the text is no call
 */
export function callFromJson(text: string, mayRepair: boolean): ToolCall | undefined {
  const strict = parsed(text);
  if (isObject(strict)) return callFromObject(text, strict, 'complete');
  if (!mayRepair) return undefined;
  const mended = repaired(text);
  if (!isObject(mended)) return undefined;
  return callFromObject(JSON.stringify(mended), mended, 'repaired');
}

/** A call that the reply's end cut off, if its name is already there. */
export function partialCall(text: string): ToolCall | undefined {
  const name = text.match(/"(?:name|function)"\s*:\s*"((?:[^"\\]|\\.)+)"/)?.[1];
  if (name === undefined) return undefined;
  const at = text.search(/"(?:arguments|parameters|args)"\s*:\s*/);
  const rest = at < 0 ? '' : text.slice(at).replace(/^"\w+"\s*:\s*/, '');
  const whole = rest.startsWith('{') ? jsonEnd(rest, 0) : undefined;
  const value = whole === undefined ? undefined : parsed(rest.slice(0, whole));
  const argumentsText = whole === undefined ? rest : rest.slice(0, whole);
  return { name, argumentsText, state: 'partial', ...(isObject(value) ? { arguments: value } : {}) };
}

function callFromObject(
  text: string,
  value: Record<string, unknown>,
  state: 'complete' | 'repaired',
): ToolCall | undefined {
  // OpenAI's own nesting, {"type": "function", "function": {"name": …}}.
  if (isObject(value.function)) {
    const inner = members(text)?.get('function')?.[0];
    return inner === undefined ? undefined : callFromObject(inner, value.function, state);
  }
  const nameKey = nameKeys.find(key => typeof value[key] === 'string');
  if (nameKey === undefined || value[nameKey] === '') return undefined;
  const name = value[nameKey] as string;
  const argumentKey = argumentKeys.find(key => key in value);
  const raw =
    argumentKey === undefined ? '{}' : (members(text)?.get(argumentKey)?.at(-1) ?? JSON.stringify(value[argumentKey]));
  const id = typeof value.id === 'string' ? { id: value.id } : {};
  const given = argumentKey === undefined ? {} : value[argumentKey];
  const decoded = typeof given === 'string' ? parsed(given) : given;
  const argumentsText = typeof given === 'string' && isObject(decoded) ? given : raw;
  return { name, argumentsText, state, ...id, ...(isObject(decoded) ? { arguments: decoded } : {}) };
}
