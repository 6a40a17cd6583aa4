import type { ParseNote, ToolCall } from '../../records/toolcall.ts';
import { parsed } from '../text/json.ts';
import { malformedCall } from '../json-calls.ts';
import { toolName } from '../names.ts';
import { argumentSchema, assembled, coerced, stringValue, type Value } from '../values.ts';
import { withoutWrongClose } from './shared/argument-text.ts';
import type { Format, FormatContext, Piece, Pieces, Taken } from './format.ts';

const tag = /<\|(open|close)\|>(\w+)((?:\s+[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>|]+))*)\s*<\|sep\|>/g;
const cutTag = /<\|(?:open|close)\|>[^<]*(?:<\|?s?e?p?\|?)?$/;

/** What is known of the call that is being read. */
interface Open {
  readonly name: string;
  readonly entries: [string, Value][];
  argument: { readonly key: string; readonly type: string | undefined } | undefined;
  /** An argument was ended by something else than its close. */
  mended: boolean;
}

/** Kimi K3: everything is an element, `<|open|>call tool="f"<|sep|>…<|close|>call<|sep|>`. */
export const kimiK3: Format = {
  families: 'Kimi K3',
  example:
    '<|open|>call tool="get_weather" index="1"<|sep|><|open|>argument key="city" type="string"<|sep|>Paris<|close|>argument<|sep|><|close|>call<|sep|>',
  signature: template => template.includes('<|open|>') && template.includes('<|sep|>'),
  opens: /<\|open\|>(?:tools|call|response|think)\b/g,
  opening: { from: 'tools<|sep|>', after: /<\|open\|>$/, close: '<|close|>think<|sep|><|open|>' },
  opensCall: /<\|open\|>(?:tools|call)\b/g,
  take(reply, at, { tools }): Taken | undefined {
    // Up to where the next thing is neither a call nor inside one.
    const reader = new ElementReader({ tools, generationPrompt: '' });
    const { pieces, notes } = reader.read(reply.slice(at), true);
    const calls = pieces.flatMap(piece => (piece.kind === 'calls' ? piece.calls : []));
    return calls.length === 0 ? undefined : { calls, notes, end: at + reader.end };
  },
  readWhole(reply, context) {
    return new ElementReader(context).read(reply);
  },
};

class ElementReader {
  readonly #context: FormatContext;
  readonly #pieces: Piece[] = [];
  readonly #notes: ParseNote[] = [];
  #open: Open | undefined;
  #where: string;
  /** Index after the last element that belongs to a call. */
  end = 0;

  constructor(context: FormatContext) {
    this.#context = context;
    const opened = [...(context.generationPrompt ?? '').matchAll(tag)].at(-1);
    this.#where = opened?.[1] === 'open' ? (opened[2] as string) : 'message';
  }

  /** @param callsAlone stops at the first text between calls */
  read(reply: string, callsAlone = false): Pieces {
    const thoughtEnd = callsAlone ? 0 : reply.lastIndexOf('<|close|>think<|sep|>');
    let at = 0;
    for (const found of reply.matchAll(tag)) {
      const between = reply.slice(at, found.index);
      if (callsAlone && this.#open === undefined && between.trim() !== '') return this.#read();
      this.#text(between);
      const [all, kind, name = '', attributes = ''] = found;
      if (this.#where === 'think' && name !== 'think' && found.index < thoughtEnd) {
        // What a closed thought holds is a thought.
        this.#text(all);
      } else if (kind === 'open') this.#enter(name, attributes);
      else this.#leave(name);
      at = found.index + all.length;
      this.end = at;
    }
    if (callsAlone && this.#open === undefined) return this.#read();
    this.#text(reply.slice(at).replace(cutTag, ''));
    this.end = reply.length;
    this.#cut('partial');
    return this.#read();
  }

  #read(): Pieces {
    return { pieces: this.#pieces, notes: this.#notes };
  }

  #text(text: string): void {
    if (this.#open?.argument !== undefined) this.#argument(text);
    else if (this.#where === 'think') this.#pieces.push({ kind: 'thought', text });
    else if (this.#open === undefined) this.#pieces.push({ kind: 'content', text });
    else if (text.trim() !== '') {
      this.#notes.push({ code: 'malformed-argument', detail: text.slice(0, 200), tool: this.#open.name });
      this.#pieces.push({ kind: 'content', text });
    }
  }

  #argument(text: string): void {
    const { name, entries, argument } = this.#open as Open;
    const { key, type } = argument as NonNullable<Open['argument']>;
    const last = entries.at(-1);
    const whole = last?.[0] === key ? `${String(last[1].value)}${text}` : text;
    // A mark that stands in a value is a broken one.
    if (whole.includes('<|sep|>') || whole.includes('<|open|>') || whole.includes('<|close|>'))
      (this.#open as Open).mended = true;
    const schema = type === undefined ? argumentSchema(this.#context.tools, name, key) : undefined;
    entries.push([key, type === 'string' ? stringValue(whole) : coerced(whole, schema)]);
  }

  #enter(name: string, attributes: string): void {
    const given = (key: string) => {
      const found = attributes.match(new RegExp(`\\b${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'<>|]+))`));
      return (found?.[1] ?? found?.[2] ?? found?.[3])?.replaceAll('&quot;', '"');
    };
    if (name === 'call') {
      // The call before it was not closed.
      this.#cut('repaired');
      this.#open = {
        name: this.#named(given('tool') ?? given('name') ?? ''),
        entries: [],
        argument: undefined,
        mended: false,
      };
    } else if (name === 'argument' && this.#open !== undefined) {
      this.#endArgument();
      this.#open.argument = { key: given('key') ?? given('name') ?? '', type: given('type') };
    } else this.#where = name;
  }

  #named(written: string): string {
    return toolName(written, this.#context.tools);
  }

  #leave(name: string): void {
    if (name === 'argument' && this.#open !== undefined) this.#open.argument = undefined;
    else if (name === 'call') {
      this.#endArgument();
      const open = this.#open;
      if (open?.name === '') this.#notes.push(malformedCall(assembled(open.entries).argumentsText));
      else if (open !== undefined) {
        this.#call({ name: open.name, ...assembled(open.entries), state: open.mended ? 'repaired' : 'complete' });
      }
      this.#open = undefined;
    } else {
      if (name === 'tools' || name === 'message') this.#cut('repaired');
      if (name === this.#where) this.#where = 'message';
    }
  }

  /** An argument without a close of its own ends here. */
  #endArgument(): void {
    const { argument, entries } = this.#open ?? {};
    if (this.#open === undefined || argument === undefined || entries === undefined) return;
    const last = entries.at(-1);
    this.#open.mended = true;
    this.#open.argument = undefined;
    if (last?.[0] !== argument.key || typeof last[1].value !== 'string') return;
    entries[entries.length - 1] = [argument.key, stringValue(withoutWrongClose(last[1].value, argument.key))];
  }

  #call(call: ToolCall): void {
    this.#pieces.push({ kind: 'calls', calls: [call] });
  }

  /** The reply, or the calls, ended inside a call. */
  #cut(state: 'partial' | 'repaired'): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.name === '') return;
    const { name, entries, argument } = open;
    const { arguments: args, argumentsText } = assembled(entries);
    if (state === 'repaired') return this.#call({ name, arguments: args, argumentsText, state });
    const known = argument === undefined && parsed(argumentsText) !== undefined;
    this.#call({ name, argumentsText: argumentsText.slice(0, -1), state, ...(known ? { arguments: args } : {}) });
  }
}
