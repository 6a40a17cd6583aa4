// Local times of date levels: their parts, and days as numbers.
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');
const dayMs = 86_400_000;

/** Every part that a condition can be on. */
export type DatePart = 'year' | 'quarter' | 'month' | 'day' | 'weekday' | 'hour';

/** The parts whose levels are tested as triggers; the others are read off a model where they explain more. */
export const scanParts = ['year', 'month', 'weekday', 'hour'] as const satisfies DatePart[];

/** One part of a local time, as {@link dateParts} has it; a quarter is `Q1`. */
export function datePart(level: string, part: DatePart): string {
  if (part === 'year') return level.slice(0, 4);
  if (part === 'quarter') return quarterOf(level.slice(5, 7));
  if (part === 'month') return level.slice(5, 7);
  if (part === 'day') return String(Number(level.slice(8, 10)));
  return part === 'hour' ? level.slice(11, 13) : weekdayOf(level.slice(0, 10));
}

/** `Q1` of `03`. */
export const quarterOf = (month: string): string => `Q${Math.ceil(Number(month) / 3)}`;

/** Every level of a part, in its order. @param range first and last day: what limits the years */
export function levelsOfPart(part: DatePart, range: { readonly from: string; readonly to: string }): string[] {
  const numbers = (from: number, to: number, digits: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(digits, '0'));
  if (part === 'year') return numbers(Number(range.from.slice(0, 4)), Number(range.to.slice(0, 4)), 4);
  if (part === 'quarter') return ['Q1', 'Q2', 'Q3', 'Q4'];
  if (part === 'weekday') return [...weekdays.slice(1), 'Sunday'];
  if (part === 'month') return numbers(1, 12, 2);
  return part === 'day' ? numbers(1, 31, 1) : numbers(0, 23, 2);
}

const weekdayOf = (day: string) => weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] as string;

/** Parts of a local time such as `2026-03-14T09:00`; `month` and `hour` have two digits. */
export function dateParts(level: string) {
  const year = level.slice(0, 4);
  const month = level.slice(5, 7);
  const iso = level.slice(0, 10);
  const date = new Date(`${iso}T00:00:00Z`);
  return {
    iso,
    year,
    month,
    day: String(date.getUTCDate()),
    hour: level.slice(11, 13),
    weekday: weekdayOf(iso),
    month_name: months[date.getUTCMonth()] as string,
  };
}

/** Whole days since 1970-01-01 of a date level: the axis that window scans run over. */
export function dayNumber(level: string): number {
  return Math.round(Date.parse(`${level.slice(0, 10)}T00:00:00Z`) / dayMs);
}

/** The day (`2026-03-14`) of a day number. */
export function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
