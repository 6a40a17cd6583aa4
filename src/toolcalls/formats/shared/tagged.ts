import type { ParseNote, ToolCall, ToolDefinition } from '../../../records/toolcall.ts';
import { namedCall, partialArguments } from '../../call.ts';
import { jsonEnd, parsed, skipSpace } from '../../text/json.ts';
import { cutOff, firstOf, mostCalls } from '../../json-calls.ts';
import { toolName } from '../../names.ts';
import { argumentSchema, assembled, coerced, stringValue, type Value } from '../../values.ts';
import { strictCall } from '../../strict-call.ts';
import { escaped } from '../../text/text.ts';
import { unwrapped, withoutEscapedBreaks, withoutWrongClose } from './argument-text.ts';
import { attribute, attributes } from './attributes.ts';
import type { Format, Taken } from '../format.ts';
import { type Groups, keyOf, match, TagEnds, tagStart } from './tag-ends.ts';

/** Tags of calls with one tag for each argument. Patterns are used at one place: no anchors, no flags. */
export interface Tags {
  readonly families: string;
  readonly example: string;
  readonly signature: RegExp;
  /** Opens the calls as a whole; may be missing. */
  readonly section?: RegExp;
  readonly sectionCloses?: readonly string[];
  /** Opens a call; group `name`, or `attributes` with one of that name. */
  readonly call: RegExp;
  /** Start of a call's opening that a cut-off reply shows at least. */
  readonly callStart: string;
  readonly callClose: string;
  /** Opens an argument; group `key`, or `attributes` with `name` and perhaps `string` (true, false) or `type`. */
  readonly argument: RegExp;
  readonly argumentClose: string;
  /** Takes family markup off content. */
  readonly clean?: (text: string) => string;
}

/** Tagged arguments: Qwen3-Coder, Seed-OSS, GLM, MiniMax, DeepSeek V3.2, MiniCPM and more. */
export function tagged(tags: Tags): Format {
  const { families, example, signature, section, callStart, clean } = tags;
  const start = escaped(callStart);
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
  readonly #ends: TagEnds;

  constructor(tags: Tags, reply: string, at: number, tools: readonly ToolDefinition[]) {
    this.#tags = tags;
    this.#reply = reply;
    this.#tools = tools;
    this.#at = at;
    this.#ends = new TagEnds(tags, reply, tools);
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
    const tag = name.groups.attributes;
    const known = toolName(name.groups.name ?? attribute(tag ?? '', 'name') ?? '', this.#tools);
    if (known === '') return false;
    const bodyStart = skipSpace(this.#reply, name.end);
    if (this.#reply[bodyStart] === '{') return this.#jsonBody(known, bodyStart);
    if (!this.#startsBody(bodyStart)) return false;
    this.#at = bodyStart;
    this.#arguments(known, this.#inAttributes(known, tag ?? ''));
    this.#passText(callClose);
    return this.#at < this.#reply.length;
  }

  /** Arguments that stand in the call's own tag: `<invoke name="f" city="Paris">`. */
  #inAttributes(name: string, tag: string): [string, Value][] {
    return [...attributes(tag)]
      .filter(([key]) => key !== 'name')
      .flatMap(([key, text]) => {
        const schema = argumentSchema(this.#tools, name, key);
        return schema === undefined ? [] : [[key, coerced(text, schema)] as [string, Value]];
      });
  }

  /** After a call's opening comes an argument, its end, another tag, or nothing: else the opening was prose. */
  #startsBody(at: number): boolean {
    if (at >= this.#reply.length || /^(?:<|\]<|\[)/.test(this.#reply.slice(at, at + 2))) return true;
    return match(this.#tags.argument, this.#reply, at) !== undefined;
  }

  /** Functionary's `<function=name>{…}</function>`, which others copy. */
  #jsonBody(name: string, from: number): boolean {
    const { callClose, callStart } = this.#tags;
    const whole = jsonEnd(this.#reply, from);
    const stop = firstOf(this.#reply, [callClose, callStart], from);
    // Broken JSON ends at the next tag: it may hold a quote that runs on into the next call.
    const broken = whole !== undefined && stop !== undefined && stop < whole;
    const end = broken && parsed(this.#reply.slice(from, whole)) === undefined ? stop : (whole ?? stop);
    const text = this.#reply.slice(from, end).trim();
    // `<tool_call>json {"name": …}`: the word of a fence stands where the name would.
    const offered = this.#tools.some(tool => tool.function.name === name);
    const inner = offered ? undefined : strictCall(text);
    if (inner !== undefined) this.#calls.push({ ...inner, state: 'repaired' });
    else this.#calls.push(end === undefined ? partialArguments(name, text) : namedCall(name, text));
    this.#at = end ?? this.#reply.length;
    this.#passText(callClose);
    return end !== undefined;
  }

  #arguments(name: string, given: readonly [string, Value][]): void {
    const { argument, callClose, callStart, sectionCloses = [] } = this.#tags;
    const entries: [string, Value][] = [...given];
    let mended = false;
    for (;;) {
      this.#at = skipSpace(this.#reply, this.#at);
      const opening = match(argument, this.#reply, this.#at);
      if (opening === undefined) break;
      const key = keyOf(opening.groups);
      const { text, next, cut, swallows, quoted } = this.#value(name, key, opening.end);
      if (cut) return this.#partial(name, entries, key, text);
      mended ||= swallows === 'ended';
      if (key === '') {
        // Whose value it is can't be told.
        mended = true;
        this.#notes.push({ code: 'malformed-argument', detail: text.slice(0, 200), tool: name });
        this.#at = next;
        continue;
      }
      if (swallows === 'kept') this.#holds(name, text);
      else if (swallows === undefined && quoted !== true) this.#doubts(name, key, text);
      entries.push([key, this.#typed(name, key, text, opening.groups)]);
      this.#at = next;
    }
    const { arguments: args, argumentsText } = assembled(entries);
    const closed = this.#reply.startsWith(callClose, this.#at);
    const stops = [callClose, callStart, ...sectionCloses];
    const ahead = closed ? this.#at : firstOf(this.#reply, stops, this.#at);
    // The next call's own section may open before it.
    const stop = ahead === undefined ? undefined : Math.min(ahead, this.#ends.opening(this.#at, ahead) ?? ahead);
    const state = stop === undefined ? 'partial' : closed && !mended ? 'complete' : 'repaired';
    // A broken argument is passed over; what was good is kept.
    if (stop === undefined && this.#at < this.#reply.length) {
      this.#notes.push({ ...cutOff(this.#reply.slice(this.#at)), tool: name });
    } else if (!closed && stop !== this.#at) {
      const detail = this.#reply.slice(this.#at, stop).slice(0, 200);
      this.#notes.push({ code: 'malformed-argument', detail, tool: name });
    }
    this.#calls.push({ name, arguments: args, argumentsText, state });
    this.#at = stop ?? this.#reply.length;
  }

  /** A value that holds a whole call is text, for us; another reader may see the call. */
  #holds(name: string, text: string): void {
    const written = new RegExp(this.#tags.call.source).exec(text)?.groups;
    const inner = toolName(written?.name ?? attribute(written?.attributes ?? '', 'name') ?? name, this.#tools);
    this.#notes.push({ code: 'unread-call', detail: text.slice(0, 200), tool: inner });
  }

  /** A value with tags of its own kind, or with the close of another: it may be that another reader ends it there. */
  #doubts(name: string, key: string, text: string): void {
    const { argumentClose, callClose } = this.#tags;
    const open = [argumentClose, callClose].some(
      close => text.split(close).length !== text.split(tagStart(close)).length,
    );
    if (!open && withoutWrongClose(text, key) === text) return;
    this.#notes.push({ code: 'malformed-argument', detail: `${key}: ${text}`.slice(0, 200), tool: name });
  }

  #partial(name: string, entries: readonly [string, Value][], key: string, text: string): void {
    const head = assembled(entries).argumentsText.slice(0, -1);
    const separator = entries.length > 0 ? ', ' : '';
    const argumentsText = `${head}${separator}${JSON.stringify(key)}: ${JSON.stringify(text).slice(0, -1)}`;
    this.#calls.push({ name, argumentsText, state: 'partial' });
    this.#at = this.#reply.length;
  }

  /**
   * An argument's text: to its closing tag, or to the next tag where the closing one is missing. `swallows`: the text
   * was ended otherwise than by its one closing tag, or holds a whole call and was kept.
   */
  #value(name: string, key: string, from: number): ArgumentText {
    const { argumentClose, callClose, sectionCloses = [] } = this.#tags;
    if (this.#reply.startsWith('<![CDATA[', from)) {
      const end = this.#reply.indexOf(']]>', from);
      const close = end < 0 ? undefined : this.#ends.closing(end);
      if (close !== undefined) {
        return { text: this.#reply.slice(from + 9, end), next: close + argumentClose.length, cut: false, quoted: true };
      }
    }
    const { at: close, next, swallows } = this.#ends.argument(from);
    const forgotten = this.#ends.forgotten(name, from, close ?? this.#reply.length);
    const stop = forgotten ?? close ?? firstOf(this.#reply, [callClose, ...sectionCloses], from);
    if (stop === undefined) {
      return { text: this.#reply.slice(from).replace(/^\n/, ''), next: this.#reply.length, cut: true };
    }
    const written = this.#reply.slice(from, stop);
    if (forgotten !== undefined || !this.#reply.startsWith(argumentClose, stop)) {
      return { text: unwrapped(withoutWrongClose(written, key)).trimEnd(), next: stop, cut: false, swallows: 'ended' };
    }
    const plain = withoutEscapedBreaks(written);
    const ended = plain === written ? swallows : 'ended';
    const text = unwrapped(plain);
    return { text, next: next ?? stop + argumentClose.length, cut: false, ...(ended && { swallows: ended }) };
  }

  #typed(name: string, key: string, text: string, groups: Groups): Value {
    const given = attributes(groups.attributes ?? '');
    if (given.get('string') === 'true' || given.get('type') === 'string') return stringValue(text);
    const typed = given.get('string') === 'false' || given.has('type');
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

/** The text of an argument, where reading goes on, and whether the reply ended inside it. */
interface ArgumentText {
  readonly text: string;
  readonly next: number;
  readonly cut: boolean;
  readonly swallows?: 'ended' | 'kept';
  /** In CDATA: it holds any text. */
  readonly quoted?: true;
}
