// Jinja2's filters of lists and dictionaries.
import type { Running } from '../engine.ts';
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { dict, int, list, missing, none, pairsOf, text, tuple, typeName, type Value } from '../values.ts';
import { Bound } from './args.ts';
import { compared, equal, truth, binary } from './operators.ts';
import { stringOf } from './print.ts';
import { iterated } from './sequences.ts';

/** How filters reach the engine around them. */
export interface Around {
  item(value: Value, key: Value): Value;
  filter(name: string, input: Value, args: Value[], running: Running): Value;
  test(name: string, input: Value, args: Value[], running: Running): boolean;
}

export type PythonFilter = (input: Value, args: Value[], around: Around, running: Running) => Value;

/** A member named as in `attribute='a.b'` or `attribute=0`. */
function getter(attribute: Value | undefined, around: Around, standard?: Value): (value: Value) => Value {
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

const folded = (value: Value): Value => (value.type === 'text' ? text(value.value.toLowerCase()) : value);
const keyed = (get: (value: Value) => Value, caseSensitive: boolean) => (value: Value) =>
  caseSensitive ? get(value) : folded(get(value));

function byKeys<T>(values: readonly T[], key: (value: T) => Value, backwards: boolean): T[] {
  const known = values.map(value => [key(value), value] as const);
  known.sort(([a], [b]) => (backwards ? compared(b, a) : compared(a, b)));
  return known.map(([, value]) => value);
}

function sort(input: Value, args: Value[], around: Around): Value {
  const bound = new Bound('sort', args, 'reverse', 'case_sensitive', 'attribute');
  const attribute = bound.given('attribute');
  const paths: (Value | undefined)[] =
    attribute?.type === 'text' ? attribute.value.split(',').map(part => text(part)) : [attribute];
  const gets = paths.map(path => keyed(getter(path, around), bound.flag('case_sensitive')));
  const key = (value: Value) => (gets.length === 1 ? (gets[0]?.(value) ?? value) : list(gets.map(get => get(value))));
  return list(byKeys(iterated(input), key, bound.flag('reverse')));
}

function dictsort(input: Value, args: Value[]): Value {
  const bound = new Bound('dictsort', args, 'case_sensitive', 'by', 'reverse');
  const by = bound.softText('by', 'key');
  if (by !== 'key' && by !== 'value') throw new TemplateFails('dictsort sorts by key or value');
  if (input.type !== 'dict') throw new TemplateFails(`dictsort of ${typeName(input)}`);
  const key = ([name, value]: [Value, Value]) => {
    const one = by === 'key' ? name : value;
    return bound.flag('case_sensitive') ? one : folded(one);
  };
  const sorted = byKeys(pairsOf(input), key, bound.flag('reverse'));
  return list(sorted.map(pair => tuple([...pair])));
}

function groupby(input: Value, args: Value[], around: Around): Value {
  const bound = new Bound('groupby', args, 'attribute', 'default', 'case_sensitive');
  const get = getter(bound.needed('attribute'), around, bound.given('default'));
  const key = keyed(get, bound.flag('case_sensitive'));
  const groups: [Value, Value[]][] = [];
  for (const value of byKeys(iterated(input), key, false)) {
    const last = groups.at(-1);
    if (last !== undefined && equal(last[0], key(value))) last[1].push(value);
    else groups.push([key(value), [value]]);
  }
  return list(
    groups.map(([, values]) => {
      const items = [get(values[0] as Value), list(values)];
      return { type: 'list', items, tuple: true, names: ['grouper', 'list'] };
    }),
  );
}

const extreme =
  (name: string, sign: number): PythonFilter =>
  (input, args, around) => {
    const bound = new Bound(name, args, 'case_sensitive', 'attribute');
    const key = keyed(getter(bound.given('attribute'), around), bound.flag('case_sensitive'));
    const [first, ...rest] = iterated(input);
    if (first === undefined) return missing('no item');
    return rest.reduce((best, item) => (compared(key(item), key(best)) * sign > 0 ? item : best), first);
  };

function unique(input: Value, args: Value[], around: Around): Value {
  const bound = new Bound('unique', args, 'case_sensitive', 'attribute');
  const key = keyed(getter(bound.given('attribute'), around), bound.flag('case_sensitive'));
  const kept: Value[] = [];
  const seen: Value[] = [];
  for (const item of iterated(input)) {
    const of = key(item);
    if (seen.some(one => equal(one, of))) continue;
    seen.push(of);
    kept.push(item);
  }
  return list(kept);
}

function map(input: Value, args: Value[], around: Around, running: Running): Value {
  const [first, ...rest] = args;
  if (first === undefined || first.type === 'named') {
    const bound = new Bound('map', args, 'attribute', 'default');
    const get = getter(bound.needed('attribute'), around, bound.get('default'));
    return list(iterated(input).map(get));
  }
  const name = stringOf(first);
  return list(iterated(input).map(item => around.filter(name, item, rest, running)));
}

const selected =
  (wanted: boolean, byAttribute: boolean): PythonFilter =>
  (input, args, around, running) => {
    const [attribute, rest] = byAttribute ? [args[0], args.slice(1)] : [undefined, args];
    if (byAttribute && attribute === undefined) throw new TemplateFails('an attribute is needed');
    const get = getter(attribute, around);
    const [test, ...values] = rest;
    return list(
      iterated(input).filter(item => {
        const value = get(item);
        return wanted === (test === undefined ? truth(value) : around.test(stringOf(test), value, values, running));
      }),
    );
  };

function batch(input: Value, args: Value[]): Value {
  const bound = new Bound('batch', args, 'linecount', 'fill_with');
  const size = bound.int('linecount');
  if (size < 1) throw new TemplateFails('batch needs a size of at least 1');
  const items = iterated(input);
  const rows: Value[][] = [];
  for (let at = 0; at < items.length; at += size) rows.push(items.slice(at, at + size));
  const [last, fill] = [rows.at(-1), bound.given('fill_with')];
  while (last !== undefined && fill !== undefined && last.length < Math.min(size, 100_000)) last.push(fill);
  return list(rows.map(row => list(row)));
}

function slice(input: Value, args: Value[]): Value {
  const bound = new Bound('slice', args, 'slices', 'fill_with');
  const [columns, fill] = [bound.int('slices'), bound.given('fill_with')];
  if (columns < 1 || columns > 100_000) throw new TemplateFails(`${columns} slices are refused`);
  const items = iterated(input);
  const [each, more] = [Math.floor(items.length / columns), items.length % columns];
  let start = 0;
  return list(
    Array.from({ length: columns }, (_, index) => {
      const end = start + each + (index < more ? 1 : 0);
      const column = items.slice(start, end);
      start = end;
      if (fill !== undefined && index >= more) column.push(fill);
      return list(column);
    }),
  );
}

function join(input: Value, args: Value[], around: Around): Value {
  const bound = new Bound('join', args, 'd', 'attribute');
  const get = getter(bound.given('attribute'), around);
  return text(
    iterated(input)
      .map(item => stringOf(get(item)))
      .join(bound.softText('d', '')),
  );
}

function sum(input: Value, args: Value[], around: Around): Value {
  const bound = new Bound('sum', args, 'attribute', 'start');
  const get = getter(bound.given('attribute'), around);
  return iterated(input).reduce((so, item) => binary('+', so, get(item)), bound.get('start') ?? int(0));
}

function length(input: Value): Value {
  if (input.type === 'text') return int([...input.value].length);
  if (input.type === 'list') return int(input.items.length);
  if (input.type === 'undefined') return int(0);
  if (input.type === 'dict' && input.role === 'dict') return int(input.entries.size);
  throw new TemplateFails(`${typeName(input)} has no length`);
}

function items(input: Value): Value {
  if (input.type === 'undefined') return list([]);
  if (input.type !== 'dict') throw new TemplateFails(`items of ${typeName(input)}`);
  return list(pairsOf(input).map(pair => tuple([...pair])));
}

function reverse(input: Value): Value {
  if (input.type === 'text') return text([...input.value].toReversed().join(''));
  return list(iterated(input).toReversed());
}

export const listFilters: Readonly<Record<string, PythonFilter>> = {
  batch,
  count: length,
  dictsort,
  first: input => iterated(input)[0] ?? missing('no first item'),
  groupby,
  items,
  join,
  last: input => iterated(input).at(-1) ?? missing('no last item'),
  length,
  list: input => list(iterated(input)),
  map,
  max: extreme('max', 1),
  min: extreme('min', -1),
  random: () => {
    throw new TemplateLacks('filter', 'random');
  },
  reject: selected(false, false),
  rejectattr: selected(false, true),
  reverse,
  select: selected(true, false),
  selectattr: selected(true, true),
  slice,
  sort,
  sum,
  unique,
};

/** Python's `dict(…)`. */
export function dictOf(args: readonly Value[]): Value {
  const made = dict();
  for (const one of args) {
    if (one.type === 'named') made.entries.set(`s${one.name}`, [text(one.name), one.value]);
    else if (one.type === 'dict') for (const [key, entry] of one.entries) made.entries.set(key, [...entry]);
    else {
      for (const pair of iterated(one)) {
        const [key = none, value = none] = iterated(pair);
        for (const [name, entry] of dict([[key, value]]).entries) made.entries.set(name, entry);
      }
    }
  }
  return made;
}
