// The family of hypotheses: which conditions could be the trigger, and which cases each of them names.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseDivergence } from '../../../src/divergence/index.ts';
import { conditionKey, conditionsOfCase, factorOf, meets } from '../../../src/factors/conditions.ts';
import type { Factor } from '../../../src/factors/index.ts';
import type { Suite } from '../../../src/records/suites/suite.ts';
import { carries, type Hypothesis, hypothesisFamily } from '../../../src/triggers/nominate/hypotheses.ts';
import { plain } from '../small.ts';

const user: Factor = { kind: 'choice', levels: ['ann', 'bob', 'cy'] };
const stage: Factor = { kind: 'choice', levels: ['live', 'test'] };
const place: Factor = { kind: 'path', paths: ['/srv/pay/api', '/srv/pay/jobs', '/srv/web', '/opt/tools'] };
const extra: Factor = { kind: 'tools', sets: [[], ['ping']] };
const day: Factor = { kind: 'date', from: '2024-01-01', to: '2026-12-31', hours: { from: 0, to: 23 }, formats: [''] };
const suiteOf = (factors: Record<string, Factor>) => ({ factors }) as unknown as Suite;

const positionsOf = ({ set }: Hypothesis): number[] =>
  [...(set.kind === 'members' ? set.members : set.order.subarray(set.from, set.to))].toSorted((a, b) => a - b);
const nameOf = ({ conditions }: Hypothesis) => conditions.map(conditionKey).join(' & ');
/** `name: positions` of every hypothesis. */
const family = (factors: Record<string, Factor>, all: readonly CaseDivergence[]) =>
  hypothesisFamily(suiteOf(factors), all).map(one => `${nameOf(one)}: ${positionsOf(one).join(' ')}`);

describe('levels and pairs', () => {
  const users = (...names: string[]) => names.map(name => plain({ user: name }));

  test.each<[string, CaseDivergence[], string[]]>([
    ['no case', [], []],
    ['one case: a level that every case has tells nothing', users('ann'), []],
    ['a factor of one level', users('ann', 'ann', 'ann', 'ann'), []],
    ['two cases of a level are too few', users('ann', 'ann', 'bob', 'cy'), []],
    ['three are enough', users('ann', 'bob', 'ann', 'ann'), ['user=ann: 0 2 3']],
    [
      'each level that has three',
      users('ann', 'bob', 'ann', 'bob', 'ann', 'bob', 'cy'),
      ['user=ann: 0 2 4', 'user=bob: 1 3 5'],
    ],
    ['a factor that no suite has', [...users('ann', 'ann', 'ann'), plain({ shoe: '43' })], ['user=ann: 0 1 2']],
  ])('%s', (_, all, expected) => {
    expect(family({ user }, all)).toEqual(expected);
  });

  test('a pair needs two cases, and levels too rare alone make pairs', () => {
    const all = [
      plain({ user: 'ann', stage: 'live' }),
      plain({ user: 'ann', stage: 'live' }),
      plain({ user: 'ann', stage: 'test' }),
      plain({ user: 'bob', stage: 'test' }),
      plain({ user: 'bob', stage: 'test' }),
      plain({ user: 'cy', stage: 'live' }),
    ];
    // bob is in two cases, both test: as a level too rare, as a pair just enough. ann & test and cy & live have one each.
    expect(family({ user, stage }, all)).toEqual([
      'user=ann: 0 1 2',
      'stage=live: 0 1 5',
      'stage=test: 2 3 4',
      'user=ann & stage=live: 0 1',
      'stage=test & user=bob: 3 4',
    ]);
  });

  test('of hypotheses with the same cases the simpler one stays: a level before a pair, a leaf before its folder', () => {
    const both = (name: string, leaf: string) => plain({ user: name, place: leaf });
    const all = [
      ...[1, 2, 3].map(() => both('ann', '/opt/tools')),
      ...[1, 2, 3].map(() => both('bob', '/srv/pay/api')),
      ...[1, 2, 3].map(() => both('cy', '/srv/web')),
    ];
    // ann works in /opt/tools alone, bob in /srv/pay/api: neither pair, leaf nor folder adds a set of cases to theirs.
    expect(family({ user, place }, all)).toEqual([
      'user=ann: 0 1 2',
      'user=bob: 3 4 5',
      'place.under=/srv: 3 4 5 6 7 8',
      'user=cy: 6 7 8',
    ]);
  });

  test('two conditions on one factor are no pair, two tools on offer are none either; a tool and a level are', () => {
    const all = [
      plain({ user: 'ann', extra: 'ping' }, ['look', 'wipe', 'ping']),
      plain({ user: 'ann', extra: 'ping' }, ['look', 'wipe', 'ping']),
      plain({ user: 'ann', extra: 'none' }, ['look', 'wipe']),
      plain({ user: 'bob', extra: 'ping' }, ['look', 'ping']),
      plain({ user: 'bob', extra: 'none' }, ['look']),
    ];
    const found = hypothesisFamily(suiteOf({ user, extra }), all);
    for (const { conditions } of found.filter(one => one.conditions.length === 2)) {
      const [a, b] = conditions.map(factorOf);
      expect(a).not.toBe(b);
    }
    // look is on offer everywhere, so it is no hypothesis; wipe is where ann is.
    expect(found.map(one => `${nameOf(one)}: ${positionsOf(one).join(' ')}`)).toEqual([
      'user=ann: 0 1 2',
      'extra=ping: 0 1 3',
      'user=ann & extra=ping: 0 1',
    ]);
  });

  test('two tools are no pair, though a set of cases has just these', () => {
    const all = [['ping', 'wipe'], ['ping', 'wipe'], ['ping'], ['wipe'], []].map(tools => plain({}, tools));
    expect(family({}, all)).toEqual(['tool offered=ping: 0 1 2', 'tool offered=wipe: 0 1 3']);
  });

  test('an accidental factor that goes with the trigger in every case but one keeps a hypothesis of its own', () => {
    const all = Array.from({ length: 8 }, (_, n) =>
      plain({ user: n < 4 ? 'ann' : 'bob', stage: n < 3 ? 'live' : 'test' }),
    );
    expect(family({ user, stage }, all)).toEqual([
      'user=ann: 0 1 2 3',
      'stage=live: 0 1 2',
      'stage=test: 3 4 5 6 7',
      'user=bob: 4 5 6 7',
    ]);
  });
});

describe('stretches', () => {
  const days = (...texts: string[]) => texts.map(text => plain({ day: `${text}T09:00` }));
  const windows = (all: readonly CaseDivergence[]) =>
    family({ day }, all).filter(text => text.startsWith('day.window'));

  test('start at a case and end at a later one, at least three cases and three days wide', () => {
    // In the order of the days: positions 2 0 3 1. Of four cases: the first three, the last three, and all of them.
    expect(windows(days('2025-03-03', '2025-03-09', '2025-03-01', '2025-03-04'))).toEqual([
      'day.window=2025-03-01..2025-03-04: 0 2 3',
      'day.window=2025-03-01..2025-03-09: 0 1 2 3',
      'day.window=2025-03-03..2025-03-09: 0 1 3',
    ]);
  });

  test.each<[string, string[], number]>([
    ['two days apart are three days', ['2025-03-01', '2025-03-02', '2025-03-03'], 1],
    ['one day apart are two', ['2025-03-01', '2025-03-01', '2025-03-02'], 0],
    ['all on one day', ['2025-03-01', '2025-03-01', '2025-03-01'], 0],
    ['240 days', ['2025-01-01', '2025-03-01', '2025-08-28'], 1],
    ['241 days', ['2025-01-01', '2025-03-01', '2025-08-29'], 0],
    ['two cases', ['2025-03-01', '2025-03-05'], 0],
  ])('%s', (_, texts, count) => {
    expect(windows(days(...texts))).toHaveLength(count);
  });

  test('cases of one day stay together', () => {
    // Without the tie there would be windows that hold one of the two cases of March 1st, and of the 5th.
    expect(windows(days('2025-03-01', '2025-03-05', '2025-03-01', '2025-03-05'))).toEqual([
      'day.window=2025-03-01..2025-03-05: 0 1 2 3',
    ]);
  });

  test('cases without the factor are in none', () => {
    const all = [...days('2025-03-01', '2025-03-02', '2025-03-03'), plain({ user: 'ann' })];
    expect(windows(all)).toEqual(['day.window=2025-03-01..2025-03-03: 0 1 2']);
  });
});

describe('whatever the cases', () => {
  const factors = { user, stage, place, day };
  const about = fc
    .record({
      user: fc.constantFrom('ann', 'bob', 'cy'),
      stage: fc.constantFrom('live', 'test'),
      place: fc.constantFrom('/srv/pay/api', '/srv/pay/jobs', '/srv/web', '/opt/tools'),
      day: fc.constantFrom('2024-02-28', '2025-03-01', '2025-03-02', '2025-03-04', '2025-07-14', '2026-12-31'),
    })
    .map(levels => plain({ ...levels, day: `${levels.day}T09:00` }, ['look']));
  const cases = fc.array(about, { maxLength: 14 });
  const options = { seed: 20261129, numRuns: 150 };

  test('a set is exactly the cases that meet all its conditions, which some case of the list meets', () => {
    fc.assert(
      fc.property(cases, all => {
        for (const hypothesis of hypothesisFamily(suiteOf(factors), all)) {
          const meeting = all.flatMap((one, position) =>
            hypothesis.conditions.every(condition => meets(one.case, condition)) ? [position] : [],
          );
          expect(positionsOf(hypothesis)).toEqual(meeting);
          expect(meeting.length).toBeGreaterThanOrEqual(hypothesis.conditions.length === 2 ? 2 : 3);
        }
      }),
      options,
    );
  });

  test('a level in three cases and not in all is tested, by this name or by one with the same cases', () => {
    fc.assert(
      fc.property(cases, all => {
        const sets = new Set(hypothesisFamily(suiteOf(factors), all).map(one => positionsOf(one).join(' ')));
        for (const condition of all.flatMap(one => conditionsOfCase(factors, one.case))) {
          const own = all.flatMap((one, position) => (meets(one.case, condition) ? [position] : []));
          if (own.length >= 3 && own.length < all.length) expect(sets).toContain(own.join(' '));
        }
      }),
      options,
    );
  });

  test('levels and pairs have different cases each; the order of the cases does not matter', () => {
    fc.assert(
      fc.property(cases, all => {
        const sets = (list: readonly CaseDivergence[]) =>
          hypothesisFamily(suiteOf(factors), list)
            .filter(({ set }) => set.kind === 'members')
            .map(one => positionsOf(one));
        const own = sets(all).map(String);
        expect(new Set(own).size).toBe(own.length);
        const last = all.length - 1;
        const mirrored = sets(all.toReversed()).map(set => String(set.map(at => last - at).toReversed()));
        expect(mirrored.toSorted()).toEqual(own.toSorted());
      }),
      options,
    );
  });
});

test.each([
  ['none to carry', [], true],
  ['the level', [{ factor: 'user', level: 'ann' }], true],
  [
    'both',
    [
      { factor: 'user', level: 'ann' },
      { factor: 'place.under', level: '/srv' },
    ],
    true,
  ],
  [
    'one of two',
    [
      { factor: 'user', level: 'ann' },
      { factor: 'place.under', level: '/opt' },
    ],
    false,
  ],
  ['a tool on offer', [{ factor: 'tool offered', level: 'look' }], true],
  ['a tool that is not', [{ factor: 'tool offered', level: 'ping' }], false],
  ['a factor the case has not', [{ factor: 'stage', level: 'live' }], false],
])('a case carries what was found: %s', (_, conditions, carried) => {
  expect(carries(plain({ user: 'ann', place: '/srv/web' }, ['look']), { conditions })).toBe(carried);
});
