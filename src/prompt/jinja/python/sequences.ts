// Going through values, slices, and the methods of lists and dictionaries.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import {
  at,
  dict,
  int,
  keyOf,
  list,
  none,
  pairsOf,
  text,
  tuple,
  typeName,
  type Dict,
  type List,
  type Value,
} from '../values.ts';
import { Bound } from './args.ts';
import { allOf, isPlainList, isRange, rangeFrom } from './iterables.ts';
import { like } from './markup.ts';
import { numberOf } from './numbers.ts';
import { equal } from './operators.ts';

/** What `for` and filters go through. */
export function iterated(value: Value): Value[] {
  switch (value.type) {
    case 'undefined':
      return [];
    case 'list':
      return allOf(value);
    case 'text':
      return [...value.value].map(character => text(character));
    case 'dict':
      if (value.role === 'dict') return pairsOf(value).map(([key]) => key);
      break;
    default:
  }
  throw new TemplateFails(`${typeName(value)} is not iterable`);
}

/** `object[start:stop:step]` */
export function sliced(object: Value, ...[from, to, by]: (Value | undefined)[]): Value {
  if (object.type === 'undefined') throw new TemplateFails('a slice of an undefined value');
  if (object.type !== 'text' && !isPlainList(object) && !isRange(object)) {
    // An error in Python, except where all of it is written out and printed: then it is nothing.
    throw new TemplateLacks('syntax', `a slice of ${typeName(object)}`);
  }
  const items = object.type === 'text' ? [...object.value] : (object as List).items;
  const { length } = items;
  const step = bound(by) ?? 1;
  if (step === 0) throw new TemplateFails('slice step cannot be zero');
  const clipped = (index: number | undefined, standard: number) => {
    if (index === undefined) return standard;
    const place = index < 0 ? index + length : index;
    return step > 0 ? Math.min(Math.max(place, 0), length) : Math.min(Math.max(place, -1), length - 1);
  };
  const start = clipped(bound(from), step > 0 ? 0 : length - 1);
  const stop = clipped(bound(to), step > 0 ? length : -1);
  const taken: (Value | string)[] = [];
  for (let place = start; step > 0 ? place < stop : place > stop; place += step) {
    taken.push(items[place] as Value | string);
  }
  if (object.type === 'text') return like(object, taken.join(''));
  if (isRange(object)) return rangeFrom(object as List, start, stop, step);
  return (object as List).tuple ? tuple(taken as Value[]) : list(taken as Value[]);
}

function bound(value: Value | undefined): number | undefined {
  if (value === undefined || value.type === 'none') return undefined;
  const number = numberOf(value);
  if (typeof number === 'bigint') return Number(number);
  throw new TemplateFails('slice indices must be integers or none');
}

type ListMethod = (self: List, args: readonly Value[]) => Value;

function place(self: List, index: number, what: string): number {
  const at = index < 0 ? self.items.length + index : index;
  if (at < 0 || at >= self.items.length) throw new TemplateFails(`${what} index out of range`);
  return at;
}

function indexOf(self: List, args: readonly Value[]): number {
  const wanted = new Bound('index', args, 'value', 'start', 'stop').needed('value');
  const at = self.items.findIndex(item => equal(item, wanted));
  if (at < 0) throw new TemplateFails('the value is not in the list');
  return at;
}

const onTuples: Readonly<Record<string, ListMethod>> = {
  index: (self, args) => int(indexOf(self, args)),
  count: (self, args) => {
    const wanted = new Bound('count', args, 'value').needed('value');
    return int(self.items.filter(item => equal(item, wanted)).length);
  },
};

const changing: Readonly<Record<string, ListMethod>> = {
  append: (self, args) => {
    self.items.push(new Bound('append', args, 'object').needed('object'));
    return none;
  },
  extend: (self, args) => {
    self.items.push(...iterated(new Bound('extend', args, 'iterable').needed('iterable')));
    return none;
  },
  pop: (self, args) => {
    const at = place(self, new Bound('pop', args, 'index').int('index', -1), 'pop');
    return self.items.splice(at, 1)[0] as Value;
  },
  copy: self => list([...self.items]),
};

/** Methods of a list, or of a tuple. */
export function listMethod(self: List, name: string): ListMethod | undefined {
  if (!isPlainList(self)) return undefined;
  const methods = self.tuple ? onTuples : { ...onTuples, ...changing };
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

type DictMethod = (self: Dict, args: readonly Value[]) => Value;

const shown = (items: Value[], as: string): List => ({ type: 'list', items, tuple: false, shown: as });

function keyGiven(args: readonly Value[], name: string): [key: Value, standard: Value | undefined] {
  const given = new Bound(name, args, 'key', 'default');
  const key = given.needed('key');
  if (keyOf(key) === undefined) throw new TemplateFails(`a ${typeName(key)} is no key`);
  return [key, given.get('default')];
}

export const dictMethods: Readonly<Record<string, DictMethod>> = {
  get: (self, args) => {
    const [key, standard] = keyGiven(args, 'get');
    return at(self, key) ?? standard ?? none;
  },
  keys: self =>
    shown(
      pairsOf(self).map(([key]) => key),
      'dict_keys',
    ),
  values: self =>
    shown(
      pairsOf(self).map(([, value]) => value),
      'dict_values',
    ),
  items: self =>
    shown(
      pairsOf(self).map(pair => tuple([...pair])),
      'dict_items',
    ),
  copy: self => dict(pairsOf(self)),
  pop: (self, args) => {
    const [key, standard] = keyGiven(args, 'pop');
    const value = at(self, key) ?? standard;
    if (value === undefined) throw new TemplateFails('pop: there is no such key');
    self.entries.delete(keyOf(key) as string);
    return value;
  },
};
