// Numbers, truth and equality in llama.cpp's engine: 64-bit integers that are added up as doubles.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { int, pairsOf, type Int, type Value } from '../values.ts';
import { textOf } from './print.ts';

const leastInt = -(2n ** 63n);

/** A double as a 64-bit integer, as x86 converts it. */
export function truncated(value: number): Int {
  if (!(value >= -(2 ** 63) && value < 2 ** 63)) return int(leastInt);
  return int(BigInt(Math.trunc(value)));
}

/** A value's integer. */
export function int64(value: Value): bigint {
  switch (value.type) {
    case 'int':
      return value.value;
    case 'bool':
      return BigInt(value.value);
    case 'float':
      return Number.isFinite(value.value) ? truncated(value.value).value : 0n;
    default:
      throw new TemplateFails(`${value.type} is not an int value`);
  }
}

/** A value's double; an integer that no double can hold is infinite. */
export function double(value: Value): number {
  switch (value.type) {
    case 'float':
      return value.value;
    case 'int': {
      const near = Number(value.value);
      if (truncated(near).value === value.value) return near;
      return value.value < 0n ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    case 'bool':
      return Number(value.value);
    default:
      throw new TemplateFails(`${value.type} is not a float value`);
  }
}

export const isNumber = ({ type }: Value): boolean => type === 'int' || type === 'float';
const isNumeric = (value: Value): boolean => isNumber(value) || value.type === 'bool';

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
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'none':
    case 'undefined':
      return false;
    default:
      throw new TemplateLacks('syntax', `the truth of a ${value.type}`);
  }
}

/** What can stand in a hash: llama.cpp compares no other lists and dictionaries. */
function isHashable(value: Value): boolean {
  switch (value.type) {
    case 'undefined':
    case 'function':
      return false;
    case 'list':
      return value.items.every(item => isImmutable(item) && isHashable(item));
    case 'dict':
      return pairsOf(value).every(([, one]) => isImmutable(one) && isHashable(one));
    default:
      return true;
  }
}

const isImmutable = (value: Value) => value.type !== 'dict' && (value.type !== 'list' || value.tuple);

/** `==` */
export function equal(left: Value, right: Value): boolean {
  if (isNumeric(left)) return isNumeric(right) && int64(left) === int64(right) && double(left) === double(right);
  if (left.type !== right.type) return false;
  switch (left.type) {
    case 'text':
      return left.value === (right as typeof left).value;
    case 'list': {
      const other = right as typeof left;
      if (left.tuple !== other.tuple || !isHashable(left) || !isHashable(other)) return false;
      return (
        left.items.length === other.items.length && left.items.every((one, at) => equal(one, other.items[at] as Value))
      );
    }
    case 'dict': {
      const [mine, other] = [pairsOf(left), pairsOf(right as typeof left)];
      if (!isHashable(left) || !isHashable(right) || mine.length !== other.length) return false;
      return mine.every(([key, value], at) => {
        const [otherKey, otherValue] = other[at] as [Value, Value];
        return equal(key, otherKey) && equal(value, otherValue);
      });
    }
    default:
      return true;
  }
}

export type Comparison = 'eq' | 'ne' | 'lt' | 'gt' | 'ge';

/** Comparison in tests, sort, min and max: numbers and texts; other pairs are never less. */
export function compares(left: Value, right: Value, how: Comparison): boolean {
  const textual = left.type === 'text' || right.type === 'text';
  if (isNumber(left) && isNumber(right)) return ordered(double(left), double(right), how);
  if (textual && [left, right].every(one => one.type === 'text' || isNumber(one))) {
    return ordered(textOf(left).value, textOf(right).value, how);
  }
  if (left.type === 'bool' && right.type === 'bool') {
    if (how === 'eq') return left.value === right.value;
    if (how === 'ne') return left.value !== right.value;
    throw new TemplateLacks('option', 'order of true and false');
  }
  return false;
}

function ordered<T extends string | number>(left: T, right: T, how: Comparison): boolean {
  switch (how) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt':
      return left < right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
  }
}
