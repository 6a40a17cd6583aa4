// Several levels of one factor, or all but some: what a condition is where one level is not all. Every kind has these;
// kinds with better words for a set (a weekend, a folder) say so themselves.
import { atLevel, type ConditionLanguage, type LevelCondition, levelText } from './condition.ts';
import { mostRead, reading, type Refinement, type Seed } from './search.ts';

/** The factor has one of these levels; or has one, and it is none of these. */
export interface SetCondition {
  readonly kind: 'set';
  readonly factor: string;
  /** At least one, in the factor's order. */
  readonly levels: readonly string[];
  readonly within: boolean;
}

/** What follows a factor's name where a set of levels is stored. */
export const suffixes = { within: '.in', without: '.not' } as const;

/** Levels as one text, and back; undefined for a text that lists none. */
export const listText = (levels: readonly string[]): string => JSON.stringify(levels);
export function readList(text: string): string[] | undefined {
  if (!text.startsWith('["')) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    const texts = Array.isArray(read) ? read.filter((one): one is string => typeof one === 'string') : [];
    return texts.length > 0 && listText(texts) === text ? texts : undefined;
  } catch {
    return undefined;
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function orText(levels: readonly string[]): string {
  const texts = levels.map(levelText);
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`;
}

/** A stored condition on a set: the name it ends with, which levels, and whether within them. */
export function readSet(stored: { readonly factor: string; readonly level: string }) {
  const levels = readList(stored.level);
  const within = stored.factor.endsWith(suffixes.within);
  if (levels === undefined || !(within || stored.factor.endsWith(suffixes.without))) return undefined;
  const suffix = within ? suffixes.within : suffixes.without;
  return { name: stored.factor.slice(0, -suffix.length), levels, within };
}

export const setLanguage = {
  read: stored => {
    const set = readSet(stored);
    return set && { kind: 'set', factor: set.name, levels: set.levels, within: set.within };
  },
  write: ({ factor, levels, within }) => ({
    factor: `${factor}${within ? suffixes.within : suffixes.without}`,
    level: listText(levels),
  }),
  text: ({ factor, levels, within }) => `${factor} = ${within ? '' : 'any but '}${orText(levels)}`,
  meets: ({ factor, levels: own, within }, { levels }) => {
    const level = levels[factor];
    return level !== undefined && own.includes(level) === within;
  },
  sibling: ({ factor }, { levels }) => levels[factor],
} satisfies ConditionLanguage<unknown, SetCondition>;

/**
 * Levels that show an effect and levels that don't -> the shorter way to say so: a level, a list, or all but some.
 * @returns undefined where all levels do: then it is no condition
 */
export function setOf(
  factor: string,
  inside: readonly string[],
  outside: readonly string[],
): LevelCondition | SetCondition | undefined {
  const [only] = inside;
  if (outside.length === 0 || only === undefined) return undefined;
  if (inside.length === 1) return atLevel(factor, only);
  const within = inside.length <= outside.length;
  return { kind: 'set', factor, levels: within ? [...inside] : [...outside], within };
}

/**
 * Reads every other level, or where they are very many those that showed the effect most and least. What is not read is
 * taken for what the shorter list leaves out.
 */
export function* refineSet(
  { name, level, random, share }: Seed<unknown, LevelCondition>,
  levels: readonly string[],
): Refinement<LevelCondition | SetCondition> {
  const shares = new Map(levels.map(one => [one, share(atLevel(name, one))]));
  const others = random
    .fork('read')
    .shuffle(levels.filter(one => one !== level))
    .toSorted((a, b) => (shares.get(b) as number) - (shares.get(a) as number));
  const half = mostRead / 2;
  const asked = others.length <= mostRead ? others : [...others.slice(0, half), ...others.slice(-half)];
  const { inside, outside } = yield* reading(asked);
  const sorted = (some: readonly string[]) => levels.filter(one => some.includes(one));
  const found = setOf(name, sorted([level, ...inside]), sorted(outside));
  return found === undefined ? [] : [found];
}
