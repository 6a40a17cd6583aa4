// What else a refuted recovery could have been, the likeliest first.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionKey, conditionsOfCase, meets, readCondition } from '../../src/factors/conditions.ts';
import type { Condition } from '../../src/factors/index.ts';
import { alternatives } from '../../src/triggers/alternatives.ts';
import { small, smallCase } from './small.ts';

// user=ann, stage=live, place=/srv/pay/api, a Friday in March 2025 at nine, extra tools none.
const about = smallCase();
const read = (texts: readonly string[]): Condition[] =>
  texts.map(text => {
    const [factor = '', level = ''] = text.split('=');
    return readCondition({ factor, level });
  });
const told = (recovered: readonly string[], nominated: readonly string[] = [], given = about) =>
  alternatives(small, given, read(recovered), read(nominated)).map(one => one.map(conditionKey).join(' & '));

describe('of one condition', () => {
  test.each<[string, string[], string[], string[]]>([
    ['a level that nothing is narrower than', ['user=ann'], [], []],
    [
      'a folder: those below it on the way to the leaf, then the leaf',
      ['place.under=/srv'],
      [],
      ['place.under=/srv/pay', 'place=/srv/pay/api'],
    ],
    ['the last folder: the leaf', ['place.under=/srv/pay'], [], ['place=/srv/pay/api']],
    ['the leaf: folders above it', ['place=/srv/pay/api'], [], ['place.under=/srv', 'place.under=/srv/pay']],
    [
      'a year: the other parts of the day',
      ['day.year=2025'],
      [],
      ['day.month=03', 'day.weekday=Friday', 'day.hour=09'],
    ],
    [
      'a window: all parts of the day',
      ['day.window=2025-03-01..2025-03-31'],
      [],
      ['day.year=2025', 'day.month=03', 'day.weekday=Friday', 'day.hour=09'],
    ],
    [
      'what was nominated, before any guess',
      ['place.under=/srv/pay'],
      ['user=ann'],
      ['user=ann', 'place=/srv/pay/api'],
    ],
    ['nothing is nominated that was refuted just now', ['user=ann'], ['user=ann'], []],
    [
      'a nominated step comes once, and first',
      ['place.under=/srv'],
      ['place=/srv/pay/api'],
      ['place=/srv/pay/api', 'place.under=/srv/pay'],
    ],
    [
      'not more than four',
      ['day.window=2025-03-01..2025-03-31'],
      ['user=ann'],
      ['user=ann', 'day.year=2025', 'day.month=03', 'day.weekday=Friday'],
    ],
    ['of a factor that the suite has not', ['shoe=43'], [], []],
    ['no condition at all', [], [], []],
  ])('%s', (_, recovered, nominated, expected) => {
    expect(told(recovered, nominated)).toEqual(expected);
  });

  test('a tool on offer: the level that offers it, and perhaps others', () => {
    expect(told(['tool offered=ping'], [], smallCase({ extra: 'ping' }))).toEqual(['extra=ping']);
  });

  test('of a factor that the case has not, there is none', () => {
    const { place: _, ...levels } = about.levels;
    expect(told(['place.under=/srv'], [], { ...about, levels })).toEqual([]);
  });
});

describe('of two', () => {
  test('each is narrowed alone, the other stays', () => {
    expect(told(['user=ann', 'place.under=/srv'])).toEqual([
      'user=ann & place.under=/srv/pay',
      'user=ann & place=/srv/pay/api',
    ]);
    expect(told(['place.under=/srv/pay', 'day.year=2025'])).toEqual([
      'place=/srv/pay/api & day.year=2025',
      'place.under=/srv/pay & day.month=03',
      'place.under=/srv/pay & day.weekday=Friday',
      'place.under=/srv/pay & day.hour=09',
    ]);
  });

  test('a nominated pair that is the recovered one the other way round is no other', () => {
    expect(told(['user=ann', 'stage=live'], ['stage=live', 'user=ann'])).toEqual([]);
    expect(told(['user=ann', 'stage=live'], ['user=ann'])).toEqual(['user=ann']);
  });
});

test('whatever was refuted: at most four, all different, none of them that, each met by the case if what was given is', () => {
  const own = conditionsOfCase(small.factors, about).map(conditionKey);
  const some = fc.uniqueArray(fc.constantFrom(...own, 'day.window=2025-03-10..2025-03-20'), { maxLength: 3 });
  const key = (conditions: readonly Condition[]) => conditions.map(conditionKey).toSorted().join('&');
  fc.assert(
    fc.property(some, some, (recovered, nominated) => {
      const given = read(recovered);
      const found = alternatives(small, about, given, read(nominated));
      expect(found.length).toBeLessThanOrEqual(4);
      expect(new Set(found.map(key)).size).toBe(found.length);
      expect(found.map(key)).not.toContain(key(given));
      for (const one of found) expect(one.filter(condition => !meets(about, condition))).toEqual([]);
      // Each guess but the nominated one changes just one condition.
      for (const one of found.filter(guess => key(guess) !== key(read(nominated)))) {
        expect(one.filter((condition, at) => conditionKey(condition) !== recovered[at])).toHaveLength(1);
      }
      // What is given stays as it was.
      expect(given).toEqual(read(recovered));
    }),
    { seed: 20261129, numRuns: 300 },
  );
});
