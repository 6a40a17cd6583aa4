// `is …` as Jinja2 has it.
import { int, type Value } from '../values.ts';
import { isLower, isUpper } from './case.ts';
import { isPlainList, isRange } from './iterables.ts';
import { isMarkup } from './markup.ts';
import { binary, compared, contains, equal } from './operators.ts';
import { stringOf } from './print.ts';

export type PythonTest = (value: Value, other: Value) => boolean;

const ofType =
  (...types: Value['type'][]): PythonTest =>
  value =>
    types.includes(value.type);

/** `value % by == rest` */
const modulo = (value: Value, by: Value, rest: bigint): boolean => equal(binary('%', value, by), int(rest));

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
  odd: value => modulo(value, int(2n), 1n),
  even: value => modulo(value, int(2n), 0n),
  divisibleby: (value, by) => modulo(value, by, 0n),
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
  sequence: value => {
    if (value.type === 'list') return isPlainList(value) || isRange(value);
    return ['text', 'undefined'].includes(value.type) || (value.type === 'dict' && value.role === 'dict');
  },
  iterable: value =>
    ['list', 'text', 'undefined'].includes(value.type) || (value.type === 'dict' && value.role === 'dict'),
  callable: ofType('function', 'undefined'),
  lower: value => isLower(stringOf(value)),
  upper: value => isUpper(stringOf(value)),
  sameas: same,
  escaped: isMarkup,
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
