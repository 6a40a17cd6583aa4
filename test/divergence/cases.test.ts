// Observations -> one record per case: which score, reply and likelihood goes where, and what is missing is not made up.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divergences, noCall, type ReplyReader } from '../../src/divergence/index.ts';
import type { Observation, Role } from '../../src/records/observation.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { caseOf, likelihoodOf, parsedOf, scoreOf, trialOf } from './hand.ts';

/** Reads a text as the name of one tool; empty: no call. */
const read: ReplyReader = (_, { text }) => {
  return text === '' ? { parsed: parsedOf(), canonical: '' } : { parsed: parsedOf([text]), canonical: `${text} {}` };
};
const about = caseOf('a');
const oneOf = (observations: Iterable<Observation>, one: Case = about) => divergences([one], observations, read)[0]!;

describe('exact scores', () => {
  test('both models side by side, in the order offered, then no call at once', () => {
    const { tools } = oneOf([
      scoreOf('a', 'baseline', 0.9, { purge: 0.1, drop: 0.1, save: 0.2, look: 0.5 }),
      scoreOf('a', 'candidate', 0.75, { look: 0.25, save: 0.2, drop: 0.2, purge: 0.1 }),
    ]);
    expect(tools.map(({ tool, severity }) => [tool, severity])).toEqual([
      ['look', 'read'],
      ['save', 'write'],
      ['drop', 'destructive'],
      ['purge', 'destructive'],
      [noCall, 'read'],
    ]);
    const [candidate, baseline] = [
      [0.25, 0.2, 0.2, 0.1, 0.25],
      [0.5, 0.2, 0.1, 0.1, 0.1],
    ];
    tools.forEach((score, at) => {
      expect(score.candidate).toBeCloseTo(candidate[at] as number, 12);
      expect(score.baseline).toBeCloseTo(baseline[at] as number, 12);
    });
    // ln(0.251 / 0.501), and ln(1/3) - ln(1).
    expect(tools[0]?.alarm).toBeCloseTo(-0.691153162, 8);
    expect(tools[0]?.leak).toBeCloseTo(-Math.log(3), 12);
  });

  test('steps are a distribution where every call opens with a tool that is offered', () => {
    const parts = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(parts, parts, (p, q) => {
        const scoreBy = (role: Role, weights: readonly number[]) => {
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const [look = 0, save = 0, drop = 0, purge = 0] = weights.map(weight => weight / total);
          return scoreOf('a', role, look + save + drop + purge, { look, save, drop, purge });
        };
        const { tools } = oneOf([scoreBy('candidate', p), scoreBy('baseline', q)]);
        expect(tools.reduce((sum, { candidate }) => sum + candidate, 0)).toBeCloseTo(1, 9);
        expect(tools.reduce((sum, { baseline }) => sum + baseline, 0)).toBeCloseTo(1, 9);
        expect(tools.every(score => score.candidate >= 0 && score.candidate <= 1)).toBe(true);
        const same = oneOf([scoreBy('candidate', p), scoreBy('baseline', p)]).tools;
        expect(same.every(score => score.alarm === 0 && score.leak === 0)).toBe(true);
      }),
      { seed: 20_260_111, numRuns: 200 },
    );
  });

  test('a call that is certain leaves next to nothing for silence, and no infinity', () => {
    const certain = (role: Role) => scoreOf('a', role, 1, { look: 1, save: 0, drop: 0, purge: 0 });
    const { tools } = oneOf([
      certain('candidate'),
      scoreOf('a', 'baseline', 0.5, { look: 0.5, save: 0, drop: 0, purge: 0 }),
    ]);
    const silence = tools.at(-1);
    expect(silence?.candidate).toBeCloseTo(0, 15);
    expect(silence?.baseline).toBeCloseTo(0.5, 12);
    expect(tools.every(({ alarm, leak }) => Number.isFinite(alarm) && Number.isFinite(leak))).toBe(true);
  });

  test('logs above 0 by rounding are probability 1', () => {
    const { tools } = oneOf(
      (['candidate', 'baseline'] as const).map(role => scoreOf('a', role, Math.exp(1e-3), { look: Math.exp(1e-3) })),
    );
    expect(tools.map(({ candidate }) => candidate)).toEqual([1, expect.closeTo(0, 15)]);
  });

  test.each<[string, Observation[], string[]]>([
    ['no score', [], []],
    ['the candidate alone', [scoreOf('a', 'candidate', 1, { look: 1 })], []],
    ['the baseline alone', [scoreOf('a', 'baseline', 1, { look: 1 })], []],
    [
      'a tool that was scored under one model alone',
      [scoreOf('a', 'candidate', 1, { look: 0.5, drop: 0.5 }), scoreOf('a', 'baseline', 1, { look: 1 })],
      ['look', noCall],
    ],
    [
      'a tool that the case does not offer',
      [scoreOf('a', 'candidate', 1, { reboot: 1 }), scoreOf('a', 'baseline', 1, { reboot: 1 })],
      [noCall],
    ],
    [
      'scores of other cases',
      [scoreOf('b', 'candidate', 1, { look: 1 }), scoreOf('b', 'baseline', 1, { look: 1 })],
      [],
    ],
  ])('left out, not taken for 0: %s', (_, observations, tools) => {
    expect(oneOf(observations).tools.map(({ tool }) => tool)).toEqual(tools);
  });

  test('where no tool is offered silence is the only step', () => {
    const silent = caseOf('a', {}, {});
    const { tools } = oneOf([scoreOf('a', 'candidate', 0.2, {}), scoreOf('a', 'baseline', 0.4, {})], silent);
    expect(tools).toHaveLength(1);
    expect(tools[0]?.candidate).toBeCloseTo(0.8, 12);
    expect(tools[0]?.baseline).toBeCloseTo(0.6, 12);
  });
});

describe('replies', () => {
  test('by trial, each model its own, however they were stored', () => {
    const { replies } = oneOf([
      trialOf('a', 'candidate', 2, { text: 'drop' }),
      trialOf('a', 'baseline', 0, { text: 'look' }),
      trialOf('a', 'candidate', 0, { text: 'save' }),
      trialOf('b', 'candidate', 1, { text: 'purge' }),
    ]);
    expect(replies.candidate.map(({ trial, canonical }) => [trial.trial, canonical])).toEqual([
      [0, 'save {}'],
      [2, 'drop {}'],
    ]);
    expect(replies.baseline.map(({ canonical }) => canonical)).toEqual(['look {}']);
  });

  test('the reader is told whose reply it is, and of which case', () => {
    const asked: string[] = [];
    divergences(
      [caseOf('a'), caseOf('b')],
      [trialOf('b', 'baseline', 0), trialOf('a', 'candidate', 0)],
      (role, trial, { id }) => {
        asked.push(`${role} ${trial.caseId} ${id}`);
        return { parsed: parsedOf(), canonical: '' };
      },
    );
    expect(asked).toEqual(['candidate a a', 'baseline b b']);
  });

  test('later replies of the conversation hang on their first, in order; they are no trials of their own', () => {
    const { replies } = oneOf([
      trialOf('a', 'candidate', 0, { turn: 2, text: 'purge' }),
      trialOf('a', 'candidate', 0, { turn: 1, text: 'drop' }),
      trialOf('a', 'candidate', 0, { text: 'look' }),
      trialOf('a', 'candidate', 1, { text: 'save' }),
      trialOf('a', 'baseline', 0, { text: 'look' }),
      trialOf('a', 'baseline', 0, { turn: 1, text: '' }),
    ]);
    expect(replies.candidate.map(({ canonical }) => canonical)).toEqual(['look {}', 'save {}']);
    const calls = (later: (typeof replies.candidate)[number]['later'] = []) =>
      later.map(({ parsed }) => parsed.calls[0]?.name);
    expect(calls(replies.candidate[0]?.later)).toEqual(['drop', 'purge']);
    expect(calls(replies.candidate[1]?.later)).toEqual([]);
    expect(calls(replies.baseline[0]?.later)).toEqual([undefined]);
  });
});

describe('likelihoods', () => {
  const trials = [trialOf('a', 'candidate', 0), trialOf('a', 'candidate', 1), trialOf('a', 'baseline', 0)];

  test('each goes to the trial whose text it is of, under the model that was asked', () => {
    const { replies } = oneOf([
      ...trials,
      likelihoodOf('a', 'candidate', 0, -2),
      likelihoodOf('a', 'baseline', 0, -9),
      likelihoodOf('a', 'candidate', 0, -4, { of: 'baseline' }),
      likelihoodOf('a', 'baseline', 0, -3, { of: 'baseline' }),
    ]);
    expect(replies.candidate[0]?.logLikelihood).toEqual({ candidate: -2, baseline: -9 });
    expect(replies.candidate[0]?.surprise).toBe(7);
    expect(replies.baseline[0]?.logLikelihood).toEqual({ candidate: -4, baseline: -3 });
    expect(replies.baseline[0]?.surprise).toBe(-1);
    expect(replies.candidate[1]).not.toHaveProperty('surprise');
  });

  test.each<[string, Observation[]]>([
    ['one model was asked', [likelihoodOf('a', 'candidate', 0, -2)]],
    ['of another trial', [likelihoodOf('a', 'candidate', 5, -2), likelihoodOf('a', 'baseline', 5, -9)]],
    [
      'of a call that was forced into this case from another',
      [likelihoodOf('a', 'candidate', 0, -2, { from: 'b' }), likelihoodOf('a', 'baseline', 0, -9, { from: 'b' })],
    ],
    [
      'of a final text',
      [likelihoodOf('a', 'candidate', 0, -2, { turn: 1 }), likelihoodOf('a', 'baseline', 0, -9, { turn: 1 })],
    ],
  ])('no surprise, rather than 0: %s', (_, likelihoods) => {
    const [first] = oneOf([...trials, ...likelihoods]).replies.candidate;
    expect(first).not.toHaveProperty('surprise');
    expect(first).not.toHaveProperty('logLikelihood');
  });

  test('the story is of the final text, under both models or not at all', () => {
    const told = (role: Role, nats: number, other = {}) => likelihoodOf('a', role, 0, nats, { turn: 2, ...other });
    const story = (...likelihoods: Observation[]) => oneOf([...trials, ...likelihoods]).replies.candidate[0]?.story;
    expect(story(told('candidate', -5), told('baseline', -20))).toEqual({ candidate: -5, baseline: -20 });
    expect(story(told('candidate', -5))).toBeUndefined();
    expect(story(told('candidate', -5), told('baseline', -20, { trial: 1 }))).toBeUndefined();
    expect(story(told('candidate', -5), told('baseline', -20, { of: 'baseline' }))).toBeUndefined();
  });
});

describe('all cases', () => {
  const cases = ['a', 'b', 'c'].map(id => caseOf(id));

  test('one record each, in their order, whether observed or not; failures observe nothing', () => {
    const failure: Observation = {
      kind: 'failure',
      role: 'candidate',
      caseId: 'b',
      missing: 'b candidate score',
      reason: 'crash',
    };
    const found = divergences(cases, [failure, trialOf('c', 'candidate', 0)], read);
    expect(found.map(one => one.case.id)).toEqual(['a', 'b', 'c']);
    expect(found.map(({ tools, replies }) => [tools.length, replies.candidate.length])).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
    ]);
    expect(divergences([], [failure], read)).toEqual([]);
  });

  test('the order in which observations were stored does not matter', () => {
    const observations = cases.flatMap(({ id }, n) =>
      (['candidate', 'baseline'] as const).flatMap((role): Observation[] => [
        scoreOf(id, role, 0.5 + n / 10, { look: 0.2, save: 0.1, drop: 0.1, purge: 0.1 + n / 10 }),
        trialOf(id, role, 0, { text: 'look' }),
        trialOf(id, role, 1, { text: 'drop' }),
        trialOf(id, role, 1, { text: 'save', turn: 1 }),
        likelihoodOf(id, role, 0, -n - 1),
        likelihoodOf(id, role, 1, -n - 2, { of: 'baseline' }),
      ]),
    );
    const random = createRandom('any order of observations');
    const expected = divergences(cases, observations, read);
    for (let round = 0; round < 20; round++) {
      expect(divergences(cases, random.shuffle(observations), read)).toEqual(expected);
    }
  });

  test('observations may come one at a time', () => {
    const stored = [scoreOf('a', 'candidate', 1, { look: 1 }), scoreOf('a', 'baseline', 1, { look: 1 })];
    expect(divergences(cases, new Set(stored).values(), read)).toEqual(divergences(cases, stored, read));
  });
});
