// Numbers, escapes and blanks of templates, as each engine reads them.
import { pythonEscapes } from '../../../toolcalls/index.ts';
import type { EngineName } from './syntax.ts';

export interface NumberFound {
  readonly kind: 'int' | 'float';
  readonly text: string;
  readonly outOfRange: boolean;
}

const integers = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[0-9a-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const floats = /\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?e[-+]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/iy;
const llamaNumbers = /[-+]?(?:\d+(?:\.\d+)?|\.\d+)/y;

function matched(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** `007` is 00 and a 7 behind it, which the parser refuses. */
export function pythonNumber(source: string, at: number, before: string | undefined): NumberFound {
  const float = before === '.' ? undefined : matched(floats, source, at);
  if (float !== undefined) return { kind: 'float', text: float, outOfRange: false };
  return { kind: 'int', text: matched(integers, source, at) as string, outOfRange: false };
}

const smallest = 2.2250738585072014e-308;

/** C++ `std::stoll` and `std::stod`: a template with a number that they refuse is refused. */
export function llamaNumber(source: string, at: number): NumberFound {
  const text = matched(llamaNumbers, source, at) as string;
  if (!text.includes('.')) {
    const digits = text.replace(/^[-+]?0*/, '');
    const size = digits.length > 19 ? 2n ** 64n : BigInt(digits);
    return { kind: 'int', text, outOfRange: size > (text.startsWith('-') ? 2n ** 63n : 2n ** 63n - 1n) };
  }
  const size = Math.abs(Number(text));
  return { kind: 'float', text, outOfRange: size === Infinity || (size < smallest && /[1-9]/.test(text)) };
}

/** What stands for the text behind a backslash, and how much of it; else that much is lacking, or broken. */
type Escape = readonly [text: string, length: number, problem?: 'lacking' | 'broken'];

export function literalEscape(source: string, at: number, engine: EngineName): Escape {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 32);
  const text = pythonEscapes[character];
  if (text !== undefined && (engine === 'python' || !'a\n'.includes(character))) return [text, 1];
  if (engine === 'llama.cpp') return [character, 1, 'lacking'];
  const digits = { x: 2, u: 4, U: 8 }[character];
  if (digits !== undefined) return hexadecimal(source.slice(at, at + digits + 1), digits);
  // Names of characters are a table of their own.
  if (character === 'N') return ['N', 1, 'lacking'];
  const octal = source.slice(at, at + 3).match(/^[0-7]{1,3}/)?.[0];
  if (octal !== undefined) return [String.fromCodePoint(Number.parseInt(octal, 8)), octal.length];
  // Jinja2 writes what is not ASCII as an escape first, whose backslash is then escaped.
  return [`\\${character > '\u007f' ? asEscape(character) : character}`, character.length];
}

function asEscape(character: string): string {
  const code = character.codePointAt(0) as number;
  const [letter, width] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return letter + code.toString(16).padStart(width as number, '0');
}

function hexadecimal(body: string, digits: number): Escape {
  const code = /^.[0-9a-f]+$/i.test(body) ? Number.parseInt(body.slice(1), 16) : Number.NaN;
  if (body.length <= digits || !(code <= 0x10ffff)) return [body, 1, 'broken'];
  // Half a character: Python keeps two halves apart, and no file holds one.
  if (code >= 0xd800 && code < 0xe000) return [body, 1, 'lacking'];
  return [String.fromCodePoint(code), digits + 1];
}

const blanks: Readonly<Record<EngineName, string>> = {
  'llama.cpp': ' \\t\\n\\v\\f\\r',
  python: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000',
};
/** What an engine takes for blank, for a regular expression's class: bytes in one, characters in the other. */
export const blankClass = (engine: EngineName): string => blanks[engine];
/** What `-` strips: llama.cpp leaves two kinds of blanks that it passes over elsewhere. */
export const strippedClass = (engine: EngineName): string => (engine === 'python' ? blanks.python : ' \\t\\r\\n');

/** Without blanks at the end; a loop, because a pattern anchored there takes quadratic time on long blanks. */
export function trimmedEnd(text: string, blank: string): string {
  const one = new RegExp(`[${blank}]`);
  let end = text.length;
  while (end > 0 && one.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
