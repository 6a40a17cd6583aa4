import type { ParsedReply, ToolCall } from '../../records/toolcall.ts';
import { parsed } from '../json.ts';
import { argumentSchema, assembled, coerced, stringValue, type Value } from '../values.ts';
import type { Format, FormatContext } from './format.ts';

const tag = /<\|(open|close)\|>(\w+)((?:\s+\w+="[^"]*")*)\s*<\|sep\|>/g;
const cutTag = /<\|(?:open|close)\|>[^<]*(?:<\|?s?e?p?\|?)?$/;

/** What is known of the call that is being read. */
interface Open {
  readonly name: string;
  readonly entries: [string, Value][];
  argument: { readonly key: string; readonly type: string | undefined } | undefined;
}

/** Kimi K3: everything is an element, `<|open|>call tool="f"<|sep|>…<|close|>call<|sep|>`. */
export const kimiK3: Format = {
  families: 'Kimi K3',
  example:
    '<|open|>call tool="get_weather" index="1"<|sep|><|open|>argument key="city" type="string"<|sep|>Paris<|close|>argument<|sep|><|close|>call<|sep|>',
  signature: template => template.includes('<|open|>') && template.includes('<|sep|>'),
  opens: /<\|open\|>(?:tools|call|response|think)\b/g,
  take: () => undefined,
  readWhole(reply, context) {
    return new ElementReader(context).read(reply);
  },
};

class ElementReader {
  readonly #context: FormatContext;
  readonly #calls: ToolCall[] = [];
  #reasoning = '';
  #content = '';
  #open: Open | undefined;
  #where: string;

  constructor(context: FormatContext) {
    this.#context = context;
    const opened = [...(context.generationPrompt ?? '').matchAll(tag)].at(-1);
    this.#where = opened?.[1] === 'open' ? (opened[2] as string) : 'message';
  }

  read(reply: string): ParsedReply {
    let at = 0;
    for (const found of reply.matchAll(tag)) {
      this.#text(reply.slice(at, found.index));
      const [all, kind, name = '', attributes = ''] = found;
      if (kind === 'open') this.#enter(name, attributes);
      else this.#leave(name);
      at = found.index + all.length;
    }
    this.#text(reply.slice(at).replace(cutTag, ''));
    this.#cut();
    return { content: this.#content.trim(), reasoning: this.#reasoning.trim(), calls: this.#calls, notes: [] };
  }

  #text(text: string): void {
    if (this.#open?.argument !== undefined) this.#argument(text);
    else if (this.#where === 'think') this.#reasoning += text;
    else if (this.#open === undefined && this.#where !== 'tools') this.#content += text;
  }

  #argument(text: string): void {
    const { name, entries, argument } = this.#open as Open;
    const { key, type } = argument as NonNullable<Open['argument']>;
    const last = entries.at(-1);
    const whole = last?.[0] === key ? `${String(last[1].value)}${text}` : text;
    const schema = type === undefined ? argumentSchema(this.#context.tools, name, key) : undefined;
    entries.push([key, type === 'string' ? stringValue(whole) : coerced(whole, schema)]);
  }

  #enter(name: string, attributes: string): void {
    const given = (key: string) => attributes.match(new RegExp(`\\b${key}="([^"]*)"`))?.[1]?.replaceAll('&quot;', '"');
    if (name === 'call') this.#open = { name: given('tool') ?? '', entries: [], argument: undefined };
    else if (name === 'argument' && this.#open !== undefined) {
      this.#open.argument = { key: given('key') ?? '', type: given('type') };
    } else this.#where = name;
  }

  #leave(name: string): void {
    if (name === 'argument' && this.#open !== undefined) this.#open.argument = undefined;
    else if (name === 'call') {
      if (this.#open !== undefined && this.#open.name !== '') {
        this.#calls.push({ name: this.#open.name, ...assembled(this.#open.entries), state: 'complete' });
      }
      this.#open = undefined;
    } else if (name === this.#where) this.#where = 'message';
  }

  /** The reply ended inside a call. */
  #cut(): void {
    if (this.#open === undefined || this.#open.name === '') return;
    const { name, entries, argument } = this.#open;
    const { arguments: args, argumentsText } = assembled(entries);
    const known = argument === undefined && parsed(argumentsText) !== undefined;
    this.#calls.push({
      name,
      argumentsText: argumentsText.slice(0, -1),
      state: 'partial',
      ...(known ? { arguments: args } : {}),
    });
  }
}
