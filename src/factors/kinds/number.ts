// A whole number out of a range: an amount, a count, a size. What turns on it turns from a number on, up to one, between two of
// them, or everywhere but there.
import type { Random } from '../../statistics/random.ts';
import { atLevel, type ConditionLanguage, type LevelCondition } from '../condition.ts';
import type { FactorKind, FactorMistake, Written, Z } from '../kind.ts';
import { bisected, mostRead, reading, type Refinement, type Seed } from '../search.ts';
import { type SetCondition, setOf } from '../sets.ts';

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('number'),
    from: z.int(),
    to: z.int(),
    step: z.int().min(1).default(1).describe('numbers are this far apart, from the first on'),
    scale: z.enum(['even', 'log']).default('even').describe('log: as many of one magnitude as of another'),
  });
type NumberFactor = Written<typeof schema>;

/** The number lies between two, both included, or not there; without one of them it is open on that side. */
export interface NumberCondition {
  readonly kind: 'number';
  readonly factor: string;
  readonly from?: number;
  readonly to?: number;
  readonly within: boolean;
}

const between = (factor: string, from: number | undefined, to: number | undefined, within = true): NumberCondition => ({
  kind: 'number',
  factor,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  within,
});

const stored = /^(.+)\.(range|outside)$/;
const range = /^(-?\d+)?\.\.(-?\d+)?$/;
const end = (text: string | undefined) => (text === undefined ? undefined : Number(text));

const language = {
  read: ({ factor, level }) => {
    const [, name, sort] = stored.exec(factor) ?? [];
    const [, from, to] = range.exec(level) ?? [];
    const isWhole = from !== undefined && to !== undefined;
    if (name === undefined || !(sort === 'range' ? (from ?? to) !== undefined : isWhole)) return undefined;
    return between(name, end(from), end(to), sort === 'range');
  },
  write: ({ factor, from, to, within }) => ({
    factor: `${factor}.${within ? 'range' : 'outside'}`,
    level: `${from ?? ''}..${to ?? ''}`,
  }),
  text: ({ factor, from, to, within }) => {
    if (from === undefined) return `${factor} at most ${to}`;
    if (to === undefined) return `${factor} at least ${from}`;
    return `${factor} ${within ? '' : 'not '}${from === to ? from : `${from}..${to}`}`;
  },
  meets: ({ factor, from, to, within }, { levels }) => {
    const number = numberOf(levels[factor]);
    if (number === undefined) return false;
    return (number >= (from ?? number) && number <= (to ?? number)) === within;
  },
  // The line is cut into stretches as wide as the condition's own, counted from it.
  sibling: ({ factor, from, to, within }, { levels }) => {
    const number = numberOf(levels[factor]);
    if (number === undefined) return undefined;
    if (from === undefined || to === undefined || !within) return 'the rest';
    return `stretch ${Math.floor((number - from) / (to - from + 1))}`;
  },
  count: ({ from, to, within }, factor) => {
    const { from: first, to: last } = factor;
    const [low, high] = [Math.max(from ?? first, first), Math.min(to ?? last, last)];
    if (factor.scale === 'log' && within) {
      return Math.ceil(Math.log((last + 1) / first) / Math.max(Math.log((high + 1) / low), Number.EPSILON));
    }
    return Math.ceil((last - first + 1) / Math.max(1, high - low + 1));
  },
  // By whole steps, which both ends are: how far apart numbers are a condition does not know.
  towards: ({ from, to, within }, level, random) => {
    const number = Number(level);
    if (!within) return level;
    if (from !== undefined && to !== undefined) {
      const wide = Math.max(1, to - from);
      const over = (((number - from) % wide) + wide) % wide;
      return String(random.integer(2) === 0 ? from + over : to - over);
    }
    // Half of all numbers are met by chance, unless the end is near.
    return String(Math.min(Math.max(number, from ?? number), to ?? Number.POSITIVE_INFINITY));
  },
} satisfies ConditionLanguage<NumberFactor, NumberCondition>;

/** 10 to 99, 100 to 999 and so on, on either side of 0; 0 has none. */
function magnitude(factor: string, number: number): NumberCondition[] {
  if (number === 0) return [];
  const low = 10 ** (String(Math.abs(number)).length - 1);
  return number > 0 ? [between(factor, low, 10 * low - 1)] : [between(factor, 1 - 10 * low, -low)];
}

const numberOf = (level: string | undefined) => (level === undefined || level === '' ? undefined : Number(level));

/** How many numbers there are, and the one at a place, from 0 on. */
const countOf = ({ from, to, step }: NumberFactor) => Math.max(0, Math.floor((to - from) / step) + 1);
const levelAt = ({ from, step }: NumberFactor, place: number) => String(from + place * step);
const placeOf = ({ from, step }: NumberFactor, level: string) => Math.round((Number(level) - from) / step);

/** A whole number of a range. Level: the number. */
export const number = {
  schema,
  levels: factor =>
    countOf(factor) > mostRead ? [] : Array.from({ length: countOf(factor) }, (_, place) => levelAt(factor, place)),
  draw,
  mistakes,
  since: 2,
  // Of a long range hardly two cases have the same number: its magnitude is a condition too.
  conditions: (name, level) => [...magnitude(name, Number(level)), atLevel(name, level)],
  language,
  axes: name => [
    { name: `${name}.range`, of: level => magnitude(name, Number(level)).map(language.write)[0]?.level ?? level },
    { name, of: level => level },
  ],
  line: { at: Number, stretch: between, widths: { least: 2, most: Number.POSITIVE_INFINITY } },
  refine,
} satisfies FactorKind<NumberFactor, NumberCondition>;

/** The range is cut into as many strata as the array has symbols, alike in numbers or in magnitude. */
function draw(factor: NumberFactor, symbol: number, of: number, random: Random): string {
  const count = countOf(factor);
  if (count <= mostRead || factor.scale === 'even') {
    const low = Math.floor((symbol * count) / of);
    const high = Math.max(low + 1, Math.floor(((symbol + 1) * count) / of));
    return levelAt(factor, low + random.integer(high - low));
  }
  return levelAt(factor, placeAlong(factor, (symbol + random.next()) / of));
}

/** The place at a share of the scale, [0, 1]. */
function placeAlong(factor: NumberFactor, share: number): number {
  const [last, { from, to, scale }] = [countOf(factor) - 1, factor];
  const place = scale === 'log' ? placeOf(factor, String(from * (to / from) ** share)) : Math.round(last * share);
  return Math.min(last, Math.max(0, place));
}

function mistakes({ from, to, scale, ...rest }: NumberFactor): FactorMistake[] {
  const few = countOf({ from, to, scale, ...rest }) < 2;
  return [
    ...(few ? [{ key: 'to', message: `from ${from} to ${to} is nothing to vary` }] : []),
    ...(scale === 'log' && from < 1
      ? [{ key: 'scale', message: `a log scale begins at 1 or above, not at ${from}` }]
      : []),
  ];
}

type Found = NumberCondition | LevelCondition | SetCondition;

/** Numbers all along the scale are read, and the edges between those that show it and those that don't looked for. */
function* refine({ name, factor, level }: Seed<NumberFactor, Found>): Refinement<Found> {
  const [last, own] = [countOf(factor) - 1, placeOf(factor, level)];
  const text = (place: number) => levelAt(factor, place);
  const places = placesToRead(factor, own);
  const { inside } = yield* reading(places.filter(place => place !== own).map(text));
  const shows = (place: number) => place === own || inside.includes(text(place));
  const runs = runsOf(places, shows);
  const [first, hole, rest] = runs;
  if (hole === undefined) return [];
  const edge = (a: number, b: number) => bisected(a, b, text);
  if (first !== undefined && rest !== undefined && runs.length === 3 && !hole.shows) {
    const from = (yield* edge(first.last, hole.first)) + 1;
    const to = (yield* edge(rest.first, hole.last)) - 1;
    return [between(name, Number(text(from)), Number(text(to)), false)];
  }
  // Few numbers without any order among them are named one by one.
  if (last < mostRead && runs.filter(one => one.shows).length > 1) {
    const found = setOf(name, places.filter(shows).map(text), places.filter(place => !shows(place)).map(text));
    return found === undefined ? [] : [found];
  }
  const at = runs.findIndex(run => run.first <= own && own <= run.last);
  const [before, run, after] = [runs[at - 1], runs[at] as Run, runs[at + 1]];
  const from = before && (yield* edge(run.first, before.last));
  const to = after && (yield* edge(run.last, after.first));
  if (from !== undefined && from === to) return [atLevel(name, text(from))];
  return [between(name, ...ends(factor, from ?? 0, to ?? last))];
}

/** The numbers at both places; an end of the range is open. */
function ends(factor: NumberFactor, from: number, to: number): [from: number | undefined, to: number | undefined] {
  const [low, high] = [Number(levelAt(factor, from)), Number(levelAt(factor, to))];
  return [from === 0 ? undefined : low, to === countOf(factor) - 1 ? undefined : high];
}

/** All where they are few; else as many as are read, along the scale. */
function placesToRead(factor: NumberFactor, own: number): number[] {
  const count = countOf(factor);
  const along = Array.from({ length: mostRead }, (_, n) => placeAlong(factor, n / (mostRead - 1)));
  const all = count <= mostRead ? Array.from({ length: count }, (_, place) => place) : along;
  return [...new Set([...all, own])].toSorted((a, b) => a - b);
}

/** Places in a row that all show the effect, or all don't. */
interface Run {
  readonly shows: boolean;
  readonly first: number;
  readonly last: number;
}

function runsOf(places: readonly number[], shows: (place: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run?.shows === shows(place)) runs[runs.length - 1] = { ...run, last: place };
    else runs.push({ shows: shows(place), first: place, last: place });
  }
  return runs;
}
