// `is …` in llama.cpp's engine.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { at, keyOf, type Text, typeName, type Value } from '../values.ts';
import { compares, equal, isNumber } from './numbers.ts';

export type Test = (args: readonly Value[]) => boolean;

const one =
  (holds: (value: Value) => boolean): Test =>
  ([value]) => {
    if (value === undefined) throw new TemplateFails('a test needs a value');
    return holds(value);
  };

const ofType = (...types: Value['type'][]): Test => one(({ type }) => types.includes(type));

const needs = <T extends Value['type']>(value: Value | undefined, type: T): Extract<Value, { type: T }> => {
  if (value?.type === type) return value as Extract<Value, { type: T }>;
  throw new TemplateFails(`a test of a ${type} got a ${value === undefined ? 'nothing' : typeName(value)}`);
};

const compared =
  (how: Parameters<typeof compares>[2]): Test =>
  args => {
    const [left, right] = args;
    if (left === undefined || right === undefined || args.length > 2)
      throw new TemplateFails('a comparison needs two values');
    return compares(left, right, how);
  };

/** `left in right` */
export function contains(right: Value, left: Value): boolean {
  switch (right.type) {
    case 'undefined':
      return false;
    case 'list':
      return right.items.some(item => equal(left, item));
    case 'text':
      if (left.type !== 'text') throw new TemplateFails(`"in" a text needs a text, not a ${left.type}`);
      return right.value.includes(left.value);
    case 'dict':
      if (keyOf(left) === undefined) throw new TemplateFails(`a ${left.type} is no key`);
      return at(right, left) !== undefined;
    default:
      throw new TemplateFails(`"in" needs a list, a text or a dictionary, not a ${right.type}`);
  }
}

const lacking = (name: string): Test => {
  return () => {
    throw new TemplateLacks('test', name);
  };
};

export const tests: Readonly<Record<string, Test>> = {
  boolean: ofType('bool'),
  callable: ofType('function'),
  odd: ([value]) => needs(value, 'int').value % 2n !== 0n,
  even: ([value]) => needs(value, 'int').value % 2n === 0n,
  false: one(value => value.type === 'bool' && !value.value),
  true: one(value => value.type === 'bool' && value.value),
  divisibleby: ([value, by]) => {
    const divisor = needs(by, 'int').value;
    if (divisor === 0n) throw new TemplateFails('division by zero');
    return needs(value, 'int').value % divisor === 0n;
  },
  string: ofType('text'),
  integer: ofType('int'),
  float: ofType('float'),
  number: one(isNumber),
  iterable: ofType('list', 'text', 'undefined'),
  sequence: ofType('list', 'text', 'undefined'),
  mapping: ofType('dict'),
  lower: ([value]) => !/[A-Z]/.test(needs(value, 'text').value),
  upper: ([value]) => !/[a-z]/.test(needs(value, 'text').value),
  none: ofType('none'),
  defined: one(({ type }) => type !== 'undefined'),
  undefined: ofType('undefined'),
  eq: compared('eq'),
  equalto: compared('eq'),
  ge: compared('ge'),
  gt: compared('gt'),
  greaterthan: compared('gt'),
  lt: compared('lt'),
  lessthan: compared('lt'),
  ne: compared('ne'),
  in: ([left, right]) => {
    if (left === undefined || right === undefined) throw new TemplateFails('"in" needs two values');
    return contains(right, left);
  },
  test: ([name]) => Object.hasOwn(tests, (needs(name, 'text') satisfies Text).value),
  sameas: lacking('sameas'),
  escaped: lacking('escaped'),
  filter: lacking('filter'),
};
