// Calls in JSON without a marker to trust: what is one, what is a tool's definition, and what is in doubt.
import type { ToolCall } from '../records/toolcall.ts';
import { argumentKeys, callFromJson, type CallRules } from './call.ts';
import { isObject, parsed, repaired } from './text/json.ts';

/**
 * A name alone is no call, `{"name": "Ann", "age": 3}` neither: there must be arguments; and a tool's definition has the
 * same keys, but is none.
 */
export function strictCall(text: string, rules: CallRules = { mayRepair: false }): ToolCall | undefined {
  const call = callFromJson(text, rules);
  if (call?.arguments === undefined) return undefined;
  const value = call.state === 'repaired' ? (parsed(text) ?? repaired(text)) : parsed(text);
  const named = isObject(value) && ['name', 'tool_name', 'tool'].some(key => typeof value[key] === 'string');
  const inner = !named && isObject(value) && isObject(value.function) ? value.function : value;
  if (!isObject(inner) || describes(inner) !== undefined) return undefined;
  return argumentKeys.some(key => key !== 'input' && key in inner) ? call : undefined;
}

/** Keys of JSON Schema, and of those who extend it. */
const schemaKeys = new Set(
  (
    'type properties required additionalProperties patternProperties propertyNames description title default examples ' +
    'example enum const items prefixItems anyOf oneOf allOf not if then else format pattern minimum maximum minLength ' +
    'maxLength minItems maxItems uniqueItems minProperties maxProperties nullable strict optional readOnly deprecated ' +
    'definitions $defs $ref $schema $id $comment exclusiveMinimum exclusiveMaximum multipleOf dependentRequired'
  ).split(' '),
);

/**
 * Does an object with a name describe a tool, `{"name": …, "parameters": {"type": "object", "properties": {…}}}`?
 * `perhaps`: its arguments look like a schema, but say something that no schema says.
 */
export function describes(value: Record<string, unknown>): 'surely' | 'perhaps' | undefined {
  if ('arguments' in value) return undefined;
  const given = ['parameters', 'input_schema', 'inputSchema', 'args', 'input'].map(key => value[key]).find(isObject);
  return given === undefined ? undefined : isSchema(given, 'description' in value);
}

/** Are arguments a schema of arguments? @param described a description stands beside them */
export function isSchema(given: Record<string, unknown>, described: boolean): 'surely' | 'perhaps' | undefined {
  if (given.type !== 'object' || !isObject(given.properties)) return undefined;
  const known = (key: string) => schemaKeys.has(key) || key.startsWith('x-');
  if (!Object.keys(given).every(known)) return described ? 'perhaps' : undefined;
  const properties = Object.values(given.properties);
  const plain = properties.every(one => isObject(one) && Object.keys(one).every(known));
  // In haste, a type is written for its schema.
  const hasty = properties.every(one => typeof one === 'string' && /^[a-z]+(?:\[\])?$/.test(one));
  return plain || hasty ? 'surely' : 'perhaps';
}
