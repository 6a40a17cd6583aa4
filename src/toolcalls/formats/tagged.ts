import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { namedCall, partialArguments } from '../call.ts';
import { jsonEnd, skipSpace } from '../json.ts';
import { cutOff, firstOf, mostCalls } from '../json-calls.ts';
import { argumentSchema, assembled, coerced, stringValue, type Value } from '../values.ts';
import type { Format, Taken } from './format.ts';

/** Tags of calls with one tag for each argument. Patterns are used at one place: no anchors, no flags. */
export interface Tags {
  readonly families: string;
  readonly example: string;
  readonly signature: RegExp;
  /** Opens the calls as a whole; may be missing. */
  readonly section?: RegExp;
  readonly sectionCloses?: readonly string[];
  /** Opens a call; group `name`. */
  readonly call: RegExp;
  /** Start of a call's opening that a cut-off reply shows at least. */
  readonly callStart: string;
  readonly callClose: string;
  /** Opens an argument; groups `key` and perhaps `string` (true, false) or `type`. */
  readonly argument: RegExp;
  readonly argumentClose: string;
  /** Takes family markup off content. */
  readonly clean?: (text: string) => string;
}

/** Tagged arguments: Qwen3-Coder, Seed-OSS, GLM, MiniMax, DeepSeek V3.2, MiniCPM and more. */
export function tagged(tags: Tags): Format {
  const { families, example, signature, section, callStart, clean } = tags;
  const start = callStart.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return {
    families,
    example,
    signature: template => signature.test(template),
    opens: new RegExp(section === undefined ? start : `${section.source}|${start}`, 'g'),
    ...(clean === undefined ? {} : { clean }),
    take(reply, at, { tools }) {
      return new TaggedReader(tags, reply, at, tools).read();
    },
  };
}

class TaggedReader {
  readonly #tags: Tags;
  readonly #reply: string;
  readonly #tools: readonly ToolDefinition[];
  readonly #calls: ToolCall[] = [];
  readonly #notes: ParseNote[] = [];
  #at: number;

  constructor(tags: Tags, reply: string, at: number, tools: readonly ToolDefinition[]) {
    this.#tags = tags;
    this.#reply = reply;
    this.#tools = tools;
    this.#at = at;
  }

  read(): Taken | undefined {
    const { section, sectionCloses = [] } = this.#tags;
    if (section !== undefined) this.#pass(section);
    while (this.#calls.length + this.#notes.length < mostCalls && this.#one());
    for (const close of sectionCloses) this.#passText(close);
    if (this.#calls.length > 0 || this.#notes.length > 0) return this.#taken();
    // The section's opening is the last thing in the reply: cut off before the first call.
    if (skipSpace(this.#reply, this.#at) < this.#reply.length) return undefined;
    this.#notes.push(cutOff(''));
    this.#at = this.#reply.length;
    return this.#taken();
  }

  #taken(): Taken {
    return { calls: this.#calls, end: this.#at, notes: this.#notes };
  }

  /** One call; false where there is no further one. */
  #one(): boolean {
    const { call: opening, callStart, callClose } = this.#tags;
    const from = skipSpace(this.#reply, this.#at);
    const name = match(opening, this.#reply, from);
    if (name === undefined) {
      const rest = this.#reply.slice(from);
      const cut =
        rest.length > 0 &&
        (callStart.startsWith(rest) || (rest.startsWith(callStart) && !/[>\n]/.test(rest.slice(callStart.length))));
      if (cut) {
        this.#notes.push(cutOff(rest));
        this.#at = this.#reply.length;
      }
      return false;
    }
    const known = name.groups.name?.trim() ?? '';
    const bodyStart = skipSpace(this.#reply, name.end);
    if (this.#reply[bodyStart] === '{') return this.#jsonBody(known, bodyStart);
    if (!this.#startsBody(bodyStart)) return false;
    this.#at = bodyStart;
    this.#arguments(known);
    this.#passText(callClose);
    return this.#at < this.#reply.length;
  }

  /** After a call's opening comes an argument, its end, another tag, or nothing: else the opening was prose. */
  #startsBody(at: number): boolean {
    return at >= this.#reply.length || /^(?:<|\]<|\[)/.test(this.#reply.slice(at, at + 2));
  }

  /** Functionary's `<function=name>{…}</function>`, which others copy. */
  #jsonBody(name: string, from: number): boolean {
    const { callClose, callStart } = this.#tags;
    const end = jsonEnd(this.#reply, from) ?? firstOf(this.#reply, [callClose, callStart], from);
    const text = this.#reply.slice(from, end).trim();
    this.#calls.push(end === undefined ? partialArguments(name, text) : namedCall(name, text));
    this.#at = end ?? this.#reply.length;
    this.#passText(callClose);
    return end !== undefined;
  }

  #arguments(name: string): void {
    const { argument, callClose, callStart, sectionCloses = [] } = this.#tags;
    const entries: [string, Value][] = [];
    for (;;) {
      this.#at = skipSpace(this.#reply, this.#at);
      const opening = match(argument, this.#reply, this.#at);
      if (opening === undefined) break;
      const key = opening.groups.key?.trim() ?? '';
      const { text, next, cut } = this.#value(name, opening.end);
      if (cut) return this.#partial(name, entries, key, text);
      entries.push([key, this.#typed(name, key, text, opening.groups)]);
      this.#at = next;
    }
    const { arguments: args, argumentsText } = assembled(entries);
    const closed = this.#reply.startsWith(callClose, this.#at);
    const stops = [callClose, callStart, ...sectionCloses];
    const stop = closed ? this.#at : firstOf(this.#reply, stops, this.#at);
    const state = stop === undefined ? 'partial' : closed ? 'complete' : 'repaired';
    // A broken argument is passed over; what was good is kept.
    if (stop === undefined && this.#at < this.#reply.length) this.#notes.push(cutOff(this.#reply.slice(this.#at)));
    else if (!closed && stop !== this.#at)
      this.#notes.push({ code: 'malformed-argument', detail: this.#reply.slice(this.#at, stop).slice(0, 200) });
    this.#calls.push({ name, arguments: args, argumentsText, state });
    this.#at = stop ?? this.#reply.length;
  }

  #partial(name: string, entries: readonly [string, Value][], key: string, text: string): void {
    const head = assembled(entries).argumentsText.slice(0, -1);
    const separator = entries.length > 0 ? ', ' : '';
    const argumentsText = `${head}${separator}${JSON.stringify(key)}: ${JSON.stringify(text).slice(0, -1)}`;
    this.#calls.push({ name, argumentsText, state: 'partial' });
    this.#at = this.#reply.length;
  }

  /** An argument's text: to its closing tag, or to the next tag where the closing one is missing. */
  #value(name: string, from: number): { text: string; next: number; cut: boolean } {
    const { argumentClose, callClose } = this.#tags;
    if (this.#reply.startsWith('<![CDATA[', from)) {
      const end = this.#reply.indexOf(']]>', from);
      const close = end < 0 ? -1 : this.#reply.indexOf(argumentClose, end);
      if (close >= 0) return { text: this.#reply.slice(from + 9, end), next: close + argumentClose.length, cut: false };
    }
    const close = this.#argumentEnd(from);
    const forgotten = this.#forgottenEnd(name, from, close ?? this.#reply.length);
    if (forgotten !== undefined)
      return { text: unwrapped(this.#reply.slice(from, forgotten)), next: forgotten, cut: false };
    if (close !== undefined) {
      return { text: unwrapped(this.#reply.slice(from, close)), next: close + argumentClose.length, cut: false };
    }
    const end = firstOf(this.#reply, [callClose], from);
    if (end !== undefined) return { text: unwrapped(this.#reply.slice(from, end)), next: end, cut: false };
    return { text: this.#reply.slice(from).replace(/^\n/, ''), next: this.#reply.length, cut: true };
  }

  /** The closing tag that another tag or the end follows: one in the middle of a text belongs to the text. */
  #argumentEnd(from: number): number | undefined {
    const { argumentClose, argument, callClose, sectionCloses = [] } = this.#tags;
    const first = this.#reply.indexOf(argumentClose, from);
    for (let at = first, tries = 0; at >= 0 && tries < 20; at = this.#reply.indexOf(argumentClose, at + 1), tries++) {
      const next = skipSpace(this.#reply, at + argumentClose.length);
      const closes = [callClose, ...sectionCloses].some(close => this.#reply.startsWith(close, next));
      if (next >= this.#reply.length || closes || match(argument, this.#reply, next) !== undefined) return at;
    }
    return first < 0 ? undefined : first;
  }

  /** Start of the next argument of the tool, on its own line before this one's closing tag: that tag was forgotten. */
  #forgottenEnd(name: string, from: number, before: number): number | undefined {
    const opening = new RegExp(`\\n[ \\t]*(?=${this.#tags.argument.source})`, 'g');
    opening.lastIndex = from;
    for (
      let found = opening.exec(this.#reply);
      found !== null && found.index < before;
      found = opening.exec(this.#reply)
    ) {
      const key = found.groups?.key?.trim() ?? '';
      if (argumentSchema(this.#tools, name, key) !== undefined) return found.index + found[0].length;
    }
    return undefined;
  }

  #typed(name: string, key: string, text: string, groups: Groups): Value {
    if (groups.string === 'true' || groups.type === 'string') return stringValue(text);
    const typed = groups.string === 'false' || groups.type !== undefined;
    return coerced(text, typed ? undefined : argumentSchema(this.#tools, name, key));
  }

  #pass(pattern: RegExp): void {
    const found = match(pattern, this.#reply, this.#at);
    if (found !== undefined) this.#at = found.end;
  }

  #passText(text: string): void {
    const at = skipSpace(this.#reply, this.#at);
    if (this.#reply.startsWith(text, at)) this.#at = at + text.length;
  }
}

type Groups = Readonly<Record<string, string | undefined>>;

function match(pattern: RegExp, text: string, at: number): { groups: Groups; end: number } | undefined {
  const sticky = new RegExp(pattern.source, 'y');
  sticky.lastIndex = at;
  const found = sticky.exec(text);
  return found === null ? undefined : { groups: found.groups ?? {}, end: at + found[0].length };
}

/** One line break on each side belongs to the tags. */
function unwrapped(text: string): string {
  return text.replace(/^\r?\n/, '').replace(/\r?\n$/, '');
}
