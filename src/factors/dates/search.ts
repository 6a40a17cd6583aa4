// A date at which the effect shows -> the least condition. First which parts of it matter: each is moved alone, to where the
// design shows the least. Then every level of these is read, and the edges where they are a stretch of time.
import { type Question, reading, type Refinement, type Seed, stretchAround } from '../search.ts';
import { type DatePart, datePart, dayNumber, dayText, levelsOfPart, quarterOf } from './calendar.ts';
import { type DateCondition, type DateRange, type PartCondition, partOf, windowOf } from './conditions.ts';
import { readDays } from './days.ts';
import { isInRange, moved, type MovedPart } from './moved.ts';

interface DateFactor extends DateRange {
  readonly hours: { readonly from: number; readonly to: number };
}
export type DateSeed = Seed<DateFactor, DateCondition>;
type Asks<T> = Generator<Question, T, boolean[]>;

/** Levels to which each part is moved to see whether it matters. */
const swaps = 2;
const parts = ['year', 'month', 'day', 'weekday', 'hour'] as const satisfies DatePart[];

export function* refineDate(seed: DateSeed): Refinement<DateCondition> {
  const matter = yield* partsThatMatter(seed);
  const hour = matter.has('hour') ? yield* readPart(seed, 'hour') : undefined;
  const rest = yield* refineDays(seed, matter);
  return [...rest, ...(hour === undefined ? [] : [hour])];
}

/** Parts of which some other level undoes the effect. */
function* partsThatMatter(seed: DateSeed): Asks<Set<MovedPart>> {
  const tried = parts.flatMap(part => {
    const shares = othersOf(seed, part).map(value => ({ value, share: seed.share(partOf(seed.name, part, [value])) }));
    return seed.random
      .fork(part)
      .shuffle(shares)
      .toSorted((a, b) => a.share - b.share)
      .slice(0, swaps)
      .map(({ value }) => ({ part, level: moved(seed.level, part, value, seed.factor) as string }));
  });
  const { outside } = yield* reading([...new Set(tried.map(({ level }) => level))]);
  return new Set(tried.filter(({ level }) => outside.includes(level)).map(({ part }) => part));
}

/** Other levels of a part that the date can be moved to. */
function othersOf({ factor, level }: DateSeed, part: MovedPart): string[] {
  const hours = (value: string) =>
    part !== 'hour' || (Number(value) >= factor.hours.from && Number(value) <= factor.hours.to);
  return levelsOfPart(part, factor)
    .filter(value => value !== datePart(level, part) && hours(value))
    .filter(value => moved(level, part, value, factor) !== undefined);
}

/** Which levels of a part keep the effect; undefined where all do. */
function* readPart(seed: DateSeed, part: MovedPart): Asks<PartCondition | undefined> {
  const others = othersOf(seed, part);
  const places = others.map(value => moved(seed.level, part, value, seed.factor) as string);
  const { inside, outside } = yield* reading(places);
  if (outside.length === 0) return undefined;
  const own = datePart(seed.level, part);
  const levels = others.filter((_, index) => inside.includes(places[index] as string));
  const kept = levelsOfPart(part, seed.factor).filter(value => value === own || levels.includes(value));
  return part === 'month' ? monthsOf(seed.name, kept) : partOf(seed.name, part, kept);
}

/** Months, or the quarter that they are. */
function monthsOf(name: string, months: readonly string[]): PartCondition {
  const quarters = [...new Set(months.map(quarterOf))];
  const [quarter] = quarters;
  return quarters.length === 1 && quarter !== undefined && months.length === 3
    ? partOf(name, 'quarter', [quarter])
    : partOf(name, 'month', months);
}

/** What year, month, day and weekday say together. */
function* refineDays(seed: DateSeed, matter: ReadonlySet<MovedPart>): Refinement<DateCondition> {
  const weekday = matter.has('weekday');
  const whole = !matter.has('day');
  if (!whole && !(weekday && (yield* comesWeekly(seed)))) return yield* refineStretch(seed);
  if (whole && !weekday && matter.has('year') && matter.has('month')) return yield* refineStretch(seed);
  const found: (DateCondition | undefined)[] = [];
  if (matter.has('year')) found.push(weekday ? yield* readPart(seed, 'year') : yield* readYears(seed));
  if (matter.has('month')) found.push(yield* readPart(seed, 'month'));
  if (weekday) found.push(yield* readPart(seed, 'weekday'));
  return found.filter(one => one !== undefined);
}

/** Does the effect stay a week before or after, and not on all the days between? */
function* comesWeekly({ level, factor }: DateSeed): Asks<boolean> {
  const at = (days: number) => dayNumber(level) + days;
  const weeks = [-14, -7, 7, 14].filter(days => isInRange(at(days), factor));
  const { inside } = yield* reading(weeks.map(days => onDay(level, at(days))));
  for (const side of [-1, 1]) {
    if (!inside.includes(onDay(level, at(7 * side)))) continue;
    const between = [1, 2, 3, 4, 5, 6].map(days => onDay(level, at(side * days)));
    const { outside } = yield* reading(between);
    if (outside.length === 0) return false;
  }
  return inside.length > 0;
}

const onDay = (level: string, day: number) => `${dayText(day)}${level.slice(10)}`;

/** Years, or the time that starts or ends within one of them. */
function* readYears(seed: DateSeed): Asks<DateCondition | undefined> {
  const years = yield* readPart(seed, 'year');
  if (years === undefined) return undefined;
  const numbers = years.levels.map(Number);
  const [first = 0, last = first] = [numbers[0], numbers.at(-1)];
  if (last - first >= numbers.length) return years;
  const at = (days: readonly string[]) =>
    days
      .map(dayNumber)
      .filter(day => isInRange(day, seed.factor))
      .map(day => onDay(seed.level, day));
  const [within, beyond] = [at([`${first}-01-01`, `${last}-12-31`]), at([`${first - 1}-12-31`, `${last + 1}-01-01`])];
  const { inside } = yield* reading([...within, ...beyond]);
  const agrees = within.every(day => inside.includes(day)) && !beyond.some(day => inside.includes(day));
  if (agrees) return years;
  const { from, to } = yield* windowAround(seed);
  return openWindow(seed, from, to);
}

/** A window around the date, or what comes again: days of the month, a day of the year, months of some years. */
function* refineStretch(seed: DateSeed): Refinement<DateCondition> {
  const { from, to } = yield* windowAround(seed);
  const window = openWindow(seed, from, to);
  if (window === undefined) return [];
  if (dayText(from).slice(0, 7) === dayText(to).slice(0, 7)) {
    const isWhole = dayText(from).slice(8) === '01' && dayText(to + 1).slice(8) === '01';
    const again = isWhole ? undefined : yield* readDays(seed, from, to);
    if (again !== undefined) return again;
  }
  const sameYear = dayText(from).slice(0, 4) === dayText(to).slice(0, 4);
  if (!sameYear || !isWholeMonths(from, to)) return [window];
  const [months, years] = [yield* readPart(seed, 'month'), yield* readPart(seed, 'year')];
  const apart = months !== undefined && months.attribute === 'month' && monthsBetween(from, to) < months.levels.length;
  const again = years !== undefined && years.levels.length > 1;
  return apart || again ? [years, months].filter(one => one !== undefined) : [window];
}

const isWholeMonths = (from: number, to: number) =>
  dayText(from).slice(8) === '01' && dayText(to + 1).slice(8) === '01';

function monthsBetween(from: number, to: number): number {
  const count = (day: number) => Number(dayText(day).slice(0, 4)) * 12 + Number(dayText(day).slice(5, 7));
  return count(to) - count(from) + 1;
}

/** First and last day of the window around the date in which the effect stays; day numbers. */
function windowAround({ factor, level }: DateSeed) {
  const limits = { from: dayNumber(factor.from), to: dayNumber(factor.to) };
  return stretchAround(dayNumber(level), limits, place => onDay(level, place));
}

/** A window that reaches an end of the suite's time is open there; undefined for all of it. */
function openWindow({ name, factor }: DateSeed, from: number, to: number): DateCondition | undefined {
  const [first, last] = [from <= dayNumber(factor.from), to >= dayNumber(factor.to)];
  return first && last ? undefined : windowOf(name, first ? undefined : from, last ? undefined : to);
}
