// llama.cpp's own engine (`common/jinja`, as node-llama-cpp 3.22 carries it), answer by answer: what it decides otherwise
// than Python is meant. What it lacks is said, so that Python's answer can be taken and the difference told.
import type { Engine } from '../engine.ts';
import { TemplateFails, TemplateLacks, TemplateRaised } from '../errors.ts';
import { namespaceOf } from '../macros.ts';
import {
  at,
  bool,
  func,
  int,
  keyOf,
  list,
  missing,
  put,
  record,
  text,
  tuple,
  type Func,
  type List,
  type Value,
} from '../values.ts';
import { Args } from './args.ts';
import { builtins, toJson } from './builtins.ts';
import { binary, unary } from './operators.ts';
import { int64, truth } from './numbers.ts';
import { printed, textOf } from './print.ts';
import { tests } from './tests.ts';
import type { Builtin } from './text.ts';

/** What the engine's functions get from outside. */
export interface LlamaSetting {
  readonly strftimeNow: (format: string) => string;
  /** Longest list that `range` makes. */
  readonly longestRange: number;
}

const aliases: Readonly<Record<string, string>> = { count: 'length', d: 'default', e: 'escape', trim: 'strip' };
/** Filters that take any value's text, where they stand without arguments. */
const ofText = new Set(['capitalize', 'lower', 'replace', 'strip', 'title', 'upper', 'wordcount']);

export function llamaEngine(setting: LlamaSetting): Engine {
  const globals = new Map<string, Value>(
    Object.entries(globalFunctions(setting)).map(([name, call]) => [
      name,
      func(name, args => call(new Args(name, args))),
    ]),
  );
  return {
    name: 'llama.cpp',
    reads: bytesOf,
    writes: textOfBytes,
    global: name => globals.get(name),
    truth,
    printed,
    iterated,
    unpacked: value => {
      if (value.type === 'list') return value.items;
      throw new TemplateFails(`a ${value.type} can not be unpacked`);
    },
    unary,
    binary,
    filter: applied,
    test: (name, input, args) => {
      const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
      if (test === undefined) throw new TemplateLacks('test', name);
      return test([input, ...args]);
    },
    attribute,
    item,
    slice,
    assign: (object, name, value) => {
      if (object.type !== 'dict') throw new TemplateFails(`${name} can not be set on a ${object.type}`);
      put(object, name, value);
    },
    uncallable: (callee, name, of) => {
      if (callee.type !== 'undefined') return new TemplateFails(`${name} is no function`);
      if (of === undefined) return new TemplateLacks('function', name);
      if (of.type === 'undefined' || of.type === 'none') return new TemplateFails(`${name} of nothing is called`);
      return new TemplateLacks('method', name);
    },
    loop,
  };
}

function globalFunctions({ strftimeNow, longestRange }: LlamaSetting): Record<string, Builtin> {
  const asTests = Object.entries(tests).map(([name, test]): [string, Builtin] => {
    return [`test_is_${name}`, args => bool(test(args.all))];
  });
  return {
    ...Object.fromEntries(asTests),
    raise_exception: args => {
      throw new TemplateRaised(textOfBytes(args.typed('text').text(0)));
    },
    namespace: args => {
      if (args.all.some(({ type }) => type !== 'named')) throw new TemplateLacks('option', 'namespace of a dictionary');
      return namespaceOf(args.all);
    },
    strftime_now: args => {
      const time = bytesOf(strftimeNow(textOfBytes(args.typed('text').text(0))));
      if (time === '' || time.length >= 100) throw new TemplateFails('strftime_now: failed to format time');
      return text(time);
    },
    range: args => rangeOf(args, longestRange),
    tojson: toJson,
  };
}

function rangeOf(args: Args, longest: number): Value {
  args.between(1, 3).typed('int');
  const [first, second, third] = args.all.map(int64);
  const [start, stop] = second === undefined ? [0n, first as bigint] : [first as bigint, second];
  const step = third ?? 1n;
  if (step === 0n) throw new TemplateFails('range() step argument must not be zero');
  const length = (stop - start + (step > 0n ? step - 1n : step + 1n)) / step;
  if (length > BigInt(longest)) throw new TemplateFails(`range() of ${length} numbers is refused`);
  return list(Array.from({ length: Math.max(0, Number(length)) }, (_, index) => int(start + BigInt(index) * step)));
}

/** A built-in function of a value's type, bound to it. */
function bound(value: Value, name: string): Func | undefined {
  if (value.type === 'function' || value.type === 'named') throw new TemplateFails(`a ${value.type} has no members`);
  if (value.type === 'dict' && value.role === 'object') return undefined;
  if (name === 'slice' && (value.type === 'list' || value.type === 'text'))
    return func(name, args => sliced(value, args));
  const table = builtins[value.type];
  const builtin = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  return builtin && func(name, args => builtin(new Args(name, [value, ...args])));
}

function applied(name: string, input: Value, args: Value[], { scope }: Parameters<Engine['filter']>[3]): Value {
  const known = aliases[name] ?? name;
  const bare = args.length === 0 && input.type !== 'undefined' && input.type !== 'text' && ofText.has(known);
  const filter = bound(bare ? textOf(input) : input, known);
  if (filter === undefined) throw new TemplateLacks('filter', name);
  return filter.call(args, scope);
}

function attribute(object: Value, name: string): Value {
  const method = bound(object, name);
  if (method !== undefined) return method;
  if (object.type === 'undefined') return missing('object_property');
  const value = object.type === 'dict' ? at(object, name) : undefined;
  return value === undefined || value.type === 'undefined' ? missing(name) : value;
}

function item(object: Value, key: Value): Value {
  const nothing = missing('object_property');
  if (key.type === 'undefined' || object.type === 'undefined') return nothing;
  if (object.type === 'dict') {
    if (keyOf(key) === undefined) throw new TemplateFails(`a ${key.type} is no key`);
    const value = at(object, key);
    if (value !== undefined && value.type !== 'undefined') return value;
    const name = textOf(key).value;
    return bound(object, name) ?? missing(name);
  }
  if (object.type === 'list' || object.type === 'text') {
    if (key.type === 'text') return bound(object, key.value) ?? missing(key.value);
    if (key.type !== 'int') throw new TemplateFails(`an item of a ${object.type} under a ${key.type}`);
    const index = Number(key.value);
    // A text is not counted from its end.
    if (object.type === 'list') return object.items.at(index) ?? nothing;
    const character = index < 0 ? undefined : object.value[index];
    return character === undefined ? nothing : text(character);
  }
  if (key.type !== 'text') throw new TemplateFails(`an item of a ${object.type} under a ${key.type}`);
  return bound(object, key.value) ?? missing(key.value);
}

/** A list's items or a text's bytes from one place to another: what `slice` means here, as a filter too. */
function sliced(value: Value, args: readonly Value[]): Value {
  if (args.length < 3) throw new TemplateLacks('option', 'slice into columns');
  return slice(value, ...args.slice(0, 3));
}

/** `common/jinja/value.cpp`: slice(). */
function slice(object: Value, ...[from, to, by]: (Value | undefined)[]): Value {
  if (object.type !== 'list' && object.type !== 'text')
    throw new TemplateLacks('syntax', `a slice of a ${object.type}`);
  const length = object.type === 'list' ? object.items.length : object.value.length;
  const step = by === undefined ? 1 : Number(int64(by));
  const start = from === undefined ? (step < 0 ? length - 1 : 0) : wholeOf(from);
  const stop = to === undefined ? (step < 0 ? -1 : length) : Number(int64(to));
  if (step === 0) throw new TemplateFails('slice step cannot be zero');
  const last = step < 0 ? length - 1 : length;
  const first = start < 0 ? Math.max(length + start, 0) : Math.min(start, last);
  const least = step < 0 ? -1 : 0;
  const end = stop < least ? Math.max(length + stop, least) : Math.min(stop, last);
  const places: number[] = [];
  for (let at = first; step > 0 ? at < end : at > end; at += step) if (at >= 0 && at < length) places.push(at);
  if (object.type === 'text') return text(places.map(at => object.value[at]).join(''));
  const items = places.map(at => object.items[at] as Value);
  return object.tuple ? tuple(items) : list(items);
}

function wholeOf(value: Value): number {
  if (value.type === 'int') return Number(value.value);
  throw new TemplateLacks('option', `a slice from a ${value.type}`);
}

function iterated(value: Value, names = false): Value[] {
  switch (value.type) {
    case 'undefined':
      return [];
    case 'list':
      return [...value.items];
    case 'dict':
      return [...value.entries.values()].map(([key, one]) => (names ? tuple([key, one]) : key));
    case 'text':
      throw new TemplateLacks('syntax', 'a loop over a text');
    default:
      throw new TemplateFails(`a loop over a ${value.type}`);
  }
}

function loop(items: List['items'], index: number): Value {
  const { length } = items;
  return record(
    {
      index: int(index + 1),
      index0: int(index),
      revindex: int(length - index),
      revindex0: int(length - index - 1),
      first: bool(index === 0),
      last: bool(index === length - 1),
      length: int(length),
      previtem: items[index - 1] ?? missing('previtem'),
      nextitem: items[index + 1] ?? missing('nextitem'),
    },
    'object',
  );
}

const ascii = /^[\u0000-\u007f]*$/;

/** UTF-8, one character a byte. */
function bytesOf(value: string): string {
  if (ascii.test(value)) return value;
  let bytes = '';
  for (const byte of new TextEncoder().encode(value)) bytes += String.fromCharCode(byte);
  return bytes;
}

function textOfBytes(bytes: string): string {
  if (ascii.test(bytes)) return bytes;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)));
}
