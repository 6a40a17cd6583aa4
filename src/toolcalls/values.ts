// The text of a tagged argument -> its value, by the tool's schema: tags carry no types.
import type { ToolDefinition } from '../records/toolcall.ts';
import { isObject, parsed, repaired } from './text/json.ts';
import { pythonLiteral } from './text/python.ts';

/** A value and the JSON text that keeps its digits exactly. */
export interface Value {
  readonly value: unknown;
  readonly json: string;
}

/** Names that people write for JSON Schema's types. */
const typeNames: Readonly<Record<string, string>> = {
  str: 'string',
  text: 'string',
  int: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  dict: 'object',
  map: 'object',
  list: 'array',
  tuple: 'array',
  none: 'null',
};

/** The schema of one argument of a tool, where the tool is known and says so. */
export function argumentSchema(tools: readonly ToolDefinition[], name: string, key: string): unknown {
  const parameters = tools.find(tool => tool.function.name === name)?.function.parameters;
  const properties = parameters?.properties;
  if (isObject(properties) && Object.hasOwn(properties, key)) return resolved(properties[key], parameters);
  return undefined;
}

/** Names of a tool's arguments in the order of its schema; none where the tool is not known. */
export function propertyNames(tools: readonly ToolDefinition[], name: string): string[] {
  const properties = tools.find(tool => tool.function.name === name)?.function.parameters?.properties;
  return isObject(properties) ? Object.keys(properties) : [];
}

/** A `$ref` into the same schema, followed once. */
function resolved(schema: unknown, root: unknown): unknown {
  if (!isObject(schema) || typeof schema.$ref !== 'string' || !schema.$ref.startsWith('#/')) return schema;
  let at: unknown = root;
  for (const step of schema.$ref.slice(2).split('/')) at = isObject(at) ? at[step] : undefined;
  return at ?? schema;
}

/** Types that a schema allows; empty when it does not say. */
export function allowedTypes(schema: unknown, depth = 0): Set<string> {
  const types = new Set<string>();
  if (!isObject(schema) || depth > 8) return types;
  const { type } = schema;
  for (const name of Array.isArray(type) ? type : [type]) {
    if (typeof name === 'string') types.add(typeNames[name.toLowerCase()] ?? name.toLowerCase());
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[key];
    if (Array.isArray(branches))
      for (const branch of branches) allowedTypes(branch, depth + 1).forEach(t => types.add(t));
  }
  const listed = Array.isArray(schema.enum) ? schema.enum : 'const' in schema ? [schema.const] : [];
  if (types.size === 0) for (const item of listed) types.add(typeOf(item));
  if (types.size === 0 && isObject(schema.properties)) types.add('object');
  if (types.size === 0 && schema.items !== undefined) types.add('array');
  return types;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** JSON text of a string. */
export function stringValue(text: string): Value {
  return { value: text, json: JSON.stringify(text) };
}

/**
 * Reads an argument's text: as it is where the schema wants a string, else as JSON (or a Python literal) of an allowed
 * type, else as it is.
 */
export function coerced(text: string, schema: unknown): Value {
  const types = allowedTypes(schema);
  if (types.size === 1 && types.has('string')) return stringValue(text);
  const trimmed = text.trim();
  const read = jsonValue(trimmed) ?? pythonLiteral(trimmed) ?? repairedContainer(trimmed, types);
  if (read === undefined) return stringValue(text);
  // A schema that says nothing leaves the choice to the text, but quotes around it are then part of it or not: as JSON.
  return types.size === 0 || allows(types, read.value) ? read : stringValue(text);
}

function jsonValue(text: string): Value | undefined {
  const value = parsed(text);
  return value === undefined ? undefined : { value, json: text };
}

function repairedContainer(text: string, types: ReadonlySet<string>): Value | undefined {
  if (!(types.has('object') || types.has('array')) || !/^[[{]/.test(text)) return undefined;
  const value = repaired(text);
  return value === undefined ? undefined : { value, json: JSON.stringify(value) };
}

function allows(types: ReadonlySet<string>, value: unknown): boolean {
  const type = typeOf(value);
  if (type === 'number') return types.has('number') || types.has('integer');
  if (type === 'string') return types.has('string') && types.size > 1 ? false : types.has('string');
  return types.has(type) || types.has('any');
}

/** Arguments and their text from values in the order written; a repeated key stays in the text, its last value counts. */
export function assembled(entries: readonly (readonly [string, Value])[]) {
  return {
    arguments: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    argumentsText: `{${entries.map(([key, { json }]) => `${JSON.stringify(key)}: ${json}`).join(', ')}}`,
  };
}
