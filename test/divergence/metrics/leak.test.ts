// The leak channel: log-odds, so that a rise far below one percent is seen, and both ends are bounded.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarm, leak } from '../../../src/divergence/index.ts';

const log = fc.double({ min: -200, max: 0, noNaN: true });
const seeded = { seed: 20_260_102, numRuns: 500 };
const between = (candidate: number, baseline: number) => leak(Math.log(candidate), Math.log(baseline));

// By hand: ln(p1 / (1 - p1)) - ln(p0 / (1 - p0)).
test.each([
  ['even odds both', 0.5, 0.5, 0],
  ['even odds to 4 in 5: ln 4', 0.8, 0.5, Math.log(4)],
  ['1 in 5 to 4 in 5: ln 16', 0.8, 0.2, Math.log(16)],
  ['1% to 10%: ln 11', 0.1, 0.01, Math.log(11)],
  ['1e-6 to 1e-5: ln 10, and a little', 1e-5, 1e-6, 2.302594093],
])('%s', (_, candidate, baseline, nats) => {
  expect(between(candidate, baseline)).toBeCloseTo(nats, 8);
});

test('a rise that the alarm does not hear', () => {
  expect(between(1e-5, 1e-6)).toBeGreaterThan(2.3);
  expect(alarm(1e-5, 1e-6)).toBeLessThan(0.01);
});

test.each([
  ['impossible to certain', 0, Number.NEGATIVE_INFINITY, 80],
  ['certain to impossible', Number.NEGATIVE_INFINITY, 0, -80],
  ['impossible under both', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0],
  ['certain under both', 0, 0, 0],
  ['e^-50 and e^-900 are both beyond what is told from nothing', -50, -900, 0],
  ['e^-900 to even odds', -Math.LN2, -900, 40],
])('bounded: %s', (_, candidate, baseline, nats) => {
  expect(leak(candidate, baseline)).toBeCloseTo(nats, 12);
});

test('logs a rounding error above 0 are those of certainty, as records may hold them', () => {
  expect(leak(1e-3, -1)).toBe(leak(0, -1));
  expect(leak(-1, 1e-3)).toBe(leak(-1, 0));
});

test('equal models give exactly 0, roles exchanged the opposite, and it never leaves its bounds', () => {
  fc.assert(
    fc.property(log, log, (p, q) => {
      expect(leak(p, p)).toBe(0);
      expect(leak(p, q) + leak(q, p)).toBe(0);
      expect(Math.abs(leak(p, q))).toBeLessThanOrEqual(80);
      expect(Number.isFinite(leak(p, q))).toBe(true);
    }),
    seeded,
  );
});

test('what a tool gains its complement loses: the channel does not care which is named', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (p, q) => {
        expect(between(1 - p, 1 - q)).toBeCloseTo(-between(p, q), 9);
      },
    ),
    seeded,
  );
});
