// A date in which the effect shows -> the least condition: a calendar level that is enough alone (or, where the year is
// but its neighbours do it too, all the time it lasts), else a window whose edges are found by bisection, else two
// calendar levels together, else that day.
import { type Question, type Refinement, type Seed, stretchAround } from '../search.ts';
import { dayNumber, dayText } from './calendar.ts';
import { calendarOf, type DateCondition, dateLanguage, type DateRange, windowOf } from './conditions.ts';

/** Windows wider than this are looked for among calendar levels only; days. */
const widest = 240;
const mostTries = 4000;

type DateSeed = Seed<DateRange>;

export function* refineDate(seed: DateSeed): Refinement<DateCondition> {
  const own = calendarOf(seed.name, seed.level);
  const alone = yield* firstEnough(
    seed,
    own.map(condition => [condition]),
  );
  const years = alone?.length === 1 && alone[0]?.attribute === 'year';
  const longer = years && (yield* neighboursToo(seed));
  if (alone !== undefined && !longer) return alone;
  const { from, to } = yield* windowAround(seed, longer ? Number.POSITIVE_INFINITY : widest);
  const window = windowOf(seed.name, from, to);
  if (to > from) return [window];
  const pairs = own.flatMap((a, index) => own.slice(index + 1).map(b => [a, b]));
  return (yield* firstEnough(seed, pairs)) ?? [window];
}

/** Does the effect stay in the year before or after: is the year only a part of a longer time? */
function* neighboursToo({ level, random, draw }: DateSeed): Generator<Question, boolean, boolean[]> {
  const own = Number(level.slice(0, 4));
  const groups = [own - 1, own + 1].map(year => {
    const stream = random.fork(`year ${year}`);
    return upToThree(() => [draw(stream)].find(drawn => drawn.startsWith(`${year}-`)));
  });
  return (yield groups).includes(true);
}

/** The first set of calendar levels that keeps the effect on dates which share those with the seed, and no other. */
function* firstEnough(
  seed: DateSeed,
  sets: readonly (readonly DateCondition[])[],
): Generator<Question, DateCondition[] | undefined, boolean[]> {
  const enough = yield sets.map(kept => datesSharing(seed, kept));
  const first = sets[enough.indexOf(true)];
  return first === undefined ? undefined : [...first];
}

/** Up to three dates that share just these calendar levels with the seed's. */
function datesSharing({ name, level, random, draw }: DateSeed, kept: readonly DateCondition[]): string[] {
  const own = calendarOf(name, level);
  const stream = random.fork(kept.map(condition => dateLanguage.write(condition).factor).join('+'));
  const shares = (condition: DateCondition, drawn: string) =>
    dateLanguage.meets(condition, { levels: { [name]: drawn } });
  const isKept = ({ attribute }: DateCondition) => kept.some(condition => condition.attribute === attribute);
  const drawn = upToThree(() => {
    const made = draw(stream);
    return own.every(condition => shares(condition, made) === isKept(condition)) ? made : undefined;
  });
  return [...new Set(drawn)];
}

/** Three times the first that a bounded number of tries makes. */
function upToThree(make: () => string | undefined): string[] {
  return [0, 1, 2].flatMap(() => {
    for (let n = 0; n < mostTries; n++) {
      const made = make();
      if (made !== undefined) return [made];
    }
    return [];
  });
}

/** First and last day of the window around the seed's day in which the effect stays; day numbers. */
function windowAround({ factor, level }: DateSeed, most: number) {
  const day = dayNumber(level);
  const limits = {
    from: Math.max(dayNumber(factor.from), day - most),
    to: Math.min(dayNumber(factor.to), day + most),
  };
  return stretchAround(day, limits, place => `${dayText(place)}${level.slice(10)}`);
}
