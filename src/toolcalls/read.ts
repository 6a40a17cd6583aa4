// Raw reply -> content, reasoning, calls. Never throws: what the model did is data.
import type { ParsedReply, ParseNote, ToolCall, ToolDefinition } from '../records/toolcall.ts';
import type { Format, FormatContext } from './formats/format.ts';
import { type FormatName, formatNamed, formatNames, formats, genericFormat } from './formats/index.ts';
import { type CallMarkers, derivedFormat } from './formats/json-after-marker.ts';
import { mostCalls } from './json-calls.ts';
import { blockEnd, nextBlock, openedBlock, orphanEnd, type ThinkMarkers, withoutStrays } from './reasoning.ts';

/** What is known of a reply beside its text. */
export interface ReplyContext {
  /** Name of the format, as recorded in the run; unknown names are read as generic JSON. */
  readonly format: string;
  /** Found out from the template, where no known format reads it. */
  readonly markers?: CallMarkers | undefined;
  /** What the template wrote just before the reply; undefined when nobody knows. */
  readonly generationPrompt: string | undefined;
  /** Tools that were offered: their schemas type the values of tagged formats. */
  readonly tools?: readonly ToolDefinition[];
  /** Why the reply ended; `stop`: the model ended it itself. */
  readonly finish?: 'stop' | 'length' | 'unfinished';
}

/** What families end a turn or a message with; a decoder that keeps special tokens leaves it in the text. */
const endNames =
  'im_end eot_id eom_id end eot endoftext return call role_end message_sep end_of_text im_middle END_OF_TURN_TOKEN END_RESPONSE';
const endTokens = endNames
  .split(' ')
  .map(name => `<|${name}|>`)
  .concat('</s>', '<end_of_turn>', '<turn|>', '<｜end▁of▁sentence｜>', '[e~[', '<SPECIAL_12>', '<seed:eos>');

function withoutEnd(raw: string): string {
  let text = raw.trimEnd();
  for (;;) {
    const token = endTokens.find(end => text.endsWith(end));
    if (token === undefined) return text;
    text = text.slice(0, -token.length).trimEnd();
  }
}

/** Openings that models repeat although the generation prompt already has them. */
const repeatedHead = /^\s*(?:<\|CHATBOT_TOKEN\|>|<\|im_start\|>assistant\n)/;

/** Takes a raw reply apart. */
export function readReply(raw: string, context: ReplyContext): ParsedReply {
  const format = context.markers === undefined ? formatNamed(context.format) : derivedFormat(context.markers);
  const known: FormatContext = { tools: context.tools ?? [], generationPrompt: context.generationPrompt };
  const reply = withoutEnd(raw).replace(repeatedHead, '');
  // A block of reasoning that was never closed holds calls only where the model ended its reply in it.
  const thinking = context.finish === 'length' || context.finish === 'unfinished';
  const read = format.readWhole?.(reply, known) ?? new ReplyReader(reply, format, known, thinking).read();
  const clean = format.clean ?? ((text: string) => text);
  const named = read.calls.filter(call => call.name.trim() !== '');
  const notes = [...read.notes];
  if (named.length < read.calls.length) notes.push({ code: 'malformed-call', detail: 'a call without a name' });
  if (context.finish === 'stop' && named.some(({ state }) => state === 'partial')) {
    notes.push({ code: 'stopped-inside-call', detail: '' });
  }
  return {
    content: clean(read.content).trim(),
    reasoning: clean(read.reasoning).trim(),
    calls: named,
    notes,
  };
}

/** The format whose markers a reply shows; generic JSON where it shows none. For replies of unknown models. */
export function formatOfReply(raw: string): FormatName {
  const shown = (name: FormatName) => new RegExp(formats[name].opens.source).test(raw);
  const telling = formatNames.filter(name => !vague(name) && shown(name));
  const reads = (name: FormatName) => readReply(raw, { format: name, generationPrompt: undefined }).calls.length;
  const best = telling.find(name => reads(name) > 0) ?? telling[0];
  if (best !== undefined) return best;
  return formatNames.find(name => vague(name) && shown(name) && reads(name) > 0) ?? genericFormat;
}

function vague(name: FormatName): boolean {
  const format: Format = formats[name];
  return format.vague === true;
}

/** After so many places that look like calls and are none, the rest is text: reading stays linear in the reply. */
const mostFailures = 60;

/** Walks a reply once, from marker to marker: reasoning, calls, and what is left is content. */
class ReplyReader {
  readonly #reply: string;
  readonly #format: Format;
  readonly #context: FormatContext;
  readonly #opens: RegExp;
  /** An open block may still be closed. */
  readonly #thinking: boolean;
  readonly #calls: ToolCall[] = [];
  readonly #notes: ParseNote[] = [];
  readonly #reasoning: string[] = [];
  #content = '';
  #at = 0;
  #failures = 0;

  constructor(reply: string, format: Format, context: FormatContext, thinking: boolean) {
    this.#thinking = thinking;
    this.#reply = reply;
    this.#format = format;
    this.#context = context;
    this.#opens = new RegExp(format.opens.source, 'g');
  }

  read(): ParsedReply {
    this.#leading();
    while (this.#at < this.#reply.length) this.#next();
    return {
      content: withoutStrays(this.#content),
      reasoning: this.#reasoning.filter(text => text.trim() !== '').join('\n'),
      calls: this.#calls,
      notes: this.#notes,
    };
  }

  /** A block that is open where the reply starts. */
  #leading(): void {
    const { generationPrompt } = this.#context;
    const opened = generationPrompt === undefined ? undefined : openedBlock(generationPrompt);
    if (opened !== undefined) {
      const spoken = opened.keepOpen === true ? `${opened.open}\n` : '';
      this.#block(opened, 0, spoken);
      return;
    }
    // The prompt is unknown, or the model closes a block that nobody opened.
    const end = orphanEnd(this.#reply);
    if (end === undefined) return;
    this.#reasoning.push(this.#reply.slice(0, end.at));
    this.#at = end.next;
  }

  /** Reasoning from `from` on: to its close; where it never closes although the reply ended, to the first call. */
  #block(markers: ThinkMarkers, from: number, spoken: string): void {
    const end = blockEnd(this.#reply, from, markers);
    if (end !== undefined) {
      this.#reasoning.push(spoken + this.#reply.slice(from, end.at));
      this.#at = end.next;
      return;
    }
    const call = this.#format.vague === true || this.#thinking ? undefined : this.#call(from);
    this.#reasoning.push(spoken + this.#reply.slice(from, call?.at));
    this.#at = call?.end ?? this.#reply.length;
  }

  /** The next block or call, whichever comes first. */
  #next(): void {
    const block = this.#blockAhead();
    const call = this.#call(this.#at, block?.at);
    if (call !== undefined) {
      this.#content += this.#reply.slice(this.#at, call.at);
      this.#at = call.end;
    } else if (block !== undefined) {
      this.#content += this.#reply.slice(this.#at, block.at);
      const kept = block.markers.keepOpen === true;
      this.#block(block.markers, block.at + block.markers.open.length, kept ? block.markers.open : '');
    } else {
      this.#content += this.#reply.slice(this.#at);
      this.#at = this.#reply.length;
    }
  }

  /** Special tokens open a block anywhere; words in angle brackets only where nothing was said yet. */
  #blockAhead() {
    for (let from = this.#at; ; ) {
      const block = nextBlock(this.#reply, from);
      if (block === undefined) return undefined;
      const first = (this.#content + this.#reply.slice(this.#at, block.at)).trim() === '';
      if (block.markers.special === true || first) return block;
      from = block.at + 1;
    }
  }

  /** Reads the first call in a part of the reply, if there is one, and notes what it could not read. */
  #call(from: number, before = this.#reply.length): { at: number; end: number } | undefined {
    this.#opens.lastIndex = from;
    for (let found = this.#opens.exec(this.#reply); found !== null; found = this.#opens.exec(this.#reply)) {
      if (found.index >= before || this.#failures >= mostFailures) return undefined;
      if (this.#calls.length + this.#notes.length >= mostCalls) return undefined;
      const taken = this.#format.take(this.#reply, found.index, this.#context);
      if (taken !== undefined && taken.end > found.index) {
        this.#calls.push(...taken.calls);
        this.#notes.push(...taken.notes);
        return { at: found.index, end: taken.end };
      }
      this.#failures++;
      if (found[0] === '') this.#opens.lastIndex = found.index + 1;
      else if (this.#format.vague !== true) {
        this.#notes.push({ code: 'malformed-call', detail: this.#reply.slice(found.index, found.index + 200) });
      }
    }
    return undefined;
  }
}
