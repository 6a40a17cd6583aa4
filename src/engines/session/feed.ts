// A queue between a giver and a taker that work at the same time. The taker waits for what is still to come, so that
// the order of its work does not depend on how fast the giver is.

export class Feed<T> {
  #items: T[] = [];
  #ended = true;
  #wake: (() => void) | undefined;

  /** Adds items at the end; `last`: no more will come, until the next push. */
  push(items: readonly T[], last: boolean): void {
    this.#items.push(...items);
    this.#ended = last;
    this.#wake?.();
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** Takes everything back and ends. */
  drop(): T[] {
    const dropped = this.#items;
    this.#items = [];
    this.#ended = true;
    this.#wake?.();
    return dropped;
  }

  /** The next item; waits for one unless the giver has ended. */
  async take(): Promise<T | undefined> {
    while (this.#items.length === 0 && !this.#ended) {
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
    return this.#items.shift();
  }
}
