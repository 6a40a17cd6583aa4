// Whether a reply that still grows is inside a thought: a call written there is none.
import { openedBlock, type ThinkMarkers, thinkMarkers } from './reasoning.ts';

/** As much of a text is kept as the longest marker may need to be seen when it arrives in pieces. */
const kept = Math.max(...thinkMarkers.flatMap(({ open, closes }) => [open.length, ...closes.map(one => one.length)]));

/** Follows a reply piece by piece. */
export class ThoughtState {
  #block: ThinkMarkers | undefined;
  #tail = '';

  /** @param generationPrompt what the template wrote just before the reply: it may have opened a thought */
  constructor(generationPrompt: string) {
    this.#block = openedBlock(generationPrompt);
  }

  get inside(): boolean {
    return this.#block !== undefined;
  }

  /** What ends the thought that the reply is in; undefined outside of one. */
  get close(): string | undefined {
    return this.#block?.closes[0];
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
