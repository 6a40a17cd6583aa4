import type { FactorOf } from '../../records/suite.ts';
import type { Random } from '../../statistics/index.ts';
import { renderText } from '../texts.ts';
import type { FactorKind } from './kind.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');
const dayMs = 86_400_000;

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
    weekday: weekdays[date.getUTCDay()] as string,
    month_name: months[date.getUTCMonth()] as string,
  };
}

/** A level of a date factor as its text in one of the factor's formats. */
export function dateText(level: string, format: string): string {
  return renderText(format, dateParts(level));
}

/** Whole days since 1970-01-01 of a date level: the axis that window scans run over. */
export function dayNumber(level: string): number {
  return Math.round(Date.parse(`${level.slice(0, 10)}T00:00:00Z`) / dayMs);
}

/** The day (`2026-03-14`) of a day number. */
export function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** A local time. The range is cut into as many strata as the array has symbols; the day is uniform in its stratum. */
export const date: FactorKind<FactorOf<'date'>> = {
  symbols: () => 0,
  draw: (factor, symbol, of, random) => drawDate(factor, symbol, of, random),
  text: (factor, level, random) => dateText(level, random.pick(factor.formats)),
  attributes: (name, level) => {
    const parts = dateParts(level);
    return [
      { factor: `${name}.year`, level: parts.year },
      { factor: `${name}.month`, level: parts.month },
      { factor: `${name}.weekday`, level: parts.weekday },
      { factor: `${name}.hour`, level: parts.hour },
    ];
  },
};

function drawDate(factor: FactorOf<'date'>, symbol: number, of: number, random: Random): string {
  const first = dayNumber(factor.from);
  const days = dayNumber(factor.to) - first + 1;
  const low = Math.floor((symbol * days) / of);
  const high = Math.max(low + 1, Math.floor(((symbol + 1) * days) / of));
  const day = dayText(first + low + random.integer(high - low));
  const hour = factor.hours.from + random.integer(factor.hours.to - factor.hours.from + 1);
  return `${day}T${String(hour).padStart(2, '0')}:00`;
}
