// A template's text -> tokens, with lstrip_blocks and trim_blocks as Transformers and llama.cpp both set them.
import { TemplateLacks, TemplateSyntax } from './errors.ts';
import type { EngineName } from './syntax.ts';

export interface Token {
  /** `open` is `{%`, `print` is `{{`. */
  readonly kind: 'text' | 'open' | 'close' | 'print' | 'endprint' | 'name' | 'string' | 'int' | 'float' | 'op' | 'end';
  readonly text: string;
  readonly line: number;
}

const blanks: Readonly<Record<EngineName, string>> = {
  'llama.cpp': ' \\t\\n\\v\\f\\r',
  python: '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000',
};
/** What an engine strips as blank, for a regular expression's class: bytes in one, characters in the other. */
export const blankClass = (engine: EngineName): string => blanks[engine];

const operators = /\*\*|\/\/|<=|>=|==|!=|[-+~*/%<>=()[\]{},.:|;]/y;
const integers = /0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d+(?:_\d+)*/y;
const floats = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?|[eE][-+]?\d+)/y;
const llamaNumbers = /\d+(?:\.\d+)?/y;
const rawStart = /\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})/y;
const rawEnd = /\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)/g;

/** Cuts a template into tokens; comments are dropped. */
export function tokens(source: string, engine: EngineName): Token[] {
  return new Lexer(source, engine).all();
}

class Lexer {
  readonly #source: string;
  readonly #engine: EngineName;
  readonly #tokens: Token[] = [];
  readonly #blank: RegExp;
  readonly #word: RegExp;
  #at = 0;
  #line = 1;
  #counted = 0;
  /** Open brackets inside a tag: `}}` ends no tag within them. */
  #depth = 0;
  /** How the tag before the text at hand ended: `-` strips all blanks after it, `trim` one newline. */
  #after: '-' | 'trim' | 'keep' = 'keep';

  constructor(source: string, engine: EngineName) {
    const lines = source.replace(/\r\n|\r/g, '\n');
    this.#source = lines.endsWith('\n') ? lines.slice(0, -1) : lines;
    this.#engine = engine;
    this.#blank = new RegExp(`[${blankClass(engine)}]*`, 'y');
    this.#word = engine === 'python' ? /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy : /\w+/y;
  }

  all(): Token[] {
    while (this.#at < this.#source.length) {
      this.#text();
      if (this.#at < this.#source.length) this.#tag();
    }
    this.#push('end', '');
    return this.#tokens;
  }

  #push(kind: Token['kind'], text: string, at = this.#at): void {
    this.#tokens.push({ kind, text, line: this.#lineAt(at) });
  }

  #lineAt(at: number): number {
    for (; this.#counted < at; this.#counted++) if (this.#source[this.#counted] === '\n') this.#line++;
    return this.#line;
  }

  #broken(message: string, at = this.#at): TemplateSyntax {
    return new TemplateSyntax(message, this.#lineAt(at));
  }

  /** Text up to the next tag, with the blanks that the tags on both sides take away. */
  #text(): void {
    const source = this.#source;
    const start = this.#at;
    const found = source.slice(start).search(/\{[%{#]/);
    const end = found < 0 ? source.length : start + found;
    let text = source.slice(start, end);
    const [opening, sign] = [source[end + 1], source[end + 2]];
    const blank = blankClass(this.#engine);
    const kept = sign === '+' && this.#engine === 'python';
    if (end < source.length && opening !== '{' && !kept) {
      // Blanks before a tag that stands first in its line.
      const line = text.lastIndexOf('\n') + 1;
      const blankOnly = new RegExp(`^[${blank}]*$`).test(text.slice(line));
      if (blankOnly && (line > 0 || start === 0)) text = text.slice(0, line);
      // llama.cpp does not look at a template's very first character there, and drops it.
      const firstDropped = this.#engine === 'llama.cpp' && start === 0;
      if (firstDropped && new RegExp(`^[^][${blank.replace('\\n', '')}]*$`).test(source.slice(0, end))) text = '';
    }
    const whole = text.length;
    if (this.#after === 'trim' && text.startsWith('\n')) text = text.slice(1);
    if (this.#after === '-') text = text.replace(new RegExp(`^[${blank}]+`), '');
    const from = start + whole - text.length;
    if (end < source.length && sign === '-') text = trimmedEnd(text, blank);
    if (text !== '') this.#push('text', text, from);
    this.#at = end;
  }

  #tag(): void {
    const opening = this.#source[this.#at + 1];
    if (opening === '#') return this.#comment();
    if (opening === '%' && this.#raw()) return;
    const start = this.#at;
    this.#push(opening === '%' ? 'open' : 'print', '');
    const sign = this.#source[start + 2];
    const signed = sign === '-' || (sign === '+' && opening === '%' && this.#engine === 'python');
    this.#at += signed ? 3 : 2;
    this.#depth = 0;
    while (!this.#ended()) this.#inner();
  }

  #comment(): void {
    const end = this.#source.indexOf('#}', this.#at + 2);
    if (end < 0) throw this.#broken('a comment without an end');
    const sign = this.#source[end - 1];
    this.#after = sign === '-' ? '-' : sign === '+' && this.#engine === 'python' ? 'keep' : 'trim';
    this.#at = end + 2;
  }

  /** `{% raw %}`: text as it stands. */
  #raw(): boolean {
    rawStart.lastIndex = this.#at;
    const begin = rawStart.exec(this.#source);
    if (begin === null) return false;
    if (this.#engine === 'llama.cpp') throw new TemplateLacks('statement', 'raw', this.#lineAt(this.#at));
    rawEnd.lastIndex = rawStart.lastIndex;
    const end = rawEnd.exec(this.#source);
    if (end === null) throw this.#broken('raw without endraw');
    let text = this.#source.slice(rawStart.lastIndex, end.index);
    if (end[1] === '-') text = trimmedEnd(text, blankClass(this.#engine));
    else if (end[1] !== '+') text = text.replace(/(^|\n)[ \t]*$/, '$1');
    if (text !== '') this.#push('text', text, rawStart.lastIndex);
    this.#at = rawEnd.lastIndex;
    this.#after = 'keep';
    return true;
  }

  /** The end of a tag, if it stands here. */
  #ended(): boolean {
    this.#skip(this.#blank);
    if (this.#at >= this.#source.length) {
      if (this.#engine === 'llama.cpp') return true;
      throw this.#broken('a tag without an end', this.#source.length);
    }
    const [, sign, kind] = this.#source.slice(this.#at, this.#at + 3).match(/^([-+]?)([%}])\}/) ?? [];
    if (kind === undefined || (sign === '+' && (kind === '}' || this.#engine === 'llama.cpp'))) return false;
    const inside = this.#depth > 0 && (this.#engine === 'python' || (kind === '}' && sign === ''));
    if (inside) return false;
    this.#push(kind === '%' ? 'close' : 'endprint', '');
    this.#at += sign === '' ? 2 : 3;
    this.#after = sign === '-' ? '-' : sign === '+' || kind === '}' ? 'keep' : 'trim';
    return true;
  }

  #inner(): void {
    const character = this.#source[this.#at] as string;
    if (character === "'" || character === '"') return this.#string(character);
    if (/\d/.test(character)) return this.#number();
    const name = this.#take(this.#word);
    if (name !== undefined) return this.#push('name', name, this.#at - name.length);
    const operator = this.#take(operators);
    if (operator === undefined) throw this.#broken(`unexpected character ${JSON.stringify(character)}`);
    const at = this.#at - operator.length;
    if (this.#engine === 'llama.cpp' && ['**', '//', ';'].includes(operator)) {
      throw new TemplateLacks('syntax', operator, this.#lineAt(at));
    }
    const brackets = this.#engine === 'python' ? '([{' : '{';
    if (brackets.includes(operator)) this.#depth++;
    if (')]}'.includes(operator) && (this.#engine === 'python' || operator === '}')) this.#depth--;
    this.#push('op', operator, at);
  }

  #number(): void {
    const at = this.#at;
    const dotted = this.#tokens.at(-1)?.text === '.';
    if (this.#engine === 'llama.cpp') {
      const text = this.#take(llamaNumbers) as string;
      return this.#push(text.includes('.') ? 'float' : 'int', text, at);
    }
    const float = dotted ? undefined : this.#take(floats);
    if (float !== undefined) return this.#push('float', float.replaceAll('_', ''), at);
    this.#push('int', (this.#take(integers) as string).replaceAll('_', ''), at);
  }

  #string(quote: string): void {
    const start = this.#at++;
    let text = '';
    for (;;) {
      const character = this.#source[this.#at];
      if (character === undefined) throw this.#broken('a text without its closing quote', start);
      this.#at++;
      if (character === quote) break;
      text += character === '\\' ? this.#escape() : character;
    }
    this.#push('string', text, start);
  }

  #escape(): string {
    const character = this.#source[this.#at++] ?? '';
    const known = escapes[character];
    if (known !== undefined && (this.#engine === 'python' || !'a\n'.includes(character))) return known;
    if (this.#engine === 'llama.cpp') throw new TemplateLacks('syntax', `\\${character}`, this.#lineAt(this.#at));
    const digits = { x: 2, u: 4, U: 8 }[character];
    if (digits !== undefined) {
      const hex = this.#source.slice(this.#at, this.#at + digits);
      if (hex.length < digits || /[^0-9a-f]/i.test(hex)) throw this.#broken(`\\${character} without ${digits} digits`);
      this.#at += digits;
      return String.fromCodePoint(Number.parseInt(hex, 16));
    }
    const octal = this.#source.slice(this.#at - 1, this.#at + 2).match(/^[0-7]{1,3}/)?.[0];
    if (octal === undefined) return `\\${character}`;
    this.#at += octal.length - 1;
    return String.fromCodePoint(Number.parseInt(octal, 8));
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** Without blanks at the end; a loop, because a pattern anchored there takes quadratic time on long blanks. */
function trimmedEnd(text: string, blank: string): string {
  const one = new RegExp(`[${blank}]`);
  let end = text.length;
  while (end > 0 && one.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
