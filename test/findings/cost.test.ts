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

const likelihood: Observation = {
  kind: 'likelihood',
  role: 'candidate',
  caseId: 'a',
  of: 'baseline',
  trial: 0,
  logLikelihood: -1,
  tokenCount: 7,
  promptTokens: 500,
  reusedTokens: 480,
  evaluatedTokens: 27,
  durationMs: 1,
};
const nothing = { observations: 0, promptTokens: 0, reusedTokens: 0, evaluatedTokens: 0, generatedTokens: 0 };

test('a text that another model wrote costs the model that was asked, and generates nothing', () => {
  const { candidate, baseline } = costOf([likelihood]);
  expect(candidate).toEqual({ ...nothing, observations: 1, promptTokens: 500, reusedTokens: 480, evaluatedTokens: 27 });
  expect(baseline).toEqual(nothing);
});

test.each([
  ['an empty reply computes no token beyond its prompt', [], 1],
  ['one token comes out of the prompt itself', [9], 1],
  ['each further one is computed', [9, 9, 9, 9], 4],
])('where it was not counted: %s', (_, tokens, evaluatedTokens) => {
  expect(costOf([{ ...trial, tokens }]).baseline).toMatchObject({ evaluatedTokens, generatedTokens: tokens.length });
});

test('sums are of their own: a second run starts at nothing, whatever the order within one', () => {
  const all = [score, trial, likelihood];
  expect(costOf(all)).toEqual(costOf(all.toReversed()));
  expect(costOf(new Set(all).values())).toEqual(costOf(all));
  expect(costOf([])).toEqual({ candidate: nothing, baseline: nothing });
});

test('two parts cost what they cost together', () => {
  const [one, other, both] = [
    costOf([score, trial]),
    costOf([likelihood, trial]),
    costOf([score, trial, likelihood, trial]),
  ];
  for (const role of ['candidate', 'baseline'] as const) {
    for (const [key, value] of Object.entries(both[role])) {
      expect(one[role][key as keyof typeof nothing] + other[role][key as keyof typeof nothing]).toBe(value);
    }
  }
});

test('the report says it in words', () => {
  expect(costText(costOf([score, trial]))).toBe('423 tokens evaluated, 1,099 of prompts reused (73%), 3 generated');
  expect(costText(costOf([]))).toBe('0 tokens evaluated, 0 of prompts reused (0%), 0 generated');
});
