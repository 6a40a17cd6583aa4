// The least condition on a factor, read off worlds in which an effect shows at some of its levels: the condition holds at
// those levels and at no others, in the words that people would use.
import { describe, expect, test } from 'vitest';
import { conditionsOf, conditionText, levelMeets, refine } from '../../src/factors/conditions.ts';
import { dateParts } from '../../src/factors/dates/calendar.ts';
import type { Condition, Factor } from '../../src/factors/index.ts';
import { randomLevel } from '../../src/factors/levels.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { date } from './six-years.ts';

const cwd: Factor = {
  kind: 'path',
  paths: [
    '/srv/pay/api',
    '/srv/pay/jobs',
    '/srv/web',
    '/opt/tools',
    '/opt/app/bin',
    '/opt/app/log',
    '/data',
    '/data/in',
  ],
};
const extra: Factor = { kind: 'tools', sets: [[], ['ping'], ['drop'], ['ping', 'drop'], ['renew'], ['renew', 'ping']] };
const user: Factor = { kind: 'choice', levels: ['ann', 'bob', 'cy', 'di', 'ed', 'flo', 'gus'] };
const amount: Factor = { kind: 'number', from: 0, to: 100_000, step: 100, scale: 'even' };
const price: Factor = { kind: 'number', from: 1, to: 1_000_000, step: 1, scale: 'log' };
const retries: Factor = { kind: 'number', from: -2, to: 9, step: 1, scale: 'even' };
const factors = { date, cwd, extra, user, amount, price, retries };

/** What a kind finds where the effect shows at some levels, as text, and how many levels it asked about. */
function least(name: keyof typeof factors, fires: (level: string) => boolean, own?: string, keep?: string) {
  const factor = factors[name];
  const random = createRandom('least');
  const design = Array.from({ length: 200 }, () => randomLevel(factor, random));
  const level = own ?? (design.find(fires) as string);
  const share = (condition: Condition) => {
    const met = design.filter(one => conditionsOf(name, factor, one).some(other => text(other) === text(condition)));
    return (met.filter(fires).length + 0.5) / (met.length + 1);
  };
  const search = refine({ name, factor, level, keep, random, share, draw: stream => randomLevel(factor, stream) });
  let asked = 0;
  let step = search.next();
  while (step.done !== true) {
    asked += step.value.length;
    step = search.next(step.value.map(fires));
  }
  return { conditions: step.value, texts: step.value.map(text), asked };
}
const text = (condition: Condition) => conditionText(condition);

describe('of a date', () => {
  const part = (holds: (parts: ReturnType<typeof dateParts>, level: string) => boolean) => (level: string) =>
    holds(dateParts(level), level);
  const shapes: [texts: string[], fires: (level: string) => boolean][] = [
    [['date.year = 2026'], part(({ year }) => year === '2026')],
    [['date.year = 2024..2026'], part(({ year }) => year >= '2024' && year <= '2026')],
    [['date.year = 2023 or 2027'], part(({ year }) => year === '2023' || year === '2027')],
    [['date.year = 2026..2028'], part(({ year }) => year >= '2026')],
    [['date.month = 12'], part((_, level) => level.slice(5, 7) === '12')],
    [['date.month = any but 12'], part((_, level) => level.slice(5, 7) !== '12')],
    [['date.month = 11..02'], part((_, level) => ['11', '12', '01', '02'].includes(level.slice(5, 7)))],
    [['date.month = 03, 06, 09 or 12'], part((_, level) => Number(level.slice(5, 7)) % 3 === 0)],
    [['date.quarter = Q2'], part((_, level) => ['04', '05', '06'].includes(level.slice(5, 7)))],
    [['date.weekday = Tuesday'], part(({ weekday }) => weekday === 'Tuesday')],
    [['date.weekday = weekend'], part(({ weekday }) => weekday.startsWith('S'))],
    [['date.weekday = Monday..Friday'], part(({ weekday }) => !weekday.startsWith('S'))],
    [['date.weekday = any but Friday'], part(({ weekday }) => weekday !== 'Friday')],
    [['date.hour = 22..05'], part(({ hour }) => hour >= '22' || hour <= '05')],
    [['date.hour = 09..17'], part(({ hour }) => hour >= '09' && hour <= '17')],
    [['date.hour = any but 12'], part(({ hour }) => hour !== '12')],
    [['date.day = 1'], part(({ day }) => day === '1')],
    [['date.day = 1..7'], part(({ day }) => Number(day) <= 7)],
    [['date.day = 25..31'], part(({ day }) => Number(day) >= 25)],
    [['date.year = 2026..2028', 'date.day = 13'], part(({ year, day }) => year >= '2026' && day === '13')],
    [['date.month = 07..09', 'date.day = 15'], part(({ day }, level) => day === '15' && /^....-0[789]/.test(level))],
    [
      ['date.day = 8..14', 'date.weekday = Friday'],
      part(({ day, weekday }) => weekday === 'Friday' && +day > 7 && +day < 15),
    ],
    [
      ['date.day = 1..7', 'date.weekday = Monday'],
      part(({ day, weekday }) => weekday === 'Monday' && Number(day) <= 7),
    ],
    [['date.day = 13', 'date.weekday = Friday'], part(({ day, weekday }) => weekday === 'Friday' && day === '13')],
    [['date.month = 12', 'date.day = 24'], part(({ iso }) => iso.endsWith('-12-24'))],
    [['date in 2026-03-10..2026-03-20'], part(({ iso }) => iso >= '2026-03-10' && iso <= '2026-03-20')],
    [['date in 2026-03-12..2026-03-14'], part(({ iso }) => iso >= '2026-03-12' && iso <= '2026-03-14')],
    [['date in 2026-06-08..2026-06-08'], part(({ iso }) => iso === '2026-06-08')],
    [['date in 2026-12-01..2026-12-31'], part(({ iso }) => iso.startsWith('2026-12'))],
    [['date in 2025-11-05..2027-02-03'], part(({ iso }) => iso >= '2025-11-05' && iso <= '2027-02-03')],
    [['date from 2025-06-15'], part(({ iso }) => iso >= '2025-06-15')],
    [['date from 2027-05-01'], part(({ iso }) => iso >= '2027-05-01')],
    [['date until 2025-06-15'], part(({ iso }) => iso <= '2025-06-15')],
    [
      ['date.year = 2026', 'date.weekday = Tuesday'],
      part(({ year, weekday }) => year === '2026' && weekday === 'Tuesday'),
    ],
    [
      ['date.year = 2025..2028', 'date.weekday = weekend'],
      part(({ year, weekday }) => year > '2024' && weekday.startsWith('S')),
    ],
    [['date.year = 2026', 'date.month = 03 or 09'], part(({ iso }) => /^2026-0[39]/.test(iso))],
    [
      ['date.weekday = Friday', 'date.hour = 16..23'],
      part(({ weekday, hour }) => weekday === 'Friday' && hour >= '16'),
    ],
    [
      ['date.month = 12', 'date.weekday = weekend'],
      part(({ iso, weekday }) => iso.slice(5, 7) === '12' && weekday.startsWith('S')),
    ],
  ];
  test.each(shapes)('%j', (texts, fires) => {
    const all = days(fires);
    const found = least('date', fires, all.find(fires));
    expect(found.texts).toEqual(texts);
    const wrong = all.filter(level => found.conditions.every(one => levelMeets(one, level)) !== fires(level));
    expect(wrong).toEqual([]);
    expect(found.asked).toBeLessThan(75);
  });

  /** Every day, at an hour that the effect may show at and at one of its own. */
  function days(fires: (level: string) => boolean): string[] {
    const all = Array.from({ length: 2192 * 2 }, (_, index) => {
      const day = new Date(Date.UTC(2023, 0, 1 + Math.floor(index / 2))).toISOString().slice(0, 10);
      return `${day}T${String((index * 7) % 24).padStart(2, '0')}:00`;
    });
    const shown = all.find(fires) as string;
    return [...all, ...all.map(level => `${level.slice(0, 10)}${shown.slice(10)}`)].toSorted();
  }
});

describe('of a path', () => {
  const shapes: [texts: string[], inside: string[]][] = [
    [['cwd under /srv/pay'], ['/srv/pay/api', '/srv/pay/jobs']],
    [['cwd under /srv'], ['/srv/pay/api', '/srv/pay/jobs', '/srv/web']],
    [['cwd = /srv/pay/api'], ['/srv/pay/api']],
    [['cwd = /data'], ['/data']],
    [['cwd under /srv or /opt/app'], ['/srv/pay/api', '/srv/pay/jobs', '/srv/web', '/opt/app/bin', '/opt/app/log']],
    [['cwd not under /srv'], ['/opt/tools', '/opt/app/bin', '/opt/app/log', '/data', '/data/in']],
    [
      ['cwd = any but /data'],
      ['/srv/pay/api', '/srv/pay/jobs', '/srv/web', '/opt/tools', '/opt/app/bin', '/opt/app/log', '/data/in'],
    ],
  ];
  test.each(shapes)('%j', (texts, inside) => {
    expect(least('cwd', level => inside.includes(level), inside[0]).texts).toEqual(texts);
  });
});

describe('of offered tools', () => {
  const has = (tool: string) => (level: string) => level.split('+').includes(tool);
  test.each<[string[], string, (level: string) => boolean, string?]>([
    [['drop offered'], 'ping+drop', has('drop')],
    [['ping offered'], 'ping+drop', has('ping'), 'drop'],
    [['drop offered', 'ping offered'], 'ping+drop', level => has('ping')(level) && has('drop')(level)],
    [['ping not offered'], 'none', level => !has('ping')(level)],
    [['drop or renew offered'], 'drop', level => has('drop')(level) || has('renew')(level)],
    [['drop or ping not offered'], 'none', level => !has('drop')(level) && !has('ping')(level)],
    [['extra = none'], 'none', level => level === 'none'],
    [[], 'none', () => true],
  ])('%j', (texts, level, fires, keep) => {
    expect(least('extra', fires, level, keep).texts).toEqual(texts);
  });
});

describe('of a choice', () => {
  test.each([
    [['user = ann'], ['ann']],
    [['user = ann, cy or flo'], ['ann', 'cy', 'flo']],
    [['user = any but cy or gus'], ['ann', 'bob', 'di', 'ed', 'flo']],
    [[], ['ann', 'bob', 'cy', 'di', 'ed', 'flo', 'gus']],
  ])('%j', (texts, inside) => {
    expect(least('user', level => inside.includes(level), 'ann').texts).toEqual(texts);
  });
});

describe('of a number', () => {
  const shapes: [name: 'amount' | 'price' | 'retries', texts: string[], fires: (number: number) => boolean][] = [
    ['amount', ['amount at least 10000'], number => number >= 10_000],
    ['amount', ['amount at most 2300'], number => number <= 2300],
    ['amount', ['amount 30000..59900'], number => number >= 30_000 && number < 60_000],
    ['amount', ['amount not 30000..59900'], number => number < 30_000 || number >= 60_000],
    ['amount', ['amount at least 99900'], number => number > 99_800],
    ['amount', ['amount = 70000'], number => number === 70_000],
    ['amount', [], () => true],
    ['price', ['price at least 10000'], number => number >= 10_000],
    ['price', ['price at most 9'], number => number < 10],
    ['price', ['price 100..499'], number => number >= 100 && number < 500],
    ['price', ['price not 100..499'], number => number < 100 || number >= 500],
    ['retries', ['retries not 7'], number => number !== 7],
    ['retries', ['retries = 7'], number => number === 7],
    ['retries', ['retries at least 3'], number => number >= 3],
    ['retries', ['retries at most -1'], number => number < 0],
    ['retries', ['retries 0..4'], number => number >= 0 && number < 5],
    ['retries', ['retries = -2, 0, 2 or 9'], number => [-2, 0, 2, 9].includes(number)],
    ['retries', ['retries = any but 3 or 6'], number => number !== 3 && number !== 6],
  ];
  test.each(shapes)('%s: %j', (name, texts, fires) => {
    const at = (level: string) => fires(Number(level));
    const first = factors[name];
    const random = createRandom('own');
    const draws = Array.from({ length: 2000 }, () => randomLevel(first, random)).filter(at);
    for (const own of [draws[0], draws.at(-1)]) {
      const found = least(name, at, own ?? '70000');
      expect(found.texts).toEqual(texts);
      expect(found.asked).toBeLessThan(60);
      const levels = Array.from({ length: 300 }, () => randomLevel(first, random));
      for (const level of levels)
        expect(found.conditions.every(condition => levelMeets(condition, level))).toBe(at(level));
    }
  });
});
