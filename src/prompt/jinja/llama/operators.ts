// Operators in llama.cpp's engine: `common/jinja/runtime.cpp`, binary_expression and unary_expression.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { bool, float, int, list, text, type Text, type Value } from '../values.ts';
import { double, equal, isNumber, truncated, truth } from './numbers.ts';
import { appended, textOf } from './print.ts';
import { contains } from './tests.ts';

const longestRepeat = 10_000_000;

export function unary(operator: string, value: Value): Value {
  if (operator === 'not') return bool(!truth(value));
  if (!isNumber(value)) throw new TemplateFails(`${operator} of a ${value.type}`);
  if (operator === '+') return value;
  return value.type === 'int' ? int(BigInt.asIntN(64, -value.value)) : float(-double(value));
}

const isNothing = ({ type }: Value) => type === 'none' || type === 'undefined';
const isIn = (operator: string) => operator === 'in' || operator === 'not in';

export function binary(operator: string, left: Value, right: Value): Value {
  if (operator === '==') return bool(equal(left, right));
  if (operator === '!=') return bool(!equal(left, right));
  if (isNothing(left) || isNothing(right)) return withNothing(operator, left, right);
  const result =
    (isNumber(left) && isNumber(right) && arithmetic(operator, left, right)) ||
    (right.type === 'list' && withList(operator, left, right)) ||
    joining(operator, left, right) ||
    repeating(operator, left, right);
  if (result) return result;
  const inText = left.type === 'text' && right.type === 'text';
  if (isIn(operator) && (inText || right.type === 'dict')) return bool(contains(right, left) === (operator === 'in'));
  throw new TemplateLacks('syntax', `${operator} between ${left.type} and ${right.type}`);
}

/** Nothing adds nothing to a text; nothing is in nothing. */
function withNothing(operator: string, left: Value, right: Value): Value {
  const unset = left.type === 'undefined' || right.type === 'undefined';
  if (isIn(operator) && right.type === 'undefined') return bool(operator === 'not in');
  if (!unset && isIn(operator) && right.type !== 'none') return bool(contains(right, left) === (operator === 'in'));
  if (operator === '+' || operator === '~') {
    if (left.type === 'text') return left;
    if (right.type === 'text') return right;
  }
  throw new TemplateFails(`${operator} on ${unset ? 'undefined' : 'null'} values`);
}

function arithmetic(operator: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [double(left), double(right)];
  const made = (value: number) => (left.type === 'float' || right.type === 'float' ? float(value) : truncated(value));
  switch (operator) {
    case '+':
      return made(a + b);
    case '-':
      return made(a - b);
    case '*':
      return made(a * b);
    case '/':
      return float(a / b);
    case '%':
      return made(a % b);
    case '<':
      return bool(a < b);
    case '>':
      return bool(a > b);
    case '<=':
      return bool(a <= b);
    case '>=':
      return bool(a >= b);
    default:
      return undefined;
  }
}

function withList(operator: string, left: Value, right: Extract<Value, { type: 'list' }>): Value | undefined {
  if (left.type === 'list') return operator === '+' ? list([...left.items, ...right.items]) : undefined;
  return isIn(operator) ? bool(contains(right, left) === (operator === 'in')) : undefined;
}

function joining(operator: string, left: Value, right: Value): Value | undefined {
  if (operator !== '~' && operator !== '+') return undefined;
  if (left.type !== 'text' && right.type !== 'text') return undefined;
  return appended(textOf(left), textOf(right));
}

function repeating(operator: string, left: Value, right: Value): Value | undefined {
  if (operator !== '*') return undefined;
  const [of, times] = left.type === 'text' ? [left, right] : [right, left];
  if (of.type !== 'text' || times.type !== 'int') return undefined;
  return repeated(of, times.value);
}

/** A text as often as asked. */
function repeated(of: Text, times: bigint): Text {
  const often = times < 0n ? 0 : Number(times);
  if (often * of.value.length > longestRepeat) throw new TemplateFails(`a text repeated ${times} times is refused`);
  let made = often > 0 ? of : text('');
  for (let at = 1; at < often && often < 1000; at++) made = appended(made, of);
  return often < 1000 ? made : text(of.value.repeat(often));
}
