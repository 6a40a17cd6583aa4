import { describe, expect, test } from 'vitest';
import {
  conditionKey,
  conditionOfKey,
  conditionsOf,
  conditionText,
  countLike,
  factorOf,
  factorsOf,
  levelMeets,
  meets,
  narrowerThan,
  readCondition,
  siblingOf,
  storedCondition,
  towards,
} from '../../src/factors/conditions.ts';
import type { Condition, Factor } from '../../src/factors/index.ts';
import { randomLevel } from '../../src/factors/levels.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { date } from './six-years.ts';

const cwd: Factor = { kind: 'path', paths: ['/srv/pay/api', '/srv/pay/jobs', '/srv/web', '/opt/tools'] };
const extra: Factor = { kind: 'tools', sets: [[], ['ping'], ['ping', 'drop']] };
const user: Factor = { kind: 'choice', levels: ['ann', 'bob', 'cy'] };
const note: Factor = { kind: 'text', lines: ['# TEST', 'b'], places: ['first', 'last'] };
const rounds: Factor = {
  kind: 'turns',
  from: 0,
  to: 3,
  rounds: [1, 2, 3].map(n => ({ user: `${n}?`, assistant: `${n}!` })),
};
const outcome: Factor = { kind: 'result', success: ['ok'], error: ['error: no'], empty: true };
const amount: Factor = { kind: 'number', from: -100, to: 1899, step: 1, scale: 'even' };
const price: Factor = { kind: 'number', from: 1, to: 999_999, step: 1, scale: 'log' };
const factors = { date, cwd, extra, user, note, rounds, outcome, amount, price };

const offers = (...names: string[]) => names.map(name => ({ function: { name } }));
const about = {
  levels: {
    date: '2026-03-14T09:00',
    cwd: '/srv/pay/api',
    extra: 'ping',
    user: 'ann',
    note: 'first: # TEST',
    rounds: '2',
    outcome: 'error',
    amount: '250',
    price: '7',
  },
  tools: offers('ping', 'list'),
};

/** What is stored, what it reads as, what people read, and whether the case above meets it. */
const known: [stored: [string, string], condition: Condition, text: string, met: boolean][] = [
  [
    ['note.contains', '# TEST'],
    { kind: 'text', factor: 'note', lines: ['# TEST'], places: [], within: true },
    'note contains "# TEST"',
    true,
  ],
  [
    ['note.contains@last', '# TEST'],
    { kind: 'text', factor: 'note', lines: ['# TEST'], places: ['last'], within: true },
    'note contains "# TEST" as its last line',
    false,
  ],
  [
    ['note.contains@first+last.in', '["# TEST","b"]'],
    { kind: 'text', factor: 'note', lines: ['# TEST', 'b'], places: ['first', 'last'], within: true },
    'note contains "# TEST" or "b" as its first or last line',
    true,
  ],
  [
    ['note.contains.not', '["b"]'],
    { kind: 'text', factor: 'note', lines: ['b'], places: [], within: false },
    'note does not contain "b"',
    true,
  ],
  [['outcome', 'error'], { kind: 'level', factor: 'outcome', level: 'error' }, 'outcome = error', true],
  [
    ['amount.range', '200..'],
    { kind: 'number', factor: 'amount', from: 200, within: true },
    'amount at least 200',
    true,
  ],
  [['amount.range', '..-5'], { kind: 'number', factor: 'amount', to: -5, within: true }, 'amount at most -5', false],
  [
    ['amount.range', '100..499'],
    { kind: 'number', factor: 'amount', from: 100, to: 499, within: true },
    'amount 100..499',
    true,
  ],
  [
    ['amount.outside', '-10..-1'],
    { kind: 'number', factor: 'amount', from: -10, to: -1, within: false },
    'amount not -10..-1',
    true,
  ],
  [['price.outside', '7..7'], { kind: 'number', factor: 'price', from: 7, to: 7, within: false }, 'price not 7', false],
  [['rounds.rounds', '2..'], { kind: 'turns', factor: 'rounds', from: 2 }, 'rounds from 2 on', true],
  [['rounds.rounds', '..1'], { kind: 'turns', factor: 'rounds', to: 1 }, 'rounds up to 1', false],
  [['rounds.rounds', '1..2'], { kind: 'turns', factor: 'rounds', from: 1, to: 2 }, 'rounds from 1 to 2', true],
  [
    ['date.year', '2026'],
    { kind: 'date', factor: 'date', attribute: 'year', levels: ['2026'] },
    'date.year = 2026',
    true,
  ],
  [
    ['date.month', '04'],
    { kind: 'date', factor: 'date', attribute: 'month', levels: ['04'] },
    'date.month = 04',
    false,
  ],
  [
    ['date.weekday', 'Saturday'],
    { kind: 'date', factor: 'date', attribute: 'weekday', levels: ['Saturday'] },
    'date.weekday = Saturday',
    true,
  ],
  [['date.hour', '10'], { kind: 'date', factor: 'date', attribute: 'hour', levels: ['10'] }, 'date.hour = 10', false],
  [
    ['date.window', '2026-03-14..2026-03-20'],
    { kind: 'date', factor: 'date', attribute: 'window', from: '2026-03-14', to: '2026-03-20' },
    'date in 2026-03-14..2026-03-20',
    true,
  ],
  [
    ['cwd.under', '/srv/pay'],
    { kind: 'path', factor: 'cwd', under: ['/srv/pay'], within: true },
    'cwd under /srv/pay',
    true,
  ],
  [
    ['cwd.under', '/srv/pa'],
    { kind: 'path', factor: 'cwd', under: ['/srv/pa'], within: true },
    'cwd under /srv/pa',
    false,
  ],
  [['cwd', '/srv/web'], { kind: 'level', factor: 'cwd', level: '/srv/web' }, 'cwd = /srv/web', false],
  [['tool offered', 'list'], { kind: 'tools', offered: ['list'], within: true }, 'list offered', true],
  [['extra', 'ping+drop'], { kind: 'level', factor: 'extra', level: 'ping+drop' }, 'extra = ping+drop', false],
  [['user', 'ann'], { kind: 'level', factor: 'user', level: 'ann' }, 'user = ann', true],
  [
    ['user.in', '["ann","cy"]'],
    { kind: 'set', factor: 'user', levels: ['ann', 'cy'], within: true },
    'user = ann or cy',
    true,
  ],
  [
    ['user.not', '["ann"]'],
    { kind: 'set', factor: 'user', levels: ['ann'], within: false },
    'user = any but ann',
    false,
  ],
  [
    ['date.weekday.in', '["Saturday","Sunday"]'],
    { kind: 'date', factor: 'date', attribute: 'weekday', levels: ['Saturday', 'Sunday'] },
    'date.weekday = weekend',
    true,
  ],
  [
    ['date.hour.in', '["00","01","22","23"]'],
    { kind: 'date', factor: 'date', attribute: 'hour', levels: ['00', '01', '22', '23'] },
    'date.hour = 22..01',
    false,
  ],
  [
    ['date.quarter', 'Q1'],
    { kind: 'date', factor: 'date', attribute: 'quarter', levels: ['Q1'] },
    'date.quarter = Q1',
    true,
  ],
  [['date.day', '14'], { kind: 'date', factor: 'date', attribute: 'day', levels: ['14'] }, 'date.day = 14', true],
  [
    ['date.window', '2026-03-15..'],
    { kind: 'date', factor: 'date', attribute: 'window', from: '2026-03-15' },
    'date from 2026-03-15',
    false,
  ],
  [
    ['date.window', '..2026-03-14'],
    { kind: 'date', factor: 'date', attribute: 'window', to: '2026-03-14' },
    'date until 2026-03-14',
    true,
  ],
  [
    ['date.window.in', '["2024-01-01..2024-02-29","2026-03-01..2026-03-14"]'],
    {
      kind: 'date',
      factor: 'date',
      attribute: 'windows',
      windows: [
        { from: '2024-01-01', to: '2024-02-29' },
        { from: '2026-03-01', to: '2026-03-14' },
      ],
    },
    'date in 2024-01-01..2024-02-29 or 2026-03-01..2026-03-14',
    true,
  ],
  [
    ['date.window.in', '["..2024-06-30","2025-01-01..2025-01-07","2027-01-01.."]'],
    {
      kind: 'date',
      factor: 'date',
      attribute: 'windows',
      windows: [{ to: '2024-06-30' }, { from: '2025-01-01', to: '2025-01-07' }, { from: '2027-01-01' }],
    },
    'date until 2024-06-30, in 2025-01-01..2025-01-07 or from 2027-01-01',
    false,
  ],
  [
    ['cwd.under.not', '["/srv/web","/opt"]'],
    { kind: 'path', factor: 'cwd', under: ['/srv/web', '/opt'], within: false },
    'cwd not under /srv/web or /opt',
    true,
  ],
  [
    ['tool offered.in', '["drop","list"]'],
    { kind: 'tools', offered: ['drop', 'list'], within: true },
    'drop or list offered',
    true,
  ],
  [['tool offered.not', '["drop"]'], { kind: 'tools', offered: ['drop'], within: false }, 'drop not offered', true],
];

test.each(known)('%j is read, written and said exactly', ([factor, level], condition, text, met) => {
  expect(readCondition({ factor, level })).toEqual(condition);
  expect(storedCondition(condition)).toEqual({ factor, level });
  expect(conditionOfKey(conditionKey(condition))).toEqual(condition);
  expect(conditionText(condition)).toBe(text);
  expect(meets(about, condition)).toBe(met);
});

test('whatever no kind claims is a level, and is written as it was', () => {
  for (const [factor, level] of [
    ['date.window', 'soon'],
    ['date.era', 'x'],
    ['a.b.c', '=..='],
    ['user.in', 'ann'],
    ['user.not', '[]'],
    ['user.in', '["ann", "cy"]'],
    ['date.window', '..'],
    ['amount.range', '..'],
    ['amount.range', '1..x'],
    ['amount.outside', '1..'],
    ['date.window.in', '["2024-01-01..2024-02-29"]'],
    ['date.window.in', '["2024-01-01..2024-02-29","soon"]'],
    ['date.window.not', '["2024-01-01..2024-02-29","2026-03-01.."]'],
    ['', ''],
  ] as const) {
    expect(storedCondition(readCondition({ factor, level }))).toEqual({ factor, level });
  }
  expect(conditionOfKey('=x')).toBeUndefined();
});

test('every condition that a level meets is met by that level, and survives being stored', () => {
  for (const [name, factor] of Object.entries(factors)) {
    const random = createRandom(name);
    for (let n = 0; n < 50; n++) {
      const level = randomLevel(factor, random);
      for (const condition of conditionsOf(name, factor, level)) {
        expect(levelMeets(condition, level)).toBe(true);
        expect(levelMeets(condition, '')).toBe(false);
        expect(readCondition(storedCondition(condition))).toEqual(condition);
        expect(factorOf(condition)).toBe(name);
      }
    }
  }
});

test('a tool on offer is a condition on the case: the factors that offer tools can make it hold', () => {
  const listed = readCondition({ factor: 'tool offered', level: 'list' });
  expect(factorOf(listed)).toBeUndefined();
  expect(factorsOf(factors, listed)).toEqual(['extra']);
  expect(levelMeets(listed, 'list')).toBe(false);
});

describe('what a condition is compared with', () => {
  const read = (factor: string, level: string) => readCondition({ factor, level });

  test('siblings: other levels, folders of the same depth, windows as wide', () => {
    const window = read('date.window', '2026-03-20..2026-03-22');
    expect(siblingOf(window, about)).toBe('window -2');
    expect(siblingOf(read('date.window.in', '["2024-01-01..2024-01-31","2027-01-01.."]'), about)).toBe('the rest');
    expect(siblingOf(read('date.month', '04'), about)).toBe('03');
    expect(siblingOf(read('cwd.under', '/opt'), about)).toBe('/srv');
    expect(siblingOf(read('cwd.under', '/opt/a/b'), about)).toBeUndefined();
    expect(siblingOf(read('tool offered', 'drop'), about)).toBe('not offered');
    expect(siblingOf(read('user', 'bob'), about)).toBe('ann');
    expect(siblingOf(read('amount.range', '300..399'), about)).toBe('stretch -1');
    expect(siblingOf(read('amount.range', '300..'), about)).toBe('the rest');
  });

  test('how many there could have been', () => {
    expect(countLike(read('date.year', '2026'), date)).toBe(6);
    expect(countLike(read('date.weekday', 'Monday'), date)).toBe(7);
    expect(countLike(read('date.window', '2026-01-01..2026-12-31'), date)).toBe(7);
    // As of its narrowest: both together stand no higher than the highest of them.
    expect(countLike(read('date.window.in', '["2024-01-01..2024-06-30","2026-01-01..2026-12-31"]'), date)).toBe(13);
    expect(countLike(read('cwd.under', '/srv'), cwd)).toBe(4);
    expect(countLike(read('tool offered', 'ping'), extra)).toBe(3);
    expect(countLike(read('user', 'ann'), user)).toBe(3);
    expect(countLike(read('amount.range', '100..199'), amount)).toBe(20);
    expect(countLike(read('amount.range', '900..'), amount)).toBe(2);
    expect(countLike(read('price.range', '100..499'), price)).toBe(9);
    expect(countLike(read('price.range', '10..99'), price)).toBe(6);
  });

  test('what else it could have been, the likeliest first', () => {
    const texts = (refuted: Condition, name: 'date' | 'cwd' | 'user') =>
      narrowerThan(refuted, name, factors[name], about.levels[name]).map(conditionText);
    expect(texts(read('cwd.under', '/srv'), 'cwd')).toEqual(['cwd under /srv/pay', 'cwd = /srv/pay/api']);
    expect(texts(read('date.year', '2026'), 'date')).toHaveLength(3);
    expect(texts(read('user', 'ann'), 'user')).toEqual([]);
  });

  test('a drawn date is moved into a window, and nowhere else', () => {
    const random = createRandom('towards');
    const window = read('date.window', '2024-02-28..2024-03-01');
    for (let n = 0; n < 20; n++) expect(levelMeets(window, towards(window, '2026-03-14T09:00', random))).toBe(true);
    const windows = read('date.window.in', '["2024-02-28..2024-03-01","2027-12-31.."]');
    const moved = Array.from({ length: 20 }, () => towards(windows, '2026-03-14T09:00', random));
    expect(moved.every(level => levelMeets(windows, level))).toBe(true);
    expect(new Set(moved.map(level => level.slice(0, 4)))).toEqual(new Set(['2024', '2027']));
    expect(towards(read('date.year', '2024'), '2026-03-14T09:00', random)).toBe('2026-03-14T09:00');
    for (const [level, to] of [
      ['600..750', '250'],
      ['300..', '0'],
      ['..-50', '50'],
      ['7..7', '9'],
    ] as const) {
      const condition = read('amount.range', level);
      const moved = new Set(Array.from({ length: 20 }, () => towards(condition, to, random)));
      expect(
        [...moved].every(one => levelMeets(condition, one) && Number(one) % (level === '7..7' ? 1 : 50) === 0),
      ).toBe(true);
      expect(moved.size).toBe(level === '600..750' ? 2 : 1);
    }
  });
});
