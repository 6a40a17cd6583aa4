// Walks a reply once, from marker to marker of its own family: reasoning, calls, and what is left is content.
import type { ParseNote } from '../records/toolcall.ts';
import type { Format, FormatContext, Piece, Pieces, Taken } from './formats/format.ts';
import { Ahead } from './text/ahead.ts';
import { mostCalls } from './json-calls.ts';
import type { Finder } from './text/pieces.ts';
import { blockEnd, nextBlock, openedBlock, orphanEnd, type ThinkMarkers } from './reasoning.ts';

/** After so many places that look like calls and are none, the rest is text: reading stays linear in the reply. */
const mostFailures = 60;

type Place = Taken & { readonly at: number };

/** How a reply is walked. */
export interface Walking {
  /** An open block may still be closed. */
  readonly thinking: boolean;
  /** Finds calls in all formats, and in those alone that have markers; absent: only the own format's calls count. */
  readonly others?: { readonly all: Finder; readonly marked: Finder } | undefined;
}

/** Takes a reply apart by one format. */
export class ReplyReader {
  readonly #reply: string;
  readonly #format: Format;
  readonly #context: FormatContext;
  readonly #opens: RegExp;
  readonly #ahead: Ahead;
  readonly #walking: Walking;
  readonly #pieces: Piece[] = [];
  readonly #notes: ParseNote[] = [];
  #said = false;
  #taken = 0;
  #at = 0;
  #failures = 0;
  #unclosedBlocks = 0;

  constructor(reply: string, format: Format, context: FormatContext, walking: Walking) {
    this.#reply = reply;
    this.#format = format;
    this.#context = context;
    this.#walking = walking;
    this.#ahead = new Ahead(reply);
    this.#opens = new RegExp(format.opens.source, 'g');
  }

  read(): Pieces {
    this.#leading();
    while (this.#at < this.#reply.length) this.#next();
    return { pieces: this.#pieces, notes: this.#notes };
  }

  /** A block that is open where the reply starts, or that is closed although nothing opened it. */
  #leading(): void {
    const { generationPrompt } = this.#context;
    const opened = generationPrompt === undefined ? undefined : openedBlock(generationPrompt);
    if (opened === undefined) return this.#unopened(generationPrompt === undefined);
    const spoken = opened.keepOpen === true ? `${opened.open}\n` : '';
    this.#block(opened, 0, spoken);
  }

  /**
   * Text before a closing mark that nothing opened is reasoning only where the prompt may have opened it and no call
   * stands in it: a model that writes the mark after a call would hide that.
   */
  #unopened(promptUnknown: boolean): void {
    let called = false;
    for (let from = this.#at; ; called = true) {
      const end = orphanEnd(this.#ahead, from);
      if (end === undefined) return;
      const call = this.#anyCall(from, end.at);
      if (call !== undefined) {
        from = call.end;
        continue;
      }
      const text = this.#reply.slice(this.#at, end.at);
      if (called) this.#notes.push({ code: 'unopened-thought', detail: this.#reply.slice(end.at, end.at + 200) });
      else if (promptUnknown) this.#pieces.push({ kind: 'thought', text, doubtful: true });
      // The mark is part of the text, unless it is all that there is before it.
      if (!called && (promptUnknown || text.trim() === '')) this.#at = end.next;
      return;
    }
  }

  /** Reasoning from `from` on: to its close; where it never closes although the reply ended, to the first call. */
  #block(markers: ThinkMarkers, from: number, spoken: string): void {
    const end = this.#blockEnd(from, markers);
    if (end === undefined) return this.#unclosed(from, spoken);
    this.#pieces.push({ kind: 'thought', text: spoken + this.#reply.slice(from, end.at) });
    this.#at = end.next;
  }

  /**
   * In a thought that the model forgot to close, a call must have markers to be one. After many such thoughts none is
   * looked for, as each look may reach to the reply's end: the rest is a thought, in which calls are counted.
   */
  #unclosed(from: number, spoken: string): void {
    const { thinking, others } = this.#walking;
    const tired = ++this.#unclosedBlocks > mostFailures;
    const own = tired || this.#format.vague === true ? undefined : this.#call(from, this.#reply.length);
    const marked = tired ? undefined : others?.marked(this.#reply, from);
    const starts = [own, marked].flatMap(call => (call === undefined ? [] : [call.at]));
    this.#at = thinking || starts.length === 0 ? this.#reply.length : Math.min(...starts);
    this.#pieces.push({ kind: 'thought', text: spoken + this.#reply.slice(from, this.#at), doubtful: !thinking });
    // Nothing opens a block any more: what follows is a call, and what is said after it.
    this.#said = true;
  }

  /** A block's end; a mark inside a whole call's argument ends nothing. */
  #blockEnd(from: number, markers: ThinkMarkers): { at: number; next: number } | undefined {
    for (let at = from; ; ) {
      const end = blockEnd(this.#ahead, at, markers);
      if (end === undefined) return undefined;
      let call = this.#anyCall(at, end.at);
      while (call !== undefined && call.end <= end.at) call = this.#anyCall(call.end, end.at);
      if (call === undefined || call.calls.some(({ state }) => state !== 'complete')) return end;
      at = call.end;
    }
  }

  /** The next block or call, whichever comes first. */
  #next(): void {
    const block = this.#blockAhead();
    // Where JSON alone is a call, one in another family's markers is that family's: all are read together, later.
    const later = this.#format.vague === true && this.#walking.others !== undefined;
    const call = later ? undefined : this.#call(this.#at, block?.at ?? this.#reply.length);
    const around = later && block !== undefined ? this.#callAround(block.at) : undefined;
    if (around !== undefined) this.#content(around.end);
    else if (call !== undefined) {
      this.#content(call.at);
      this.#put(call);
    } else if (block !== undefined) {
      this.#content(block.at);
      const kept = block.markers.keepOpen === true;
      this.#block(block.markers, block.at + block.markers.open.length, kept ? block.markers.open : '');
    } else this.#content(this.#reply.length);
  }

  /** The whole call of the own format that a mark stands inside of: there it opens nothing. */
  #callAround(mark: number): Place | undefined {
    let call = this.#call(this.#at, mark);
    while (call !== undefined && call.end <= mark) call = this.#call(call.end, mark);
    return call?.calls.every(({ state }) => state === 'complete') === true ? call : undefined;
  }

  /** Special tokens open a block anywhere; words in angle brackets only where nothing was said yet. */
  #blockAhead() {
    const block = nextBlock(this.#ahead, this.#at, this.#said);
    if (block === undefined || block.markers.special === true || this.#said) return block;
    if (this.#reply.slice(this.#at, block.at).trim() === '') return block;
    return nextBlock(this.#ahead, this.#at, true);
  }

  #content(to: number): void {
    const text = this.#reply.slice(this.#at, to);
    this.#said ||= text.trim() !== '';
    if (text !== '') this.#pieces.push({ kind: 'content', text });
    this.#at = to;
  }

  #put({ calls, notes, end }: Place): void {
    this.#pieces.push({ kind: 'calls', calls });
    this.#notes.push(...notes);
    this.#taken += calls.length + notes.length;
    this.#at = end;
  }

  /** The first call in any format that opens in a part of the reply. */
  #anyCall(from: number, before: number): Place | undefined {
    const own = this.#call(from, before);
    const other = this.#walking.others?.all(this.#reply, from);
    if (other === undefined || other.at >= before) return own;
    return own === undefined || other.at < own.at ? other : own;
  }

  /** The first call that opens in a part of the reply, if there is one. */
  #call(from: number, before: number): Place | undefined {
    for (let at = from; ; ) {
      const found = this.#ahead.pattern(this.#opens, at);
      if (found === undefined || found.at >= before) return undefined;
      if (this.#failures >= mostFailures || this.#taken >= mostCalls) return undefined;
      const taken = this.#format.take(this.#reply, found.at, this.#context);
      if (taken !== undefined && taken.end > found.at) return { ...taken, at: found.at };
      this.#failures++;
      at = found.at + Math.max(1, found.text.length);
    }
  }
}
