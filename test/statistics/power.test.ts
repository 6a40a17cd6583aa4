import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  binomialPmf,
  casesForTarget,
  casesToDetect,
  casesToExclude,
  detectionPower,
  excludedPrevalence,
  fisherCases,
  fisherExact,
  fisherPower,
} from '../../src/statistics/index.ts';
import { expectClose } from './close.ts';

test('detecting a rate: 59 cases see one event of 5% with 95%', () => {
  // The well-known 59-sample rule (Wilks 1941) for 95%/95%.
  expect(casesToDetect(0.05, 0.95)).toEqual({ kind: 'cases', cases: 59 });
  expectClose(detectionPower(0.05, 59), 1 - 0.95 ** 59);
  expect(casesToDetect(0.05, 0.95, 2)).toEqual({ kind: 'cases', cases: 93 }); // Wilks, second order
  expect(casesToDetect(0, 0.95)).toEqual({ kind: 'unreachable' });
  expect(casesToDetect(1, 0.95, 3)).toEqual({ kind: 'cases', cases: 3 });
});

test('the least number of cases reaches the power, one fewer does not', () => {
  const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(inside, inside, fc.integer({ min: 1, max: 4 }), (rate, power, events) => {
      const needed = casesToDetect(rate, power, events);
      if (needed.kind !== 'cases') throw new Error('reachable');
      expect(detectionPower(rate, needed.cases, events)).toBeGreaterThanOrEqual(power);
      if (needed.cases > events) expect(detectionPower(rate, needed.cases - 1, events)).toBeLessThan(power);
    }),
  );
});

test('excluding a prevalence: about 3 / x, and the inverse of what n cases exclude', () => {
  expect(casesToExclude(0.01, 0.95)).toBe(299); // Hanley & Lippman-Hand: 300
  expect(casesToExclude(0.05, 0.95)).toBe(59);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), cases => {
      expect(casesToExclude(excludedPrevalence(cases, 0.95), 0.95)).toBe(cases);
    }),
  );
});

test("Fisher's power equals the sum over all tables that are significant", () => {
  const groups = { first: 12, second: 9, firstRate: 0.8, secondRate: 0.25 };
  let expected = 0;
  for (let a = 0; a <= 12; a++) {
    for (let c = 0; c <= 9; c++) {
      const test = fisherExact(
        [
          [a, 12 - a],
          [c, 9 - c],
        ],
        'greater',
      );
      if (test.kind === 'tested' && test.pValue <= 0.05) expected += binomialPmf(a, 12, 0.8) * binomialPmf(c, 9, 0.25);
    }
  }
  expectClose(fisherPower(groups, 0.05), expected, 1e-10);
});

test("Fisher's test keeps alpha, and its cases reach the power", () => {
  for (const rate of [0.05, 0.3, 0.5, 0.9]) {
    expect(fisherPower({ first: 20, second: 25, firstRate: rate, secondRate: rate }, 0.05)).toBeLessThanOrEqual(0.05);
  }
  const rates = { firstRate: 0.5, secondRate: 0.1 };
  const needed = fisherCases(rates, 0.025, 0.8);
  if (needed.kind !== 'cases') throw new Error('reachable');
  expect(fisherPower({ first: needed.cases, second: needed.cases, ...rates }, 0.025)).toBeGreaterThanOrEqual(0.8);
  expect(fisherPower({ first: needed.cases - 1, second: needed.cases - 1, ...rates }, 0.025)).toBeLessThan(0.8);
  expect(fisherCases({ firstRate: 0.1, secondRate: 0.1 }, 0.05, 0.8)).toEqual({ kind: 'unreachable' });
  expect(fisherCases({ firstRate: 0.11, secondRate: 0.1 }, 0.05, 0.8, 100)).toEqual({ kind: 'unreachable' });
});

test('an effect seen at half the target needs four times the cases', () => {
  expect(casesForTarget(529, 2, 4)).toEqual({ kind: 'cases', cases: 2116 });
  expect(casesForTarget(100, 5, 4)).toEqual({ kind: 'cases', cases: 64 });
  expect(casesForTarget(100, 0, 4)).toEqual({ kind: 'unreachable' });
  expect(casesForTarget(100, -3, 4)).toEqual({ kind: 'unreachable' });
});

test('impossible input is a programming error', () => {
  for (const wrong of [
    () => detectionPower(0.5, 10, 0),
    () => detectionPower(1.5, 10),
    () => casesToDetect(0.5, 1),
    () => casesToExclude(0, 0.95),
    () => fisherPower({ first: 2.5, second: 2, firstRate: 0.5, secondRate: 0.5 }, 0.05),
    () => fisherCases({ firstRate: 2, secondRate: 0.5 }, 0.05, 0.8),
    () => casesForTarget(0, 1, 4),
  ]) {
    expect(wrong).toThrow(RangeError);
  }
});
