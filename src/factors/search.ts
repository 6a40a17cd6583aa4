// How the least condition is read off a model: a kind asks whether the effect stays at other levels, and whoever started the
// search finds out. Generators of questions, so that what they ask about stays unknown here.
import type { Random } from '../statistics/random.ts';

/** Levels: does the effect stay at each? */
export type Question = readonly string[];

/** Asks, hears one answer a level, and ends with conditions; none where it does not depend on the factor after all. */
export type Refinement<C> = Generator<Question, C[], boolean[]>;

/** Asks as a refinement does; undefined where what was found before stands. */
export type Further<C> = Generator<Question, C[] | undefined, boolean[]>;

/** Levels at which the design shows an effect, the clearest first, and at which it does not where it could have. */
export interface Shown {
  readonly firing: readonly string[];
  readonly calm: readonly string[];
}

/** A level of a factor at which the effect shows. */
export interface Seed<F, C> {
  readonly name: string;
  readonly factor: F;
  readonly level: string;
  readonly random: Random;
  /** A tool that stays on offer whatever is changed: without it the effect could not show. */
  readonly keep: string | undefined;
  /** Any level of the factor. */
  readonly draw: (random: Random) => string;
  /** How often the effect shows where a condition is met, as far as the design knows; [0, 1]. */
  readonly share: (condition: C) => number;
}

/** Levels on a line of whole numbers, and the condition that they lie in a stretch of it, both ends included. */
export interface Line<C> {
  at(level: string): number;
  stretch(name: string, from: number, to: number): C;
  /** Widths of the stretches that are tested as triggers. */
  readonly widths: { readonly least: number; readonly most: number };
}

/** Factors with more levels than this are not read whole. */
export const mostRead = 24;

/** Asks about every level, in one question. */
export function* reading(levels: readonly string[]): Generator<Question, ReadLevels, boolean[]> {
  const answers = levels.length === 0 ? [] : yield levels;
  return {
    inside: levels.filter((_, index) => answers[index] === true),
    outside: levels.filter((_, index) => answers[index] !== true),
  };
}

/** Levels at which the effect stays, and those at which it does not. */
export interface ReadLevels {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

/**
 * First and last place around one place in which the effect stays, by doubling steps, then bisection.
 * @param limits the first and the last place to look at
 * @param levelAt the level to ask about at a place
 */
export function* stretchAround(
  place: number,
  limits: { readonly from: number; readonly to: number },
  levelAt: (place: number) => string,
): Generator<Question, { from: number; to: number }, boolean[]> {
  const from = place - (yield* stepsThatStay(steps => levelAt(place - steps), place - limits.from));
  const to = place + (yield* stepsThatStay(steps => levelAt(place + steps), limits.to - place));
  return { from, to };
}

/** How many steps one way the effect stays. */
function* stepsThatStay(levelAt: (steps: number) => string, room: number): Generator<Question, number, boolean[]> {
  const stays = function* (steps: number): Generator<Question, boolean, boolean[]> {
    const [answer] = yield [levelAt(steps)];
    return answer === true;
  };
  let [inside, outside] = [0, room + 1];
  for (let step = 1; step <= room; step *= 2) {
    if (yield* stays(step)) inside = step;
    else {
      outside = step;
      break;
    }
  }
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (yield* stays(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

/**
 * The last place, from one in which the effect stays towards one in which it does not, that it stays in.
 * @param levelAt the level to ask about at a place
 */
export function* bisected(
  inside: number,
  outside: number,
  levelAt: (place: number) => string,
): Generator<Question, number, boolean[]> {
  let [stays, not] = [inside, outside];
  while (Math.abs(not - stays) > 1) {
    const middle = Math.floor((stays + not) / 2);
    const [answer] = yield [levelAt(middle)];
    if (answer === true) stays = middle;
    else not = middle;
  }
  return stays;
}
