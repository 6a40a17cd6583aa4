// Python's Jinja2, as Transformers sets it up: a sandbox, with tojson and strftime_now of its own.
import type { Engine, LoopState } from '../engine.ts';
import { TemplateFails, TemplateLacks, TemplateRaised } from '../errors.ts';
import {
  at,
  bool,
  callable,
  func,
  int,
  list,
  missing,
  none,
  put,
  record,
  text,
  tuple,
  type List,
  type Value,
} from '../values.ts';
import { Bound } from './args.ts';
import { attributeOnly, uncallable } from './attributes.ts';
import { isPlainList, isRange, rangeOf as makeRange } from './iterables.ts';
import type { Around, PythonFilter } from './filters/filter.ts';
import { lazyFilters } from './filters/lazy-filters.ts';
import { dictOf, listFilters } from './filters/list-filters.ts';
import { numberOf } from './numbers.ts';
import { binary, equal, truth, unary } from './operators.ts';
import { stringOf } from './print.ts';
import { like } from './markup.ts';
import { iterated, sliced } from './sequences.ts';
import { pythonTests, takesAnother } from './tests.ts';
import { valueFilters } from './filters/value-filters.ts';

export interface PythonSetting {
  readonly strftimeNow: (format: string) => string;
  /** Longest list that `range` makes. */
  readonly longestRange: number;
}

const filters: Readonly<Record<string, PythonFilter>> = { ...lazyFilters, ...listFilters, ...valueFilters };

export function pythonEngine(setting: PythonSetting): Engine {
  const globals = globalFunctions(setting);
  const filter: Engine['filter'] = (name, input, args, running) => {
    const apply = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (apply === undefined) throw new TemplateLacks('filter', name);
    // What is written for its input alone takes no arguments.
    if (apply.length === 1 && args.length > 0) throw new TemplateFails(`the filter ${name} takes no arguments`);
    return apply(input, args, around, running);
  };
  const test: Engine['test'] = (name, input, args) => {
    if (name === 'filter' || name === 'test') {
      return Object.hasOwn(name === 'filter' ? filters : { ...pythonTests, filter, test }, stringOf(input));
    }
    const holds = Object.hasOwn(pythonTests, name) ? pythonTests[name] : undefined;
    if (holds === undefined) throw new TemplateLacks('test', name);
    const [other] = args;
    if (takesAnother.test(name) !== (other !== undefined) || args.length > 1) {
      throw new TemplateFails(`wrong number of arguments for the test ${name}`);
    }
    return holds(input, other ?? none);
  };
  const around: Around = { item, attribute: (value, name) => attributeOnly(value, name, member), filter, test };
  return {
    name: 'python',
    reads: value => value,
    writes: value => value,
    global: name => globals.get(name),
    truth,
    printed: value => [stringOf(value)],
    iterated,
    unpacked: iterated,
    unary,
    binary,
    filter,
    test,
    attribute,
    item,
    slice: sliced,
    assign: (object, name, value) => {
      if (object.type !== 'dict' || object.role !== 'namespace') {
        throw new TemplateFails(`cannot assign attribute ${name} on a non-namespace object`);
      }
      put(object, name, value);
    },
    uncallable,
    loop,
  };
}

const member = (value: Value, name: string, isItem: boolean): Value => {
  if (!isItem) return attribute(value, name);
  return item(value, /^\d+$/.test(name) ? int(BigInt(name)) : text(name));
};

function defined(value: Value, of: string): void {
  if (value.type === 'undefined') {
    // Python's own is there and hidden; what is not there is an error.
    if (/^__\w+__$/.test(of)) throw new TemplateLacks('method', of);
    throw new TemplateFails(`${value.hint === '' ? 'a value' : value.hint} is undefined, and has no ${of}`);
  }
}

function attribute(object: Value, name: string): Value {
  defined(object, name);
  const found = attributeOnly(object, name, member);
  return found ?? (object.type === 'dict' && object.role === 'dict' ? at(object, name) : undefined) ?? missing(name);
}

function item(object: Value, key: Value): Value {
  defined(object, stringOf(key));
  const place = key.type === 'text' ? undefined : numberOf(key);
  if (object.type === 'dict') {
    const value = object.role === 'dict' ? at(object, key) : undefined;
    if (value !== undefined) return value;
  } else if ((isPlainList(object) || isRange(object) || object.type === 'text') && typeof place === 'bigint') {
    const items = object.type === 'text' ? [...object.value] : (object as List).items;
    const found = items.at(Number(place));
    if (found === undefined) return missing(String(place));
    return typeof found === 'string' ? like(object, found) : found;
  }
  if (key.type !== 'text') return missing(stringOf(key));
  return attributeOnly(object, key.value, member) ?? missing(key.value);
}

function globalFunctions({ strftimeNow, longestRange }: PythonSetting): Map<string, Value> {
  const functions: Record<string, (args: Value[]) => Value> = {
    range: args => rangeOf(args, longestRange),
    dict: dictOf,
    namespace: args => ({ ...dictOf(args), role: 'namespace' }),
    cycler: cyclerOf,
    joiner: joinerOf,
    raise_exception: args => {
      throw new TemplateRaised(stringOf(new Bound('raise_exception', args, 'message').needed('message')));
    },
    strftime_now: args => text(strftimeNow(new Bound('strftime_now', args, 'format').text('format'))),
  };
  const named = Object.entries(functions).map(([name, call]) => [name, func(name, call)] as const);
  return new Map<string, Value>([
    ...named,
    ['True', bool(true)],
    ['False', bool(false)],
    ['None', none],
    ['true', bool(true)],
    ['false', bool(false)],
    ['none', none],
  ]);
}

function rangeOf(args: Value[], longest: number): Value {
  const [first, second, third] = args.map(one => {
    const number = numberOf(one);
    if (typeof number !== 'bigint') throw new TemplateFails('range takes integers');
    return number;
  });
  if (first === undefined || args.length > 3) throw new TemplateFails('range takes one to three integers');
  const [start, stop, step] = [second === undefined ? 0n : first, second ?? first, third ?? 1n];
  if (step === 0n) throw new TemplateFails('range() arg 3 must not be zero');
  const length = (stop - start + (step > 0n ? step - 1n : step + 1n)) / step;
  if (length > longest) throw new TemplateFails(`range() of ${length} numbers is refused`);
  return makeRange(start, stop, step);
}

function cyclerOf(items: Value[]): Value {
  if (items.some(({ type }) => type === 'named')) throw new TemplateFails('a cycler takes no keyword arguments');
  if (items.length === 0) throw new TemplateFails('at least one item has to be provided');
  let place = 0;
  const object = record({}, 'object');
  const show = () => {
    put(object, 'current', items[place] as Value);
    put(object, 'pos', int(place));
  };
  const step = () => {
    const value = items[place] as Value;
    place = (place + 1) % items.length;
    show();
    return value;
  };
  const reset = () => {
    place = 0;
    show();
    return none;
  };
  put(object, 'next', func('next', step));
  put(object, 'reset', func('reset', reset));
  put(object, 'items', tuple(items));
  show();
  return object;
}

function joinerOf(args: Value[]): Value {
  const between = new Bound('joiner', args, 'sep').softText('sep', ', ');
  let used = false;
  return func('joiner', () => {
    const value = used ? between : '';
    used = true;
    return text(value);
  });
}

function loop(items: List['items'], index: number, state: LoopState): Value {
  const { length } = items;
  const object = record(
    {
      index: int(index + 1),
      index0: int(index),
      revindex: int(length - index),
      revindex0: int(length - index - 1),
      first: bool(index === 0),
      last: bool(index === length - 1),
      length: int(length),
      depth: int(state.depth + 1),
      depth0: int(state.depth),
      previtem: items[index - 1] ?? missing('previtem'),
      nextitem: items[index + 1] ?? missing('nextitem'),
      cycle: func('cycle', args => {
        if (args.length === 0) throw new TemplateFails('no items for cycling given');
        if (args.some(({ type }) => type === 'named')) throw new TemplateFails('cycle takes no keyword arguments');
        return args[index % args.length] as Value;
      }),
      changed: func('changed', args => {
        const before = state.changed;
        state.changed = args;
        return bool(before === undefined || !equal(list([...before]), list(args)));
      }),
    },
    'object',
  );
  const { again } = state;
  if (again !== undefined) {
    put(
      object,
      callable,
      func('loop', args => again(new Bound('loop', args, 'iterable').needed('iterable'))),
    );
  }
  return object;
}
