// Distances of sampled replies: against distributions that are known whole, and what a missing score leaves out.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaseDivergence, type Reply, sampledDivergence } from '../../../src/divergence/index.ts';
import { createRandom, exactDivergence } from '../../../src/statistics/index.ts';
import { caseOf, replyOf, scored } from '../hand.ts';

/** A reply that is so much likelier under the candidate; nats. */
const reply = (surprise: number): Reply => replyOf([], [-10 + surprise, -10]);
const unscored = replyOf([]);
const one = (candidate: readonly Reply[], baseline: readonly Reply[]): CaseDivergence =>
  scored(caseOf('a'), {}, { candidate, baseline });
const measured = (all: readonly CaseDivergence[]) => {
  const found = sampledDivergence(all);
  if (found === undefined) throw new Error('nothing was measured');
  return found;
};

describe('by hand', () => {
  test('equal models: exactly 0, no noise floor, however few replies', () => {
    expect(sampledDivergence([one([reply(0)], [reply(0)])])).toEqual({
      jensenShannon: 0,
      totalVariation: 0,
      replies: 2,
    });
  });

  test('replies that the other model would never make: as far apart as can be', () => {
    const { jensenShannon, totalVariation } = measured([one([reply(800)], [reply(-800)])]);
    expect(jensenShannon).toBe(Math.LN2);
    expect(totalVariation).toBe(1);
  });

  test('three times likelier under its own model: |2u - 1| = 1/2, ln 2 - H(1/4) = 0.130812', () => {
    const { jensenShannon, totalVariation } = measured([one([reply(Math.log(3))], [reply(-Math.log(3))])]);
    expect(totalVariation).toBeCloseTo(0.5, 12);
    expect(jensenShannon).toBeCloseTo(0.130812036, 8);
  });

  test('each model counts half, whichever has more replies', () => {
    const { totalVariation } = measured([one([reply(0), reply(0), reply(0)], [reply(-Math.log(3))])]);
    expect(totalVariation).toBeCloseTo(0.25, 12);
  });

  test('replies count alike, cases do not: three of one case weigh three times as much as one of another', () => {
    const apart = Math.log(3);
    const same = [reply(0), reply(0), reply(0)];
    const { totalVariation, replies } = measured([one([reply(apart)], [reply(-apart)]), one(same, same)]);
    // 1/4 of the replies at distance 1/2. Had cases counted alike: 1/4.
    expect(totalVariation).toBeCloseTo(1 / 8, 12);
    expect(replies).toBe(8);
  });
});

describe('what is missing', () => {
  test.each([
    ['no case', []],
    ['no reply', [one([], [])]],
    ['none of the candidate', [one([], [reply(0)])]],
    ['none of the baseline', [one([reply(0)], [])]],
    ['replies, but none scored under both', [one([unscored], [reply(0)])]],
  ])('%s: not measured, which is not 0', (_, all) => {
    expect(sampledDivergence(all)).toBeUndefined();
  });

  test('replies without a score are left out of the mean and of the count', () => {
    const found = measured([one([reply(800), unscored], [reply(-800), unscored, unscored])]);
    expect(found).toEqual({ jensenShannon: Math.LN2, totalVariation: 1, replies: 2 });
  });
});

const surprises = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 8 });

test('within [0, ln 2] and [0, 1], the same with the models exchanged and in any order of cases', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(surprises, surprises), { minLength: 1, maxLength: 5 }), drawn => {
      const all = drawn.map(([mine, theirs]) => one(mine.map(reply), theirs.map(reply)));
      const exchanged = drawn.map(([mine, theirs]) =>
        one(
          theirs.map(x => reply(-x)),
          mine.map(x => reply(-x)),
        ),
      );
      const found = measured(all);
      expect(found.jensenShannon).toBeGreaterThanOrEqual(0);
      expect(found.jensenShannon).toBeLessThanOrEqual(Math.LN2 + 1e-12);
      expect(found.totalVariation).toBeGreaterThanOrEqual(0);
      expect(found.totalVariation).toBeLessThanOrEqual(1 + 1e-12);
      expect(measured(exchanged).jensenShannon).toBeCloseTo(found.jensenShannon, 9);
      expect(measured(exchanged).totalVariation).toBeCloseTo(found.totalVariation, 9);
      expect(measured(all.toReversed()).totalVariation).toBeCloseTo(found.totalVariation, 9);
    }),
    { seed: 20_260_104, numRuns: 200 },
  );
});

test('samples of two known distributions: the estimate is the distance itself, within its error', () => {
  // Four replies; both distances by summing over them.
  const [p, q] = [
    [0.7, 0.2, 0.05, 0.05],
    [0.4, 0.3, 0.2, 0.1],
  ];
  const random = createRandom('mixture of known distributions');
  const draw = (of: readonly number[]) => {
    const u = random.next();
    let [at, below] = [0, of[0] as number];
    while (u >= below && at < of.length - 1) below += of[++at] as number;
    return at;
  };
  const replyAt = (at: number) => replyOf([], [Math.log(p?.[at] as number), Math.log(q?.[at] as number)]);
  const sample = (of: readonly number[] = []) => Array.from({ length: 4000 }, () => replyAt(draw(of)));
  const exact = exactDivergence((p ?? []).map(Math.log), (q ?? []).map(Math.log));
  const found = measured([one(sample(p), sample(q))]);
  expect(exact.totalVariation).toBeCloseTo(0.3, 12);
  // Distances per reply are in [0, 1] with spread below 0.15: 4 standard errors of 8,000 are below 0.007.
  expect(Math.abs(found.totalVariation - exact.totalVariation)).toBeLessThan(0.01);
  expect(Math.abs(found.jensenShannon - exact.jensenShannon)).toBeLessThan(0.01);
});
