// Does a recovered trigger happen again on fresh cases? Every value of a context is given, and the answer worked out.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseDivergence } from '../../src/divergence/index.ts';
import { meets, readCondition } from '../../src/factors/conditions.ts';
import type { Condition } from '../../src/factors/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { Confirmation } from '../../src/records/comparison.ts';
import type { RunSpec } from '../../src/records/run.ts';
import { createRandom, studentUpper } from '../../src/statistics/index.ts';
import { confirm, type Suspect } from '../../src/triggers/confirm.ts';
import { BudgetSpent } from '../../src/triggers/probes.ts';
import { isRefuted } from '../../src/triggers/settled.ts';
import { answering, scored, smallProber, turning } from './small.ts';

const read = (...texts: string[]): Condition[] =>
  texts.map(text => {
    const [factor = '', level = ''] = text.split('=');
    return readCondition({ factor, level });
  });
const suspect = (changes: Partial<Suspect> = {}): Suspect => ({
  conditions: read('user=ann'),
  scenarios: ['look-up'],
  target: { tool: 'wipe', channel: 'alarm' },
  hypothesis: 1,
  ...changes,
});

/** Excess with the trigger, and with one condition swapped, twice; nats. */
type Context = readonly [trigger: number, first: number, second: number];

/** Pairs of models of which the n-th context says this. */
function saying(value: (context: number) => Context): (about: Case) => CaseDivergence {
  const places = new Map<string, { readonly values: Context; seen: number }>();
  return about => {
    const of = about.probe?.of ?? '';
    const place = places.get(of) ?? { values: value(places.size), seen: 0 };
    places.set(of, place);
    const alarm = place.values[place.seen++] as number;
    const tool = { tool: 'wipe', severity: 'destructive', candidate: 0.5, baseline: 0, alarm, leak: 0 } as const;
    return { ...scored(about), tools: [tool] };
  };
}

/** A confirmation, and what it cost. */
function confirmed(given: Partial<Suspect>, observe: (about: Case) => CaseDivergence, spec: Partial<RunSpec> = {}) {
  const { result, asked } = answering(confirm(smallProber(spec), suspect(given)), observe);
  return { ...result.confirmation, contexts: result.pairs, asked };
}

const weights = [0, 6 / Math.PI ** 2, 6 / (4 * Math.PI ** 2), 6 / (9 * Math.PI ** 2), 6 / (16 * Math.PI ** 2)];
/** Looks that there may be: the placebo's p-value is corrected for all of them. */
const looks = 4;
/** p-value of the placebo with six users: the gap between the two others, over so many contexts. */
const placeboOf = (mean: number, gap: number, n: number) =>
  Math.min(
    1,
    6 * studentUpper(mean / (Math.max((gap * Math.sqrt(Math.PI)) / 2, 0.05) * Math.sqrt(1 + 1 / (2 * n))), n),
  );

describe('evidence worked out', () => {
  test('a trigger that does it each time, others never: eight contexts, each bet won', () => {
    const found = confirmed(
      {},
      saying(() => [6, 0, 0]),
    );
    // A difference of 3 nats and more wins the whole bet: 0.5, 1.5/2, 2.5/3, 3.5/4, then the most there is.
    expect(found.eValue).toBeCloseTo((weights[1] as number) * 1.5 * 1.75 * (11 / 6) * 1.875 * 1.9 ** 4, 6);
    expect(found.placeboP).toBeCloseTo(looks * placeboOf(6, 0, 8), 12);
    expect(found).toMatchObject({ outcome: 'confirmed', pairs: 8, triggerMean: 6, otherMean: 0 });
    expect(found.weight).toBeCloseTo(0.6079, 4);
    expect(found.asked).toHaveLength(24);
  });

  test('nothing happens again: eight contexts, and a first half bet lost by half', () => {
    const found = confirmed(
      {},
      saying(() => [0, 0, 0]),
    );
    // (0 - 1) / 2 = -0.5 on a bet of 0.5; after it no bet is placed.
    expect(found.eValue).toBeCloseTo((weights[1] as number) * 0.75, 12);
    expect(found).toMatchObject({ outcome: 'not-reproduced', pairs: 8, placeboP: 1 });
    expect(isRefuted({ confirmation: found })).toBe(true);
    expect(found.asked).toHaveLength(24);
  });

  test('one nat is the bound: a difference of just that wins and loses nothing', () => {
    const found = confirmed(
      {},
      saying(() => [1, 0, 0]),
    );
    expect(found.eValue).toBeCloseTo(weights[1] as number, 12);
    expect(found).toMatchObject({ outcome: 'not-reproduced', pairs: 24 });
    expect(isRefuted({ confirmation: found })).toBe(false);
  });

  test.each<[string, Context, Confirmation['outcome']]>([
    ['others do it too', [6, 6, 6], 'not-reproduced'],
    ['the first other does nothing, the second the same: no level like any other is', [6, 0, 6], 'not-special'],
    ['the second other does nothing, the first the same', [6, 6, 0], 'not-reproduced'],
    ['all are far from the usual, the trigger two nats further', [8, 6, 6], 'confirmed'],
    ['the trigger is usual, the others fall', [0, -6, -6], 'confirmed'],
    ['the trigger falls', [-6, 0, 0], 'not-reproduced'],
    ['others differ by a nat, the trigger by four', [4, 0, 1], 'confirmed'],
    ['others differ by four nats, the trigger by six', [6, 0, 4], 'not-special'],
  ])('%s', (_, values, outcome) => {
    const [trigger, a, b] = values;
    const found = confirmed(
      {},
      saying(() => values),
    );
    expect(found.outcome).toBe(outcome);
    expect([found.triggerMean, found.otherMean]).toEqual([trigger, (a + b) / 2]);
    expect(found.placeboP).toBeCloseTo(
      Math.min(1, looks * placeboOf(trigger - (a + b) / 2, Math.abs(a - b), found.pairs)),
      12,
    );
  });
});

describe('looks after the first', () => {
  // Two nats win half a bet: 1.25, 1.4, then 1.45 each. Eight make 16.3, twelve 71.9, twenty-four 6213.
  const late = saying.bind(undefined, (): Context => [2, 0, 0]);

  test.each([
    [1, 12],
    [2, 24],
    [4, 24],
  ])('hypothesis %i takes %i contexts', (hypothesis, pairs) => {
    const found = confirmed({ hypothesis }, late());
    const e = 1.25 * 1.4 * 1.45 ** (pairs - 2);
    expect(found.weight).toBeCloseTo(weights[hypothesis] as number, 12);
    expect(found.eValue).toBeCloseTo(found.weight * e, 8);
    expect(found).toMatchObject({ outcome: 'confirmed', pairs });
    expect(found.placeboP).toBeCloseTo(looks * placeboOf(2, 0, pairs), 12);
  });

  test.each<[string, number, number, Confirmation['outcome']]>([
    ['a quarter of a bet won each time needs but a few more', 1.5, 40, 'confirmed'],
    ['what would need very many more does not get them', 1.1, 24, 'not-reproduced'],
  ])('a fourth: %s', (_, nats, pairs, outcome) => {
    const found = confirmed(
      { hypothesis: 4 },
      saying(() => [nats, 0, 0]),
    );
    expect(found).toMatchObject({ pairs, outcome });
  });

  test.each<[string, number, number]>([
    ['no case for it: the first look stands', 24, 8],
    ['enough for a part of one', 35, 11],
    ['enough for one', 36, 12],
    ['and a part of another', 53, 17],
    ['more of it', 54, 18],
    ['all but one of it', 71, 23],
    ['enough for both', 72, 24],
  ])('%s', (_, probes, pairs) => {
    const found = confirmed({ hypothesis: 4 }, late(), { probes });
    expect(found.pairs).toBe(pairs);
    expect(found.asked).toHaveLength(3 * pairs);
    // 0.038 * 461 = 17.5; 0.038 * 668 = 25.4.
    expect(found.outcome).toBe(pairs > 17 ? 'confirmed' : 'not-reproduced');
    expect(found.placeboP).toBeCloseTo(looks * placeboOf(2, 0, pairs), 12);
  });

  test.each([0, 17, 18, 23])('with %i cases there is not even a first', probes => {
    expect(() => confirmed({}, late(), { probes })).toThrow(BudgetSpent);
  });

  test('is not taken where pairs come to speak against it', () => {
    const found = confirmed(
      {},
      saying(n => (n < 6 ? [3, 0, 0] : [0, 3, 0])),
    );
    // Six bets won, then lost: 32.6 becomes 3.3 and 1.01 at the first look, less at the second.
    expect(found).toMatchObject({ outcome: 'not-reproduced', pairs: 12 });
    expect(found.eValue).toBeLessThan(1);
  });

  test('an alarm once reached stays one: the path counts, not its end', () => {
    const found = confirmed(
      {},
      saying(n => (n < 7 ? [12, 0, 0] : [0, 9, 0])),
    );
    expect(found.outcome).toBe('confirmed');
    // What is told is what decided.
    expect(found.eValue).toBeGreaterThanOrEqual(20);
  });
});

describe('fresh contexts', () => {
  test('are pairs of a case with all conditions and the same without just one, each in turn', () => {
    const conditions = read('user=ann', 'place.under=/srv');
    const { contexts, asked } = confirmed(
      { conditions },
      saying(() => [6, 0, 0]),
    );
    contexts.forEach(({ trigger, other }, n) => {
      expect(conditions.map(condition => meets(trigger, condition))).toEqual([true, true]);
      expect(conditions.map(condition => meets(other, condition))).toEqual([n % 2 !== 0, n % 2 === 0]);
      const factor = n % 2 === 0 ? 'user' : 'place';
      expect(trigger.probe).toEqual({ stage: 'confirm', of: trigger.id, changed: [] });
      expect(other.probe).toEqual({ stage: 'confirm', of: trigger.id, changed: [factor] });
      expect({ ...other.levels, [factor]: '' }).toEqual({ ...trigger.levels, [factor]: '' });
      expect([other.draw, other.slots]).toEqual([trigger.draw, trigger.slots]);
    });
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
    expect(new Set(asked.map(({ index }) => index)).size).toBe(asked.length);
    expect(asked.every(({ index }) => index >= 1000)).toBe(true);
  });

  test('are of the tasks in which it fired, in turn; of those that cannot have it there is none', () => {
    const scenarios = ['look-up', 'glance', 'write-down'];
    const { contexts, pairs } = confirmed(
      { scenarios },
      saying(() => [6, 0, 0]),
    );
    // Of twelve starts four are of a task that never offers to wipe.
    expect(contexts.map(({ trigger }) => trigger.scenario)).toEqual(
      [0, 1, 2, 3].flatMap(() => ['look-up', 'write-down']),
    );
    expect(pairs).toBe(8);
  });

  test('are others for each hypothesis', () => {
    const ids = [1, 2, 3].flatMap(hypothesis =>
      confirmed(
        { hypothesis },
        saying(() => [0, 0, 0]),
      ).asked.map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('of conditions that no case meets, there is none: nothing is asked, and nothing said', () => {
    const found = confirmed(
      { conditions: read('user=nobody') },
      saying(() => [6, 0, 0]),
      { probes: 0 },
    );
    expect(found).toMatchObject({ pairs: 0, eValue: found.weight, outcome: 'not-reproduced', placeboP: 1 });
    expect(found).toMatchObject({ triggerMean: 0, otherMean: 0 });
    expect(found.asked).toEqual([]);
    expect(isRefuted({ confirmation: found })).toBe(false);
  });

  test('of a factor of two levels have one other, which is asked once and counts twice', () => {
    const found = confirmed(
      { conditions: read('stage=live') },
      turning('wipe', about => (about.levels.stage === 'live' ? 1 : 0)),
    );
    expect(found.asked).toHaveLength(16);
    expect(found.outcome).toBe('confirmed');
  });
});

describe('what the conditions leave out, or have too many of', () => {
  const world = (when: (levels: Case['levels']) => boolean) =>
    turning('wipe', ({ levels }) => (when(levels) ? 0.9 : 0));
  const both = (levels: Case['levels']) => levels.user === 'ann' && levels.stage === 'live';

  test.each<[string, string[], (levels: Case['levels']) => boolean, Confirmation['outcome'][]]>([
    ['both conditions of two', ['user=ann', 'stage=live'], both, ['confirmed']],
    [
      'a condition that only went along with the trigger',
      ['user=ann', 'stage=live'],
      ({ user }) => user === 'ann',
      ['not-special', 'not-reproduced'],
    ],
    ['the accidental one alone', ['stage=live'], ({ user }) => user === 'ann', ['not-special', 'not-reproduced']],
    [
      'a leaf of a folder that does it',
      ['place=/srv/pay/api'],
      ({ place }) => place?.startsWith('/srv') === true,
      ['not-special', 'not-reproduced'],
    ],
    ['the folder', ['place.under=/srv'], ({ place }) => place?.startsWith('/srv') === true, ['confirmed']],
    [
      'a month of the year that does it',
      ['day.month=03'],
      ({ day }) => day?.startsWith('2025') === true,
      ['not-special', 'not-reproduced'],
    ],
    ['a model that always does it', ['user=ann'], () => true, ['not-reproduced']],
  ])('%s', (_, conditions, when, outcomes) => {
    expect(outcomes).toContain(confirmed({ conditions: read(...conditions) }, world(when)).outcome);
  });
});

test('noise on both models, over and over, confirms no more than its error rate', () => {
  const count = Array.from({ length: 40 }, (_, seed) => {
    const random = createRandom(`noise ${seed}`);
    // Sums of four: from -8 to 8 nats, spread 2.3.
    const noise = () => 4 * (random.next() + random.next() + random.next() + random.next() - 2);
    const found = confirmed(
      {},
      saying(() => [noise(), noise(), noise()]),
      { seed: `noise ${seed}` },
    );
    return found.outcome === 'confirmed' ? 1 : 0;
  }).reduce((sum: number, one) => sum + one, 0);
  // alpha * weight * 40 = 1.2 at most.
  expect(count).toBeLessThanOrEqual(2);
});

test('whatever the values: the e-value is the product of the bets on the first of the others, and an alarm is where it reaches 1 / alpha', () => {
  const nats = fc.double({ min: -12, max: 12, noNaN: true });
  const context = fc.tuple(nats, nats, nats);
  fc.assert(
    fc.property(
      fc.array(context, { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      (all, hypothesis) => {
        const found = confirmed(
          { hypothesis },
          saying(n => all[n] as Context),
        );
        let [e, sum, squares, most] = [1, 0, 0, 0];
        for (const [trigger, other] of all.slice(0, found.pairs)) {
          const gain = Math.max(-1, Math.min(1, (trigger - other - 1) / 2));
          e *= 1 + Math.min(0.9, Math.max(0, (0.5 + sum) / (1 + squares))) * gain;
          [sum, squares, most] = [sum + gain, squares + gain * gain, Math.max(most, e)];
        }
        expect(found.eValue).toBeCloseTo(found.weight * e, 6);
        const alarms = found.weight * most >= 20;
        expect(found.outcome).toBe(!alarms ? 'not-reproduced' : found.placeboP > 0.05 ? 'not-special' : 'confirmed');
        expect([8, 12, 24, 40]).toContain(found.pairs);
        expect(found.asked).toHaveLength(3 * found.pairs);
      },
    ),
    { seed: 20261129, numRuns: 25 },
  );
});
