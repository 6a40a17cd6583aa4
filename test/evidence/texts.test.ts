// Texts before calls that reached a limit: when they forbid a clean verdict.
import { expect, test } from 'vitest';
import type { CaseDivergence } from '../../src/divergence/index.ts';
import { textsEvidence } from '../../src/evidence/texts.ts';
import { marginsOf } from '../../src/records/margins.ts';
import type { Written } from '../../src/records/observation.ts';
import type { RunRecord } from '../../src/records/run.ts';

const whole: Written = { text: '', tokens: [], end: 'settled', thought: 0, open: 1, tools: {}, beyond: 0 };
const long: Written = { ...whole, end: 'length', open: 0, beyond: 1 };
const closed: Written = { ...whole, closed: true };
const run = (roles: readonly string[] = ['candidate', 'baseline']) =>
  ({ spec: { maxTokens: 256 }, texts: { roles, count: 4, thoughtTokens: 512 } }) as unknown as RunRecord;

/** A thousand texts of each model, of which some are cut. */
function evidence(candidate: readonly Written[], baseline: readonly Written[], of = run()) {
  const filled = (some: readonly Written[]) => [...some, ...Array.from({ length: 1000 - some.length }, () => whole)];
  const one = { written: { candidate: filled(candidate), baseline: filled(baseline) } } as unknown as CaseDivergence;
  return textsEvidence(of, [one], marginsOf()).map(({ role, grave, detail }) => [role, grave, detail]);
}
const some = (count: number, text: Written) => Array.from({ length: count }, () => text);

test.each([
  ['none', 0, 0, []],
  [
    'few, of both alike',
    20,
    20,
    [
      ['candidate', false],
      ['baseline', false],
    ],
  ],
  [
    'few more of the candidate',
    24,
    20,
    [
      ['candidate', false],
      ['baseline', false],
    ],
  ],
  ['two in a hundred, of the candidate alone', 20, 0, [['candidate', true]]],
  ['two in a hundred, of the baseline alone', 0, 20, [['baseline', false]]],
  [
    'more than the margin, of both',
    60,
    60,
    [
      ['candidate', true],
      ['baseline', true],
    ],
  ],
])('%s', (_, candidate, baseline, found) => {
  expect(evidence(some(candidate, long), some(baseline, long)).map(one => one.slice(0, 2))).toEqual(found);
});

test('says what was cut, and at which limit', () => {
  const [[, , detail] = []] = evidence([...some(3, closed), ...some(2, long)], []);
  expect(detail).toBe('of 1000 texts, 3 thoughts were closed after 512 tokens, 2 texts went on beyond 256 tokens');
});

test('a text that goes on with next to nothing left is whole', () => {
  expect(evidence(some(500, { ...long, beyond: 0.01 }), [])).toEqual([]);
});

test('of a model whose calls come at once there is nothing to say', () => {
  expect(evidence(some(500, long), some(500, long), run(['candidate'])).map(([role]) => role)).toEqual(['candidate']);
});
