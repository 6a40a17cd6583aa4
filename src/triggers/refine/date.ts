// A date in which the effect shows -> the least condition: a calendar level that is enough alone (or, where the year is
// but its neighbours do it too, all the time it lasts), else a window whose edges are found by bisection, else two
// calendar levels together, else that day.
import type { Condition } from '../../records/condition.ts';
import type { Factor } from '../../records/suite.ts';
import type { Asking } from '../probes.ts';
import { attributesOf, dayNumber, dayText, randomLevel } from '../../suite/index.ts';
import { firstOf } from '../draws.ts';
import type { Refine, Seed } from './kind.ts';

/** Windows wider than this are looked for among calendar levels only; days. */
const widest = 240;
const mostTries = 4000;

export const refineDate: Refine = function* (seed, factor) {
  const own = calendar(seed, factor, seed.case.levels[factor] as string);
  const alone = yield* firstEnough(
    seed,
    factor,
    own.map(condition => [condition]),
  );
  const years = alone?.length === 1 && alone[0]?.factor === `${factor}.year`;
  const longer = years && (yield* neighboursToo(seed, factor));
  if (alone !== undefined && !longer) return alone;
  const { from, to } = yield* windowAround(seed, factor, longer ? Number.POSITIVE_INFINITY : widest);
  const window = { factor: `${factor}.window`, level: `${dayText(from)}..${dayText(to)}` };
  if (to > from) return [window];
  const pairs = own.flatMap((a, index) => own.slice(index + 1).map(b => [a, b]));
  return (yield* firstEnough(seed, factor, pairs)) ?? [window];
};

/** Does the effect stay in the year before or after: is the year only a part of a longer time? */
function* neighboursToo(seed: Seed, factor: string): Asking<boolean> {
  const definition = seed.suite.factors[factor] as Factor;
  const own = Number((seed.case.levels[factor] as string).slice(0, 4));
  const groups = [own - 1, own + 1].map(year => {
    const random = seed.random.fork(`year ${year}`);
    const draw = () => [randomLevel(definition, random)].find(level => level.startsWith(`${year}-`));
    return [0, 1, 2].map(() => firstOf(mostTries, draw)).filter(level => level !== undefined);
  });
  return (yield* seed.mostlyStays(factor, groups)).includes(true);
}

function calendar({ suite }: Seed, factor: string, level: string): Condition[] {
  return attributesOf(factor, suite.factors[factor] as Factor, level);
}

/** The first set of calendar levels that keeps the effect on dates which share those with the seed, and no other. */
function* firstEnough(
  seed: Seed,
  factor: string,
  sets: readonly (readonly Condition[])[],
): Asking<Condition[] | undefined> {
  const groups = sets.map(kept => datesSharing(seed, factor, kept));
  const enough = yield* seed.mostlyStays(factor, groups);
  const first = sets[enough.indexOf(true)];
  return first === undefined ? undefined : [...first];
}

/** Up to three dates that share just these calendar levels with the seed's. */
function datesSharing(seed: Seed, factor: string, kept: readonly Condition[]): string[] {
  const own = calendar(seed, factor, seed.case.levels[factor] as string);
  const random = seed.random.fork(kept.map(({ factor: name }) => name).join('+'));
  const definition = seed.suite.factors[factor] as Factor;
  const draw = () => {
    const level = randomLevel(definition, random);
    const levels = calendar(seed, factor, level);
    const right = own.every(({ factor: name, level: value }, index) => {
      return (levels[index]?.level === value) === kept.some(condition => condition.factor === name);
    });
    return right ? level : undefined;
  };
  const drawn = [0, 1, 2].map(() => firstOf(mostTries, draw)).filter(level => level !== undefined);
  return [...new Set(drawn)];
}

/** First and last day of the window around the seed's day in which the effect stays; day numbers. */
function* windowAround(seed: Seed, factor: string, most: number): Asking<{ from: number; to: number }> {
  const definition = seed.suite.factors[factor];
  if (definition?.kind !== 'date') throw new Error(`${factor} is not a date`);
  const day = dayNumber(seed.case.levels[factor] as string);
  const first = Math.max(dayNumber(definition.from), day - most);
  const last = Math.min(dayNumber(definition.to), day + most);
  const from = yield* edge(seed, factor, day, -1, day - first);
  const to = yield* edge(seed, factor, day, 1, last - day);
  return { from, to };
}

/** The last day, going one way, on which the effect stays: doubling steps, then bisection. */
function* edge(seed: Seed, factor: string, day: number, way: 1 | -1, room: number): Asking<number> {
  const hour = (seed.case.levels[factor] as string).slice(10);
  const at = function* (steps: number): Asking<boolean> {
    const [stays] = yield* seed.stays(factor, [`${dayText(day + way * steps)}${hour}`]);
    return stays === true;
  };
  let [inside, outside] = [0, room + 1];
  for (let step = 1; step <= room; step *= 2) {
    if (yield* at(step)) inside = step;
    else {
      outside = step;
      break;
    }
  }
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (yield* at(middle)) inside = middle;
    else outside = middle;
  }
  return day + way * inside;
}
