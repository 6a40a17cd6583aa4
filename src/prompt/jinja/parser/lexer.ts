// A template's text -> tokens, with lstrip_blocks and trim_blocks as Transformers and llama.cpp both set them.
import { TemplateLacks, TemplateSyntax } from '../errors.ts';
import { blankClass, literalEscape, llamaNumber, pythonNumber, strippedClass, trimmedEnd } from './literals.ts';
import type { EngineName } from './syntax.ts';

export interface Token {
  /** `open` is `{%`, `print` is `{{`. */
  readonly kind: 'text' | 'open' | 'close' | 'print' | 'endprint' | 'name' | 'string' | 'int' | 'float' | 'op' | 'end';
  readonly text: string;
  readonly line: number;
}

const operators = /\*\*|\/\/|<=|>=|==|!=|[-+~*/%<>=()[\]{},.:|;]/y;
const pythonBlank = blankClass('python');
const rawStart = new RegExp(`\\{%[-+]?[${pythonBlank}]*raw[${pythonBlank}]*(-%\\}[${pythonBlank}]*|%\\})`, 'y');
const rawEnd = new RegExp(`\\{%([-+]?)[${pythonBlank}]*endraw[${pythonBlank}]*([-+]?)%\\}`, 'g');

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
    // llama.cpp looks at the text before it knows all ends of lines.
    const ended = (engine === 'python' ? lines : source).endsWith('\n');
    this.#source = ended ? lines.slice(0, -1) : lines;
    this.#engine = engine;
    this.#blank = new RegExp(`[${blankClass(engine)}]*`, 'y');
    this.#word = engine === 'python' ? /[\p{XIDS}_]\p{XIDC}*/uy : /\w+/y;
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
    const stripped = strippedClass(this.#engine);
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
    if (this.#after === '-') text = text.replace(new RegExp(`^[${stripped}]+`), '');
    const from = start + whole - text.length;
    if (end < source.length && sign === '-') text = trimmedEnd(text, stripped);
    if (text !== '') this.#push('text', text, from);
    this.#at = end;
  }

  #tag(): void {
    const opening = this.#source[this.#at + 1];
    if (opening === '#') return this.#comment();
    if (opening === '%' && this.#raw()) return;
    this.#open();
    while (!this.#ended()) this.#inner();
  }

  #open(): void {
    const print = this.#source[this.#at + 1] === '{';
    this.#push(print ? 'print' : 'open', '');
    const sign = this.#source[this.#at + 2];
    this.#at += sign === '-' || (sign === '+' && this.#engine === 'python') ? 3 : 2;
    // llama.cpp passes over a second one, and counts brackets anew in front of what is printed alone.
    if (this.#engine === 'llama.cpp' && sign === '-' && this.#source[this.#at] === '-') this.#at++;
    if (this.#engine === 'python' || print) this.#depth = 0;
  }

  #comment(): void {
    // In Python a sign that opens the comment can't close it too.
    const opened = this.#engine === 'python' && '+-'.includes(this.#source[this.#at + 2] ?? ' ') ? 3 : 2;
    const end = this.#source.indexOf('#}', this.#at + opened);
    if (end < 0) throw this.#broken('a comment without an end');
    const sign = end > this.#at + opened ? this.#source[end - 1] : '';
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
    if (end === null && rawStart.lastIndex < this.#source.length) throw this.#broken('raw without endraw');
    if (end === null) {
      this.#at = this.#source.length;
      return true;
    }
    const whole = this.#source.slice(rawStart.lastIndex, end.index);
    const [, opening, closing] = end;
    const line = whole.lastIndexOf('\n') + 1;
    const blank = blankClass(this.#engine);
    let text = whole;
    if (opening === '-') text = trimmedEnd(text, blank);
    else if (opening === '' && new RegExp(`^[${blank}]*$`).test(whole.slice(line))) {
      if (line > 0 || /\n$/.test(begin[1] as string)) text = whole.slice(0, line);
    }
    if (text !== '') this.#push('text', text, rawStart.lastIndex);
    this.#at = rawEnd.lastIndex;
    this.#after = closing === '-' ? '-' : closing === '+' ? 'keep' : 'trim';
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
    // llama.cpp's count goes round below zero: a bracket too many leaves no end for what is printed.
    const inside = this.#depth !== 0 && (this.#engine === 'python' || (kind === '}' && sign === ''));
    if (inside) return false;
    this.#push(kind === '%' ? 'close' : 'endprint', '');
    this.#at += sign === '' ? 2 : 3;
    this.#after = sign === '-' ? '-' : sign === '+' || kind === '}' ? 'keep' : 'trim';
    return true;
  }

  #inner(): void {
    const character = this.#source[this.#at] as string;
    if (this.#engine === 'llama.cpp' && /^\{[{%]/.test(this.#source.slice(this.#at, this.#at + 2))) return this.#open();
    if (character === "'" || character === '"') return this.#string(character);
    if (/\d/.test(character) || this.#signs(character)) return this.#number();
    const name = this.#take(this.#word);
    if (name !== undefined) return this.#name(name);
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

  #name(name: string): void {
    const at = this.#at - name.length;
    // Python takes such names for others that look alike.
    if (name !== name.normalize('NFKC')) throw new TemplateLacks('syntax', `the name ${name}`, this.#lineAt(at));
    this.#push('name', name, at);
  }

  /** In llama.cpp a sign and the digits behind it are one number, unless a value stands before them. */
  #signs(character: string): boolean {
    if (this.#engine === 'python' || !'+-'.includes(character)) return false;
    if (!/^.\.?\d/.test(this.#source.slice(this.#at, this.#at + 3))) return false;
    const { kind, text } = this.#tokens.at(-1) as Token;
    return !/^(?:name|string|int|float)$/.test(kind) && !(kind === 'op' && /^[)\]]$/.test(text));
  }

  #number(): void {
    const at = this.#at;
    const before = this.#source[at - 1];
    const found = (this.#engine === 'python' ? pythonNumber : llamaNumber)(this.#source, at, before);
    if (found.outOfRange) throw this.#broken(`a number that is out of range: ${found.text.slice(0, 30)}`);
    this.#push(found.kind, found.text.replaceAll('_', ''), at);
    this.#at += found.text.length;
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
    const [text, length, problem] = literalEscape(this.#source, this.#at, this.#engine);
    if (problem === 'lacking') throw new TemplateLacks('syntax', `\\${text}`, this.#lineAt(this.#at));
    if (problem === 'broken') throw this.#broken(`no character: \\${text}`);
    this.#at += length;
    return text;
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
