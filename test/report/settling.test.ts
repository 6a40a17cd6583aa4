import { expect, test } from 'vitest';
import type { Verdict } from '../../src/records/verdict.ts';
import { reasonText } from '../../src/words/verdict/reasons.ts';
import { settledBy } from '../../src/words/verdict/settling.ts';

const alarm = { code: 'file-alarm', finding: 'tokens-moved', detail: '3 tokens', more: 0 } as const;
const spent = (probes: number) =>
  ({ code: 'probes-spent', probes, settles: { by: 'probes', probes: 2 * probes } }) as const;
const verdict = (reasons: Verdict['reasons']): Verdict => ({ outcome: 'inconclusive', reasons });

test('what the first reason asks for stands first, then numbers, the largest of each kind, each way once', () => {
  expect(settledBy(verdict([alarm, spent(200), spent(300), alarm]))).toMatch(
    /^what would settle it: a person who reads .*; about 600 extra cases \(--probes\)$/,
  );
  expect(settledBy(verdict([spent(200), alarm]))).toMatch(/^what would settle it: about 400 extra cases .*; a person/);
  expect(settledBy({ ...verdict([alarm]), outcome: 'diverges' })).toBeUndefined();
});

test('a model that thinks: the variable that its template has for it, or that only a person can tell', () => {
  const thinks = (detail: string) => ({ code: 'spoken', role: 'candidate', what: 'thought-skipped', detail }) as const;
  expect(settledBy(verdict([thinks('enable_thinking=false')]))).toContain('--template-arg enable_thinking=false');
  expect(settledBy(verdict([thinks('its template has no switch for that')]))).toMatch(/a person who reads the sampled/);
});

test('a model that writes before it calls is not called weak', () => {
  const late = { code: 'incompetent', what: 'first-step', role: 'candidate', right: 3, cases: 120 } as const;
  expect(reasonText({ ...late, calls: { right: 90, cases: 120 } })).toBe(
    'the candidate writes before it calls: its replies make the expected call in 90 of 120 cases, and exact scores, which ' +
      'are of calls at once, see it in 3 of 120',
  );
  expect(settledBy(verdict([{ ...late, calls: { right: 90, cases: 120 } }]))).toContain('a call and nothing before it');
  expect(reasonText(late)).toContain('too hard');
});
