// Truth, equality, order and operators as Python has them.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { at, bool, float, int, list, pairsOf, text, tuple, typeName, type List, type Value } from '../values.ts';
import { percentFormat } from './format.ts';
import { isPlainList, isRange, remaining } from './iterables.ts';
import { escaped, isMarkup, like, marked } from './markup.ts';
import { arithmetic, numberOf } from './numbers.ts';
import { stringOf } from './print.ts';

const longest = 10_000_000;

export function truth(value: Value): boolean {
  switch (value.type) {
    case 'bool':
      return value.value;
    case 'int':
      return value.value !== 0n;
    case 'float':
      return value.value !== 0;
    case 'text':
      return value.value !== '';
    case 'list':
      return value.once !== undefined || value.items.length > 0;
    case 'dict':
      return value.role !== 'dict' || value.entries.size > 0;
    case 'none':
    case 'undefined':
      return false;
    default:
      return true;
  }
}

export function equal(left: Value, right: Value): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  // Loose on purpose: an integer and a float are compared by value.
  // oxlint-disable-next-line eqeqeq
  if (a !== undefined && b !== undefined) return a == b;
  if (left.type !== right.type) return false;
  switch (left.type) {
    case 'text':
      return left.value === (right as typeof left).value;
    case 'list': {
      const other = right as List;
      if (!isPlainList(left) || !isPlainList(other)) return sameSeries(left, other);
      if (left.tuple !== other.tuple || left.items.length !== other.items.length) return false;
      return left.items.every((item, index) => equal(item, other.items[index] as Value));
    }
    case 'dict': {
      const other = right as typeof left;
      if (left.role !== 'dict') return left === other;
      if (left.entries.size !== other.entries.size) return false;
      return pairsOf(left).every(([key, value]) => {
        const found = at(other, key);
        return found !== undefined && equal(value, found);
      });
    }
    case 'function':
      return left === right;
    default:
      return true;
  }
}

/** Ranges are equal by their items, views of dictionaries as sets, and generators are only themselves. */
function sameSeries(left: List, right: List): boolean {
  if (left === right) return true;
  const [a, b] = [left, right].map(one => (isRange(one) ? 'range' : (one.shown ?? '')));
  if (left.once !== undefined || right.once !== undefined || !/^(?:range|dict_keys|dict_items)$/.test(a ?? ''))
    return false;
  const sets = a !== 'range' && /^dict_(?:keys|items)$/.test(b ?? '');
  if ((a !== b && !sets) || left.items.length !== right.items.length) return false;
  if (sets) return left.items.every(item => right.items.some(other => equal(item, other)));
  return left.items.every((item, index) => equal(item, right.items[index] as Value));
}

/**
 * Below, at or above zero.
 * @throws TemplateFails for values without an order
 */
export function compared(left: Value, right: Value): number {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : Number(a > b);
  if (left.type === 'text' && right.type === 'text') return byCharacter(left.value, right.value);
  if (isPlainList(left) && isPlainList(right) && left.tuple === right.tuple) {
    for (const [index, item] of left.items.entries()) {
      const other = right.items[index];
      if (other === undefined) return 1;
      if (!equal(item, other)) return compared(item, other);
    }
    return left.items.length - right.items.length;
  }
  if (isView(left) && isView(right)) throw new TemplateLacks('syntax', `an order of ${typeName(left)}`);
  throw new TemplateFails(`no order between ${typeName(left)} and ${typeName(right)}`);
}

/** By code points; JavaScript's own order is by UTF-16 units. */
function byCharacter(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [[...left], [...right]];
  const place = a.findIndex((character, index) => character !== b[index]);
  if (place < 0) return -1;
  if (b[place] === undefined) return 1;
  return (a[place]?.codePointAt(0) ?? 0) - (b[place].codePointAt(0) ?? 0);
}

export function contains(right: Value, left: Value): boolean {
  switch (right.type) {
    case 'undefined':
      return false;
    case 'list':
      if (right.shown === 'dict_keys') asKey(left);
      return inList(right, left);
    case 'text':
      if (left.type !== 'text') throw new TemplateFails(`"in" a text needs a text, not ${typeName(left)}`);
      return right.value.includes(left.value);
    case 'dict':
      if (right.role !== 'dict') break;
      asKey(left);
      return at(right, left) !== undefined;
    default:
  }
  throw new TemplateFails(`a ${typeName(right)} holds nothing`);
}

/** @throws TemplateFails for what has no hash: lists, dictionaries, and what holds one */
export function asKey(value: Value): void {
  if (value.type === 'list' && value.tuple) value.items.forEach(asKey);
  else if (isPlainList(value) || isView(value) || (value.type === 'dict' && value.role === 'dict')) {
    throw new TemplateFails(`a ${typeName(value)} is no key`);
  }
}

/** Views of dictionaries that are sets too. */
const isView = (value: Value) => value.type === 'list' && /^dict_(?:keys|items)$/.test(value.shown ?? '');

/** A generator is used up as far as it is looked through. */
function inList(right: List, left: Value): boolean {
  if (right.once === undefined) return right.items.some(item => equal(left, item));
  const items = remaining(right);
  const place = items.findIndex(item => equal(left, item));
  items.splice(0, place < 0 ? items.length : place + 1);
  return place >= 0;
}

export function unary(operator: string, value: Value): Value {
  if (operator === 'not') return bool(!truth(value));
  const number = numberOf(value);
  if (number === undefined) throw new TemplateFails(`${operator} of ${typeName(value)}`);
  if (typeof number === 'bigint') return int(operator === '-' ? -number : number);
  return float(operator === '-' ? -number : number);
}

export function binary(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return bool(equal(left, right));
    case '!=':
      return bool(!equal(left, right));
    case 'in':
      return bool(contains(right, left));
    case 'not in':
      return bool(!contains(right, left));
    case '~':
      return text(stringOf(left) + stringOf(right));
    case '<':
      return bool(compared(left, right) < 0);
    case '>':
      return bool(compared(left, right) > 0);
    case '<=':
      return bool(compared(left, right) <= 0);
    case '>=':
      return bool(compared(left, right) >= 0);
    default:
      return calculated(operator, left, right);
  }
}

function calculated(operator: string, left: Value, right: Value): Value {
  if (operator === '%' && left.type === 'text') {
    if (isMarkup(left)) throw new TemplateLacks('option', '% of an escaped text');
    return text(percentFormat(left.value, right));
  }
  const [a, b] = [numberOf(left), numberOf(right)];
  const result =
    (a !== undefined && b !== undefined && arithmetic(operator, a, b)) ||
    (operator === '+' && added(left, right)) ||
    (operator === '*' && (repeated(left, b) ?? repeated(right, a)));
  if (result) return result;
  if (operator === '-' && (isView(left) || isView(right))) throw new TemplateLacks('syntax', `- of ${typeName(left)}`);
  throw new TemplateFails(`${operator} between ${typeName(left)} and ${typeName(right)}`);
}

function added(left: Value, right: Value): Value | undefined {
  if (left.type === 'text' && right.type === 'text') {
    // One that is escaped escapes the other.
    if (isMarkup(left) || isMarkup(right)) return marked(escaped(left).value + escaped(right).value);
    return text(left.value + right.value);
  }
  if (!isPlainList(left) || !isPlainList(right) || left.tuple !== right.tuple) return undefined;
  const items = [...left.items, ...right.items];
  return left.tuple ? tuple(items) : list(items);
}

function repeated(value: Value, times: number | bigint | undefined): Value | undefined {
  if (typeof times !== 'bigint' || (value.type !== 'text' && !isPlainList(value))) return undefined;
  const often = times < 0n ? 0 : Number(times);
  const size = value.type === 'text' ? value.value.length : value.items.length;
  if (often * size > longest) throw new TemplateFails(`${times} repetitions are refused`);
  if (value.type === 'text') return like(value, value.value.repeat(often));
  const items = Array.from({ length: often }, () => value.items).flat();
  return value.tuple ? tuple(items) : list(items);
}
