// Looks markers up from left to right, each part of the text once: what a hostile reply repeats costs no more.

/** What stands next in a text, remembered while the places that are asked for go on. */
export class Ahead {
  readonly #text: string;
  readonly #found = new Map<string, { from: number; at: number; length: number }>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Where a marker stands next. */
  marker(marker: string, from: number): number | undefined {
    return this.lookup(marker, from, () => [this.#text.indexOf(marker, from), marker.length])?.at;
  }

  /** Where a pattern with the global flag matches next, and what it matches. */
  pattern(pattern: RegExp, from: number): { at: number; text: string } | undefined {
    const place = this.lookup(`/${pattern.source}`, from, () => {
      pattern.lastIndex = from;
      const found = pattern.exec(this.#text);
      return found === null ? [-1, 0] : [found.index, found[0].length];
    });
    return place === undefined
      ? undefined
      : { at: place.at, text: this.#text.slice(place.at, place.at + place.length) };
  }

  /** The first of several markers. */
  first(markers: readonly string[], from: number): number | undefined {
    const found = markers.map(marker => this.marker(marker, from)).filter(at => at !== undefined);
    return found.length === 0 ? undefined : Math.min(...found);
  }

  /** @param find gives index (-1: nowhere) and length of what is looked for, at or after `from` */
  lookup(
    what: string,
    from: number,
    find: () => readonly [number, number],
  ): { at: number; length: number } | undefined {
    const known = this.#found.get(what);
    if (known !== undefined && known.from <= from && (known.at < 0 || known.at >= from)) {
      return known.at < 0 ? undefined : known;
    }
    const [at, length] = find();
    this.#found.set(what, { from, at, length });
    return at < 0 ? undefined : { at, length };
  }
}
