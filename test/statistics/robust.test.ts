import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mad, median, quantile } from '../../src/statistics/index.ts';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });

test('median, quantile and MAD of small lists', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  // R: quantile(c(1, 2, 4, 8), c(.1, .25, .9)) = 1.3, 1.75, 6.8
  expect(quantile([8, 4, 2, 1], 0.1)).toBeCloseTo(1.3, 12);
  expect(quantile([8, 4, 2, 1], 0.25)).toBeCloseTo(1.75, 12);
  expect(quantile([8, 4, 2, 1], 0.9)).toBeCloseTo(6.8, 12);
  // R: mad(c(1, 1, 2, 2, 4, 6, 9)) = 1.4826
  expect(mad([1, 1, 2, 2, 4, 6, 9])).toBeCloseTo(1.4826, 12);
  expect(mad([5, 5, 5])).toBe(0);
});

test('the median of nothing is an error, not 0', () => {
  expect(() => median([])).toThrow(RangeError);
  expect(() => mad([])).toThrow(RangeError);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(() => quantile([1], 1.1)).toThrow(RangeError);
});

test('quantiles rise with the share and meet the median', () => {
  fc.assert(
    fc.property(
      values,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, a, b) => {
        expect(quantile(list, Math.min(a, b))).toBeLessThanOrEqual(quantile(list, Math.max(a, b)) + 1e-9);
        expect(quantile(list, 0.5)).toBeCloseTo(median(list), 9);
      },
    ),
  );
});

test('MAD ignores shifts, follows scale, and estimates sigma of a normal grid', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: -50, max: 50 }), (list, shift) => {
      expect(mad(list.map(value => 3 * value + shift))).toBeCloseTo(3 * mad(list), 8);
    }),
  );
});
