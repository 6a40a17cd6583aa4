import type { ToolDefinition } from '../../../records/toolcall.ts';
import { Ahead } from '../../text/ahead.ts';
import { skipSpace } from '../../text/json.ts';
import { escaped } from '../../text/text.ts';
import { argumentSchema } from '../../values.ts';
import { attribute } from './attributes.ts';
import type { Tags } from './tagged.ts';

/** So much text is searched for calls inside of arguments; more is hostile. */
const mostSearched = 2_000_000;

/** Finds where the text of a tagged argument ends, whatever stands in it. Looking is linear in the reply. */
export class TagEnds {
  readonly #tags: Tags;
  readonly #reply: string;
  readonly #tools: readonly ToolDefinition[];
  readonly #ahead: Ahead;
  #budget = mostSearched;

  constructor(tags: Tags, reply: string, tools: readonly ToolDefinition[]) {
    this.#tags = tags;
    this.#reply = reply;
    this.#tools = tools;
    this.#ahead = new Ahead(reply);
  }

  /**
   * The closing tag that another tag or the end follows: one in the middle of a text belongs to the text. A text that
   * would run into the next call ends before it.
   */
  argument(from: number): ArgumentEnd {
    const { argumentClose, callClose } = this.#tags;
    const first = this.#ahead.marker(argumentClose, from);
    const opening = this.opening(from, this.#reply.length);
    for (
      let at = first, tries = 0;
      at !== undefined && tries < 20;
      at = this.#ahead.marker(argumentClose, at + 1), tries++
    ) {
      if (!this.#follows(at + argumentClose.length)) {
        const again = this.#again(from, at);
        if (again === undefined || (opening !== undefined && opening <= again.at)) continue;
        return again;
      }
      if (opening === undefined || opening > at) return { at };
      // Whole calls inside the text, closed again, belong to it.
      if (this.#balanced(from, at)) return { at, swallows: 'kept' };
      break;
    }
    if (opening === undefined) return first === undefined ? {} : { at: first };
    const ended = [first, this.#ahead.marker(callClose, from), opening].filter(at => at !== undefined);
    return { at: Math.min(...ended), swallows: 'ended' };
  }

  /** A closing tag that was written more than once: the first one that no tag in the text opened ends it. */
  #again(from: number, first: number): (ArgumentEnd & { readonly at: number }) | undefined {
    const { argumentClose } = this.#tags;
    const closes: number[] = [];
    let next = first;
    while (this.#reply.startsWith(argumentClose, next)) {
      closes.push(next);
      next = skipSpace(this.#reply, next + argumentClose.length);
    }
    if (closes.length < 2 || !this.#follows(next)) return undefined;
    this.#budget -= first - from;
    if (this.#budget < 0) return { at: first, next, swallows: 'ended' };
    const text = this.#reply.slice(from, first);
    const open = text.split(tagStart(argumentClose)).length - text.split(argumentClose).length;
    const at = closes[Math.max(0, open)] ?? (closes.at(-1) as number);
    // A tag that the text opened is its own: then nothing was written twice.
    return at === closes.at(-1) ? { at, next } : { at, next, swallows: 'ended' };
  }

  /** Where an argument's closing tag stands next. */
  closing(from: number): number | undefined {
    return this.#ahead.marker(this.#tags.argumentClose, from);
  }

  /** What may stand after an argument. */
  #follows(from: number): boolean {
    const { argument, call, callClose, section, sectionCloses = [] } = this.#tags;
    const next = skipSpace(this.#reply, from);
    if (next >= this.#reply.length) return true;
    if ([callClose, ...sectionCloses].some(close => this.#reply.startsWith(close, next))) return true;
    const openings = [argument, call, ...(section === undefined ? [] : [section])];
    return openings.some(opening => match(opening, this.#reply, next) !== undefined);
  }

  /** Where the next call opens between two places, with its section if that stands right before it. */
  opening(from: number, before: number): number | undefined {
    const { section } = this.#tags;
    const at = this.#call(from);
    if (at === undefined || at >= before) return undefined;
    const lead = this.#reply.slice(Math.max(from, at - 60), at);
    const opened = section === undefined ? null : new RegExp(`(?:${section.source}|<tool_call>)\\s*$`).exec(`${lead}`);
    return opened === null ? at : at - (lead.length - opened.index);
  }

  /** Where a call's tag stands next. */
  #call(from: number): number | undefined {
    const { call, callStart } = this.#tags;
    return this.#ahead.lookup('a call', from, () => {
      let at = this.#reply.indexOf(callStart, from);
      while (at >= 0 && match(call, this.#reply, at) === undefined) at = this.#reply.indexOf(callStart, at + 1);
      return [at, 0];
    })?.at;
  }

  /** Is every call that opens in a text closed again, and none closed that did not open in it? */
  #balanced(from: number, to: number): boolean {
    const { callStart, callClose } = this.#tags;
    const tags = new RegExp(`${escaped(callStart)}|${escaped(callClose)}`, 'g');
    this.#budget -= to - from;
    if (this.#budget < 0) return false;
    let depth = 0;
    for (const [found] of this.#reply.slice(from, to).matchAll(tags)) {
      depth += found === callStart ? 1 : -1;
      if (depth < 0) return false;
    }
    return depth === 0;
  }

  /**
   * Start of the next argument of the tool before this one's closing tag, on its own line or behind a closing tag of
   * another kind: its own tag was forgotten.
   */
  forgotten(name: string, from: number, before: number): number | undefined {
    const found = this.#ahead.lookup(`an argument of ${name}`, from, () => {
      const opening = new RegExp(`(?:\\n[ \\t]*|</[^<>\\s]{1,60}>\\s{0,20})(?=${this.#tags.argument.source})`, 'g');
      opening.lastIndex = from;
      let place = opening.exec(this.#reply);
      while (place !== null && argumentSchema(this.#tools, name, keyOf(place.groups ?? {})) === undefined)
        place = opening.exec(this.#reply);
      return place === null ? [-1, 0] : [place.index, place[0].length];
    });
    return found === undefined || found.at >= before ? undefined : found.at + found.length;
  }
}

/** Where an argument's text ends. `next`: where reading goes on, behind closing tags that were written again. */
export interface ArgumentEnd {
  readonly at?: number;
  readonly next?: number;
  readonly swallows?: 'ended' | 'kept';
}

/** `</parameter>` -> `<parameter` */
export function tagStart(close: string): string {
  return close.replace('</', '<').slice(0, -1);
}

/** An argument's key, in its tag or as an attribute of it. */
export function keyOf({ key, attributes: given = '' }: Groups): string {
  return (key ?? attribute(given, 'name') ?? '').trim().replace(/^["']|["']$/g, '');
}

export type Groups = Readonly<Record<string, string | undefined>>;

export function match(pattern: RegExp, text: string, at: number): { groups: Groups; end: number } | undefined {
  const sticky = new RegExp(pattern.source, 'y');
  sticky.lastIndex = at;
  const found = sticky.exec(text);
  return found === null ? undefined : { groups: found.groups ?? {}, end: at + found[0].length };
}
