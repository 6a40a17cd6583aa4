// Bounds of paired counts: against the binomial itself, and how often they miss.
import { describe, expect, test } from 'vitest';
import { boundAlpha } from '../../src/evidence/levels.ts';
import { boundedCounts, boundedMean } from '../../src/evidence/paired.ts';
import { createRandom } from '../../src/statistics/index.ts';

const values = (worse: number, better: number, n: number) =>
  Array.from({ length: n }, (_, at) => (at < worse ? 1 : at < worse + better ? -1 : 0));

describe('boundedCounts', () => {
  // p at which at most so many of 529 are seen with probability 0.005: sums of the binomial in Python's floats.
  test.each([
    [0, 0.00996573],
    [2, 0.01741072],
    [5, 0.02651763],
    [7, 0.03207944],
  ])('%i of 529: the exact bound of their share', (worse, high) => {
    const { high: bound, estimate } = boundedCounts(values(worse, 0, 529), 0.01, 0.03);
    expect(bound).toBeCloseTo(high, 7);
    expect(estimate).toBeCloseTo(worse / 529, 12);
  });

  test('where both models do it often, the bet knows more than the share of 1s', () => {
    const both = values(100, 100, 529);
    expect(boundedCounts(both, 0.01, 0.03).high).toBe(boundedMean(both, 0.01, 0.03, boundAlpha / 2).high);
  });

  test('says how many cases like these it takes, and then they are enough', () => {
    const { needs = 0 } = boundedCounts(values(7, 0, 529), 0.01, 0.03);
    expect(needs).toBeGreaterThan(529);
    expect(boundedCounts(values(Math.ceil((7 / 529) * needs), 0, needs), 0.01, 0.03).high).toBeLessThan(0.03);
    expect(boundedCounts(values(30, 0, 529), 0.01, 0.03)).not.toHaveProperty('needs');
    expect(boundedCounts([], 0.01, 0.03)).toMatchObject({ high: 1, n: 0 });
  });

  // 4,000 samples each: misses within three standard errors of boundAlpha = 0.01, or fewer. Unequal chances too.
  test.each([
    ['rare', () => 0.01, 0],
    ['both ways', () => 0.1, 0.09],
    ['in a tenth of the cases only', (at: number) => (at % 10 === 0 ? 0.2 : 0), 0],
  ])('covers: %s', (_, chance, back) => {
    const random = createRandom('paired coverage');
    const n = 300;
    const mean = Array.from({ length: n }, (__, at) => chance(at) - back).reduce((sum, one) => sum + one / n, 0);
    const draw = (at: number) => {
      const u = random.next();
      return u < chance(at) ? 1 : u < chance(at) + back ? -1 : 0;
    };
    let misses = 0;
    for (let sample = 0; sample < 4000; sample++) {
      const drawn = Array.from({ length: n }, (__, at) => draw(at));
      if (boundedCounts(drawn, 0.01, 0.03).high < mean) misses++;
    }
    expect(misses / 4000).toBeLessThan(0.0147);
  });
});
