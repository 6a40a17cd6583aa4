// First steps of a case: what is one, which is likeliest, and which is asked for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedStep, firstSteps, likeliestStep, noCall, ownCall } from '../../src/divergence/index.ts';
import { caseOf, type Probabilities, scored } from './hand.ts';

const about = caseOf('a');
const transplanted = 'drop {"path":"/x"}';

describe('firstSteps', () => {
  test('whole calls that stand among the tools for other tests are none', () => {
    const one = scored(about, {
      look: [0.6, 0.9],
      [noCall]: [0.4, 0.1],
      [ownCall]: [0.99, 0.01],
      [transplanted]: [0.99, 0],
    });
    expect(firstSteps(one).map(({ tool }) => tool)).toEqual(['look', noCall]);
  });

  test('a tool that the case does not offer is none', () => {
    expect(firstSteps(scored(about, { reboot: [1, 1] }))).toEqual([]);
  });
});

describe('likeliestStep', () => {
  test.each<[string, Probabilities, string | undefined, string | undefined]>([
    ['nothing was scored', {}, undefined, undefined],
    ['the same tool under both', { look: [0.9, 0.8], drop: [0.1, 0.2] }, 'look', 'look'],
    ['another one under the candidate', { look: [0.4, 0.9], drop: [0.6, 0.1] }, 'drop', 'look'],
    ['no call at once is a step too', { look: [0.3, 0.9], drop: [0.2, 0], [noCall]: [0.5, 0.1] }, noCall, 'look'],
    [
      'a whole call is not, however likely',
      { look: [0.2, 0.9], [ownCall]: [1, 0], [transplanted]: [1, 0] },
      'look',
      'look',
    ],
    ['only whole calls', { [ownCall]: [1, 1] }, undefined, undefined],
    ['even: the one offered first', { save: [0.5, 0.5], drop: [0.5, 0.5] }, 'save', 'save'],
  ])('%s', (_, of, candidate, baseline) => {
    const one = scored(about, of);
    expect(likeliestStep(one, 'candidate')?.tool).toBe(candidate);
    expect(likeliestStep(one, 'baseline')?.tool).toBe(baseline);
  });

  test('no step is likelier, in whatever order they stand, and the models do not get mixed up', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(share, share, share, share), fc.tuple(share, share, share, share), (p, q) => {
        const names = ['look', 'save', 'drop', noCall];
        const of = Object.fromEntries(names.map((name, at) => [name, [p[at] ?? 0, q[at] ?? 0] as const]));
        const turned = Object.fromEntries(Object.entries(of).toReversed());
        expect(likeliestStep(scored(about, of), 'candidate')?.candidate).toBe(Math.max(...p));
        expect(likeliestStep(scored(about, turned), 'candidate')?.candidate).toBe(Math.max(...p));
        expect(likeliestStep(scored(about, of), 'baseline')?.baseline).toBe(Math.max(...q));
      }),
      { seed: 20_260_105, numRuns: 200 },
    );
  });
});

test.each([
  ['a call: its tool, whatever its arguments', caseOf('a'), 'look'],
  ['a text: no call', caseOf('a', { expect: { text: 'Hello.' } }), noCall],
  ['a destructive call', caseOf('a', { expect: { call: 'drop', accept: [{}] } }), 'drop'],
])('expectedStep: %s', (_, one, step) => {
  expect(expectedStep({ case: one })).toBe(step);
});
