// A source's parameters -> JSON Schema. BFCL writes the types of Python, Java and JavaScript.
import { isRow } from './rows.ts';

export type ObjectSchema = Record<string, unknown> & { type: 'object'; properties: Record<string, unknown> };

/** JSON Schema's word for each type, by its lower-case name without type arguments; null: any value. */
const words: ReadonlyMap<string, string | null> = new Map([
  ...['object', 'dict', 'dictionary', 'map', 'hashmap', 'hashtable', 'linkedhashmap'].map(w => [w, 'object'] as const),
  ...['array', 'list', 'tuple', 'set', 'arraylist', 'linkedlist', 'queue', 'stack'].map(w => [w, 'array'] as const),
  ...['number', 'float', 'double', 'decimal', 'bigdecimal'].map(w => [w, 'number'] as const),
  ...['integer', 'int', 'long', 'short', 'byte', 'bigint', 'biginteger'].map(w => [w, 'integer'] as const),
  ...['string', 'str', 'char', 'character'].map(w => [w, 'string'] as const),
  ...['boolean', 'bool'].map(w => [w, 'boolean'] as const),
  ...['null', 'none', 'nonetype'].map(w => [w, 'null'] as const),
  ...['any', ''].map(w => [w, null] as const),
]);

/** Keywords that hold a schema, a list of schemas, or schemas by name. */
const one = new Set(['items', 'additionalProperties', 'not', 'contains', 'if', 'then', 'else']);
const several = new Set(['anyOf', 'oneOf', 'allOf', 'items', 'prefixItems']);
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
/** Dropped: they name a dialect or a document, or mean nothing in JSON Schema. */
const dropped = new Set(['$schema', '$id', 'id', 'optional', 'nullable']);

/** Deeper schemas are cut off: any value. */
const deepest = 40;

/**
 * Parameters as a JSON Schema of an object.
 * @param odd is told each type that no table knows; it then means any value
 */
export function objectSchema(parameters: unknown, odd: (type: string) => void): ObjectSchema {
  const converted = isRow(parameters) ? (convert(parameters, odd, 0) as Record<string, unknown>) : {};
  const properties = isRow(converted.properties) ? converted.properties : {};
  return { ...converted, type: 'object', properties };
}

function convert(schema: unknown, odd: (type: string) => void, depth: number): unknown {
  if (typeof schema === 'boolean') return schema;
  if (!isRow(schema) || depth > deepest) return {};
  const inner = (value: unknown) => convert(value, odd, depth + 1);
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (dropped.has(key)) return [];
    if (key === 'type') return typeEntry(value, odd);
    if (key === 'required') return Array.isArray(value) && value.length > 0 ? [[key, [...new Set(value)]]] : [];
    if (key === 'enum') return Array.isArray(value) && value.length > 0 ? [[key, distinct(value)]] : [];
    if (several.has(key) && Array.isArray(value)) return [[key, value.map(inner)]];
    if (one.has(key)) return [[key, inner(value)]];
    if (named.has(key)) return isRow(value) ? [[key, mapped(value, inner)]] : [];
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

const mapped = (of: Record<string, unknown>, by: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, by(value)]));

const distinct = (values: unknown[]) => [...new Map(values.map(value => [JSON.stringify(value), value])).values()];

function typeEntry(type: unknown, odd: (type: string) => void): [string, unknown][] {
  const types = (Array.isArray(type) ? type : [type]).map(one => wordFor(one, odd));
  if (types.length === 0 || types.includes(null)) return [];
  return [['type', Array.isArray(type) ? [...new Set(types)] : types[0]]];
}

function wordFor(type: unknown, odd: (type: string) => void): string | null {
  const name = String(type).trim().toLowerCase();
  if (name.endsWith('[]')) return 'array';
  const word = words.get(name.replace(/[<[(].*$/s, ''));
  if (word === undefined) odd(String(type));
  return word ?? null;
}
