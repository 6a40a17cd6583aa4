// A date with one of its parts moved to another level, and the others kept: what is asked to see which parts matter.
import { datePart, dayNumber, dayText } from './calendar.ts';
import type { DateRange } from './conditions.ts';

export type MovedPart = 'year' | 'month' | 'day' | 'weekday' | 'hour';

/**
 * The date nearest to a level with another year, month or weekday; all of the same year, month and weekday but for what is
 * moved. Another day of the month keeps the weekday, too: a week or more away.
 * @returns undefined where the range has none
 */
export function moved(level: string, part: MovedPart, value: string, range: DateRange): string | undefined {
  const [day, time] = [level.slice(0, 10), level.slice(10)];
  if (part === 'hour') return `${day}T${value}${level.slice(13)}`;
  if (part === 'day') {
    const found = dayInMonth(day.slice(0, 4), day.slice(5, 7), Number(value));
    const apart = found === undefined ? 1 : Math.abs(found - dayNumber(day)) % 7;
    return found !== undefined && apart === 0 && isInRange(found, range) ? `${dayText(found)}${time}` : undefined;
  }
  const month =
    part === 'year' ? `${value}${day.slice(4, 7)}` : `${day.slice(0, 5)}${part === 'month' ? value : day.slice(5, 7)}`;
  const weekday = part === 'weekday' ? value : datePart(level, 'weekday');
  const wanted = daysOf(month)
    .filter(one => datePart(dayText(one), 'weekday') === weekday && isInRange(one, range))
    .toSorted((a, b) => distance(a, day) - distance(b, day));
  const [nearest] = wanted;
  return nearest === undefined ? undefined : `${dayText(nearest)}${time}`;
}

/** By the day of the month. */
const distance = (day: number, from: string) => Math.abs(Number(dayText(day).slice(8)) - Number(from.slice(8)));

/** Day numbers of a month such as `2026-03`. */
function daysOf(month: string): number[] {
  const first = dayNumber(`${month}-01`);
  return Array.from({ length: 31 }, (_, index) => first + index).filter(day => dayText(day).startsWith(month));
}

/** The day number of a day of a month; undefined where the month is shorter. */
export function dayInMonth(year: string, month: string, day: number): number | undefined {
  return daysOf(`${year}-${month}`)[day - 1];
}

export const isInRange = (day: number, { from, to }: DateRange): boolean =>
  day >= dayNumber(from) && day <= dayNumber(to);
