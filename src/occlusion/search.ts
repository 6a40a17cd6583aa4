// Which words of a case does an effect need? Halves are hidden, and halves of halves where the effect is gone, until words
// are left: what is asked is a list of sets of words, what is answered whether the effect is gone with each hidden.
import type { Word } from './words.ts';

/** Words to hide together, and which fillers to take for them: one may happen to turn the model as the word did. */
export interface Hidden {
  readonly words: ReadonlySet<number>;
  /** From 0. */
  readonly turn: number;
}

/** Words that the effect needs. */
export interface Needed {
  readonly words: readonly number[];
  /** Those of them that were found with others hidden: hiding one alone leaves the effect, since others do it. */
  readonly alternatives: readonly number[];
  /** Questions ran out before single words were reached. */
  readonly coarse: boolean;
  /** Nothing hides it: it shows with all words replaced. */
  readonly everywhere: boolean;
  /** Questions that were asked. */
  readonly asked: number;
}

/** What is asked, each by itself -> whether the effect is gone. */
export type Asking<T> = Generator<readonly Hidden[], T, readonly boolean[]>;

/** Words from one up to another. */
export type Place = readonly [from: number, to: number];

interface Part {
  readonly from: number;
  readonly to: number;
  /** Hidden as well: words of which another would do. */
  readonly beside: ReadonlySet<number>;
}

/** Fillers tried before it is believed that hiding something leaves the effect. */
const turns = 2;

/**
 * Asks until the words are named or so many questions were asked.
 * @param among parts of the words, in the order to look into them: where one of the first hides it, all of these, else the next;
 * such as all but the request, then the request
 * @param most questions
 */
export function* neededWords(
  words: readonly Word[],
  among: readonly (readonly Place[])[],
  most: number,
): Asking<Needed> {
  const search = new Search(most);
  let parts: Part[] = [];
  for (const places of among) if (parts.length === 0) parts = yield* search.hiding(places.map(whole));
  if (parts.length === 0) {
    // With so much replaced the text is like none that the model knows, which may turn it by itself: smaller pieces then.
    const small = pieces(words, Math.floor((most - search.asked) / turns));
    parts = yield* search.hiding(small.map(whole));
  }
  if (parts.length === 0) return { words: [], alternatives: [], coarse: false, everywhere: true, asked: search.asked };
  const [found, left]: [Part[], Part[]] = [[], []];
  while (parts.length > 0) {
    found.push(...parts.filter(isWord));
    const next: Part[] = [];
    for (const part of parts.filter(one => !isWord(one))) {
      const halves = halved(words, part);
      if (!search.affords(halves)) left.push(part);
      else {
        const hiding = yield* search.hiding(halves);
        // Both have something that would do: each is looked into with the other hidden.
        next.push(...(hiding.length > 0 ? hiding : besideEachOther(halves)));
      }
    }
    parts = next;
  }
  const wordsIn = (all: readonly Part[]) => all.flatMap(({ from, to }) => [...range(from, to)]);
  const all = [...found, ...left];
  return {
    words: wordsIn(all),
    alternatives: wordsIn(all.filter(({ beside }) => beside.size > 0)),
    coarse: left.length > 0,
    everywhere: false,
    asked: search.asked,
  };
}

class Search {
  asked = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  affords(parts: readonly Part[]): boolean {
    return this.asked + parts.length <= this.#most;
  }

  /** Parts without which the effect is gone; where it seems to stay whatever is hidden, other fillers are tried. */
  *hiding(parts: readonly Part[], enough = 1): Asking<Part[]> {
    const found = new Set<Part>();
    for (let turn = 0; turn < turns && found.size < enough; turn++) {
      const open = parts.filter(part => !found.has(part));
      if (open.length === 0 || !this.affords(open)) break;
      const gone = yield open.map(({ from, to, beside }) => ({ words: union(range(from, to), beside), turn }));
      this.asked += open.length;
      for (const [index, part] of open.entries()) if (gone[index] === true) found.add(part);
    }
    return parts.filter(part => found.has(part));
  }
}

const whole = ([from, to]: Place): Part => ({ from, to, beside: new Set() });

function besideEachOther([left, right]: readonly [Part, Part]): Part[] {
  return [
    { ...left, beside: union(left.beside, range(right.from, right.to)) },
    { ...right, beside: union(right.beside, range(left.from, left.to)) },
  ];
}

/** Lines, or several together where there are more than so many. */
function pieces(words: readonly Word[], most: number): Place[] {
  const starts = words.flatMap((word, index) => {
    const before = words[index - 1];
    return before?.message === word.message && before.line === word.line ? [] : [index];
  });
  const each = Math.max(1, Math.ceil(starts.length / Math.max(1, most)));
  const kept = most === 0 ? [] : starts.filter((_, index) => index % each === 0);
  return kept.map((from, index) => [from, kept[index + 1] ?? words.length]);
}

const isWord = ({ from, to }: Part): boolean => to - from === 1;

function range(from: number, to: number): Set<number> {
  return new Set(Array.from({ length: to - from }, (_, index) => from + index));
}

const union = (a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> => new Set([...a, ...b]);

/** Two parts of about the same length: at the end of a message where there is one in it, else of a line, else anywhere. */
function halved(words: readonly Word[], { from, to, beside }: Part): [Part, Part] {
  const middle = (from + to) / 2;
  const cuts = (key: (word: Word) => unknown): number[] =>
    Array.from({ length: to - from - 1 }, (_, index) => from + 1 + index).filter(
      at => key(words[at] as Word) !== key(words[at - 1] as Word),
    );
  const ends = [cuts(({ message }) => message), cuts(({ message, line }) => `${message} ${line}`)];
  const among = ends.find(some => some.length > 0) ?? [Math.round(middle)];
  const at = among.reduce((best, one) => (Math.abs(one - middle) < Math.abs(best - middle) ? one : best));
  return [
    { from, to: at, beside },
    { from: at, to, beside },
  ];
}
