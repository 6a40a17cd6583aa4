import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createRandom,
  exactDivergence,
  logit,
  logOdds,
  logSumExp,
  mixtureDivergence,
} from '../../src/statistics/index.ts';
import { expectClose } from './close.ts';

/** Two distributions over up to 8 outcomes, as log-probabilities; some outcomes impossible under one. */
const pairs = fc
  .array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 2, maxLength: 8 })
  .filter(list => list.some(([a]) => a > 0) && list.some(([, b]) => b > 0))
  .map(list => {
    const total = [0, 1].map(side => list.reduce((sum, pair) => sum + pair[side]!, 0));
    return [0, 1].map(side => list.map(pair => Math.log(pair[side]! / total[side]!))) as [number[], number[]];
  });

test('known values: identical, disjoint, and one by hand', () => {
  const half = [Math.log(0.5), Math.log(0.5)];
  expect(exactDivergence(half, half)).toEqual({ jensenShannon: 0, totalVariation: 0 });
  const apart = exactDivergence([0, Number.NEGATIVE_INFINITY], [Number.NEGATIVE_INFINITY, 0]);
  expect(apart).toEqual({ jensenShannon: Math.LN2, totalVariation: 1 });
  // p = (1, 0), q = (1/2, 1/2): JS = ln 2 - (3/4 H(1/3)), TV = 1/2, H(1/3) = ln 3 - 2/3 ln 2.
  const mixed = exactDivergence([0, Number.NEGATIVE_INFINITY], half);
  expectClose(mixed.jensenShannon, Math.LN2 - 0.75 * (Math.log(3) - (2 / 3) * Math.LN2), 1e-14);
  expectClose(mixed.totalVariation, 0.5, 1e-14);
});

test('against the definitions: JS from two KL divergences, TV half the sum of differences', () => {
  fc.assert(
    fc.property(pairs, ([logP, logQ]) => {
      const [p, q] = [logP.map(Math.exp), logQ.map(Math.exp)];
      const kl = (side: number[]) =>
        side.reduce((sum, value, i) => sum + (value === 0 ? 0 : value * Math.log((2 * value) / (p[i]! + q[i]!))), 0);
      const { jensenShannon, totalVariation } = exactDivergence(logP, logQ);
      expect(jensenShannon).toBeCloseTo((kl(p) + kl(q)) / 2, 12);
      expect(totalVariation).toBeCloseTo(p.reduce((sum, value, i) => sum + Math.abs(value - q[i]!), 0) / 2, 12);
      expect(exactDivergence(logQ, logP).jensenShannon).toBeCloseTo(jensenShannon, 12);
    }),
  );
});

test('the mixture estimator is unbiased: its expectation over samples is the exact value', () => {
  fc.assert(
    fc.property(pairs, ([logP, logQ]) => {
      // The expectation of the estimate from one sample of each is the probability-weighted sum over outcomes.
      let [jensenShannon, totalVariation] = [0, 0];
      for (const weights of [logP, logQ]) {
        weights.forEach((weight, index) => {
          if (Math.exp(weight) === 0) return;
          const sample = { logP: [logP[index]!], logQ: [logQ[index]!] };
          const alone = mixtureDivergence(sample, sample);
          jensenShannon += (Math.exp(weight) * alone.jensenShannon) / 2;
          totalVariation += (Math.exp(weight) * alone.totalVariation) / 2;
        });
      }
      const exact = exactDivergence(logP, logQ);
      expect(jensenShannon).toBeCloseTo(exact.jensenShannon, 10);
      expect(totalVariation).toBeCloseTo(exact.totalVariation, 10);
    }),
  );
});

test('samples of a known pair come close to the exact value', () => {
  const random = createRandom('samples');
  const p = [0.7, 0.2, 0.1];
  const q = [0.4, 0.2, 0.4];
  const draw = (weights: number[]) => {
    const u = random.next();
    return u < weights[0]! ? 0 : u < weights[0]! + weights[1]! ? 1 : 2;
  };
  const scored = (weights: number[], count: number) => {
    const outcomes = Array.from({ length: count }, () => draw(weights));
    return { logP: outcomes.map(o => Math.log(p[o]!)), logQ: outcomes.map(o => Math.log(q[o]!)) };
  };
  const exact = exactDivergence(p.map(Math.log), q.map(Math.log));
  const estimate = mixtureDivergence(scored(p, 4000), scored(q, 2000));
  expect(estimate.totalVariation).toBeCloseTo(exact.totalVariation, 1.5);
  expect(estimate.jensenShannon).toBeCloseTo(exact.jensenShannon, 1.7);
});

test('sequences too improbable for probabilities, and differences too small for the closed form', () => {
  const same = { logP: [-5000, -900], logQ: [-5000, -900] };
  expect(mixtureDivergence(same, same)).toEqual({ jensenShannon: 0, totalVariation: 0 });
  const far = { logP: [-5000], logQ: [-900] };
  expect(mixtureDivergence(far, far)).toEqual({ jensenShannon: Math.LN2, totalVariation: 1 });
  const near = { logP: [-5000], logQ: [-5000 + 2 ** -20] };
  expectClose(mixtureDivergence(near, near).jensenShannon, 2 ** -43, 1e-9);
  // Both forms meet where one takes over from the other.
  const at = (d: number) => {
    const sample = { logP: [0], logQ: [2 * Math.atanh(d)] };
    return mixtureDivergence(sample, sample).jensenShannon;
  };
  expectClose(at(0.010000001) - at(0.009999999), 2e-9 * Math.atanh(0.01), 1e-3);
});

test('logit, log-odds and logSumExp', () => {
  expect(logit(0.5)).toBe(0);
  expect([logit(0), logit(1), logit(0, 12)]).toEqual([-36, 36, -12]);
  expectClose(logit(1e-6), Math.log(1e-6 / (1 - 1e-6)), 1e-14);
  expectClose(logOdds(Math.log(0.3)), Math.log(3 / 7), 1e-14);
  expectClose(logOdds(-1e-10), -Math.log(1e-10), 1e-9);
  expect([logOdds(Number.NEGATIVE_INFINITY), logOdds(0), logOdds(1e-12), logOdds(-500)]).toEqual([-36, 36, 36, -36]);
  expectClose(logSumExp([-1000, -1000]), -1000 + Math.LN2, 1e-15);
  expect(logSumExp([Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), p => {
      expect(logOdds(Math.log(p))).toBeCloseTo(logit(p), 3);
      expect(logit(p)).toBeCloseTo(-logit(1 - p), 3);
    }),
  );
});

test('impossible input is a programming error', () => {
  const none = { logP: [], logQ: [] };
  const impossible = { logP: [Number.NEGATIVE_INFINITY], logQ: [Number.NEGATIVE_INFINITY] };
  const one = { logP: [-1], logQ: [-2] };
  for (const wrong of [
    () => logSumExp([]),
    () => logSumExp([Number.NaN]),
    () => logit(1.1),
    () => logit(0.5, 0),
    () => logOdds(0.1),
    () => mixtureDivergence(none, one),
    () => mixtureDivergence(one, impossible),
    () => mixtureDivergence(one, { logP: [-1], logQ: [] }),
    () => exactDivergence([0], [0, 0]),
    () => exactDivergence([-1, -1], [-1, -1]),
  ]) {
    expect(wrong).toThrow(RangeError);
  }
});
