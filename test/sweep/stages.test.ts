// What a sweep with a budget does next.
import { expect, test } from 'vitest';
import type { Pair } from '../../src/sweep/plan.ts';
import { byPromise, type Standing, withMoreCases } from '../../src/sweep/stages.ts';

const standing = (outcome: string, codes: string[] = [], pValues: number[] = []) =>
  ({
    verdict: { outcome, reasons: codes.map(code => ({ code, detail: '' })) },
    effects: pValues.map(pValue => ({ pValue })),
  }) as unknown as Standing;
const pair = { name: 'a b', cases: 40, probes: 20 } as Pair;

test('the surest effect is looked into first, what has none last, and equals in the order of the plan', () => {
  const standings = [[], [0.04, 0.02], [], [0.001, 0.5], [0.02]].map(p => standing('inconclusive', [], p));
  expect(byPromise(standings)).toEqual([3, 1, 4, 0, 2]);
});

test.each([
  ['too-few-cases', { cases: 80, probes: 20 }],
  ['probes-spent', { cases: 40, probes: 200 }],
  ['not-confirmed', { cases: 40, probes: 200 }],
  ['unexplained-alarms', { cases: 40, probes: 200 }],
])('%s asks for more', (code, wanted) => {
  expect(withMoreCases(pair, standing('inconclusive', [code]), 0)).toEqual({ ...pair, ...wanted });
});

test('a verdict that stands, or that more cases would not change, asks for nothing; nor does the fourth time', () => {
  expect(withMoreCases(pair, standing('equivalent', ['no-effect']), 0)).toBeUndefined();
  expect(withMoreCases(pair, standing('diverges', ['probes-spent']), 0)).toBeUndefined();
  expect(withMoreCases(pair, standing('inconclusive', ['baseline-incompetent']), 0)).toBeUndefined();
  expect(withMoreCases({ ...pair, probes: 400 }, standing('inconclusive', ['probes-spent']), 2)).toMatchObject({
    probes: 800,
  });
  expect(withMoreCases(pair, standing('inconclusive', ['probes-spent']), 3)).toBeUndefined();
});
