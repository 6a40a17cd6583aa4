// Python's arithmetic: integers of any size, floor division, rounding to even.
import { TemplateFails } from '../errors.ts';
import { float, int, type Value } from '../values.ts';

/** Integers beyond this many bits are refused: a template could fill the memory with one. */
const mostBits = 100_000n;

/** A number; true is 1. */
export function numberOf(value: Value): number | bigint | undefined {
  if (value.type === 'int' || value.type === 'float') return value.value;
  return value.type === 'bool' ? BigInt(value.value) : undefined;
}

export function arithmetic(operator: string, left: number | bigint, right: number | bigint): Value | undefined {
  if (operator === '/') return float(divided(Number(left), Number(right)));
  if (typeof left === 'bigint' && typeof right === 'bigint') return ofIntegers(operator, left, right);
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case '+':
      return float(a + b);
    case '-':
      return float(a - b);
    case '*':
      return float(a * b);
    case '//':
      return float(Math.floor(divided(a, b)));
    case '%':
      return float(floatModulo(a, b));
    case '**':
      return float(a ** b);
    default:
      return undefined;
  }
}

function ofIntegers(operator: string, a: bigint, b: bigint): Value | undefined {
  switch (operator) {
    case '+':
      return int(a + b);
    case '-':
      return int(a - b);
    case '*':
      return int(a * b);
    case '//':
      return int(floorDivided(a, b));
    case '%':
      return int(a - b * floorDivided(a, b));
    case '**': {
      if (b < 0n) return float(Number(a) ** Number(b));
      if (BigInt(a.toString(2).length) * b > mostBits) throw new TemplateFails(`${a} ** ${b} is refused`);
      return int(a ** b);
    }
    default:
      return undefined;
  }
}

function divided(a: number, b: number): number {
  if (b === 0) throw new TemplateFails('division by zero');
  return a / b;
}

function floorDivided(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new TemplateFails('division by zero');
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function floatModulo(a: number, b: number): number {
  if (b === 0) throw new TemplateFails('float modulo by zero');
  const rest = a % b;
  // Zero has the sign of what it was divided by.
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** `round(value, digits)`: to the nearest, exactly, halves to even. */
export function rounded(value: number | bigint, digits: number): Value {
  if (typeof value === 'bigint') {
    if (digits >= 0) return int(value);
    const unit = 10n ** BigInt(Math.min(400, -digits));
    return int(halfEven(value, unit) * unit);
  }
  if (!Number.isFinite(value) || digits > 323) return float(value);
  const [mantissa, power] = binary(value);
  const shift = 10n ** BigInt(Math.min(400, Math.abs(digits)));
  const above = power > 0 ? mantissa << BigInt(power) : mantissa;
  const below = power < 0 ? 1n << BigInt(-power) : 1n;
  const whole = digits >= 0 ? halfEven(above * shift, below) : halfEven(above, below * shift);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const text = whole < 0n ? String(-whole) : String(whole);
  return float(Number(`${sign}${text}e${-Math.sign(digits) * Math.min(400, Math.abs(digits))}`));
}

function halfEven(value: bigint, unit: bigint): bigint {
  const floor = floorDivided(value, unit);
  const twice = (value - floor * unit) * 2n;
  if (twice === unit) return floor % 2n === 0n ? floor : floor + 1n;
  return twice > unit ? floor + 1n : floor;
}

/** A double as mantissa times a power of two. */
function binary(value: number): [mantissa: bigint, power: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return [bits >> 63n === 1n ? -mantissa : mantissa, Math.max(exponent, 1) - 1075];
}
