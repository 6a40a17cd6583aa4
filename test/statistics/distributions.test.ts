import fc from 'fast-check';
import { dhyper, phyper } from 'lib-r-math.js';
import { expect, test } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  binomialUpper,
  hypergeometricCdf,
  hypergeometricPmf,
  hypergeometricUpper,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentUpper,
} from '../../src/statistics/index.ts';
import { expectClose } from './close.ts';
// Values to 60 digits by mpmath; golden/references.py says how.
import references from './golden/references.json' with { type: 'json' };

type Row<N extends number, T extends number[] = []> = T['length'] extends N ? T : Row<N, [...T, number]>;

test('beta distribution', () => {
  for (const [x, a, b, value] of references.beta as Row<4>[]) {
    expectClose(betaCdf(x, a, b), value, 1e-12);
    if (value > 1e-100 && value < 0.99) expectClose(betaQuantile(value, a, b), x, 1e-11);
  }
  expectClose(betaCdf(0.5, 1e6, 1e6), 0.5, 1e-9);
  expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3), betaCdf(-1, 2, 3), betaCdf(2, 2, 3)]).toEqual([0, 1, 0, 1]);
});

test('normal distribution, far into the tail', () => {
  for (const [x, value] of references.normal as Row<2>[]) expectClose(normalCdf(x), value, 1e-14 * Math.max(1, x * x));
  for (const [p, value] of references.normalQuantile as Row<2>[]) expectClose(normalQuantile(p), value, 1e-14, 1);
  expect(normalCdf(0)).toBe(0.5);
  expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([0, 1]);
});

test("Student's t distribution", () => {
  for (const [t, df, value] of references.studentUpper as Row<3>[]) {
    expectClose(studentUpper(t, df), value);
    expectClose(studentCdf(-t, df), value);
  }
  expect([studentUpper(Number.POSITIVE_INFINITY, 3), studentUpper(Number.NEGATIVE_INFINITY, 3)]).toEqual([0, 1]);
});

test('binomial distribution', () => {
  for (const [k, n, p, pmf, cdf, upper] of references.binomial as Row<6>[]) {
    expectClose(binomialPmf(k, n, p), pmf);
    expectClose(binomialCdf(k, n, p), cdf);
    expectClose(binomialUpper(k, n, p), upper);
  }
  const sure = [binomialPmf(0, 0, 0.3), binomialPmf(3, 3, 1), binomialCdf(2, 3, 1), binomialUpper(1, 3, 0)];
  expect(sure).toEqual([1, 1, 0, 0]);
});

test('hypergeometric distribution', () => {
  for (const [k, population, marked, drawn, pmf, cdf, upper] of references.urn as Row<7>[]) {
    const urn = { population, marked, drawn };
    expectClose(hypergeometricPmf(k, urn), pmf);
    expectClose(hypergeometricCdf(k, urn), cdf);
    expectClose(hypergeometricUpper(k, urn), upper);
  }
});

test('an urn agrees with R', () => {
  const urn = { population: 529, marked: 25, drawn: 88 };
  for (let k = 0; k <= 25; k++) {
    expectClose(hypergeometricPmf(k, urn), dhyper(k, 25, 504, 88), 1e-9);
    expectClose(hypergeometricCdf(k, urn), phyper(k, 25, 504, 88), 1e-9);
  }
});

test('an urn: terms add to 1, tails to 1 plus the shared term', () => {
  const urns = fc
    .integer({ min: 1, max: 80 })
    .chain(population =>
      fc.record({ population: fc.constant(population), marked: fc.nat(population), drawn: fc.nat(population) }),
    );
  fc.assert(
    fc.property(urns, fc.nat(80), (urn, k) => {
      let total = 0;
      for (let x = 0; x <= urn.drawn; x++) total += hypergeometricPmf(x, urn);
      expectClose(total, 1);
      expectClose(hypergeometricCdf(k, urn) + hypergeometricUpper(k, urn), 1 + hypergeometricPmf(k, urn));
    }),
  );
});

test('the beta quantile is the inverse of the beta distribution function', () => {
  const shape = fc.double({ min: 1, max: 500, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), shape, shape, (p, a, b) => {
      expectClose(betaCdf(betaQuantile(p, a, b), a, b), p, 1e-10);
    }),
  );
});

test('impossible parameters are programming errors', () => {
  for (const wrong of [
    () => betaCdf(0.5, 0, 1),
    () => betaCdf(Number.NaN, 1, 1),
    () => betaQuantile(1.1, 1, 1),
    () => betaQuantile(0, -1, 1),
    () => normalQuantile(0),
    () => normalCdf(Number.NaN),
    () => studentUpper(1, 0),
    () => binomialPmf(1, 2.5, 0.5),
    () => binomialCdf(1, 2, 1.5),
    () => hypergeometricPmf(1, { population: 5, marked: 6, drawn: 1 }),
  ]) {
    expect(wrong).toThrow(RangeError);
  }
});
