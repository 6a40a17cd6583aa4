// Jinja2's filters of lists and dictionaries.
import { TemplateFails, TemplateLacks } from '../../errors.ts';
import { dict, type Dict, int, list, missing, pairsOf, put, text, tuple, typeName, type Value } from '../../values.ts';
import { Bound } from '../args.ts';
import { folded, getter, keyed, lengthOf, type Around, type PythonFilter } from './filter.ts';
import { generator, remaining, solid } from '../iterables.ts';
import { like } from '../markup.ts';
import { binary, compared, equal } from '../operators.ts';
import { stringOf } from '../print.ts';
import { iterated } from '../sequences.ts';

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
  // A list of its own even for one: what is undefined twice over is then equal, and has no order otherwise.
  const key = (value: Value) => list(gets.map(get => get(value)));
  return list(byKeys(iterated(input), key, bound.flag('reverse')));
}

function dictsort(input: Value, args: Value[]): Value {
  const bound = new Bound('dictsort', args, 'case_sensitive', 'by', 'reverse');
  const by = bound.softText('by', 'key');
  if (by !== 'key' && by !== 'value') throw new TemplateFails('dictsort sorts by key or value');
  if (input.type !== 'dict' || input.role !== 'dict') throw new TemplateFails(`dictsort of ${typeName(input)}`);
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
  const start = bound.get('start') ?? int(0);
  if (start.type === 'text') throw new TemplateFails('sum of texts');
  return iterated(input).reduce((so, item) => binary('+', so, get(item)), start);
}

const length: PythonFilter = (input: Value) => int(lengthOf(input));

function reverse(input: Value): Value {
  if (input.type === 'text') return like(input, [...input.value].toReversed().join(''));
  // What can't be gone through from its end is a list first.
  if (input.type === 'list' && input.once !== undefined) return list(iterated(input).toReversed());
  const items = iterated(input);
  return generator(() => items.toReversed(), 'reverse iterator');
}

/** One after the other from a generator: what it gave is gone. */
function first(input: Value): Value {
  const items = input.type === 'list' && input.once !== undefined ? remaining(input) : iterated(input);
  return items.shift() ?? missing('no first item');
}

function last(input: Value): Value {
  if (input.type === 'list') solid(input, 'end');
  return iterated(input).at(-1) ?? missing('no last item');
}

export const listFilters: Readonly<Record<string, PythonFilter>> = {
  count: length,
  dictsort,
  first,
  groupby,
  join,
  last,
  length,
  list: input => list(iterated(input)),
  max: extreme('max', 1),
  min: extreme('min', -1),
  random: () => {
    throw new TemplateLacks('filter', 'random');
  },
  reverse,
  sort,
  sum,
};

/** Python's `dict(…)`: one value to begin with, and what is named. */
export function dictOf(args: readonly Value[]): Dict {
  const made = dict();
  const [from, ...more] = args.filter(({ type }) => type !== 'named');
  if (more.length > 0) throw new TemplateFails('a dictionary is made of one value');
  if (from?.type === 'undefined') throw new TemplateFails('a dictionary of an undefined value');
  if (from?.type === 'dict' && from.role === 'dict') for (const [key, value] of pairsOf(from)) put(made, key, value);
  else if (from !== undefined) {
    for (const pair of iterated(from)) {
      const [key, value, ...rest] = iterated(pair);
      if (key === undefined || value === undefined || rest.length > 0)
        throw new TemplateFails('no pair for a dictionary');
      put(made, key, value);
    }
  }
  for (const one of args) if (one.type === 'named') put(made, one.name, one.value);
  return made;
}
