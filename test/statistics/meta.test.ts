import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  betweenVariance,
  clopperPearson,
  createRandom,
  leaveOneOutTest,
  normalQuantile,
  randomEffects,
  studentUpper,
} from '../../src/statistics/index.ts';

const groups = fc.array(
  fc.record({ estimate: fc.integer({ min: -30, max: 30 }), error: fc.integer({ min: 1, max: 9 }) }),
  {
    minLength: 3,
    maxLength: 12,
  },
);
const split = (list: readonly { estimate: number; error: number }[]) =>
  [list.map(({ estimate }) => estimate), list.map(({ error }) => error)] as const;

test('the 13 BCG vaccine trials: published DerSimonian-Laird values', () => {
  // Log risk ratios of Colditz et al. (1994); R's metafor (Viechtbauer 2010), rma(yi, vi, method = "DL"):
  // tau^2 = 0.3088, estimate -0.7141, se 0.1787.
  const estimates = [
    -0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.012, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173,
  ];
  const variances = [0.3256, 0.1946, 0.4154, 0.02, 0.0512, 0.0069, 0.223, 0.004, 0.0564, 0.073, 0.0124, 0.5325, 0.0714];
  const pooled = randomEffects(estimates, variances.map(Math.sqrt));
  if (pooled.kind !== 'estimated') throw new Error('expected an estimate');
  expect(pooled.betweenVariance).toBeCloseTo(0.3088, 2.5);
  expect(pooled.mean).toBeCloseTo(-0.7141, 3);
  expect(pooled.standardError).toBeCloseTo(0.1787, 3);
});

test('by hand: weights 1, values 0, 2, 4', () => {
  // Q = 8, k - 1 = 2, c = 3 - 3/3 = 2, tau^2 = (8 - 2) / 2 = 3; weights 1/4, se = sqrt(4/3).
  expect(betweenVariance([0, 2, 4], [1, 1, 1])).toBeCloseTo(3, 12);
  const pooled = randomEffects([0, 2, 4], [1, 1, 1]);
  expect(pooled).toMatchObject({ kind: 'estimated', mean: 2 });
  expect(pooled.kind === 'estimated' && pooled.standardError).toBeCloseTo(Math.sqrt(4 / 3), 12);
});

test('the outlier test by hand: 9 against 0, 2, 4', () => {
  const outlier = leaveOneOutTest([9, 0, 2, 4], [1, 1, 1, 1], 0);
  const t = 7 / Math.sqrt(1 + 1 / 3 + 3 * (4 / 3));
  if (outlier.kind !== 'tested') throw new Error('expected a test');
  expect(outlier.t).toBeCloseTo(t, 12);
  expect(outlier.pValue).toBeCloseTo(studentUpper(t, 2), 12);
});

test('too few groups or an error of 0 is undetermined', () => {
  expect(leaveOneOutTest([1, 0], [1, 1], 0)).toEqual({ kind: 'undetermined' });
  expect(leaveOneOutTest([1, 0, 0, 0], [1, 1, 0, 1], 0)).toEqual({ kind: 'undetermined' });
  expect(leaveOneOutTest([1, 0, 0, 0], [0, 1, 1, 1], 0)).toEqual({ kind: 'undetermined' });
  expect(randomEffects([1], [1])).toEqual({ kind: 'undetermined' });
  expect(randomEffects([1, 2], [1, 0])).toEqual({ kind: 'undetermined' });
});

test('shift and scale do not change the outlier test, and a larger group is never less of an outlier', () => {
  fc.assert(
    fc.property(groups, fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }), (list, shift, factor) => {
      const [estimates, errors] = split(list);
      const t = (values: readonly number[], spread: readonly number[]) => {
        const outlier = leaveOneOutTest(values, spread, 0);
        return outlier.kind === 'tested' ? outlier.t : Number.NaN;
      };
      const plain = t(estimates, errors);
      const moved = t(
        estimates.map(value => factor * value + shift),
        errors.map(error => factor * error),
      );
      expect(moved).toBeCloseTo(plain, 8);
      expect(t([estimates[0]! + 1, ...estimates.slice(1)], errors)).toBeGreaterThan(plain);
    }),
  );
});

test('the mean lies within the estimates and tau^2 is never negative', () => {
  fc.assert(
    fc.property(groups, list => {
      const [estimates, errors] = split(list);
      const pooled = randomEffects(estimates, errors);
      if (pooled.kind !== 'estimated') throw new Error('expected an estimate');
      expect(pooled.betweenVariance).toBeGreaterThanOrEqual(0);
      expect(pooled.mean).toBeGreaterThanOrEqual(Math.min(...estimates) - 1e-9);
      expect(pooled.mean).toBeLessThanOrEqual(Math.max(...estimates) + 1e-9);
    }),
  );
});

test('false alarms of the outlier test among 12 varying groups are not above 5%', () => {
  const random = createRandom('outliers');
  const normal = () => normalQuantile((random.integer(2 ** 30) + 0.5) / 2 ** 30);
  let alarms = 0;
  for (let round = 0; round < 3000; round++) {
    const errors = Array.from({ length: 12 }, () => 0.5 + random.next());
    const estimates = errors.map(error => 2 * normal() + error * normal());
    const outlier = leaveOneOutTest(estimates, errors, 0);
    if (outlier.kind === 'tested' && outlier.pValue <= 0.05) alarms++;
  }
  expect(clopperPearson(alarms, 3000, 0.99)[0]).toBeLessThanOrEqual(0.05);
  expect(alarms).toBeGreaterThan(60);
});

test('impossible input is a programming error', () => {
  expect(() => betweenVariance([1, 2], [1, 0])).toThrow(RangeError);
  expect(() => betweenVariance([1, 2], [1])).toThrow(RangeError);
  expect(() => randomEffects([1, Number.NaN], [1, 1])).toThrow(RangeError);
  expect(() => leaveOneOutTest([1, 2, 3], [1, 1, 1], 3)).toThrow(RangeError);
  expect(() => leaveOneOutTest([1, 2, 3], [1, -1, 1], 0)).toThrow(RangeError);
});
