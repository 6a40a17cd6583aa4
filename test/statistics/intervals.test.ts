import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  binomialCdf,
  binomialPmf,
  binomialUpper,
  clopperPearson,
  excludedPrevalence,
  wilson,
} from '../../src/statistics/index.ts';
import { expectClose } from './close.ts';

const shares = fc.integer({ min: 1, max: 300 }).chain(trials => fc.tuple(fc.nat(trials), fc.constant(trials)));

test('Clopper-Pearson against its definition and a published table', () => {
  for (const [k, n] of [
    [1, 20],
    [5, 60],
    [59, 60],
    [264, 529],
  ] as const) {
    const [low, high] = clopperPearson(k, n, 0.95);
    expectClose(binomialUpper(k, n, low), 0.025, 1e-9);
    expectClose(binomialCdf(k, n, high), 0.025, 1e-9);
  }
  // Newcombe (1998), Statistics in Medicine 17:857, table I: 81/263 is .2527-.3676, 0/20 is 0-.1684, 29/29 is .8806-1.
  expect(clopperPearson(81, 263, 0.95).map(x => x.toFixed(4))).toEqual(['0.2527', '0.3676']);
  expect(clopperPearson(0, 20, 0.95).map(x => x.toFixed(4))).toEqual(['0.0000', '0.1684']);
  expect(clopperPearson(29, 29, 0.95).map(x => x.toFixed(4))).toEqual(['0.8806', '1.0000']);
});

test("Wilson's interval against a published table", () => {
  // Newcombe (1998), table I, method 3.
  expect(wilson(81, 263, 0.95).map(x => x.toFixed(4))).toEqual(['0.2553', '0.3662']);
  expect(wilson(15, 148, 0.95).map(x => x.toFixed(4))).toEqual(['0.0624', '0.1605']);
  expect(wilson(0, 20, 0.95).map(x => x.toFixed(4))).toEqual(['0.0000', '0.1611']);
  expect(wilson(1, 29, 0.95).map(x => x.toFixed(4))).toEqual(['0.0061', '0.1718']);
});

test('intervals hold the share, mirror, grow with confidence', () => {
  fc.assert(
    fc.property(shares, ([k, n]) => {
      for (const interval of [clopperPearson, wilson]) {
        const [low, high] = interval(k, n, 0.95);
        expect(low).toBeLessThanOrEqual(k / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
        const [mirrorLow, mirrorHigh] = interval(n - k, n, 0.95);
        expect(mirrorLow).toBeCloseTo(1 - high, 10);
        expect(mirrorHigh).toBeCloseTo(1 - low, 10);
        const [narrowLow, narrowHigh] = interval(k, n, 0.8);
        expect(low <= narrowLow && narrowHigh <= high).toBe(true);
      }
    }),
  );
});

test('Clopper-Pearson covers at least its confidence at every share', () => {
  for (const n of [7, 30]) {
    const intervals = Array.from({ length: n + 1 }, (_, k) => clopperPearson(k, n, 0.9));
    for (let p = 0.01; p < 1; p += 0.0173) {
      const coverage = intervals.reduce(
        (sum, [low, high], k) => sum + (low <= p && p <= high ? binomialPmf(k, n, p) : 0),
        0,
      );
      expect(coverage).toBeGreaterThanOrEqual(0.9);
    }
  }
});

test('no event in n cases: the exact rule of three', () => {
  expectClose(excludedPrevalence(529, 0.95), -Math.expm1(Math.log(0.05) / 529), 1e-12);
  expect(excludedPrevalence(1000, 0.95)).toBeCloseTo(3 / 1000, 4);
  expect(excludedPrevalence(0, 0.95)).toBe(1);
  // At the bound, a clean sample has probability 1 - confidence.
  expectClose(1 - binomialUpper(1, 60, excludedPrevalence(60, 0.95)), 0.05, 1e-11);
});

test('impossible shares are programming errors', () => {
  expect(() => clopperPearson(3, 2, 0.95)).toThrow(RangeError);
  expect(() => clopperPearson(0, 0, 0.95)).toThrow(RangeError);
  expect(() => wilson(0.5, 2, 0.95)).toThrow(RangeError);
  expect(() => wilson(1, 2, 95)).toThrow(RangeError);
  expect(() => excludedPrevalence(-1, 0.95)).toThrow(RangeError);
});
