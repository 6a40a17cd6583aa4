// `is …` as Jinja2 has it.
import { TemplateFails } from '../errors.ts';
import { typeName, type Value } from '../values.ts';
import { arithmetic, numberOf } from './numbers.ts';
import { compared, contains, equal, truth } from './operators.ts';
import { stringOf } from './print.ts';
import { caseTests } from './text-methods.ts';

export type PythonTest = (value: Value, other: Value) => boolean;

const ofType =
  (...types: Value['type'][]): PythonTest =>
  value =>
    types.includes(value.type);

function modulo(value: Value, by: bigint): boolean {
  const number = numberOf(value);
  const rest = number === undefined ? undefined : arithmetic('%', number, by);
  if (rest === undefined) throw new TemplateFails(`% of ${typeName(value)}`);
  return !truth(rest);
}

const eq: PythonTest = (a, b) => equal(a, b);
const ne: PythonTest = (a, b) => !equal(a, b);
const lt: PythonTest = (a, b) => compared(a, b) < 0;
const le: PythonTest = (a, b) => compared(a, b) <= 0;
const gt: PythonTest = (a, b) => compared(a, b) > 0;
const ge: PythonTest = (a, b) => compared(a, b) >= 0;

/** Python keeps one object of each small integer, of true, of false and of none. */
const same: PythonTest = (a, b) =>
  a === b || (a.type === b.type && ['none', 'bool', 'text', 'int'].includes(a.type) && equal(a, b));

export const pythonTests: Readonly<Record<string, PythonTest>> = {
  odd: value => !modulo(value, 2n),
  even: value => modulo(value, 2n),
  divisibleby: (value, by) => {
    const divisor = numberOf(by);
    if (typeof divisor !== 'bigint') throw new TemplateFails('divisibleby needs an integer');
    return modulo(value, divisor);
  },
  defined: value => value.type !== 'undefined',
  undefined: ofType('undefined'),
  none: ofType('none'),
  boolean: ofType('bool'),
  true: value => value.type === 'bool' && value.value,
  false: value => value.type === 'bool' && !value.value,
  integer: ofType('int'),
  float: ofType('float'),
  number: ofType('int', 'float', 'bool'),
  string: ofType('text'),
  mapping: value => value.type === 'dict' && value.role === 'dict',
  sequence: value =>
    ['list', 'text', 'undefined'].includes(value.type) || (value.type === 'dict' && value.role === 'dict'),
  iterable: value =>
    ['list', 'text', 'undefined'].includes(value.type) || (value.type === 'dict' && value.role === 'dict'),
  callable: ofType('function', 'undefined'),
  lower: value => caseTests.isLower(stringOf(value)),
  upper: value => caseTests.isUpper(stringOf(value)),
  sameas: same,
  escaped: () => false,
  in: (value, other) => contains(other, value),
  '==': eq,
  eq,
  equalto: eq,
  '!=': ne,
  ne,
  '<': lt,
  lt,
  lessthan: lt,
  '<=': le,
  le,
  '>': gt,
  gt,
  greaterthan: gt,
  '>=': ge,
  ge,
};

/** Tests that compare with another value. */
export const takesAnother = /^(?:divisibleby|sameas|in|==|eq|equalto|!=|ne|[<>]=?|l[te]|g[te]|lessthan|greaterthan)$/;
