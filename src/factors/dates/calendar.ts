// Local times of date levels: their parts, and days as numbers.
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');
const dayMs = 86_400_000;

/** The parts that could be a trigger, in the order in which they are tried. */
export const triggerParts = ['year', 'month', 'weekday', 'hour'] as const;
export type TriggerPart = (typeof triggerParts)[number];

/** One part of a local time, as {@link dateParts} has it. */
export function datePart(level: string, part: TriggerPart): string {
  if (part === 'year') return level.slice(0, 4);
  if (part === 'month') return level.slice(5, 7);
  return part === 'hour' ? level.slice(11, 13) : weekdayOf(level.slice(0, 10));
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
