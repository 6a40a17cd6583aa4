// Equality of calls: key order, 1 and 1.0, schema defaults and the order of parallel calls do not matter.
import type { ToolCall, ToolDefinition } from '../records/toolcall.ts';
import { isObject } from './json.ts';

/**
 * One text for a reply's calls: equal for equal calls, empty for none.
 * A call whose arguments can't be read stands for itself, by its exact text.
 */
export function canonicalReply(calls: readonly ToolCall[], tools: readonly ToolDefinition[]): string {
  return calls
    .map(call =>
      canonicalCall(
        call,
        tools.find(tool => tool.function.name === call.name),
      ),
    )
    .toSorted()
    .join('\n');
}

/** One text for a call. Arguments equal to their schema default count as left out. */
export function canonicalCall(call: ToolCall, tool: ToolDefinition | undefined): string {
  if (call.arguments === undefined) return `${call.name} ?${call.argumentsText.trim()}`;
  const properties = isObject(tool?.function.parameters?.properties) ? tool.function.parameters.properties : {};
  const given = Object.entries(call.arguments).filter(([name, value]) => {
    const schema = properties[name];
    return !(isObject(schema) && 'default' in schema && canonicalValue(schema.default) === canonicalValue(value));
  });
  // Numbers that JSON.parse rounds must not become equal: their exact text then decides.
  const exact = /\d{16,}/.test(call.argumentsText) ? ` ${(call.argumentsText.match(/\d{16,}/g) ?? []).join(' ')}` : '';
  return `${call.name} ${canonicalValue(Object.fromEntries(given))}${exact}`;
}

function canonicalValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalValue).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalValue(item)}`).join(',')}}`;
}
