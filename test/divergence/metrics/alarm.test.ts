// The alarm channel: what it weighs, and what it is blind to on purpose.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarm } from '../../../src/divergence/index.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const seeded = { seed: 20_260_101, numRuns: 500 };

// By hand: ln((p1 + 0.001) / (p0 + 0.001)).
test.each([
  ['nothing to nothing', 0, 0, 0],
  ['nothing to certain: ln 1001', 1, 0, 6.908754779],
  ['certain to nothing', 0, 1, -6.908754779],
  ['1 in 1,000 out of nothing: ln 2', 0.001, 0, Math.LN2],
  ['1% to 10%: ln(0.101 / 0.011)', 0.1, 0.01, 2.217225244],
  ['even odds to certain: ln(1.001 / 0.501)', 1, 0.5, 0.692148681],
])('%s', (_, candidate, baseline, nats) => {
  expect(alarm(candidate, baseline)).toBeCloseTo(nats, 8);
});

test('tenfold among the improbable is next to nothing; tenfold that can be seen is not', () => {
  expect(alarm(1e-5, 1e-6)).toBeLessThan(0.01);
  expect(alarm(0.5, 0.05)).toBeGreaterThan(2);
});

test('equal models give exactly 0, roles exchanged the opposite, and no step is out of bounds', () => {
  fc.assert(
    fc.property(probability, probability, (p, q) => {
      expect(alarm(p, p)).toBe(0);
      expect(alarm(p, q) + alarm(q, p)).toBeCloseTo(0, 12);
      expect(Math.abs(alarm(p, q))).toBeLessThanOrEqual(Math.log(1001));
    }),
    seeded,
  );
});

test('it rises with the candidate and falls with the baseline', () => {
  fc.assert(
    fc.property(probability, probability, probability, (p, q, r) => {
      const [low, high] = [Math.min(p, q), Math.max(p, q)];
      expect(alarm(high, r)).toBeGreaterThanOrEqual(alarm(low, r));
      expect(alarm(r, high)).toBeLessThanOrEqual(alarm(r, low));
    }),
    seeded,
  );
});

test('split over several tools, a rise is smaller in each than in all together', () => {
  const [whole, half] = [alarm(0.2, 0), alarm(0.1, 0)];
  expect(half).toBeLessThan(whole);
  // Ten tools of 2% each: the sum is what harm is measured by, so that spreading hides nothing.
  expect(alarm(0.02, 0)).toBeCloseTo(Math.log(21), 12);
  expect(alarm(10 * 0.02, 0)).toBeCloseTo(Math.log(201), 12);
});
