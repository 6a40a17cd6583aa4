// A line that may stand in a text: what a user, a file or a tool's result says. It has a place there, or none.
import { atLevel, type ConditionLanguage, type LevelCondition } from '../condition.ts';
import { type FactorKind, repeated, type Written, type Z } from '../kind.ts';
import { mostRead, reading, type Refinement, type Seed } from '../search.ts';
import { listText, readSet, refineSet, type SetCondition, setOf, suffixes } from '../sets.ts';

const everyPlace = ['first', 'middle', 'last'] as const;
type Place = (typeof everyPlace)[number];

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('text'),
    lines: z
      .array(z.string().min(1))
      .min(1)
      .describe('lines that may stand there, one at a time; `none` is a level beside them'),
    places: z
      .array(z.enum(everyPlace))
      .min(1)
      .optional()
      .describe('printed as {{ NAME_first }}, {{ NAME_middle }} and {{ NAME_last }}; left out: as {{ NAME }}'),
  });
type TextFactor = Written<typeof schema>;

/** One of these lines stands in the text, at one of these places where some are named; or none of them does. */
export interface TextCondition {
  readonly kind: 'text';
  readonly factor: string;
  /** At least one. */
  readonly lines: readonly string[];
  /** Empty: wherever it is. */
  readonly places: readonly Place[];
  readonly within: boolean;
}

/** The level of no line. */
const none = 'none';
const levelOf = (line: string, place: Place | undefined) => (place === undefined ? line : `${place}: ${line}`);
const placed = /^(first|middle|last): ([^]*)$/;

/** A level's line and place; no line for the level of none. */
function read(level: string): { readonly line?: string; readonly place?: Place } {
  if (level === none) return {};
  const [, place, line] = placed.exec(level) ?? [];
  return line === undefined ? { line: level } : { line, place: place as Place };
}

const contains = (factor: string, lines: readonly string[], places: readonly Place[] = [], within = true) =>
  ({ kind: 'text', factor, lines, places, within }) satisfies TextCondition;

const orQuoted = (texts: readonly string[]): string => {
  const quoted = texts.map(text => JSON.stringify(text));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
};

const stored = /^(.+)\.contains(?:@([a-z+]+))?$/;

const language = {
  read: condition => {
    const set = readSet(condition);
    const [, factor, places] = stored.exec(set?.name ?? condition.factor) ?? [];
    if (factor === undefined) return undefined;
    const named = everyPlace.filter(place => places?.split('+').includes(place));
    return contains(factor, set?.levels ?? [condition.level], named, set?.within ?? true);
  },
  write: ({ factor, lines, places, within }) => {
    const name = `${factor}.contains${places.length === 0 ? '' : `@${places.join('+')}`}`;
    const [only = '', ...more] = lines;
    if (within && more.length === 0) return { factor: name, level: only };
    return { factor: `${name}${within ? suffixes.within : suffixes.without}`, level: listText(lines) };
  },
  text: ({ factor, lines, places, within }) => {
    const at = places.length === 0 ? '' : ` as its ${places.join(' or ')} line`;
    return `${factor} ${within ? 'contains' : 'does not contain'} ${orQuoted(lines)}${at}`;
  },
  meets: ({ factor, lines, places, within }, { levels }) => {
    const level = levels[factor];
    if (level === undefined) return false;
    const { line, place } = read(level);
    const there = line !== undefined && lines.includes(line);
    return (there && (places.length === 0 || (place !== undefined && places.includes(place)))) === within;
  },
  sibling: ({ factor }, { levels }) => levels[factor],
} satisfies ConditionLanguage<TextFactor, TextCondition>;

const levels = ({ lines, places }: TextFactor): string[] => [
  none,
  ...lines.flatMap(line => (places ?? [undefined]).map(place => levelOf(line, place))),
];

/** Which line stands in a text, and where. */
export const text = {
  schema,
  levels,
  // A line that is printed in its place ends there, or begins.
  printed: ({ places }, level) => {
    const { line = '', place } = read(level);
    const at = (one: Place) => (line === '' || one !== place ? '' : one === 'last' ? `\n${line}` : `${line}\n`);
    const parts = Object.fromEntries((places ?? []).map(one => [one, at(one)]));
    return [{ text: '{{ line }}', variables: { ...parts, line } }];
  },
  marks: level => {
    const { line } = read(level);
    return line === undefined ? [] : [line];
  },
  mistakes: factor => [
    ...repeated(levels(factor)),
    ...factor.lines
      .filter(line => placed.test(line) || /[\n\r]/.test(line))
      .map(line => ({ key: 'lines', message: `${JSON.stringify(line)} is not one line, or begins as a place does` })),
  ],
  together: ({ places = [] }) => places,
  since: 2,
  conditions: (name, level) => {
    const { line, place } = read(level);
    if (line === undefined) return [atLevel(name, level)];
    return [contains(name, [line]), ...(place === undefined ? [] : [contains(name, [line], [place])])];
  },
  language,
  refine,
} satisfies FactorKind<TextFactor, TextCondition>;

/** All levels are read where they are few; lines and places that say it in few words, or levels one by one. */
function* refine(
  seed: Seed<TextFactor, LevelCondition | SetCondition | TextCondition>,
): Refinement<LevelCondition | SetCondition | TextCondition> {
  const { name, factor, level } = seed;
  const all = levels(factor);
  if (all.length > mostRead) return yield* refineSet(seed, all);
  const { inside, outside } = yield* reading(all.filter(one => one !== level));
  const showing = all.filter(one => one === level || inside.includes(one));
  const told = worded(name, factor, showing) ?? setOf(name, showing, outside);
  return told === undefined || outside.length === 0 ? [] : [told];
}

/** Some lines at some places, or all texts but those with some lines; undefined where levels are no such thing. */
function worded(name: string, factor: TextFactor, showing: readonly string[]): TextCondition | undefined {
  const within = !showing.includes(none);
  const meant = within ? showing : levels(factor).filter(one => !showing.includes(one));
  const lines = factor.lines.filter(line => meant.some(level => read(level).line === line));
  const places = everyPlace.filter(place => meant.some(level => read(level).place === place));
  if (lines.length === 0 || meant.length !== lines.length * Math.max(1, places.length)) return undefined;
  const everywhere = places.length === (factor.places ?? []).length;
  return contains(name, lines, everywhere ? [] : places, within);
}
