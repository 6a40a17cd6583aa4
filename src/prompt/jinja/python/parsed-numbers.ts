// Numbers that Python reads from texts: `int(text, base)` and `float(text)`.
import { blankClass } from '../parser/literals.ts';

/** Without four control characters that Python takes for blanks elsewhere. */
const blank = blankClass('python').replace('\\x1c-\\x20', '\\x20');
const around = new RegExp(`^[${blank}]+|[${blank}]+$`, 'g');

/** Without blanks at both ends, and with the digits of all scripts as ASCII. */
function plain(source: string): string {
  return source.replace(around, '').replace(/(?![0-9])\p{Nd}/gu, digit => {
    // The digits of a script stand in a row of ten, and rows next to each other are whole ones.
    const code = digit.codePointAt(0) as number;
    let start = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--;
    return String((code - start) % 10);
  });
}

export function parsedInt(source: string, base: number): bigint | undefined {
  const found = plain(source).match(/^([-+]?)(?:(0[xX]|0[oO]|0[bB])_?)?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/);
  if (found === null) return undefined;
  const [, sign, prefix = '', body = ''] = found;
  const named = { x: 16, o: 8, b: 2 }[prefix.slice(1).toLowerCase() as 'x'];
  const fits = prefix === '' || named === base || base === 0;
  const digits = (fits ? body : prefix + body).replaceAll('_', '');
  const radix = BigInt(base === 0 ? (named ?? 10) : base);
  let number = 0n;
  if (digits.length > 4300) return undefined;
  for (const character of digits) {
    const digit = Number.parseInt(character, 36);
    if (Number.isNaN(digit) || BigInt(digit) >= radix) return undefined;
    number = number * radix + BigInt(digit);
  }
  return sign === '-' ? -number : number;
}

export function parsedFloat(source: string): number | undefined {
  const body = plain(source);
  const named = body.match(/^([-+]?)(inf|infinity|nan)$/i);
  if (named !== null) {
    const size = /^n/i.test(named[2] as string) ? Number.NaN : Number.POSITIVE_INFINITY;
    return named[1] === '-' ? -size : size;
  }
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/.test(body))
    return undefined;
  return Number(body.replaceAll('_', ''));
}
