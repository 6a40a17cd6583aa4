// Attributes of Python's values: what the sandbox shows of them.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { at, func, int, float, missing, typeName, type Func, type Value } from '../values.ts';
import { isRange } from './iterables.ts';
import { markedMethod, isMarkup } from './markup.ts';
import { numberOf } from './numbers.ts';
import { dictMethods, listMethod } from './sequences.ts';
import { formatting, textMethods } from './text-methods.ts';

/** How a value's member is reached. */
type Reach = (value: Value, name: string, isItem: boolean) => Value;

/** What Transformers' sandbox hides, because it changes the value. */
const refused: Readonly<Record<string, RegExp>> = {
  list: /^(?:clear|insert|remove|reverse|sort)$/,
  dict: /^(?:clear|popitem|setdefault|update)$/,
};
/** Public attributes that Python has and we lack, by type. */
const lacked: Readonly<Record<string, RegExp>> = {
  int: /^(?:as_integer_ratio|bit_count|bit_length|conjugate|from_bytes|is_integer|to_bytes)$/,
  float: /^(?:as_integer_ratio|conjugate|from_number|fromhex|hex|is_integer)$/,
  text: /^(?:format_map|unescape|striptags|escape)$/,
  dict: /^fromkeys$/,
  dict_keys: /^(?:isdisjoint|mapping)$/,
  dict_items: /^(?:isdisjoint|mapping)$/,
  dict_values: /^mapping$/,
  range: /^(?:count|index|start|step|stop)$/,
  generator: /^(?:close|gi_.*|send|throw)$/,
  function: /^(?:sep|used|current|next|reset|clear|copy|fromkeys|get|items|keys|pop|popitem|setdefault|update|values)$/,
};
/** Methods that take arguments by name; the others are C functions, which take none. */
const named = /^(?:encode|expandtabs|format|rsplit|split|splitlines)$/;

/** What kind of value that is, for the tables here. */
function kindOf(value: Value): string {
  if (value.type === 'bool') return 'int';
  if (value.type !== 'list') return value.type === 'dict' && value.role !== 'dict' ? 'object' : value.type;
  if (isRange(value)) return 'range';
  return value.once?.name ?? value.shown ?? (value.tuple ? 'tuple' : 'list');
}

/** An attribute, without the items of a dictionary; undefined: there is none. */
export function attributeOnly(object: Value, name: string, reach: Reach): Value | undefined {
  // The sandbox shows nothing of Python behind the values.
  const kind = kindOf(object);
  if (name.startsWith('__') || (name.startsWith('_') && kind === 'object')) return missing(name);
  if (refused[kind]?.test(name) === true) return missing(name);
  const found = method(object, name, reach) ?? numberMember(object, name);
  if (found !== undefined) return found;
  if (object.type === 'list' && object.names?.includes(name) === true) return object.items[object.names.indexOf(name)];
  if (object.type === 'function' && object.members !== undefined) return object.members.get(name);
  if (lacked[kind]?.test(name) === true) {
    if (kind !== 'text' || name === 'format_map' || isMarkup(object)) throw new TemplateLacks('method', name);
  }
  return object.type === 'dict' && object.role !== 'dict' ? at(object, name) : undefined;
}

function numberMember(object: Value, name: string): Value | undefined {
  const number = numberOf(object);
  if (number === undefined || !/^(?:real|imag|numerator|denominator)$/.test(name)) return undefined;
  if (typeof number === 'bigint') return int(name === 'imag' ? 0n : name === 'denominator' ? 1n : number);
  return name === 'real' ? float(number) : name === 'imag' ? float(0) : undefined;
}

function method(object: Value, name: string, reach: Reach): Func | undefined {
  switch (object.type) {
    case 'text': {
      const self = object.value;
      const found = name === 'format' ? formatting(reach) : Object.hasOwn(textMethods, name) && textMethods[name];
      if (!found) return undefined;
      const made = bound(name, found.length, args => found(self, args));
      return isMarkup(object) ? markedMethod(made) : made;
    }
    case 'list': {
      const found = listMethod(object, name);
      return found && bound(name, found.length, args => found(object, args));
    }
    case 'dict': {
      const found = object.role === 'dict' && Object.hasOwn(dictMethods, name) ? dictMethods[name] : undefined;
      return found && bound(name, found.length, args => found(object, args));
    }
    default:
      return undefined;
  }
}

/** @param parameters a method written for its value alone takes no arguments */
function bound(name: string, parameters: number, call: (args: readonly Value[]) => Value): Func {
  return func(name, args => {
    if (parameters === 1 && args.length > 0) throw new TemplateFails(`${name} takes no arguments`);
    if (!named.test(name) && args.some(({ type }) => type === 'named')) {
      throw new TemplateFails(`${name} takes no keyword arguments`);
    }
    return call(args);
  });
}

/** A name that no value of any type has is lacking; one that belongs to another type is the template's mistake. */
export function uncallable(callee: Value, name: string, of: Value | undefined): Error {
  if (of === undefined && callee.type === 'undefined') return new TemplateLacks('function', name);
  if (of === undefined || callee.type !== 'undefined' || of.type === 'undefined' || of.type === 'none') {
    return new TemplateFails(`${name} is ${callee.type === 'undefined' ? 'undefined' : 'no function'}`);
  }
  const elsewhere = Object.hasOwn(textMethods, name) || Object.hasOwn(dictMethods, name);
  if (elsewhere || Object.values(refused).some(one => one.test(name)) || /^(?:append|extend|index|count)$/.test(name)) {
    return new TemplateFails(`${typeName(of)} has no method ${name}`);
  }
  return new TemplateLacks('method', name);
}
