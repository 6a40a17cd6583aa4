import type { FactorOf } from '../../records/suite.ts';
import type { Random } from '../../statistics/index.ts';
import { renderText } from '../texts.ts';
import { dateParts, dayNumber, dayText } from './calendar.ts';
import type { FactorKind } from './kind.ts';

/** A level of a date factor as its text in one of the factor's formats. */
export function dateText(level: string, format: string): string {
  return renderText(format, dateParts(level));
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
