// What Jinja2's filters have in common: how they reach the engine, and members of what they go through.
import type { Running } from '../../engine.ts';
import { TemplateFails } from '../../errors.ts';
import { int, text, typeName, type Value } from '../../values.ts';
import { solid } from '../iterables.ts';

/** How filters reach the engine around them. */
export interface Around {
  item(value: Value, key: Value): Value;
  /** undefined: the value has none of that name. */
  attribute(value: Value, name: string): Value | undefined;
  filter(name: string, input: Value, args: Value[], running: Running): Value;
  test(name: string, input: Value, args: Value[], running: Running): boolean;
}

export type PythonFilter = (input: Value, args: Value[], around: Around, running: Running) => Value;

/** A member named as in `attribute='a.b'` or `attribute=0`. */
export function getter(attribute: Value | undefined, around: Around, standard?: Value): (value: Value) => Value {
  if (attribute === undefined) return value => value;
  const path: Value[] =
    attribute.type === 'text'
      ? attribute.value.split('.').map(part => (/^\d+$/.test(part) ? int(BigInt(part)) : text(part)))
      : [attribute];
  return value =>
    path.reduce<Value>((of, key) => {
      const found = around.item(of, key);
      return found.type === 'undefined' && standard !== undefined ? standard : found;
    }, value);
}

export const folded = (value: Value): Value => (value.type === 'text' ? text(value.value.toLowerCase()) : value);
export const keyed = (get: (value: Value) => Value, caseSensitive: boolean) => (value: Value) =>
  caseSensitive ? get(value) : folded(get(value));

/** Python's `len`. */
export function lengthOf(input: Value): number {
  if (input.type === 'text') return [...input.value].length;
  if (input.type === 'list') return solid(input, 'length').items.length;
  if (input.type === 'undefined') return 0;
  if (input.type === 'dict' && input.role === 'dict') return input.entries.size;
  throw new TemplateFails(`${typeName(input)} has no length`);
}
