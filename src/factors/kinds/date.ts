// Local times: what a suite says of them, how they are drawn and printed; ./dates/ has the calendar and its conditions.
import type { Random } from '../../statistics/random.ts';
import { dateParts, dayNumber, dayText } from '../dates/calendar.ts';
import { calendarOf, type DateCondition, dateLanguage, windowOf } from '../dates/conditions.ts';
import { furtherStretches } from '../dates/further.ts';
import { refineDate } from '../dates/search.ts';
import type { Checks, FactorKind, FactorMistake, Written, Z } from '../kind.ts';

const aDay = 'a day such as 2026-03-14';

/** What formats may print. */
const names = ['year', 'month', 'day', 'hour', 'iso', 'weekday', 'month_name'] as const satisfies (keyof ReturnType<
  typeof dateParts
>)[];

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('date'),
    from: z.iso.date(aDay),
    to: z.iso.date(aDay),
    hours: z
      .strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(23) })
      .default({ from: 0, to: 23 })
      .describe('hours of the day that may occur, both ends included'),
    formats: z
      .array(z.string())
      .min(1)
      .describe(`Jinja over ${names.join(', ')}`),
  });
type DateFactor = Written<typeof schema>;

/** A local time, `2026-03-14T09:00`. */
export const date = {
  schema,
  levels: () => [],
  draw,
  printed: ({ formats }, level) => {
    const variables = dateParts(level);
    return formats.map(text => ({ text, variables }));
  },
  mistakes,
  // By the clock that templates may ask.
  seenUnprinted: true,
  context: { clock: level => level },
  conditions: calendarOf,
  language: dateLanguage,
  // Days, both ends included: evidence method, "3-240 days".
  line: { at: dayNumber, stretch: windowOf, widths: { least: 3, most: 240 } },
  refine: refineDate,
  further: furtherStretches,
  plot: 'calendar',
  axes: name => [
    { name: `${name}.year`, of: level => level.slice(0, 4) },
    { name: `${name}.month`, of: level => level.slice(5, 7) },
  ],
} satisfies FactorKind<DateFactor, DateCondition>;

/** The range is cut into as many strata as the array has symbols; the day is uniform in its stratum. */
function draw({ from, to, hours }: DateFactor, symbol: number, of: number, random: Random): string {
  const first = dayNumber(from);
  const days = dayNumber(to) - first + 1;
  const low = Math.floor((symbol * days) / of);
  const high = Math.max(low + 1, Math.floor(((symbol + 1) * days) / of));
  const drawn = dayText(first + low + random.integer(high - low));
  const hour = hours.from + random.integer(hours.to - hours.from + 1);
  return `${drawn}T${String(hour).padStart(2, '0')}:00`;
}

function mistakes({ from, to, formats }: DateFactor, { brokenTemplate }: Checks): FactorMistake[] {
  const backwards = from > to ? [{ message: `from ${from} is after to ${to}` }] : [];
  const broken = formats.flatMap(text => brokenTemplate(text, names));
  return [...backwards, ...broken.map(message => ({ key: 'formats', message }))];
}
