// Whether a call can be opened where a reply that still grows has come to: one that is written inside a thought is none.
import { formatNamed } from './formats/index.ts';
import type { Opening } from './formats/format.ts';
import { openedBlock, type ThinkMarkers, thinkMarkers } from './reasoning.ts';

/** The text of a call up to its name, from its name to its first argument, and what stands before it at least. */
interface Frame {
  readonly lead?: string | undefined;
  readonly prefix: string;
  readonly suffix: string;
}

/** Follows a reply piece by piece. */
export interface ReplyState {
  /** No call can be opened here. */
  readonly inside: boolean;
  /** What would end a thought here, up to where a call can be opened; undefined outside of one. */
  readonly close: string | undefined;
  feed(piece: string): void;
}

/** What a call is opened with, wherever it stands: its own part of the frame. */
export function openingFrame(format: string, { prefix, suffix }: Frame): Frame {
  const { opening } = formatNamed(format);
  const at = opening === undefined ? -1 : prefix.indexOf(opening.from);
  return { prefix: at < 0 ? prefix.trimStart() : prefix.slice(at), suffix };
}

/** Does a template show that its model writes something before it calls: a thought, or the messages of its family? */
export function writesFirst(format: string, frame: Frame | undefined): boolean {
  return frame?.lead !== undefined || formatNamed(format).opening !== undefined;
}

/** @param generationPrompt what the template wrote just before the reply: it may have opened a thought */
export function replyState(format: string, generationPrompt: string, frame: Frame): ReplyState {
  const { opening } = formatNamed(format);
  return opening === undefined ? new ThoughtState(generationPrompt, frame) : new HeaderState(generationPrompt, opening);
}

/** As much of a text is kept as the longest marker may need to be seen when it arrives in pieces. */
const kept = Math.max(...thinkMarkers.flatMap(({ open, closes }) => [open.length, ...closes.map(one => one.length)]));

/** Calls anywhere but between the marks of a thought. */
class ThoughtState implements ReplyState {
  readonly #frame: Frame;
  #block: ThinkMarkers | undefined;
  #tail = '';

  constructor(generationPrompt: string, frame: Frame) {
    this.#block = openedBlock(generationPrompt);
    this.#frame = frame;
  }

  get inside(): boolean {
    return this.#block !== undefined;
  }

  get close(): string | undefined {
    const mark = this.#block?.closes[0];
    if (mark === undefined) return undefined;
    const { lead = '', prefix } = this.#frame;
    const at = lead.lastIndexOf(mark);
    return (
      mark +
      (at < 0 ? '\n\n' : lead.slice(at + mark.length)) +
      prefix.slice(0, prefix.length - prefix.trimStart().length)
    );
  }

  feed(piece: string): void {
    let text = this.#tail + piece;
    for (;;) {
      const next = this.#block === undefined ? opening(text) : closing(text, this.#block);
      if (next === undefined) break;
      this.#block = next.block;
      text = text.slice(next.end);
    }
    this.#tail = text.slice(-kept);
  }
}

/** The block that opens first, and where its mark ends; the longest mark where several start there. */
function opening(text: string): { block: ThinkMarkers; end: number } | undefined {
  const found = thinkMarkers
    .map(block => ({ block, at: text.indexOf(block.open), end: text.indexOf(block.open) + block.open.length }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at || b.end - a.end);
  return found[0];
}

function closing(text: string, { closes }: ThinkMarkers): { block: undefined; end: number } | undefined {
  const ends = closes.filter(close => text.includes(close)).map(close => text.indexOf(close) + close.length);
  return ends.length === 0 ? undefined : { block: undefined, end: Math.min(...ends) };
}

/** Long enough for any header that a call may follow. */
const headerLength = 80;

/** Calls in headers of messages alone. */
class HeaderState implements ReplyState {
  readonly #opening: Opening;
  #tail: string;

  constructor(generationPrompt: string, opening: Opening) {
    this.#opening = opening;
    this.#tail = generationPrompt.slice(-headerLength);
  }

  get inside(): boolean {
    return !this.#opening.after.test(this.#tail);
  }

  get close(): string | undefined {
    return this.inside ? this.#opening.close : undefined;
  }

  feed(piece: string): void {
    this.#tail = (this.#tail + piece).slice(-headerLength);
  }
}
