// Python's literals as its ast module reads them: a text is walked once, nothing is evaluated.
import { isObject, members } from './json.ts';
import { pythonEscapes } from './python-escapes.ts';
import type { Value } from '../values.ts';

const deepest = 60;

/** Thrown where the text is no literal. */
export class NotPython extends Error {
  /** The text ended inside a literal, rather than being wrong. */
  readonly cut: boolean;
  constructor(cut: boolean) {
    super('not a Python literal');
    this.cut = cut;
  }
}

const stringStart = /^[rRuU]?["']/;
const words: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

/** Reads literals, and arguments of a call, from a place on. */
export class PythonReader {
  readonly text: string;
  at: number;
  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  fail(): never {
    throw new NotPython(this.at >= this.text.length);
  }

  #take(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** `a=1, b='x')`, after the opening parenthesis; unnamed arguments take the schema's names in order. */
  keywords(names: readonly string[]): [string, Value][] {
    const entries: [string, Value][] = [];
    for (;;) {
      if (this.#take(')')) return entries;
      if (this.text.startsWith('**', this.at)) {
        entries.push(...this.#spread());
        if (this.#take(',')) continue;
        if (this.#take(')')) return entries;
        this.fail();
      }
      const key = this.#match(/[A-Za-z_]\w*(?=\s*=(?!=))/y);
      if (key !== undefined) this.#take('=');
      const name = key ?? names[entries.length];
      if (name === undefined) this.fail();
      entries.push([name, this.literal(0)]);
      if (this.#take(',')) continue;
      if (this.#take(')')) return entries;
      this.fail();
    }
  }

  /** `**{"path": "/srv"}` */
  #spread(): [string, Value][] {
    this.at += 2;
    const { value, json } = this.literal(0);
    const exact = members(json);
    if (!isObject(value) || exact === undefined) throw new NotPython(false);
    return Object.entries(value).map(([key, one]) => [
      key,
      { value: one, json: exact.get(key)?.at(-1) ?? JSON.stringify(one) },
    ]);
  }

  literal(depth: number): Value {
    if (depth > deepest) throw new NotPython(false);
    this.space();
    const first = this.text[this.at];
    if (first === undefined) this.fail();
    if (stringStart.test(this.text.slice(this.at, this.at + 2))) return this.#strings();
    if (first === '[') return this.#list(']', depth);
    if (first === '(') return this.#list(')', depth);
    if (first === '{') return this.#dict(depth);
    const number = this.#match(/[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])/y);
    if (number !== undefined) return numberValue(number);
    const word = this.#match(/[A-Za-z]+(?![\w('"])/y);
    if (word !== undefined && Object.hasOwn(words, word)) {
      return { value: words[word], json: JSON.stringify(words[word]) };
    }
    // A word that the text's end cuts off may still become True, False or None.
    throw new NotPython(this.at >= this.text.length);
  }

  /** Adjacent strings join, as in Python. */
  #strings(): Value {
    let value = '';
    do {
      value += this.#string();
      this.space();
    } while (stringStart.test(this.text.slice(this.at, this.at + 2)));
    return { value, json: JSON.stringify(value) };
  }

  #string(): string {
    const raw = /[rR]/.test(this.#match(/[rRuU]/y) ?? '');
    const quote = this.text[this.at] as string;
    const triple = this.text.startsWith(quote.repeat(3), this.at);
    const close = triple ? quote.repeat(3) : quote;
    this.at += close.length;
    let value = '';
    while (!this.text.startsWith(close, this.at)) {
      const character = this.text[this.at];
      if (character === undefined) this.fail();
      this.at++;
      if (character !== '\\') value += character;
      else value += raw ? `\\${this.text[this.at++] ?? ''}` : this.#escape();
    }
    this.at += close.length;
    return value;
  }

  /** As Python reads it: what escapes nothing keeps its backslash. */
  #escape(): string {
    const octal = this.#match(/[0-7]{1,3}/y);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const character = this.text[this.at];
    if (character === undefined) this.fail();
    this.at++;
    const digits = { x: 2, u: 4, U: 8 }[character];
    if (digits !== undefined) {
      const code = this.text.slice(this.at, this.at + digits);
      const value = /^[\da-fA-F]+$/.test(code) && code.length === digits ? Number.parseInt(code, 16) : undefined;
      // Python refuses the whole text, unless its end is what is missing.
      if (value === undefined || value > 0x10ffff) throw new NotPython(this.at + digits > this.text.length);
      this.at += digits;
      return String.fromCodePoint(value);
    }
    // A character by its name in Unicode, \N{SOLIDUS}: we do not have the names.
    if (character === 'N') throw new NotPython(false);
    return pythonEscapes[character] ?? `\\${character}`;
  }

  #list(close: string, depth: number): Value {
    this.at++;
    const items: Value[] = [];
    for (;;) {
      if (this.#take(close)) break;
      const item = this.literal(depth + 1);
      items.push(item);
      if (this.#take(',')) continue;
      if (!this.#take(close)) this.fail();
      // Parentheses without a comma make no tuple.
      if (close === ')' && items.length === 1) return item;
      break;
    }
    return { value: items.map(({ value }) => value), json: `[${items.map(({ json }) => json).join(', ')}]` };
  }

  #dict(depth: number): Value {
    this.at++;
    const entries: [string, Value][] = [];
    for (;;) {
      if (this.#take('}')) break;
      const key = this.literal(depth + 1);
      if (!this.#take(':')) this.fail();
      entries.push([keyText(key), this.literal(depth + 1)]);
      if (this.#take(',')) continue;
      if (this.#take('}')) break;
      this.fail();
    }
    return {
      value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
      json: `{${entries.map(([key, { json }]) => `${JSON.stringify(key)}: ${json}`).join(', ')}}`,
    };
  }
}

/** A key that is no string as Python's json writes it: 100000.0 for 1e5, 0 for -0. */
function keyText({ value, json }: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return json;
  if (!/[.eE]/.test(json)) return Object.is(value, -0) ? '0' : json;
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value);
}

/** The digits stay as written where JSON can say them. */
function numberValue(text: string): Value {
  const value = Number(text.replaceAll('_', ''));
  const exact = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text);
  return { value, json: exact ? text : JSON.stringify(value) };
}
