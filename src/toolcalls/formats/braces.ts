import type { ToolCall } from '../../records/toolcall.ts';
import { parsed, skipSpace } from '../json.ts';
import { cutOff } from '../json-calls.ts';
import { assembled, stringValue, type Value } from '../values.ts';
import type { Format, Taken } from './format.ts';

/** Markers of Gemma's calls: names and keys are bare, strings stand between one token twice. */
export interface BraceMarkers {
  readonly families: string;
  readonly example: string;
  readonly signature: RegExp;
  readonly open: string;
  readonly close: string;
  readonly quote: string;
}

const deepest = 60;
const name = /\s*call:\s*([^\s{}<]+)\s*\{/y;

/** Gemma braces: `call:get_weather{city:<|"|>Paris<|"|>,days:3}` (Gemma 4, FunctionGemma). */
export function braces({ families, example, signature, open, close, quote }: BraceMarkers): Format {
  return {
    families,
    example,
    signature: template => signature.test(template),
    opens: new RegExp(open.replace(/[|]/g, '\\|'), 'g'),
    take(reply, at): Taken | undefined {
      const calls: ToolCall[] = [];
      let end = at;
      for (let next = at + open.length; ; ) {
        name.lastIndex = next;
        const head = name.exec(reply);
        if (head === null) {
          if (calls.length > 0) break;
          const rest = reply.slice(next);
          const cut = rest.trim() === '' || 'call:'.startsWith(rest.trim()) || /^\s*call:\s*[^\s{}<]*$/.test(rest);
          return cut ? { calls, end: reply.length, notes: [cutOff(rest)] } : undefined;
        }
        const from = next + head[0].length;
        const written = head[1] as string;
        const reader = new BraceReader(reply, from, quote, close);
        const entries = reader.entries(0);
        if (entries === undefined) {
          calls.push({ name: written, argumentsText: reply.slice(from - 1), state: 'partial' });
          return { calls, end: reply.length, notes: [] };
        }
        calls.push({ name: written, ...assembled(entries), state: 'complete' });
        end = reader.at;
        const gap = skipSpace(reply, end);
        if (reply.startsWith(close, gap)) end = gap + close.length;
        // Several calls may share one pair of markers, or follow in markers of their own.
        next = reply[gap] === ',' ? gap + 1 : gap;
      }
      return { calls, end, notes: [] };
    },
  };
}

class BraceReader {
  readonly #text: string;
  readonly #quote: string;
  readonly #close: string;
  at: number;

  constructor(text: string, at: number, quote: string, close: string) {
    this.#text = text;
    this.#quote = quote;
    this.#close = close;
    this.at = at;
  }

  /** Members up to the closing brace; undefined when the text ends first. */
  entries(depth: number): [string, Value][] | undefined {
    const entries: [string, Value][] = [];
    for (;;) {
      this.at = skipSpace(this.#text, this.at);
      const character = this.#text[this.at];
      if (character === '}') {
        this.at++;
        return entries;
      }
      if (character === ',') {
        this.at++;
        continue;
      }
      const key = this.#key();
      const value = key === undefined ? undefined : this.#value(depth);
      if (key === undefined || value === undefined) return undefined;
      entries.push([key, value]);
    }
  }

  #key(): string | undefined {
    const quoted = this.#quoted();
    if (quoted === undefined) {
      const colon = this.#text.indexOf(':', this.at);
      if (colon < 0) return undefined;
      const key = this.#text.slice(this.at, colon).trim();
      this.at = colon + 1;
      return key.replace(/^"(.*)"$/s, '$1');
    }
    this.at = skipSpace(this.#text, this.at);
    if (this.#text[this.at] !== ':') return undefined;
    this.at++;
    return quoted;
  }

  #value(depth: number): Value | undefined {
    if (depth > deepest) return undefined;
    this.at = skipSpace(this.#text, this.at);
    const character = this.#text[this.at];
    if (character === '{') {
      this.at++;
      const entries = this.entries(depth + 1);
      if (entries === undefined) return undefined;
      const { arguments: value, argumentsText: json } = assembled(entries);
      return { value, json };
    }
    if (character === '[') return this.#list(depth);
    if (this.#text.startsWith(this.#quote, this.at)) {
      const quoted = this.#quoted();
      return quoted === undefined ? undefined : stringValue(quoted);
    }
    return this.#bare();
  }

  #list(depth: number): Value | undefined {
    this.at++;
    const items: Value[] = [];
    for (;;) {
      this.at = skipSpace(this.#text, this.at);
      const character = this.#text[this.at];
      if (character === ']') break;
      if (character === ',') {
        this.at++;
        continue;
      }
      const item = this.#value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    this.at++;
    return { value: items.map(({ value }) => value), json: `[${items.map(({ json }) => json).join(', ')}]` };
  }

  #quoted(): string | undefined {
    if (!this.#text.startsWith(this.#quote, this.at)) return undefined;
    const from = this.at + this.#quote.length;
    const end = this.#text.indexOf(this.#quote, from);
    if (end < 0) return undefined;
    this.at = end + this.#quote.length;
    return this.#text.slice(from, end);
  }

  /** A number, a word, or a text that was not quoted. */
  #bare(): Value | undefined {
    const found = this.#text.slice(this.at).match(/^(?:"(?:[^"\\]|\\.)*"|[^,}\]]*)/)?.[0] ?? '';
    if (found === '' || this.at + found.length >= this.#text.length || found.includes(this.#close)) return undefined;
    this.at += found.length;
    const text = found.trim();
    const value = parsed(text);
    return value === undefined ? stringValue(text) : { value, json: text };
  }
}
