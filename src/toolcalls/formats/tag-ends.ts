import type { ToolDefinition } from '../../records/toolcall.ts';
import { Ahead } from '../ahead.ts';
import { skipSpace } from '../json.ts';
import { escaped } from '../text.ts';
import { argumentSchema } from '../values.ts';
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
  argument(from: number): { at?: number; swallows?: 'ended' | 'kept' } {
    const { argumentClose, callClose } = this.#tags;
    const first = this.#ahead.marker(argumentClose, from);
    const opening = this.opening(from, this.#reply.length);
    for (
      let at = first, tries = 0;
      at !== undefined && tries < 20;
      at = this.#ahead.marker(argumentClose, at + 1), tries++
    ) {
      if (!this.#follows(at + argumentClose.length)) continue;
      if (opening === undefined || opening > at) return { at };
      // Whole calls inside the text, closed again, belong to it.
      if (this.#balanced(from, at)) return { at, swallows: 'kept' };
      break;
    }
    if (opening === undefined) return first === undefined ? {} : { at: first };
    const ended = [first, this.#ahead.marker(callClose, from), opening].filter(at => at !== undefined);
    return { at: Math.min(...ended), swallows: 'ended' };
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

  /** Start of the next argument of the tool, on its own line before this one's closing tag: that tag was forgotten. */
  forgotten(name: string, from: number, before: number): number | undefined {
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
}

export type Groups = Readonly<Record<string, string | undefined>>;

export function match(pattern: RegExp, text: string, at: number): { groups: Groups; end: number } | undefined {
  const sticky = new RegExp(pattern.source, 'y');
  sticky.lastIndex = at;
  const found = sticky.exec(text);
  return found === null ? undefined : { groups: found.groups ?? {}, end: at + found[0].length };
}
