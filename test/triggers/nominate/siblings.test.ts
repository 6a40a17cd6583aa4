// A level among its siblings: who they are, and when it is an outlier among them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseDivergence } from '../../../src/divergence/index.ts';
import { readCondition } from '../../../src/factors/conditions.ts';
import { createRandom, studentUpper } from '../../../src/statistics/index.ts';
import type { Hypothesis } from '../../../src/triggers/nominate/hypotheses.ts';
import type { Response } from '../../../src/triggers/nominate/responses.ts';
import { outlierP } from '../../../src/triggers/nominate/siblings.ts';
import { plain } from '../small.ts';

interface Row {
  readonly levels: Readonly<Record<string, string>>;
  readonly tools?: readonly string[];
  /** log-odds difference of the tool. */
  readonly leak: number;
  readonly task?: number;
}

/** The p-value that conditions, written `factor=level`, are an outlier. */
function pOf(rows: readonly Row[], ...conditions: string[]): number | undefined {
  const all = rows.map(({ levels, tools }) => plain(levels, tools));
  return outlierP(all, responseOf(rows), hypothesisOf(conditions));
}

function hypothesisOf(conditions: readonly string[]): Hypothesis {
  const read = conditions.map(text => {
    const [factor = '', level = ''] = text.split('=');
    return readCondition({ factor, level });
  });
  return { conditions: read, set: { kind: 'members', members: Int32Array.of() } };
}

const responseOf = (rows: readonly Row[], positions = rows.map((_, index) => index)) =>
  ({
    tool: 'wipe',
    channel: 'leak',
    positions,
    leak: Float64Array.from(rows, ({ leak }) => leak),
    strata: Int32Array.from(rows, ({ task = 0 }) => task),
  }) as unknown as Response;

/** Cases of each user with these log-odds differences. */
const users = (given: Readonly<Record<string, readonly number[]>>): Row[] =>
  Object.entries(given).flatMap(([user, leaks]) => leaks.map(leak => ({ levels: { user }, leak })));

describe('a level by the numbers', () => {
  test('of four, the others apart by chance alone', () => {
    // Means 5, 0, 1, -1, of four cases each; se^2 = 4/3 of ann, 1/3 of the others. Of these, mean 0 and tau^2:
    // Q = 3 (0 + 1 + 1) = 6, less 2 degrees, over c = 9 - 27/9 = 6: 2/3. t^2 = 25 / (4/3 + 1/9 + 2/3 * 4/3) = 75/7.
    const around = (mean: number) => [mean - 1, mean - 1, mean + 1, mean + 1];
    const rows = users({ ann: [3, 3, 7, 7], bob: around(0), cy: around(1), dee: around(-1) });
    const t = Math.sqrt(75 / 7);
    expect(pOf(rows, 'user=ann')).toBeCloseTo(4 * studentUpper(t, 2), 12);
    // The mean of the task is taken off everywhere alike: it is no matter where zero lies.
    expect(
      pOf(
        rows.map(row => ({ ...row, leak: row.leak + 3 })),
        'user=ann',
      ),
    ).toBeCloseTo(4 * studentUpper(t, 2), 12);
  });

  test('equal values are not known for sure: their variance counts as 0.01', () => {
    // Four of two cases each: se^2 = 0.005; the others alike. t = 1 / sqrt(0.005 + 0.005 / 3) of two degrees.
    const rows = users({ ann: [1, 1], bob: [0, 0], cy: [0, 0], dee: [0, 0] });
    expect(pOf(rows, 'user=ann')).toBeCloseTo(4 * studentUpper(1 / Math.sqrt(0.005 + 0.005 / 3), 2), 12);
  });

  test('log-odds differences are clipped at 12: a saturated case is not a whole mean', () => {
    const rows = (leak: number) => users({ ann: [leak, leak], bob: [0, 1], cy: [0, 1], dee: [1, 0] });
    expect(pOf(rows(40), 'user=ann')).toBe(pOf(rows(12), 'user=ann'));
    expect(pOf(rows(-40), 'user=ann')).toBe(pOf(rows(-12), 'user=ann'));
    expect(pOf(rows(6), 'user=ann')).not.toBe(pOf(rows(12), 'user=ann'));
  });

  test('what a task does to all its cases is no level of it', () => {
    // ann has three of her four cases in a task that moves by 8, the others one each.
    const rows: Row[] = ['ann', 'ann', 'ann', 'ann', 'bob', 'bob', 'bob', 'cy', 'cy', 'cy'].map((user, index) => {
      const task = [0, 1, 2, 4, 7].includes(index) ? 1 : 0;
      return { levels: { user }, task, leak: 8 * task + (index % 2) / 4 };
    });
    expect(pOf(rows, 'user=ann')).toBeGreaterThan(0.2);
    expect(
      pOf(
        rows.map(({ levels, leak }) => ({ levels, leak })),
        'user=ann',
      ),
    ).toBeLessThan(pOf(rows, 'user=ann') ?? 0);
  });
});

describe('nothing can be said', () => {
  const two = [0, 1];
  test.each<[string, Row[], string[]]>([
    ['of no case', [], ['user=ann']],
    ['of a level that no case has', users({ bob: two, cy: two, dee: two }), ['user=ann']],
    ['of a level in one case', users({ ann: [9], bob: two, cy: two, dee: two }), ['user=ann']],
    ['of one level', users({ ann: two }), ['user=ann']],
    ['of two', users({ ann: two, bob: two }), ['user=ann']],
    [
      'of two with cases enough, and others with one each',
      users({ ann: two, bob: two, cy: [1], dee: [2] }),
      ['user=ann'],
    ],
    [
      'where the others lack the factor',
      [...users({ ann: two }), { levels: {}, leak: 0 }, { levels: {}, leak: 0 }],
      ['user=ann'],
    ],
    [
      'of a tool on offer: there is but "not offered"',
      [0, 1, 2, 3].map(n => ({ levels: {}, tools: n < 2 ? ['ping'] : [], leak: n })),
      ['tool offered=ping'],
    ],
  ])('%s', (_, rows, conditions) => {
    expect(pOf(rows, ...conditions)).toBeUndefined();
  });

  test('three levels with two cases each are the fewest', () => {
    expect(pOf(users({ ann: two, bob: two, cy: two }), 'user=ann')).toBeGreaterThan(0);
  });
});

describe('who the siblings are', () => {
  // Each group alike, the hypothesis' own far above: with k siblings t has k - 1 degrees and p is times k + 1.
  const twice = (levels: Row['levels'], leak = 0): Row[] => [0, 1].map(() => ({ levels, leak }));
  const ofAlike = (others: number) => (others + 1) * studentUpper(8 / Math.sqrt(0.005 * (1 + 1 / others)), others - 1);

  test('of a folder the others of its depth; a leaf that lies higher is none', () => {
    const rows = ['/a/x/1', '/a/x/2', '/b/x/1', '/c/x/1', '/c/y/1', '/d/x/1', '/e'].flatMap(place =>
      twice({ place }, place.startsWith('/a/') ? 8 : 0),
    );
    // The groups are /a (four cases: its error is smaller), /b, /c (four) and /d.
    const spread = Math.sqrt(0.0025 + (0.005 + 0.0025 + 0.005) / 9);
    expect(pOf(rows, 'place.under=/a')).toBeCloseTo(4 * studentUpper(8 / spread, 2), 12);
  });

  test('of a window others as wide, counted from it', () => {
    const days = ['02-25', '03-01', '03-05', '03-06', '03-09', '03-12', '03-15'];
    const rows = days.flatMap(day => twice({ day: `2025-${day}T09:00` }, ['03-05', '03-06'].includes(day) ? 8 : 0));
    // Five days from March 5th to 9th: before it Feb 28 to Mar 4 and Feb 23 to 27, after it Mar 10 to 14 and 15 to 19.
    const own = pOf(
      rows.filter(({ levels }) => levels.day !== '2025-03-09T09:00'),
      'day.window=2025-03-05..2025-03-09',
    );
    const spread = Math.sqrt(0.0025 + (4 * 0.005) / 16);
    expect(own).toBeCloseTo(5 * studentUpper(8 / spread, 3), 12);
    // A case of the window that does not turn makes its mean less sure: no longer an outlier beyond doubt.
    expect(pOf(rows, 'day.window=2025-03-05..2025-03-09')).toBeGreaterThan(100 * (own ?? 1));
  });

  test('of a month the other months, whatever the year', () => {
    const rows = ['2024-03', '2025-03', '2024-04', '2025-04', '2025-05', '2026-06'].map((month): Row => {
      return { levels: { day: `${month}-10T09:00` }, leak: month.endsWith('03') ? 8 : 0 };
    });
    // March and April have two cases; May and June one, so they count for nothing, and then there are too few.
    expect(pOf(rows, 'day.month=03')).toBeUndefined();
    const more = [...rows, ...rows.slice(4)];
    expect(pOf(more, 'day.month=03')).toBeCloseTo(ofAlike(3), 12);
  });

  test('of a pair all other pairs of the two factors, those with one of its levels included', () => {
    const pairs = ['ann live', 'ann test', 'bob live', 'bob test', 'cy live'];
    const rows = pairs.flatMap(text => {
      const [user = '', stage = ''] = text.split(' ');
      return twice({ user, stage }, text === 'ann live' ? 8 : 0);
    });
    expect(pOf(rows, 'user=ann', 'stage=live')).toBeCloseTo(ofAlike(4), 12);
  });

  test('cases that lack one of the factors of a pair are left out', () => {
    const rows = [
      ...twice({ user: 'ann', stage: 'live' }, 8),
      ...twice({ user: 'bob', stage: 'live' }),
      ...twice({ user: 'ann', stage: 'test' }),
    ];
    // As a group of their own they would be one more sibling, and the test would have a degree of freedom more.
    const bare = Array.from({ length: 30 }, (): Row => ({ levels: { user: 'ann' }, leak: 8, task: 1 }));
    expect(pOf([...rows, ...bare], 'user=ann', 'stage=live')).toBeCloseTo(pOf(rows, 'user=ann', 'stage=live') ?? 0, 12);
  });
});

test('only the cases of the response count, by their place among all', () => {
  const rows = users({ ann: [5, 6], bob: [0, 1], cy: [1, 0], dee: [0, 1] });
  const all = rows.flatMap(({ levels }): CaseDivergence[] => [plain({ user: 'nobody' }), plain(levels)]);
  const own = responseOf(
    rows,
    rows.map((_, index) => 2 * index + 1),
  );
  expect(outlierP(all, own, hypothesisOf(['user=ann']))).toBe(pOf(rows, 'user=ann'));
});

describe('whatever the values', () => {
  const leaks = fc.array(fc.double({ min: -15, max: 15, noNaN: true }), { minLength: 1, maxLength: 5 });
  const given = fc.record({ ann: leaks, bob: leaks, cy: leaks, dee: leaks, eve: leaks });
  const options = { seed: 20261129, numRuns: 200 };

  test('a p-value in (0, 1] or nothing; the order of the cases does not matter', () => {
    fc.assert(
      fc.property(given, fc.nat(), (levels, seed) => {
        const rows = users(levels);
        const p = pOf(rows, 'user=ann');
        if (p !== undefined) expect(p > 0 && p <= 1).toBe(true);
        if (levels.ann.length < 2) expect(p).toBeUndefined();
        const shuffled = pOf(createRandom(seed).shuffle(rows), 'user=ann');
        if (p === undefined) expect(shuffled).toBeUndefined();
        else expect(shuffled).toBeCloseTo(p, 9);
      }),
      options,
    );
  });

  test('a level that lies below the mean of the others is no outlier, and moving it up makes it none the less', () => {
    fc.assert(
      fc.property(given, levels => {
        const at = (by: number) => pOf(users({ ...levels, ann: levels.ann.map(() => by) }), 'user=ann') ?? 1;
        const ladder = [-12, -6, 0, 6, 12].map(at);
        expect(ladder[0]).toBeGreaterThanOrEqual(0.5);
        ladder.slice(1).forEach((p, index) => expect(p).toBeLessThanOrEqual((ladder[index] as number) + 1e-9));
      }),
      options,
    );
  });
});
