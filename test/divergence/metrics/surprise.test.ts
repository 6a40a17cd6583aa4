// Surprise of a reply, on texts whose probabilities are known token by token.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { surprise } from '../../../src/divergence/metrics/surprise.ts';

const logOf = (...tokens: readonly number[]) => tokens.reduce((sum, p) => sum + Math.log(p), 0);

test.each([
  ['the same under both', logOf(0.5, 0.9), logOf(0.5, 0.9), 0],
  ['one token in four that the baseline gives 1 in 100: ln 50', logOf(0.5), logOf(0.01), Math.log(50)],
  ['what only the baseline would say', logOf(0.01), logOf(0.5), -Math.log(50)],
])('%s', (_, candidate, baseline, nats) => {
  expect(surprise(candidate, baseline)).toBeCloseTo(nats, 12);
});

test('a long reply is no more surprising for being long: only tokens that differ count', () => {
  const common = Array.from({ length: 200 }, (_, at) => 0.2 + (at % 7) / 10);
  const short = surprise(logOf(0.9), logOf(0.001));
  const long = surprise(logOf(...common, 0.9), logOf(...common, 0.001));
  expect(short).toBeCloseTo(Math.log(900), 12);
  expect(long).toBeCloseTo(short, 9);
});

test('surprises of parts add up, and exchanging the models turns the sign', () => {
  const log = fc.double({ min: -100, max: 0, noNaN: true });
  fc.assert(
    fc.property(log, log, log, log, (a, b, c, d) => {
      expect(surprise(a, b) + surprise(c, d)).toBeCloseTo(surprise(a + c, b + d), 9);
      expect(surprise(a, b)).toBe(-surprise(b, a) + 0);
    }),
    { seed: 20_260_103, numRuns: 300 },
  );
});
