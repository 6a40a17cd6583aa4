import type { ParseNote, ToolCall, ToolDefinition } from '../../../records/toolcall.ts';
import { Ahead } from '../../text/ahead.ts';
import { namedCall, partialArguments } from '../../call.ts';
import { isObject, jsonEnd, parsed, skipSpace, textEnd } from '../../text/json.ts';
import { cutOff, malformedCall, mostCalls } from '../../json-calls.ts';
import { nameOfId, toolName } from '../../names.ts';
import { escaped } from '../../text/text.ts';
import type { Format, Taken } from '../format.ts';

/** Markers of calls whose name stands before the JSON of their arguments. */
export interface NamedMarkers {
  readonly families: string;
  readonly example: string;
  readonly signature: RegExp;
  /** Opens the calls as a whole; may be missing. */
  readonly section?: string;
  /** One call's head, up to its arguments, with a group `name` (or `plain`, a second place for it) and perhaps `id`. */
  readonly head: RegExp;
  /** Text that every head starts with. */
  readonly headStart: string;
  /** Ends one call; may be missing. */
  readonly close?: string;
  readonly sectionClose?: string;
  /** The name of a head; undefined: no call. */
  readonly nameOf?: (name: string, argumentsText: string, tools: readonly ToolDefinition[]) => string | undefined;
}

const fence = /```(?:json)?\s*/y;

/** Name, then JSON: Mistral from v11, DeepSeek R1, V3 and V3.1, Kimi K2, Functionary 3.1, Solar. */
export function nameThenJson(markers: NamedMarkers): Format {
  const { families, example, signature, section, headStart } = markers;
  const starts = section === undefined ? [headStart] : [section, headStart];
  // Sections of one reply are looked through one after another: what stands ahead is remembered between them.
  let known: { reply: string; ahead: Ahead } | undefined;
  return {
    families,
    example,
    signature: template => signature.test(template),
    opens: new RegExp(starts.map(escaped).join('|'), 'g'),
    take(reply, at, { tools }) {
      if (known?.reply !== reply) known = { reply, ahead: new Ahead(reply) };
      const inSection = section !== undefined && reply.startsWith(section, at);
      return new Section(markers, known.ahead, reply, inSection ? at + section.length : at).read(tools);
    },
  };
}

class Section {
  readonly #markers: NamedMarkers;
  readonly #ahead: Ahead;
  readonly #reply: string;
  readonly #head: RegExp;
  readonly #calls: ToolCall[] = [];
  readonly #notes: ParseNote[] = [];
  #at: number;

  constructor(markers: NamedMarkers, ahead: Ahead, reply: string, at: number) {
    this.#markers = markers;
    this.#ahead = ahead;
    this.#reply = reply;
    this.#head = new RegExp(markers.head.source, 'y');
    this.#at = at;
  }

  read(tools: readonly ToolDefinition[]): Taken | undefined {
    const { headStart, sectionClose = '' } = this.#markers;
    const from = this.#at;
    while (this.#calls.length + this.#notes.length < mostCalls) {
      const next = skipSpace(this.#reply, this.#at);
      if (!this.#reply.startsWith(headStart, next)) break;
      this.#at = next;
      if (!this.#one(tools)) break;
    }
    const next = skipSpace(this.#reply, this.#at);
    const closed = sectionClose !== '' && this.#reply.startsWith(sectionClose, next);
    const end = closed ? next + sectionClose.length : this.#at;
    if (this.#calls.length === 0 && this.#notes.length === 0) {
      // A section that ends before its first call, or as if it had just begun one.
      if (next < this.#reply.length || from === 0) return undefined;
      return { calls: [], end: next, notes: [cutOff('')] };
    }
    return { calls: this.#calls, end, notes: this.#notes };
  }

  /** One call; false where no further one can be read. */
  #one(tools: readonly ToolDefinition[]): boolean {
    const { headStart, nameOf } = this.#markers;
    this.#head.lastIndex = this.#at;
    const head = this.#head.exec(this.#reply);
    const id = head?.groups?.id?.trim();
    if (head === null) return this.#skip(headStart);
    const bodyStart = this.#bodyStart(this.#at + head[0].length);
    const written = (head.groups?.name ?? head.groups?.plain)?.trim() ?? '';
    const body = this.#body(bodyStart);
    const name = nameOf === undefined ? toolName(written, tools) : nameOf(written, body.text, tools);
    if (name === undefined || name === '') {
      this.#notes.push(malformedCall(this.#reply.slice(this.#at, body.next)));
    } else if (body.cut) {
      if (bodyStart < this.#reply.length || body.text !== '') this.#calls.push(partialArguments(name, body.text));
      else this.#calls.push({ name, argumentsText: '', state: 'partial' });
    } else this.#calls.push(namedCall(name, body.text, id));
    // Second arguments stay text: nobody can say whose they are.
    if (name !== undefined && body.text.startsWith('{') && this.#reply[skipSpace(this.#reply, body.next)] === '{') {
      const detail = this.#reply.slice(body.next, body.next + 200).trim();
      this.#notes.push({ code: 'unread-call', detail, tool: name });
    }
    this.#at = body.next;
    return !body.cut;
  }

  /** Passes over a head that can't be read: to the next one, or to the end when the reply breaks off in it. */
  #skip(headStart: string): boolean {
    const { close, sectionClose, section } = this.#markers;
    const from = this.#at + headStart.length;
    const stops = [headStart, close, sectionClose, section].filter(stop => stop !== undefined);
    const next = this.#ahead.first(stops, from);
    const rest = this.#reply.slice(this.#at, next);
    if (next === undefined && /[\n{]/.test(rest.trim())) return false;
    this.#notes.push(next === undefined ? cutOff(rest) : malformedCall(rest));
    this.#at = next ?? this.#reply.length;
    if (close !== undefined && this.#reply.startsWith(close, this.#at)) this.#at += close.length;
    return next !== undefined;
  }

  #bodyStart(from: number): number {
    const at = skipSpace(this.#reply, from);
    fence.lastIndex = at;
    return at + (fence.exec(this.#reply)?.[0].length ?? 0);
  }

  /** Where arguments end that are whole: an object, or one in a JSON string. */
  #whole(from: number): number | undefined {
    if (this.#reply[from] === '{') return jsonEnd(this.#reply, from);
    const end = this.#reply[from] === '"' ? textEnd(this.#reply, from) : undefined;
    return end !== undefined && typeof parsed(this.#reply.slice(from, end)) === 'string' ? end : undefined;
  }

  /** The arguments' text and where the next call may start. */
  #body(from: number): { text: string; next: number; cut: boolean } {
    const { close, headStart, section, sectionClose } = this.#markers;
    const whole = this.#whole(from);
    const stops = [close, headStart, section, sectionClose].filter(stop => stop !== undefined);
    const marked = this.#ahead.first(stops, from);
    // Broken JSON ends at the next marker: a missing quote would take it into the next call.
    const broken =
      whole !== undefined &&
      marked !== undefined &&
      marked < whole &&
      parsed(this.#reply.slice(from, whole)) === undefined;
    const stop = broken ? marked : (whole ?? marked);
    if (stop === undefined) return { text: this.#reply.slice(from), next: this.#reply.length, cut: true };
    const text = this.#reply.slice(from, stop).trim();
    let next = stop;
    // The closing fence, then the closing marker.
    const tail = this.#reply.slice(next, next + 40).match(/^\s*`{3}/)?.[0].length ?? 0;
    next += tail;
    const marker = skipSpace(this.#reply, next);
    if (close !== undefined && this.#reply.startsWith(close, marker)) next = marker + close.length;
    return { text: text.endsWith('```') ? text.slice(0, -3).trimEnd() : text, next, cut: false };
  }
}

/** Kimi's ids: `functions.get_weather:0`. A bare index names the only tool that its arguments fit. */
export function kimiName(written: string, argumentsText: string, tools: readonly ToolDefinition[]): string | undefined {
  const value = parsed(argumentsText);
  if (!/^\d*$/.test(written)) return nameOfId(written, tools);
  if (!isObject(value)) return undefined;
  const fitting = tools.filter(tool => {
    const properties = tool.function.parameters?.properties;
    return isObject(properties) && Object.keys(value).every(key => Object.hasOwn(properties, key));
  });
  return fitting.length === 1 ? fitting[0]?.function.name : undefined;
}
