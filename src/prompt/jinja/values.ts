// Values of a running template, and JSON -> values.
import { TemplateFails } from './errors.ts';

export type Value = Undefined | None | Bool | Int | Float | Text | List | Dict | Func | Named;

export interface Undefined {
  readonly type: 'undefined';
  /** What was looked up, for messages. */
  readonly hint: string;
}
export interface None {
  readonly type: 'none';
}
export interface Bool {
  readonly type: 'bool';
  readonly value: boolean;
}
export interface Int {
  readonly type: 'int';
  readonly value: bigint;
}
export interface Float {
  readonly type: 'float';
  readonly value: number;
}
export interface Text {
  readonly type: 'text';
  readonly value: string;
  /** What llama.cpp joined it from: it capitalises each part by itself. Absent where there is one. */
  readonly parts?: readonly string[];
  /** Python's engine knows texts that are escaped already. */
  readonly markup?: true;
}
export interface List {
  readonly type: 'list';
  readonly items: Value[];
  readonly tuple: boolean;
  /** How Python shows it where it is no plain list: `dict_items`, `range(0, 3)`. */
  readonly shown?: string;
  /** A generator of Python's: makes its items when the first is asked for, and gives each once. */
  readonly once?: { readonly name: string; make: (() => Value[]) | undefined };
  /** Names of items: what `groupby` gives has a `grouper` and a `list`. */
  readonly names?: readonly string[];
}
export interface Dict {
  readonly type: 'dict';
  /** By what is equal: see `keyOf`. */
  readonly entries: Map<string, [key: Value, value: Value]>;
  /** `object` has members, but no items and no methods of a dictionary: `loop`, a cycler. */
  readonly role: 'dict' | 'namespace' | 'object';
}
export interface Func {
  readonly type: 'function';
  readonly name: string;
  readonly call: (args: Value[], scope: Scope) => Value;
  /** What Python shows of a macro. */
  readonly members?: ReadonlyMap<string, Value> | undefined;
}
/** A named argument on its way to a function. */
export interface Named {
  readonly type: 'named';
  readonly name: string;
  readonly value: Value;
}

/** Variables of a block, and those around it. */
export class Scope {
  readonly variables = new Map<string, Value>();
  readonly #around: Scope | undefined;

  constructor(around?: Scope) {
    this.#around = around;
  }

  get(name: string): Value | undefined {
    return this.variables.get(name) ?? this.#around?.get(name);
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value);
  }
}

export const none: None = { type: 'none' };
const [yes, no]: [Bool, Bool] = [
  { type: 'bool', value: true },
  { type: 'bool', value: false },
];
export const bool = (value: boolean): Bool => (value ? yes : no);
export const int = (value: bigint | number): Int => ({ type: 'int', value: BigInt(value) });
export const float = (value: number): Float => ({ type: 'float', value });
export const missing = (hint = ''): Undefined => ({ type: 'undefined', hint });
export const list = (items: Value[]): List => ({ type: 'list', items, tuple: false });
export const tuple = (items: Value[]): List => ({ type: 'list', items, tuple: true });
export const func = (name: string, call: Func['call'], members?: Func['members']): Func => ({
  type: 'function',
  name,
  call,
  members,
});

/** A text, or one joined from parts. */
export function text(value: string, parts?: readonly string[]): Text {
  return parts === undefined || parts.length < 2 ? { type: 'text', value } : { type: 'text', value, parts };
}

export const partsOf = ({ value, parts }: Text): readonly string[] => parts ?? [value];

/** A text from parts, in order. */
export function joined(parts: readonly string[]): Text {
  return text(parts.join(''), parts);
}

export function dict(pairs: Iterable<readonly [Value, Value]> = [], role: Dict['role'] = 'dict'): Dict {
  const made: Dict = { type: 'dict', entries: new Map(), role };
  for (const [key, value] of pairs) put(made, key, value);
  return made;
}

/** A dictionary with texts as keys. */
export function record(members: Readonly<Record<string, Value>>, role: Dict['role'] = 'dict'): Dict {
  const made: Dict = { type: 'dict', entries: new Map(), role };
  for (const [key, value] of Object.entries(members)) add(made, key, value);
  return made;
}

/** Adds a text as a key that is not there yet. */
function add({ entries }: Dict, key: string, value: Value): void {
  entries.set(`s${key}`, [text(key), value]);
}

/** What equal keys share: 1, 1.0 and true are one key. undefined: such a value is no key. */
export function keyOf(value: Value): string | undefined {
  switch (value.type) {
    case 'text':
      return `s${value.value}`;
    case 'bool':
      return `n${Number(value.value)}`;
    case 'int':
      return `n${value.value}`;
    case 'float':
      return Number.isInteger(value.value) ? `n${BigInt(value.value)}` : `f${value.value}`;
    case 'none':
      return '0';
    case 'list': {
      if (!value.tuple) return undefined;
      const keys = value.items.map(keyOf);
      return keys.includes(undefined) ? undefined : `t${JSON.stringify(keys)}`;
    }
    default:
      return undefined;
  }
}

/** The value under a key, or nothing. */
export function at(from: Dict, key: Value | string): Value | undefined {
  const known = typeof key === 'string' ? `s${key}` : keyOf(key);
  return known === undefined ? undefined : from.entries.get(known)?.[1];
}

/** Sets a key; a key that is there keeps its place and its first form. */
export function put(into: Dict, key: Value | string, value: Value): void {
  const of = typeof key === 'string' ? text(key) : key;
  const known = keyOf(of);
  if (known === undefined) throw new TemplateFails(`a ${typeName(of)} is no key of a dictionary`);
  const entry = into.entries.get(known);
  if (entry === undefined) into.entries.set(known, [of, value]);
  else entry[1] = value;
}

/** The member that makes an object a function too. */
export const callable = '()';

export const pairsOf = ({ entries }: Dict): [Value, Value][] => [...entries.values()];

/** A type's name as Python has it. */
export function typeName(value: Value): string {
  const names = { text: 'str', none: 'NoneType', undefined: 'undefined value', named: 'argument' };
  if (value.type === 'list') return value.once?.name ?? value.shown ?? (value.tuple ? 'tuple' : 'list');
  return value.type in names ? names[value.type as keyof typeof names] : value.type;
}

/** A value for a JSON value or a function, with every text put into the engine's form. */
export function valueOf(json: unknown, form: (text: string) => string): Value {
  if (json === undefined) return missing();
  if (json === null) return none;
  switch (typeof json) {
    case 'string':
      return text(form(json));
    case 'boolean':
      return bool(json);
    case 'number':
      return Number.isInteger(json) && Math.abs(json) < 2 ** 63 ? int(json) : float(json);
    default:
  }
  if (Array.isArray(json)) return list(json.map(item => valueOf(item, form)));
  const made = dict();
  for (const [key, value] of Object.entries(json as object)) add(made, form(key), valueOf(value, form));
  return made;
}
