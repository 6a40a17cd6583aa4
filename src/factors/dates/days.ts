// Days that come again: the 13th, the 25th of some years, the second Friday of the month. Asked where a stretch of days that
// lies within one month was found around the date.
import { type Question, reading, type Seed } from '../search.ts';
import { type DatePart, datePart, dayNumber, dayText, levelsOfPart } from './calendar.ts';
import { type DateCondition, type DateRange, partOf } from './conditions.ts';
import { dayInMonth, isInRange } from './moved.ts';

type DaySeed = Seed<DateRange, DateCondition>;
type Asks<T> = Generator<Question, T, boolean[]>;

/** Dates that say whether the weekday matters, of each kind. */
const samples = 8;
/** Dates beside those read that must agree with what was read. */
const checks = 8;

/**
 * Conditions on days that come again; undefined where the effect stays at none of the dates that are like this one: then it
 * is this stretch of time.
 * @param from first and last day of the stretch, day numbers
 */
export function* readDays(seed: DaySeed, from: number, to: number): Asks<DateCondition[] | undefined> {
  const alike = datesLike(seed).filter(day => day < from || day > to);
  const own = datePart(seed.level, 'weekday');
  const weekdayOf = (day: number) => datePart(dayText(day), 'weekday');
  const same = seed.random
    .fork('same weekday')
    .shuffle(alike.filter(day => weekdayOf(day) === own))
    .slice(0, samples);
  const other = seed.random
    .fork('other weekday')
    .shuffle(alike.filter(day => weekdayOf(day) !== own))
    .slice(0, samples);
  const firing = yield* firingOf(seed, [...same, ...other]);
  const share = (days: readonly number[]) => days.filter(day => firing.has(day)).length / Math.max(1, days.length);
  if (same.length > 1 && share(same) > 0.8 && share(other) < 0.2) return yield* weekdaysOf(seed);
  const [years, months] = [yield* readLike(seed, 'year'), yield* readLike(seed, 'month')];
  const [everyYear, everyMonth] = [levelsOfPart('year', seed.factor).length, 12];
  if (years.length + months.length < 3) return undefined;
  const days = Array.from({ length: to - from + 1 }, (_, index) => datePart(dayText(from + index), 'day'));
  const fits = (day: number) =>
    years.includes(dayText(day).slice(0, 4)) && months.includes(datePart(dayText(day), 'month'));
  const within = seed.random.fork('checks').shuffle(alike.filter(fits)).slice(0, checks);
  const agreed = yield* firingOf(seed, within);
  // What does not hold where years and months say so is something else.
  if (within.filter(day => !agreed.has(day)).length > 0.25 * within.length) return undefined;
  return [
    ...(years.length < everyYear ? [partOf(seed.name, 'year', years)] : []),
    ...(months.length < everyMonth ? [partOf(seed.name, 'month', months)] : []),
    partOf(seed.name, 'day', yield* toTheEnd(seed, days, { years, months })),
  ];
}

const onDay = ({ level }: DaySeed, day: number) => `${dayText(day)}${level.slice(10)}`;

/** The same day of all other months. */
function datesLike({ level, factor }: DaySeed): number[] {
  const day = Number(level.slice(8, 10));
  return levelsOfPart('year', factor).flatMap(year =>
    levelsOfPart('month', factor).flatMap(month => {
      const found = dayInMonth(year, month, day);
      return found !== undefined && isInRange(found, factor) && found !== dayNumber(level) ? [found] : [];
    }),
  );
}

function* firingOf(seed: DaySeed, days: readonly number[]): Asks<Set<number>> {
  const { inside } = yield* reading([...new Set(days)].map(day => onDay(seed, day)));
  return new Set(days.filter(day => inside.includes(onDay(seed, day))));
}

/** Years of the same day and month, or months of the same day and year, in which the effect stays; the own one among them. */
function* readLike(seed: DaySeed, part: 'year' | 'month'): Asks<string[]> {
  const { level, factor } = seed;
  const own = datePart(level, part);
  const places = levelsOfPart(part, factor).flatMap(value => {
    const [year, month] = part === 'year' ? [value, datePart(level, 'month')] : [datePart(level, 'year'), value];
    const day = dayInMonth(year, month, Number(level.slice(8, 10)));
    return value !== own && day !== undefined && isInRange(day, factor) ? [{ value, day }] : [];
  });
  const firing = yield* firingOf(
    seed,
    places.map(({ day }) => day),
  );
  const kept = new Set([own, ...places.filter(({ day }) => firing.has(day)).map(({ value }) => value)]);
  return levelsOfPart(part, factor).filter(value => kept.has(value));
}

/** A weekday, or several, on some days of the month: each day read on that weekday, each weekday on one of those days. */
function* weekdaysOf(seed: DaySeed): Asks<DateCondition[]> {
  const own = datePart(seed.level, 'weekday');
  const days = yield* readOn(seed, 'day', day => datePart(day, 'weekday') === own);
  const weekdays = yield* readOn(seed, 'weekday', day => days.includes(datePart(day, 'day')));
  return [partOf(seed.name, 'day', days), partOf(seed.name, 'weekday', weekdays)];
}

/** Levels of a part at which the effect stays, each at the nearest other date that fits; the own one among them. */
function* readOn(seed: DaySeed, part: DatePart, fits: (day: string) => boolean): Asks<string[]> {
  const own = datePart(seed.level, part);
  const centre = dayNumber(seed.level);
  const nearest = (value: string): number | undefined => {
    for (let away = 1; away < 800; away++) {
      const found = [centre - away, centre + away].find(
        day => isInRange(day, seed.factor) && datePart(dayText(day), part) === value && fits(dayText(day)),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const places = levelsOfPart(part, seed.factor).flatMap(value => {
    const day = value === own ? undefined : nearest(value);
    return day === undefined ? [] : [{ value, day }];
  });
  const firing = yield* firingOf(
    seed,
    places.map(({ day }) => day),
  );
  const kept = new Set([own, ...places.filter(({ day }) => firing.has(day)).map(({ value }) => value)]);
  return levelsOfPart(part, seed.factor).filter(value => kept.has(value));
}

/** Days up to the end of a month that is shorter than others: do they go on there? */
function* toTheEnd(
  seed: DaySeed,
  days: readonly string[],
  { years, months }: { readonly years: readonly string[]; readonly months: readonly string[] },
): Asks<string[]> {
  const last = Number(days.at(-1));
  const monthEnds = dayText(dayNumber(seed.level) + last - Number(seed.level.slice(8, 10)) + 1).slice(8) === '01';
  if (!monthEnds || last === 31) return [...days];
  const later = [29, 30, 31].filter(day => day > last);
  const places = later.flatMap(day => {
    const found = years.flatMap(year => months.flatMap(month => dayInMonth(year, month, day) ?? []));
    const inRange = found.filter(one => isInRange(one, seed.factor));
    const [place] = seed.random.fork(`day ${day}`).shuffle(inRange);
    return place === undefined ? [] : [{ day, place }];
  });
  const firing = yield* firingOf(
    seed,
    places.map(({ place }) => place),
  );
  return [...days, ...places.filter(({ place }) => firing.has(place)).map(({ day }) => String(day))];
}
