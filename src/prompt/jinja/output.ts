// What a running template prints, and where each piece of it comes from.

/** What was printed, and the line that each piece of it came from. */
export class Output {
  readonly parts: string[] = [];
  readonly #sources: Source[] = [];

  /** @param spans the text stands in the template as it is, over several lines perhaps */
  print(parts: readonly string[], line: number, spans = false): void {
    for (const part of parts) this.#add(part, { line, spans });
  }

  append(other: Output): void {
    for (const [index, part] of other.parts.entries()) this.#add(part, other.#sources[index] as Source);
  }

  #add(part: string, source: Source): void {
    this.parts.push(part);
    this.#sources.push(source);
  }

  /** Line that printed the character at a place of the whole text. */
  lineAt(place: number): number | undefined {
    let start = 0;
    for (const [index, part] of this.parts.entries()) {
      const { line, spans } = this.#sources[index] as Source;
      if (place < start + part.length) return spans ? line + part.slice(0, place - start).split('\n').length - 1 : line;
      start += part.length;
    }
    return this.#sources.at(-1)?.line;
  }
}

interface Source {
  readonly line: number;
  readonly spans: boolean;
}

/** A text, and where its pieces came from. */
export interface Printed {
  readonly text: string;
  /** Line of the template that printed what follows the first characters. */
  lineAfter(start: string): number | undefined;
}
