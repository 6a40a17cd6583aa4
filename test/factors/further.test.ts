// A stretch of days that was found, and what the design shows -> every stretch at which the effect shows, in a bounded number
// of questions.
import { describe, expect, test } from 'vitest';
import { conditionText, furtherThan, levelMeets, readCondition } from '../../src/factors/conditions.ts';
import { dayNumber, dayText } from '../../src/factors/dates/calendar.ts';
import type { Condition } from '../../src/factors/index.ts';
import { randomLevel } from '../../src/factors/levels.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { date } from './six-years.ts';

const read = (factor: string, level: string) => readCondition({ factor, level });
const window = (level: string) => read('date.window', level);

/** What else is found where the effect shows on some days, of a design of so many cases in which it could show. */
function further(found: readonly Condition[], fires: (level: string) => boolean, cases = 0, at = '2024-02-10T09:00') {
  const random = createRandom('further');
  const design = Array.from({ length: cases }, () => randomLevel(date, random));
  const search = furtherThan(
    { name: 'date', factor: date, level: at, keep: undefined, random, share: () => 0, draw: () => at },
    found,
    { firing: design.filter(fires), calm: design.filter(level => !fires(level)) },
  );
  if (search === undefined) throw new Error('dates have further stretches');
  let asked = 0;
  let step = search.next();
  while (step.done !== true) {
    asked += step.value.length;
    step = search.next(step.value.map(fires));
  }
  return { conditions: step.value, texts: step.value?.map(conditionText), asked };
}

const inAny =
  (...windows: string[]) =>
  (level: string) =>
    windows.some(one => levelMeets(window(one), level));

describe('other stretches than the one that was found', () => {
  const own = '2024-02-01..2024-03-31';
  test.each<[string, string[]]>([
    ['date in 2024-02-01..2024-03-31 or 2026-05-10..2026-06-23', ['2026-05-10..2026-06-23']],
    ['date in 2023-01-20..2023-03-05 or 2024-02-01..2024-03-31', ['2023-01-20..2023-03-05']],
    ['date in 2024-02-01..2024-03-31 or 2024-04-10..2024-05-31', ['2024-04-10..2024-05-31']],
    ['date in 2024-02-01..2024-03-31 or from 2027-05-01', ['2027-05-01..']],
    [
      'date in 2024-02-01..2024-03-31, 2025-07-01..2025-09-30 or 2027-01-01..2027-02-28',
      ['2025-07-01..2025-09-30', '2027-01-01..2027-02-28'],
    ],
  ])('%s', (text, others) => {
    const { texts, asked } = further([window(own)], inAny(own, ...others), 120);
    expect(texts).toEqual([text]);
    expect(asked).toBeLessThan(20 + 14 * others.length);
  });

  test('none where there is none', () => {
    const { conditions, asked } = further([window(own)], inAny(own), 120);
    expect(conditions).toBeUndefined();
    expect(asked).toBeLessThanOrEqual(12);
  });

  test('without a design that says anything, at most twelve days are looked at', () => {
    expect(further([window(own)], inAny(own)).asked).toBe(12);
  });

  test('before a time that has begun and after one that has not ended only where the design shows it', () => {
    const ends = ['..2023-12-31', '2027-01-01..'] as const;
    const at = '2023-02-10T09:00';
    const { texts } = further([window(ends[0])], inAny(...ends), 120, at);
    expect(texts).toEqual(['date until 2023-12-31 or from 2027-01-01']);
    expect(further([window(ends[0])], inAny(ends[0]), 120, at).asked).toBe(0);
  });

  test('the hour stays beside them, and what holds on some days alone is left as it is', () => {
    const hour = read('date.hour', '09');
    const both = (level: string) => inAny(own, '2026-05-10..2026-08-23')(level) && levelMeets(hour, level);
    expect(further([window(own), hour], both, 1000).texts).toEqual([
      'date in 2024-02-01..2024-03-31 or 2026-05-10..2026-08-23',
      'date.hour = 09',
    ]);
    expect(further([window(own), read('date.weekday', 'Friday')], () => true).asked).toBe(0);
    expect(further([read('date.year', '2026')], () => true).asked).toBe(0);
  });
});

test('a day of the design that hides the effect moves no edge', () => {
  const fires = inAny('2024-02-01..2024-03-31', '2026-05-01..2026-07-31');
  const hidden = [dayNumber('2026-06-10'), dayNumber('2026-06-20')].map(day => `${dayText(day)}T09:00`);
  const level = '2024-02-10T09:00';
  const search = furtherThan(
    {
      name: 'date',
      factor: date,
      level,
      keep: undefined,
      random: createRandom('hidden'),
      share: () => 0,
      draw: () => level,
    },
    [window('2024-02-01..2024-03-31')],
    { firing: ['2026-06-15T12:00'], calm: hidden },
  );
  let step = search?.next();
  while (step?.done !== true) step = search?.next((step?.value ?? []).map(fires));
  expect(step?.value?.map(conditionText)).toEqual(['date in 2024-02-01..2024-03-31 or 2026-05-01..2026-07-31']);
});
