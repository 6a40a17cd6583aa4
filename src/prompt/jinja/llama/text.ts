// What texts can do in llama.cpp's engine, as filters and as methods. A character is a byte here.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { bool, float, int, joined, list, partsOf, text, type Text, type Value } from '../values.ts';
import type { Args } from './args.ts';
import { double, int64 } from './numbers.ts';
import { textOf } from './print.ts';

export type Builtin = (args: Args) => Value;

const blank = ' \t\n\v\f\r';
const upper = (value: string) => value.replace(/[a-z]+/g, letters => letters.toUpperCase());
const lower = (value: string) => value.replace(/[A-Z]+/g, letters => letters.toLowerCase());

/** Each part by itself, as llama.cpp does. */
const eachPart =
  (change: (part: string) => string): Builtin =>
  args =>
    joined(partsOf(args.typed('text').at(0) as Text).map(change));

function stripped(left: boolean, right: boolean): Builtin {
  return args => {
    const given = args.typed('text').option('chars', 1);
    const characters = given.type === 'undefined' ? blank : textOf(given).value;
    const parts = [...partsOf(args.at(0) as Text)];
    if (left) trimParts(parts, part => withoutStart(part, characters), 'shift');
    if (right) trimParts(parts, part => withoutEnd(part, characters), 'pop');
    return joined(parts);
  };
}

function trimParts(parts: string[], trim: (part: string) => string, drop: 'shift' | 'pop'): void {
  while (parts.length > 0) {
    const at = drop === 'shift' ? 0 : parts.length - 1;
    parts[at] = trim(parts[at] as string);
    if (parts[at] !== '') return;
    parts[drop]();
  }
}

function withoutStart(value: string, characters: string): string {
  let start = 0;
  while (start < value.length && characters.includes(value[start] as string)) start++;
  return value.slice(start);
}

function withoutEnd(value: string, characters: string): string {
  let end = value.length;
  while (end > 0 && characters.includes(value[end - 1] as string)) end--;
  return value.slice(0, end);
}

const title = (value: string) =>
  value.replace(/[^ \t\n\v\f\r]+/g, word => upper(word.slice(0, 1)) + lower(word.slice(1)));

/** `split` and `rsplit`: at a blank unless told otherwise, never at runs of blanks. */
function split(args: Args, fromRight: boolean): Value {
  args.between(1, 3).typed('text');
  let rest = args.text(0);
  const separator = args.count > 1 ? args.text(1) : ' ';
  if (separator === '') throw new TemplateFails('empty separator');
  let left = args.count > 2 ? args.int(2) : -1n;
  const found: string[] = [];
  for (; left !== 0n; left--) {
    const at = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
    if (at < 0) break;
    const after = rest.slice(at + separator.length);
    found.push(fromRight ? after : rest.slice(0, at));
    rest = fromRight ? rest.slice(0, at) : after;
  }
  found.push(rest);
  return list((fromRight ? found.reverse() : found).map(part => text(part)));
}

function replaced(args: Args): Value {
  args.typed('text', 'text', 'text');
  if (args.count > 3 && args.typed('text', 'text', 'text', 'int').int(3) > 0n) {
    throw new TemplateLacks('option', 'count of replace');
  }
  return text(args.text(0).replaceAll(args.text(1), () => args.text(2)));
}

function formatted(args: Args): Value {
  const source = args.typed('text').text(0);
  const parts: string[] = [];
  let next = 1;
  const pieces = source.split('{');
  for (const [index, piece] of pieces.entries()) {
    if (index > 0 && !piece.startsWith('}')) throw new TemplateLacks('option', `format field {${piece.slice(0, 9)}`);
    if (index > 0) parts.push(...partsOf(textOf(args.at(next++))));
    const literal = index > 0 ? piece.slice(1) : piece;
    if (literal !== '') parts.push(literal);
  }
  return joined(parts);
}

/** C++ `std::stoi`: an integer at the start of the text, of 32 bits. */
function leadingInt(value: string, base: number): bigint | undefined {
  const [, sign = '', rest = ''] = value.match(/^[ \t\n\v\f\r]*([-+]?)([^]*)$/) ?? [];
  const hex = /^0[xX](?=[0-9a-fA-F])/.test(rest);
  const used = base === 0 ? (hex ? 16 : rest.startsWith('0') ? 8 : 10) : base;
  const digits = hex && used === 16 ? rest.slice(2) : rest;
  let number: bigint | undefined;
  for (const character of digits) {
    const digit = Number.parseInt(character, 36);
    if (!(digit < used) || (number ?? 0n) > 2n ** 40n) break;
    number = (number ?? 0n) * BigInt(used) + BigInt(digit);
  }
  const signed = sign === '-' && number !== undefined ? -number : number;
  if (signed === undefined || signed < -(2n ** 31n) || signed >= 2n ** 31n) return undefined;
  return signed;
}

function toInt(args: Args): Value {
  const [standard, base] = [args.option('default', 1), args.option('base', 2)];
  const radix = base.type === 'undefined' ? 10 : Number(int64(base));
  if (radix !== 0 && (radix < 2 || radix > 36)) throw new TemplateFails('base of int must be 0 or 2 to 36');
  const found = leadingInt(args.typed('text').text(0), radix);
  return int(found ?? (standard.type === 'undefined' ? 0n : int64(standard)));
}

function toFloat(args: Args): Value {
  const number = args
    .typed('text')
    .text(0)
    .match(/^[ \t\n\v\f\r]*([-+]?)(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|inf(?:inity)?|nan|0x[0-9a-f]+)/i);
  if (number === null) {
    const standard = args.option('default', 1);
    return float(standard.type === 'undefined' ? 0 : double(standard));
  }
  const hex = args.text(0).match(/^[ \t\n\v\f\r]*[-+]?(0x[0-9a-f]+)/i);
  const [, sign, digits = ''] = number;
  const known = /^inf/i.test(digits) ? Number.POSITIVE_INFINITY : Number(hex?.[1] ?? digits);
  return float(sign === '-' ? -known : known);
}

function indented(args: Args): Value {
  const input = args.between(1, 4).typed('text').text(0);
  const width = args.option('width', 1);
  const [first, blankToo] = [args.flag('first', 2), args.flag('blank', 3)];
  const pad = width.type === 'int' ? spaces(width.value) : width.type === 'text' ? width.value : '    ';
  const lines = input.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let out = '';
  for (const line of lines) {
    const atStart = out === '';
    if (!atStart) out += '\n';
    if (atStart ? first : line !== '' || blankToo) out += pad;
    out += line;
  }
  if (input.endsWith('\n')) out += blankToo ? `\n${pad}` : '\n';
  return text(out);
}

function spaces(width: bigint): string {
  if (width < 0n || width > 100_000n) throw new TemplateFails(`an indentation of ${width}`);
  return ' '.repeat(Number(width));
}

export const textBuiltins: Readonly<Record<string, Builtin>> = {
  upper: eachPart(upper),
  lower: eachPart(lower),
  capitalize: eachPart(part => upper(part.slice(0, 1)) + lower(part.slice(1))),
  title: eachPart(title),
  strip: stripped(true, true),
  lstrip: stripped(true, false),
  rstrip: stripped(false, true),
  length: args => int(args.typed('text').text(0).length),
  startswith: args => bool(args.typed('text', 'text').text(0).startsWith(args.text(1))),
  endswith: args => bool(args.typed('text', 'text').text(0).endsWith(args.text(1))),
  split: args => split(args, false),
  rsplit: args => split(args, true),
  replace: replaced,
  format: formatted,
  int: toInt,
  float: toFloat,
  string: args => args.typed('text').at(0),
  safe: args => args.typed('text').at(0),
  indent: indented,
  join: () => {
    throw new TemplateLacks('filter', 'join of a text');
  },
};
