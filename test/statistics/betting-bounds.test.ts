import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, meanAboveEValue, meanBounds, valuesForUpperBound } from '../../src/statistics/index.ts';

const signed = { from: -1, to: 1 };
const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('meanBounds', () => {
  // Half of the capital is bet whole: (1 / (1 - m))^n / 2 reaches 1 / alpha at m = 1 - (alpha / 2)^(1 / n), about ln(2 / alpha) / n.
  test.each([
    [529, 0.01],
    [240, 0.05],
    [60, 0.05],
  ])('nothing seen in %i cases: a little below 1 - (alpha / 2)^(1 / n) at alpha %f', (n, alpha) => {
    const { estimate, low, high } = meanBounds(new Array<number>(n).fill(0), alpha, signed);
    const whole = 1 - (alpha / 2) ** (1 / n);
    expect(estimate).toBe(0);
    expect(high).toBeLessThanOrEqual(whole + 1e-9);
    expect(high).toBeGreaterThan(0.9 * whole);
    expect(low).toBeCloseTo(-high, 9);
  });

  test('without values the bounds are the whole range', () => {
    expect(meanBounds([], 0.05, signed)).toEqual({ estimate: 0, low: -1, high: 1, n: 0 });
  });

  test('the estimate lies between the bounds, within the range; more confidence is wider; order does not matter', () => {
    fc.assert(
      fc.property(values, list => {
        const bounds = meanBounds(list, 0.05, signed);
        expect(bounds.low).toBeLessThanOrEqual(bounds.estimate + 1e-9);
        expect(bounds.high).toBeGreaterThanOrEqual(bounds.estimate - 1e-9);
        expect(bounds.low).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(bounds.high).toBeLessThanOrEqual(1 + 1e-9);
        const surer = meanBounds(list, 0.01, signed);
        expect(surer.high).toBeGreaterThanOrEqual(bounds.high - 1e-9);
        expect(surer.low).toBeLessThanOrEqual(bounds.low + 1e-9);
        expect(meanBounds(list.toReversed(), 0.05, signed).high).toBeCloseTo(bounds.high, 9);
      }),
    );
  });

  // Whatever the distribution, a bound at alpha misses the mean in at most alpha of the samples. 4,000 samples of each:
  // the share that misses is within 3 standard errors of its level (0.05 + 3 * 0.0034) or below it.
  test.each([
    ['rare and whole', (u: number) => (u < 0.02 ? 1 : 0), 0.02],
    ['rare and half', (u: number) => (u < 0.05 ? 0.5 : 0), 0.025],
    ['both ways', (u: number) => (u < 0.1 ? 1 : u < 0.2 ? -1 : 0), 0],
    ['uniform', (u: number) => 2 * u - 1, 0],
    ['mostly whole', (u: number) => (u < 0.9 ? 1 : 0), 0.9],
  ])('covers: %s', (_, draw, mean) => {
    const random = createRandom('coverage');
    const misses = { low: 0, high: 0 };
    const samples = 4000;
    for (let sample = 0; sample < samples; sample++) {
      const list = Array.from({ length: 120 }, () => draw(random.next()));
      const { low, high } = meanBounds(list, 0.05, signed);
      if (high < mean) misses.high++;
      if (low > mean) misses.low++;
    }
    expect(misses.high / samples).toBeLessThan(0.0604);
    expect(misses.low / samples).toBeLessThan(0.0604);
  });

  test('refuses what is no range, level or value', () => {
    expect(() => meanBounds([0], 0, signed)).toThrow(RangeError);
    expect(() => meanBounds([2], 0.05, signed)).toThrow(RangeError);
    expect(() => meanBounds([Number.NaN], 0.05, signed)).toThrow(RangeError);
    expect(() => meanBounds([0], 0.05, { from: 1, to: 1 })).toThrow(RangeError);
  });
});

test('an e-value of a lower mean: its expectation under the null is at most 1', () => {
  const random = createRandom('expectation');
  const samples = 20_000;
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    const list = Array.from({ length: 12 }, () => (random.next() < 0.3 ? 1 : random.next() < 0.5 ? -1 : 0));
    // The mean is 0.3 - 0.7 * 0.5 = -0.05, below 0.
    sum += meanAboveEValue(list, 0, signed);
  }
  expect(sum / samples).toBeLessThan(1.1);
  expect(meanAboveEValue(new Array<number>(26).fill(0.9), 0, signed)).toBeGreaterThan(1e6);
});

test('so many values like these bring the bound down, and one in ten fewer do not', () => {
  const list = [...new Array<number>(60).fill(0), 0.2];
  const needed = valuesForUpperBound(list, 0.01, signed, 0.03);
  expect(needed).toBeDefined();
  const repeated = (n: number) => Array.from({ length: n }, (_, index) => list[index % list.length] as number);
  expect(meanBounds(repeated(Math.ceil((needed as number) * 1.05)), 0.01, signed).high).toBeLessThanOrEqual(0.031);
  expect(meanBounds(repeated(Math.floor((needed as number) * 0.8)), 0.01, signed).high).toBeGreaterThan(0.03);
  expect(valuesForUpperBound([0.5, 0.5], 0.01, signed, 0.1)).toBeUndefined();
});
