import type { ToolCall, ToolDefinition } from '../../../records/toolcall.ts';
import { namedCall } from '../../call.ts';
import { parsed, skipSpace } from '../../text/json.ts';
import { cutOff, firstOf, mostCalls } from '../../json-calls.ts';
import { toolName } from '../../names.ts';
import { pythonCall, pythonState } from '../../text/python.ts';
import { argumentSchema, assembled, coerced, propertyNames, stringValue, type Value } from '../../values.ts';
import type { Format, Taken } from '../format.ts';

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
const mostArguments = 100;
const head = /\s*(?:call:\s*)?([^\s{}<(:"]+)\s*\{/y;
const pythonHead = /\s*(?:call:\s*)?(?=[A-Za-z_][\w.-]*\()/y;
/** FunctionGemma's and Gemma's own training forms leak: `call:f:BEGIN_ARG…END_ARG`, the arguments in order. */
const markedHead = /\s*(?:call:\s*)?([\w.-]+)\s*(?::\s*)?(?=BEGIN_ARG)/y;
const markedArgument = /\s*(?:,\s*)?BEGIN_ARG([\s\S]*?)END_ARG/y;

/** Gemma braces: `call:get_weather{city:<|"|>Paris<|"|>,days:3}` (Gemma 4, FunctionGemma). */
export function braces(markers: BraceMarkers): Format {
  const { families, example, signature, open, close } = markers;
  return {
    families,
    example,
    signature: template => signature.test(template),
    opens: new RegExp(open.replace(/[|]/g, '\\|'), 'g'),
    take(reply, at, { tools }): Taken | undefined {
      const calls: ToolCall[] = [];
      let end = at;
      for (let next = at + open.length; calls.length < mostCalls; ) {
        const one = braceCall(reply, next, markers, tools);
        if (one === undefined) {
          if (calls.length > 0) break;
          const rest = reply.slice(next);
          const cut = rest.trim() === '' || 'call:'.startsWith(rest.trim()) || /^\s*call:\s*[^\s{}<(]*$/.test(rest);
          return cut ? { calls, end: reply.length, notes: [cutOff(rest)] } : undefined;
        }
        calls.push(one.call);
        end = one.end;
        if (one.call.state === 'partial') break;
        const gap = skipSpace(reply, end);
        const closed = reply.startsWith(close, gap);
        if (closed) end = gap + close.length;
        // Several calls may share one pair of markers, or follow in markers of their own.
        if (closed || reply.startsWith(open, gap)) break;
        next = reply[gap] === ',' ? gap + 1 : gap;
      }
      return { calls, end, notes: [] };
    },
  };
}

/** One call after its marker: with braces, or with parentheses as in Python. */
function braceCall(
  reply: string,
  at: number,
  { open, close, quote }: BraceMarkers,
  tools: readonly ToolDefinition[],
): { call: ToolCall; end: number } | undefined {
  head.lastIndex = at;
  const found = head.exec(reply);
  if (found !== null) {
    const from = at + found[0].length;
    const reader = new BraceReader(reply, from, { quote, close, open });
    const entries = reader.entries(0);
    const name = toolName(found[1] as string, tools);
    if (entries === undefined) {
      // The next call's marker ends it, else the reply does.
      const end = firstOf(reply, [close, open], from);
      const text = reply.slice(from - 1, end);
      return end === undefined
        ? { call: { name, argumentsText: text, state: 'partial' }, end: reply.length }
        : { call: namedCall(name, text), end };
    }
    return { call: { name, ...assembled(entries), state: reader.mended ? 'repaired' : 'complete' }, end: reader.at };
  }
  return pythonInBraces(reply, at, tools) ?? markedCall(reply, at, tools);
}

function pythonInBraces(reply: string, at: number, tools: readonly ToolDefinition[]) {
  pythonHead.lastIndex = at;
  const found = pythonHead.exec(reply);
  if (found === null) return undefined;
  const read = pythonCall(reply, at + found[0].length, name => propertyNames(tools, name));
  if (read?.kind !== 'call') return undefined;
  const { name, entries, end } = read.call;
  return { call: { name: toolName(name, tools), ...assembled(entries), state: pythonState(read.call) }, end };
}

function markedCall(reply: string, at: number, tools: readonly ToolDefinition[]) {
  markedHead.lastIndex = at;
  const found = markedHead.exec(reply);
  if (found === null) return undefined;
  const name = toolName(found[1] as string, tools);
  const keys = propertyNames(tools, name);
  const entries: [string, Value][] = [];
  let end = at + found[0].length;
  for (; entries.length < mostArguments; end = markedArgument.lastIndex) {
    markedArgument.lastIndex = end;
    const text = markedArgument.exec(reply)?.[1];
    if (text === undefined) break;
    const key = keys[entries.length] ?? `argument${entries.length + 1}`;
    entries.push([key, coerced(text, argumentSchema(tools, name, key))]);
  }
  return entries.length === 0 ? undefined : { call: { name, ...assembled(entries), state: 'repaired' as const }, end };
}

const comment = /(?:(?:\/\*[^*]{0,2000}\*\/|(?:\/\/|#)[^\n]{0,2000}\n)\s{0,20}){1,20}/y;

class BraceReader {
  readonly #text: string;
  readonly #quote: string;
  /** First marker that a string can't reach beyond, looked up once. */
  readonly #stop: number;
  at: number;
  /** A string was closed that the model left open. */
  mended = false;

  constructor(text: string, at: number, { quote, close, open }: Pick<BraceMarkers, 'quote' | 'close' | 'open'>) {
    this.#text = text;
    this.#quote = quote;
    this.#stop = firstOf(text, [close, open], at) ?? text.length;
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
      const value = key === undefined ? undefined : this.#value(depth + 1);
      if (key === undefined || value === undefined) return undefined;
      entries.push([key, value]);
    }
  }

  #key(): string | undefined {
    // A comment is no part of a key, and the call that has one is not as its family writes it.
    comment.lastIndex = this.at;
    const passed = comment.exec(this.#text)?.[0] ?? '';
    this.mended ||= passed !== '';
    this.at += passed.length;
    const quoted = this.#quoted(0);
    if (quoted === undefined) {
      const colon = this.#text.indexOf(':', this.at);
      if (colon < 0 || colon > this.#stop) return undefined;
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
      const entries = this.entries(depth);
      if (entries === undefined) return undefined;
      const { arguments: value, argumentsText: json } = assembled(entries);
      return { value, json };
    }
    if (character === '[') return this.#list(depth);
    if (this.#text.startsWith(this.#quote, this.at)) {
      const quoted = this.#quoted(depth);
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

  /** @param depth brackets that are open around it, which the text's own end closes where its quote is missing */
  #quoted(depth: number): string | undefined {
    if (!this.#text.startsWith(this.#quote, this.at)) return undefined;
    const from = this.at + this.#quote.length;
    const end = this.#text.indexOf(this.#quote, from);
    if (end >= 0 && end <= this.#stop) {
      this.at = end + this.#quote.length;
      return this.#text.slice(from, end);
    }
    if (this.#stop >= this.#text.length) return undefined;
    const written = this.#text.slice(from, this.#stop).trimEnd();
    const closers = written.match(/[}\]]{0,60}$/)?.[0] ?? '';
    const kept = Math.min(closers.length, depth);
    this.mended = true;
    this.at = from + written.length - kept;
    return written.slice(0, written.length - kept);
  }

  /** A number, a word, or a text that was not quoted. */
  #bare(): Value | undefined {
    const found = this.#text.slice(this.at).match(/^(?:"(?:[^"\\]|\\.)*"|[^,}\]]*)/)?.[0] ?? '';
    if (found === '' || this.at + found.length >= this.#text.length || this.at + found.length > this.#stop)
      return undefined;
    this.at += found.length;
    const text = found.trim();
    const value = parsed(text);
    if (value !== undefined) return { value, json: text };
    // A text without quotes that goes on over lines, or into marks, may have swallowed what follows it.
    if (/[\n"{]|<\||\|>/.test(text) || text.includes(this.#quote)) this.mended = true;
    return stringValue(text);
  }
}
