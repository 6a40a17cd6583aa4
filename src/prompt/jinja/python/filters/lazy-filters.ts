// Jinja2's filters that give a generator: its items come once, and it has no length.
import { TemplateFails } from '../../errors.ts';
import { list, pairsOf, tuple, typeName, type Value } from '../../values.ts';
import { Bound } from '../args.ts';
import { getter, keyed, type Around, type PythonFilter } from './filter.ts';
import { generator } from '../iterables.ts';
import { asKey, equal, truth } from '../operators.ts';
import { stringOf } from '../print.ts';
import { iterated } from '../sequences.ts';
import type { Running } from '../../engine.ts';

function unique(input: Value, args: Value[], around: Around): Value[] {
  const bound = new Bound('unique', args, 'case_sensitive', 'attribute');
  const key = keyed(getter(bound.given('attribute'), around), bound.flag('case_sensitive'));
  const seen: Value[] = [];
  return iterated(input).filter(item => {
    const of = key(item);
    asKey(of);
    if (seen.some(one => equal(one, of))) return false;
    seen.push(of);
    return true;
  });
}

/** A generator: what it makes, and what is wrong with its input or arguments, shows when an item is asked for. */
const lazily =
  (make: (...given: Parameters<PythonFilter>) => Value[]): PythonFilter =>
  (input, args, around, running) =>
    generator(() => make(input, args, around, running));

function map(input: Value, args: Value[], around: Around, running: Running): Value[] {
  if (!truth(input)) return [];
  const [first, ...rest] = args;
  if (first === undefined || first.type === 'named') {
    const bound = new Bound('map', args, 'attribute', 'default');
    return iterated(input).map(getter(bound.needed('attribute'), around, bound.get('default')));
  }
  const name = stringOf(first);
  return iterated(input).map(item => around.filter(name, item, [...rest], running));
}

const selected = (wanted: boolean, byAttribute: boolean): PythonFilter =>
  lazily((input, args, around, running) => {
    if (!truth(input)) return [];
    const [attribute, rest] = byAttribute ? [args[0], args.slice(1)] : [undefined, args];
    if (byAttribute && attribute === undefined) throw new TemplateFails('an attribute is needed');
    const get = getter(attribute, around);
    const [test, ...values] = rest;
    return iterated(input).filter(item => {
      const value = get(item);
      return wanted === (test === undefined ? truth(value) : around.test(stringOf(test), value, values, running));
    });
  });

function batch(input: Value, args: Value[]): Value[] {
  const bound = new Bound('batch', args, 'linecount', 'fill_with');
  const size = bound.int('linecount');
  if (size < 1) throw new TemplateFails('batch needs a size of at least 1');
  const items = iterated(input);
  const rows: Value[][] = [];
  for (let at = 0; at < items.length; at += size) rows.push(items.slice(at, at + size));
  const [last, fill] = [rows.at(-1), bound.given('fill_with')];
  while (last !== undefined && fill !== undefined && last.length < Math.min(size, 100_000)) last.push(fill);
  return rows.map(row => list(row));
}

function slice(input: Value, args: Value[]): Value[] {
  const bound = new Bound('slice', args, 'slices', 'fill_with');
  const [columns, fill] = [bound.int('slices'), bound.given('fill_with')];
  if (columns < 1 || columns > 100_000) throw new TemplateFails(`${columns} slices are refused`);
  const items = iterated(input);
  const [each, more] = [Math.floor(items.length / columns), items.length % columns];
  let start = 0;
  return Array.from({ length: columns }, (_, index) => {
    const end = start + each + (index < more ? 1 : 0);
    const column = items.slice(start, end);
    start = end;
    if (fill !== undefined && index >= more) column.push(fill);
    return list(column);
  });
}

function items(input: Value): Value[] {
  if (input.type === 'undefined') return [];
  if (input.type !== 'dict' || input.role !== 'dict') throw new TemplateFails(`items of ${typeName(input)}`);
  return pairsOf(input).map(pair => tuple([...pair]));
}

export const lazyFilters: Readonly<Record<string, PythonFilter>> = {
  batch: lazily(batch),
  // Written out, because it takes no arguments.
  items: input => generator(() => items(input)),
  map: lazily(map),
  reject: selected(false, false),
  rejectattr: selected(false, true),
  select: selected(true, false),
  selectattr: selected(true, true),
  slice: lazily(slice),
  unique: lazily(unique),
};
