// What numbers, lists, dictionaries and nothing can do in llama.cpp's engine, as filters and as methods.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import {
  at,
  dict,
  float,
  int,
  list,
  missing,
  none,
  pairsOf,
  text,
  tuple,
  type Dict,
  type List,
  type Value,
} from '../values.ts';
import type { Args } from './args.ts';
import { type Comparison, compares, double, int64, truncated, truth } from './numbers.ts';
import { json, textOf } from './print.ts';
import { type Test, tests } from './tests.ts';
import { type Builtin, textBuiltins } from './text.ts';

function standard(args: Args): Value {
  args.between(2, 3);
  const value = args.at(0);
  const absent = args.flag('boolean', 2) ? !truth(value) : value.type === 'undefined' || value.type === 'none';
  return absent ? args.at(1) : value;
}

export function toJson(args: Args): Value {
  args.between(1, 5);
  const [indent, separators] = [args.option('indent', 2), args.option('separators', 3)];
  if (args.flag('sort_keys', 4)) throw new TemplateLacks('option', 'sort_keys of tojson');
  const width = indent.type === 'int' ? Number(indent.value) : -1;
  if (width > 1000) throw new TemplateFails(`an indentation of ${width}`);
  const [between, after] = separators.type === 'list' ? separators.items.map(one => textOf(one).value) : [];
  const form = { indent: width, between: between ?? (width < 0 ? ', ' : ','), after: after ?? ': ' };
  const written = json(args.at(0), form);
  return text(args.flag('ensure_ascii', 1) ? asciiOnly(written) : written);
}

/** Characters beyond ASCII as `\u…`; the text is bytes, and those that are no UTF-8 become U+FFFD. */
function asciiOnly(bytes: string): string {
  const decoded = new TextDecoder().decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)));
  return decoded.replace(/[^\u0000-\u007f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const items = (args: Args): Value[] => (args.typed('list').at(0) as List).items;
/** A list's own kind: a tuple stays one. */
const like = (args: Args, values: Value[]): Value => ((args.at(0) as List).tuple ? tuple(values) : list(values));

function member(value: Value, attribute: Value): Value | undefined {
  if (attribute.type === 'int' && value.type === 'list') return value.items.at(Number(attribute.value));
  if (attribute.type === 'text' && value.type === 'dict') return at(value, attribute);
  return undefined;
}

/** An option that names a member: a text or a number. */
function attributeOf(args: Args, index: number): Value {
  const attribute = args.option('attribute', index);
  if (['undefined', 'text', 'int'].includes(attribute.type)) return attribute;
  throw new TemplateFails('attribute must be a string or an integer');
}

/** `select`, `selectattr` and their opposites, which are one function each in llama.cpp. */
const selected =
  (wanted: boolean): Builtin =>
  args => {
    if (args.count < 2) throw new TemplateLacks('option', 'select without a test');
    args.between(2, 4).typed('list', 'text');
    const ofItems = args.count === 3;
    const test = args.count === 2 ? undefined : testNamed(args);
    const chosen = items(args).filter(item => {
      // What stands alone is a member's name in llama.cpp, never a test.
      if (!ofItems && item.type !== 'dict') throw new TemplateLacks('option', 'select with a test alone');
      const value = ofItems ? item : (at(item as Dict, args.at(1)) ?? missing());
      return wanted === (test === undefined ? truth(value) : test([value, args.at(args.count - 1)]));
    });
    return list(chosen);
  };

/** A test is looked up before the list is gone through, an empty one too. */
function testNamed(args: Args): Test {
  const name = args.text(args.count - 2);
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (test === undefined) throw new TemplateLacks('test', name);
  return test;
}

function join(args: Args): Value {
  args.between(1, 3);
  const [between, attribute] = [args.option('d', 1), attributeOf(args, 2)];
  const parts = items(args).map(item => {
    const applies = attribute.type === 'int' ? item.type === 'list' : item.type === 'dict';
    const value = attribute.type === 'undefined' || !applies ? item : member(item, attribute);
    if (value === undefined) throw new TemplateFails('join: a member is missing');
    if (value.type === 'text' || value.type === 'int' || value.type === 'float') return textOf(value).value;
    throw new TemplateLacks('option', `join of a ${value.type}`);
  });
  return text(parts.join(between.type === 'undefined' ? '' : textOf(between).value));
}

function map(args: Args): Value {
  args.between(2);
  if (args.at(1).type !== 'named') throw new TemplateLacks('option', 'map with a filter');
  const attribute = attributeOf(args, 1);
  if (attribute.type === 'undefined') throw new TemplateFails('map: attribute must be a string or an integer');
  const absent = args.named('default') ?? missing();
  const mapped = items(args).map(item => member(item, attribute) ?? absent);
  return like(args, mapped);
}

function sort(args: Args): Value {
  args.between(1, 4);
  const how: Comparison = args.flag('reverse', 1) ? 'gt' : 'lt';
  const attribute = args.option('attribute', 3);
  const key = (value: Value): Value => {
    if (attribute.type === 'undefined') return value;
    const applies = attribute.type === 'int' ? value.type === 'list' : value.type === 'dict';
    const found = applies ? member(value, attribute) : undefined;
    if (found === undefined) throw new TemplateFails('sort: an item lacks the attribute');
    return found;
  };
  return like(
    args,
    sorted(items(args), (left, right) => compares(key(left), key(right), how)),
  );
}

/** As `std::sort` does with few items, also where `before` is no order. */
function sorted<T>(values: readonly T[], before: (left: T, right: T) => boolean): T[] {
  if (values.length > 16) return [...values].sort((a, b) => (before(a, b) ? -1 : Number(before(b, a))));
  const out: T[] = [];
  for (const value of values) {
    const first = out[0];
    let at = out.length;
    if (first !== undefined && before(value, first)) at = 0;
    else while (at > 0 && before(value, out[at - 1] as T)) at--;
    out.splice(at, 0, value);
  }
  return out;
}

const extreme =
  (how: Comparison): Builtin =>
  args => {
    args.between(1, 4);
    if (args.option('attribute', 2).type !== 'undefined') throw new TemplateLacks('option', 'attribute of min or max');
    const [first, ...rest] = items(args);
    return rest.reduce<Value>((best, item) => (compares(item, best, how) ? item : best), first ?? missing());
  };

function pop(args: Args): Value {
  const from = args.between(1, 2).typed('list').at(0) as List;
  const index = args.count === 2 ? Number(args.int(1)) : -1;
  const place = index < 0 ? from.items.length + index : index;
  const value = from.items[place];
  if (from.tuple || value === undefined) throw new TemplateFails(`pop: no item ${index}`);
  from.items.splice(place, 1);
  return value;
}

function append(args: Args): Value {
  const into = args.between(2).typed('list').at(0) as List;
  if (into.tuple) throw new TemplateFails('a tuple can not be changed');
  into.items.push(args.at(1));
  return into;
}

const lists: Readonly<Record<string, Builtin>> = {
  default: standard,
  list: args => list([...items(args)]),
  first: args => items(args)[0] ?? missing(),
  last: args => items(args).at(-1) ?? missing(),
  length: args => int(items(args).length),
  selectattr: selected(true),
  select: selected(true),
  rejectattr: selected(false),
  reject: selected(false),
  join,
  string: args => textOf(args.typed('list').at(0)),
  tojson: toJson,
  map,
  append,
  pop,
  sort,
  reverse: args => like(args, items(args).toReversed()),
  min: extreme('lt'),
  max: extreme('gt'),
  unique: () => {
    throw new TemplateLacks('filter', 'unique');
  },
};

const pairs = (args: Args): [Value, Value][] => pairsOf(args.typed('dict').at(0) as Dict);

function dictsort(args: Args): Value {
  const by = args.option('by', 2);
  const place = by.type === 'text' && by.value === 'value' ? 1 : 0;
  const how: Comparison = args.flag('reverse', 3) ? 'gt' : 'lt';
  return dict(sorted(pairs(args), (left, right) => compares(left[place], right[place], how)));
}

function get(args: Args): Value {
  const from = args.between(2, 3).typed('dict').at(0) as Dict;
  if (args.at(1).type !== 'text') throw new TemplateLacks('option', `get of a ${args.at(1).type}`);
  return at(from, args.at(1)) ?? (args.count === 3 ? args.at(2) : none);
}

// `default` is missing on purpose there: it would hide a member of that name.
const dicts: Readonly<Record<string, Builtin>> = {
  get,
  keys: args => list(pairs(args).map(([key]) => key)),
  values: args => list(pairs(args).map(([, value]) => value)),
  items: args => list(pairs(args).map(pair => tuple([...pair]))),
  tojson: toJson,
  string: args => textOf(args.typed('dict').at(0)),
  length: args => int(pairs(args).length),
  dictsort,
  join: () => {
    throw new TemplateLacks('filter', 'join of a dictionary');
  },
};

const numbers: Readonly<Record<string, Builtin>> = { default: standard, safe: toJson, string: toJson, tojson: toJson };
const word = (args: Args): Value => textOf(args.at(0));
const empty = (names: string, make: () => Value): Record<string, Builtin> =>
  Object.fromEntries(names.split(' ').map(name => [name, make]));

/** By type; what is not listed is lacking for values of that type. */
export const builtins: Readonly<Partial<Record<Value['type'], Readonly<Record<string, Builtin>>>>> = {
  text: { ...textBuiltins, default: standard, tojson: toJson },
  list: lists,
  dict: dicts,
  int: {
    ...numbers,
    abs: args => int(absolute(args.typed('int').int(0))),
    int: args => args.typed('int').at(0),
    float: args => float(double(int(args.typed('int').int(0)))),
  },
  float: {
    ...numbers,
    abs: args => float(absoluteOf(double(args.typed('float').at(0)))),
    int: args => truncated(double(args.typed('float').at(0))),
    float: args => args.typed('float').at(0),
  },
  bool: {
    default: standard,
    int: args => int(int64(args.typed('bool').at(0))),
    float: args => float(double(args.typed('bool').at(0))),
    safe: word,
    string: word,
    tojson: toJson,
  },
  none: {
    default: standard,
    tojson: toJson,
    string: word,
    safe: word,
    ...empty('items map reject rejectattr select selectattr unique', () => list([])),
  },
  undefined: {
    default: standard,
    ...empty('capitalize join lower replace safe string strip title truncate upper', () => text('')),
    ...empty('first last max min', () => missing()),
    ...empty('items list map reject rejectattr reverse select selectattr sort unique', () => list([])),
    ...empty('length sum wordcount', () => int(0)),
  },
};

const absolute = (value: bigint) => (value < 0n ? -value : value);
/** It leaves the sign of zero. */
const absoluteOf = (value: number) => (value < 0 ? -value : value);
