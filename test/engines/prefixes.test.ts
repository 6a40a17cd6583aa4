import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spread } from '../../src/engines/session/parts.ts';
import { commonLength, compareTokens } from '../../src/engines/session/prefixes.ts';
import type { Job } from '../../src/ports/engine.ts';

const prompt = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 });

/** Nodes of the trie of all prompts: what must be evaluated at least. */
const trieSize = (prompts: readonly number[][]) =>
  new Set(prompts.flatMap(tokens => tokens.map((_, index) => tokens.slice(0, index + 1).join(',')))).size;

test('in the order of the trie, evaluating what the neighbour before does not have evaluates every node once', () => {
  const property = fc.property(fc.array(prompt, { minLength: 1, maxLength: 20 }), prompts => {
    const sorted = prompts.toSorted(compareTokens);
    const evaluated = sorted.map((tokens, index) => tokens.length - commonLength(tokens, sorted[index - 1] ?? []));
    expect(evaluated.reduce((sum, count) => sum + count, 0)).toBe(trieSize(prompts));
  });
  fc.assert(property, { seed: 9 });
});

const job = fc.record({
  caseId: fc.string(),
  prompt: fc.string(),
  score: fc.option(fc.constant({ frame: { prefix: 'a', suffix: 'b' }, tools: ['t'] }), { nil: undefined }),
  trials: fc.nat({ max: 5 }),
  likelihoods: fc.nat({ max: 5 }),
});

test('jobs taken apart ask for the same observations, each once, in parts that ask for at least one', () => {
  const property = fc.property(fc.array(job, { maxLength: 6 }), fc.integer({ min: 1, max: 16 }), (drawn, count) => {
    const jobs = drawn.map(
      ({ caseId, prompt: text, score, trials, likelihoods }, index): Job => ({
        caseId: `${index} ${caseId}`,
        prompt: text,
        ...(score && { score }),
        trials: Array.from({ length: trials }, (_, trial) => ({ trial, seed: trial })),
        likelihoods: Array.from({ length: likelihoods }, (_, trial) => ({ of: 'baseline', trial, tokens: [1] })),
      }),
    );
    const parts = spread(
      jobs.map(one => ({ job: one })),
      count,
    ).map(part => part.job);
    expect(parts.flatMap(asked)).toEqual(jobs.flatMap(asked));
    const wanted = jobs.flatMap(asked).length;
    const empty = jobs.filter(one => asked(one).length === 0).length;
    expect(parts.length).toBe(Math.max(jobs.length, Math.min(count, wanted + empty)));
  });
  fc.assert(property, { seed: 9 });
});

const asked = ({ caseId, score, trials, likelihoods }: Job): string[] => [
  ...(score === undefined ? [] : [`${caseId} score`]),
  ...trials.map(({ trial }) => `${caseId} trial ${trial}`),
  ...likelihoods.map(({ trial }) => `${caseId} likelihood ${trial}`),
];
