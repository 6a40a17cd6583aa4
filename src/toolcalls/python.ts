// Python literals and keyword calls, as models write them: `f(a='x', b=[1, 2], c=None)`. Read, never evaluated.
import type { Value } from './values.ts';

const deepest = 60;

/** Thrown inside this file alone, where the text is no literal. */
class NotPython extends Error {
  /** The text ended inside a literal, rather than being wrong. */
  readonly cut: boolean;
  constructor(cut: boolean) {
    super('not a Python literal');
    this.cut = cut;
  }
}

/** A call as written in Python: its name, its arguments in order, and where it ends. */
export interface PythonCall {
  readonly name: string;
  readonly entries: readonly (readonly [string, Value])[];
  readonly end: number;
}

/** The value of a whole text that is one Python literal. */
export function pythonLiteral(text: string): Value | undefined {
  if (text.length > 20_000) return undefined;
  const reader = new Reader(text, 0);
  try {
    const value = reader.literal(0);
    reader.space();
    return reader.at === text.length ? value : undefined;
  } catch {
    return undefined;
  }
}

const callHead = /([A-Za-z_][\w.-]*)[ \t]*\(/y;

/**
 * The call that starts at `at`.
 * @returns undefined when there is none; `cut` with what is known when the text ends inside it; `bad` when an argument
 *   is no literal, with the end of the call's parentheses
 */
export function pythonCall(
  text: string,
  at: number,
  positional: (name: string) => readonly string[],
):
  | { kind: 'call'; call: PythonCall }
  | { kind: 'cut'; name: string; from: number }
  | { kind: 'bad'; name: string; end: number }
  | undefined {
  callHead.lastIndex = at;
  const head = callHead.exec(text);
  if (head === null) return undefined;
  const name = head[1] as string;
  const reader = new Reader(text, at + head[0].length);
  try {
    const entries = reader.keywords(positional(name));
    return { kind: 'call', call: { name, entries, end: reader.at } };
  } catch (error) {
    if (error instanceof NotPython && error.cut) return { kind: 'cut', name, from: at + head[0].length };
    return { kind: 'bad', name, end: callEnd(text, at + head[0].length) };
  }
}

/** Just after the parenthesis that closes a call, quotes minded; the text's end when none does. */
function callEnd(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\') at++;
    else if (character === "'" || character === '"') {
      const close = text.indexOf(character, at + 1);
      if (close < 0) return text.length;
      at = close;
    } else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0', '\n': '' };
const words: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

class Reader {
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

  literal(depth: number): Value {
    if (depth > deepest) throw new NotPython(false);
    this.space();
    const first = this.text[this.at];
    if (first === undefined) this.fail();
    if (first === '"' || first === "'") return this.#strings();
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
    } while (this.text[this.at] === '"' || this.text[this.at] === "'");
    return { value, json: JSON.stringify(value) };
  }

  #string(): string {
    const quote = this.text[this.at] as string;
    const triple = this.text.startsWith(quote.repeat(3), this.at);
    const close = triple ? quote.repeat(3) : quote;
    this.at += close.length;
    let value = '';
    while (!this.text.startsWith(close, this.at)) {
      const character = this.text[this.at];
      if (character === undefined) this.fail();
      this.at++;
      value += character === '\\' ? this.#escape() : character;
    }
    this.at += close.length;
    return value;
  }

  #escape(): string {
    const character = this.text[this.at];
    if (character === undefined) this.fail();
    this.at++;
    const digits = { x: 2, u: 4, U: 8 }[character];
    if (digits !== undefined) {
      const code = this.text.slice(this.at, this.at + digits);
      if (/^[\da-fA-F]+$/.test(code) && code.length === digits && Number.parseInt(code, 16) <= 0x10ffff) {
        this.at += digits;
        return String.fromCodePoint(Number.parseInt(code, 16));
      }
    }
    return escapes[character] ?? (/[\\'"/]/.test(character) ? character : `\\${character}`);
  }

  #list(close: string, depth: number): Value {
    this.at++;
    const items: Value[] = [];
    for (;;) {
      if (this.#take(close)) break;
      items.push(this.literal(depth + 1));
      if (this.#take(',')) continue;
      if (this.#take(close)) break;
      this.fail();
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
      entries.push([typeof key.value === 'string' ? key.value : key.json, this.literal(depth + 1)]);
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

/** The digits stay as written where JSON can say them. */
function numberValue(text: string): Value {
  const value = Number(text.replaceAll('_', ''));
  const exact = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text);
  return { value, json: exact ? text : JSON.stringify(value) };
}
