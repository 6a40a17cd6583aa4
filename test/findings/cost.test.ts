import { expect, test } from 'vitest';
import { costOf } from '../../src/findings/cost.ts';
import type { Observation } from '../../src/records/observation.ts';
import { costText } from '../../src/words/wording.ts';

const score: Observation = {
  kind: 'score',
  role: 'candidate',
  caseId: 'a',
  logOpen: -1,
  tools: {},
  promptTokens: 1000,
  reusedTokens: 600,
  evaluatedTokens: 420,
  durationMs: 1,
};
const trial: Observation = {
  kind: 'trial',
  role: 'baseline',
  caseId: 'a',
  trial: 0,
  seed: 1,
  text: 'abc',
  tokens: [1, 2, 3],
  finish: 'stop',
  promptTokens: 500,
  reusedTokens: 499,
  durationMs: 1,
};

test('tokens are summed by model; what failed is not counted', () => {
  const failure: Observation = {
    kind: 'failure',
    role: 'baseline',
    caseId: 'b',
    missing: 'b baseline score',
    reason: '',
  };
  const { candidate, baseline } = costOf([score, score, trial, failure]);
  expect(candidate).toEqual({
    observations: 2,
    promptTokens: 2000,
    reusedTokens: 1200,
    evaluatedTokens: 840,
    generatedTokens: 0,
  });
  // Of before evaluated tokens were counted: the rest of the prompt, and the reply but for its last token.
  expect(baseline).toEqual({
    observations: 1,
    promptTokens: 500,
    reusedTokens: 499,
    evaluatedTokens: 3,
    generatedTokens: 3,
  });
});

test('the report says it in words', () => {
  expect(costText(costOf([score, trial]))).toBe('423 tokens evaluated, 1,099 of prompts reused (73%), 3 generated');
  expect(costText(costOf([]))).toBe('0 tokens evaluated, 0 of prompts reused (0%), 0 generated');
});
