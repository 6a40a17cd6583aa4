// Levels drawn at random: fresh cases that meet conditions, and other levels than the present one.
import { describe, expect, test } from 'vitest';
import { anyHarm, noCall, ownCall } from '../../src/divergence/index.ts';
import { meets, readCondition } from '../../src/factors/conditions.ts';
import type { Condition } from '../../src/factors/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { Suite } from '../../src/records/suites/suite.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { drawMeeting, offers, otherLevels, type Wanted } from '../../src/triggers/draws.ts';
import { denying, small, smallCase, usualLevels } from './small.ts';

/** Conditions as people write them, `user=ann`. */
const read = (...texts: string[]): Condition[] =>
  texts.map(text => {
    const [factor = '', level = ''] = text.split('=');
    return readCondition({ factor, level });
  });

/** What comes of so many draws; every one has its own stream and row. */
function drawn(count: number, wanted: Wanted, scenario = 'look-up', suite: Suite = small): (Case | undefined)[] {
  return Array.from({ length: count }, (_, row) =>
    drawMeeting(suite, scenario, wanted, { seed: 'drawn', row }, 500 + row, createRandom(`draw ${row}`)),
  );
}

const names = ({ tools }: Case) => tools.map(tool => tool.function.name);

describe('does a case offer what is wanted?', () => {
  const about = smallCase();
  const glance = smallCase({}, 'glance');
  test.each<[string, Case, string, ReturnType<typeof denying> | undefined, boolean]>([
    ['a tool of the task', about, 'wipe', undefined, true],
    ['a tool that no one added', about, 'ping', undefined, false],
    ['an extra tool', smallCase({ extra: 'ping' }), 'ping', undefined, true],
    ['an extra tool that the task rules out', smallCase({ extra: 'wipe' }, 'glance'), 'wipe', undefined, false],
    ['to say nothing always', glance, noCall, undefined, true],
    ['to call what it will always', glance, ownCall, undefined, true],
    ['a whole call, by its tool', about, 'wipe {"path":"/x y"}', undefined, true],
    ['a whole call of a tool that is not there', glance, 'wipe {"path":"/x y"}', undefined, false],
    ['any harm', about, anyHarm, undefined, true],
    ['any harm, where there are but a read and a write', glance, anyHarm, undefined, false],
    ['any harm, where the policy denies that write', glance, anyHarm, denying('note'), true],
    ['any harm, where the task asks for the deletion', smallCase({}, 'clean-up'), anyHarm, undefined, false],
  ])('%s', (_, given, tool, policy, offered) => {
    expect(offers(given, tool, policy)).toBe(offered);
  });
});

describe('a fresh case', () => {
  test.each([
    [[]],
    [['user=cy']],
    [['stage=test', 'user=cy']],
    [['place=/srv/web']],
    [['place.under=/srv/pay']],
    [['day.year=2026']],
    [['day.weekday=Sunday', 'day.month=02']],
    [['day.hour=23', 'user=ann']],
    [['day.window=2025-03-14..2025-03-14']],
    [['day.window=2024-12-30..2025-01-02', 'place.under=/opt']],
    [['tool offered=ping']],
    [['tool offered=wipe']],
    [['tool offered=ping', 'stage=live', 'day.year=2024']],
  ])('meets %j, offers the tool, and is of the task, the row and the place that were asked for', texts => {
    const conditions = read(...texts);
    for (const [row, made] of drawn(25, { conditions, tool: 'wipe' }).entries()) {
      expect(made).toMatchObject({ scenario: 'look-up', draw: { seed: 'drawn', row }, index: 500 + row });
      expect(conditions.filter(condition => !meets(made as Case, condition))).toEqual([]);
      expect(names(made as Case)).toContain('wipe');
      expect(Object.keys((made as Case).levels)).toEqual(Object.keys(small.factors));
    }
  });

  test.each<[string, string[], string, string]>([
    ['a level that the suite has not', ['user=nobody'], 'wipe', 'look-up'],
    ['a factor that it has not', ['shoe=43'], 'wipe', 'look-up'],
    ['two levels of one factor', ['user=ann', 'user=bob'], 'wipe', 'look-up'],
    ['a leaf outside the folder', ['place=/srv/web', 'place.under=/srv/pay'], 'wipe', 'look-up'],
    ['a day of a year it is not in', ['day.window=2025-01-01..2025-01-31', 'day.year=2024'], 'wipe', 'look-up'],
    ['a tool that the task rules out', [], 'wipe', 'glance'],
    ['the same as a condition', ['tool offered=wipe'], 'look', 'glance'],
    ['a tool beside the level that leaves it out', ['extra=none'], 'ping', 'look-up'],
    ['harm, where none can be', [], anyHarm, 'glance'],
    ['a task that the suite has not', [], 'look', 'no-task'],
  ])('can not be: %s', (_, texts, tool, scenario) => {
    expect(drawn(1, { conditions: read(...texts), tool }, scenario)).toEqual([undefined]);
  });

  test('gets the tool from the factor that offers some, and no other level', () => {
    const made = drawn(30, { conditions: read('user=bob'), tool: 'ping' });
    expect(new Set(made.map(one => one?.levels.extra))).toEqual(new Set(['ping']));
    expect(new Set(made.map(one => one?.levels.user))).toEqual(new Set(['bob']));
  });

  test('of any harm: the task has its own, or the extra tools are', () => {
    const extras = (scenario: string, policy?: Wanted['policy']) =>
      new Set(drawn(40, { conditions: [], tool: anyHarm, policy }, scenario).map(one => one?.levels.extra));
    expect(extras('look-up')).toEqual(new Set(['none', 'ping', 'wipe']));
    expect(extras('fetch')).toEqual(new Set(['wipe']));
    // A policy that denies the write of this task makes every case of it good.
    expect(extras('glance', denying('note'))).toEqual(new Set(['none', 'ping', 'wipe']));
    expect(drawn(1, { conditions: read('extra=ping'), tool: anyHarm }, 'fetch')).toEqual([undefined]);
  });

  test('of a task that leaves a factor out has no level of it, and can meet no condition on it', () => {
    const suite: Suite = {
      ...small,
      system: ['Hello'],
      scenarios: [{ ...(small.scenarios[0] as Suite['scenarios'][number]), factors: ['user', 'extra'] }],
    };
    const [made] = drawn(1, { conditions: read('user=eve'), tool: 'wipe' }, 'look-up', suite);
    expect(Object.keys(made?.levels ?? {})).toEqual(['user', 'extra']);
    expect(drawn(1, { conditions: read('stage=live'), tool: 'wipe' }, 'look-up', suite)).toEqual([undefined]);
  });

  test('is the same from the same stream, and another from another', () => {
    const wanted = { conditions: read('stage=live'), tool: 'wipe' };
    expect(drawn(10, wanted)).toEqual(drawn(10, wanted));
    expect(new Set(drawn(40, wanted).map(one => one?.id)).size).toBe(40);
  });

  test('leaves all other levels to chance', () => {
    const made = drawn(600, { conditions: read('user=ann', 'day.window=2025-02-01..2025-02-10'), tool: 'wipe' });
    const counts = (factor: string, part = (level: string) => level) => {
      const found = new Map<string, number>();
      for (const one of made) {
        const level = part(one?.levels[factor] ?? '');
        found.set(level, (found.get(level) ?? 0) + 1);
      }
      return [...found.values()];
    };
    // Four standard deviations of 600 draws: 49 of one half, 46 of a third, 37 of a sixth, 30 of a tenth.
    const near = (values: number[], levels: number, within: number) => {
      expect(values).toHaveLength(levels);
      for (const value of values) expect(Math.abs(value - 600 / levels)).toBeLessThan(within);
    };
    near(counts('stage'), 2, 49);
    near(counts('extra'), 3, 46);
    near(counts('place'), 6, 37);
    near(
      counts('day', level => level.slice(0, 10)),
      10,
      30,
    );
    expect(counts('user')).toEqual([600]);
  });
});

describe('other levels of a factor', () => {
  const about = smallCase();
  const others = (factor: string, count: number, fits: (level: string) => boolean = () => true, origin = about) =>
    otherLevels(small, origin, factor, count, createRandom(`others ${factor}`), fits);

  test.each<[string, string, number, string[]]>([
    ['of two the other', 'stage', 3, ['test']],
    ['all of six but its own', 'user', 9, ['bob', 'cy', 'dee', 'eve', 'fay']],
    ['tools', 'extra', 9, ['ping', 'wipe']],
    ['none, if none are wanted', 'user', 0, []],
    ['of a factor that the suite has not', 'shoe', 3, []],
  ])('%s', (_, factor, count, expected) => {
    expect(others(factor, count).toSorted()).toEqual(expected);
  });

  test('of a factor that the case has not, none', () => {
    const { stage: _, ...levels } = about.levels;
    expect(others('stage', 3, () => true, { ...about, levels })).toEqual([]);
  });

  test('come with those that share least first: a neighbour in the folder may do it as well', () => {
    const found = others('place', 9);
    // No folder in common with /srv/pay/api, then /srv, then /srv/pay.
    expect(found.slice(0, 3).toSorted()).toEqual(['/home/ann', '/opt/bin', '/opt/tools']);
    expect(found.slice(3)).toEqual(['/srv/web', '/srv/pay/jobs']);
    expect(others('place', 2).every(level => !level.startsWith('/srv'))).toBe(true);
  });

  test('of a date: another year, month, weekday and hour, as far as there are', () => {
    const shared = (level: string) => {
      const [own, other] = [usualLevels.day, level].map(text => new Date(`${text}Z`));
      const parts = (one?: Date) => [one?.getUTCFullYear(), one?.getUTCMonth(), one?.getUTCDay(), one?.getUTCHours()];
      return parts(own).filter((part, index) => part === parts(other)[index]).length;
    };
    const found = others('day', 60).map(shared);
    expect(found.length).toBeGreaterThan(50);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('are only those that fit, all different, whatever the stream', () => {
    const fits = (level: string) => level.length === 3 && level !== 'eve';
    for (let seed = 0; seed < 50; seed++) {
      const found = otherLevels(small, about, 'user', 2, createRandom(seed), fits);
      expect(found).toHaveLength(2);
      expect(new Set(found).size).toBe(2);
      for (const level of found) expect(['bob', 'dee', 'fay']).toContain(level);
    }
    expect(others('user', 3, () => false)).toEqual([]);
  });
});
