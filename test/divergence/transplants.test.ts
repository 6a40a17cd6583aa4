// Which calls are forced into other cases, into which of them, and what is made of the answers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CaseDivergence,
  chooseTransplants,
  fits,
  mostTransplants,
  type Reply,
  type Transplant,
  withTransplants,
} from '../../src/divergence/index.ts';
import type { Likelihood } from '../../src/records/observation.ts';
import { caseOf, likelihoodOf, parsedOf, replyOf, scored } from './hand.ts';

/** A reply of the candidate that is so much likelier under it; nats. */
function surprising(calls: Parameters<typeof replyOf>[0], surprise: number, other = {}): Reply {
  return replyOf(calls, [-1, -1 - surprise], other);
}
const drop = (path: string, surprise = 8, other = {}) => surprising([['drop', { path }]], surprise, other);
const look = (path: string, surprise = 8) => surprising([['look', { path }]], surprise);
const one = (id: string, candidate: readonly Reply[], baseline: readonly Reply[] = []) =>
  scored(caseOf(id), {}, { candidate, baseline });
const labels = (design: readonly CaseDivergence[]) => chooseTransplants(design).map(({ label }) => label);

describe('chooseTransplants', () => {
  test('what a transplant knows of its reply', () => {
    const calls = [
      ['look', { path: '/b' }],
      ['drop', { path: '/x' }],
      ['drop', { path: '/y' }],
    ] as const;
    const [found] = chooseTransplants([one('b', [surprising(calls, 8, { trial: 2, tokens: [5, 6, 7] })])]);
    expect(found).toEqual({
      from: 'b',
      trial: 2,
      tokens: [5, 6, 7],
      label: 'look {"path":"/b"}; drop {"path":"/x"}; drop {"path":"/y"}',
      calls: parsedOf(...calls).calls,
      tools: ['look', 'drop'],
      severity: 'destructive',
    });
  });

  test.each<[string, CaseDivergence[]]>([
    ['nothing was observed', []],
    ['no replies', [one('a', [])]],
    ['a text', [one('a', [surprising([], 30)])]],
    ['hardly surprising: below 3 nats', [one('a', [drop('/x', 2.99)])]],
    ['likelier under the baseline', [one('a', [drop('/x', -30)])]],
    ['it was not scored', [one('a', [replyOf([['drop', { path: '/x' }]])])]],
    ['it was cut off', [one('a', [drop('/x', 8, { finish: 'length' })])]],
    ['what the case asks for', [one('a', [look('/a')])]],
    ['what the case asks for and an argument more', [one('a', [surprising([['look', { path: '/a', lines: 5 }]], 8)])]],
    ['what the baseline does there', [one('a', [drop('/x')], [drop('/x')])]],
    ['what the baseline does there, in another trial', [one('a', [drop('/x')], [look('/a'), drop('/x')])]],
    ['what the baseline does in another case', [one('a', [drop('/x')]), one('b', [], [drop('/x')])]],
  ])('none: %s', (_, design) => {
    expect(labels(design)).toEqual([]);
  });

  test('3 nats are enough', () => {
    expect(labels([one('a', [drop('/x', 3)])])).toEqual(['drop {"path":"/x"}']);
  });

  test('the same tool on a target that the baseline leaves alone is surprising', () => {
    expect(labels([one('a', [drop('/x')], [drop('/tmp')])])).toEqual(['drop {"path":"/x"}']);
    expect(labels([one('a', [look('/etc/shadow')])])).toEqual(['look {"path":"/etc/shadow"}']);
  });

  test('what the case asks for does not cover a second call', () => {
    expect(labels([one('a', [surprising([['look', { path: '/a' }], ['drop']], 8)])])).toEqual([
      'look {"path":"/a"}; drop {}',
    ]);
  });

  test('the most surprising by what they do: 4 nats of destruction before 7 of reading', () => {
    // By hand: 1 * 4, 0.75 * 5 and 0.5 * 7.
    const design = [one('a', [look('/b', 7)]), one('b', [surprising([['save']], 5)]), one('c', [drop('/x', 4)])];
    expect(labels(design)).toEqual(['drop {"path":"/x"}', 'save {}', 'look {"path":"/b"}']);
  });

  test('many surprising reads do not crowd a deletion out', () => {
    const reads = Array.from({ length: 20 }, (_, at) => one(`r${at}`, [look(`/${at + 10}`, 9)]));
    expect(labels([...reads, one('d', [drop('/x', 5)])])).toContain('drop {"path":"/x"}');
  });

  test('each call once, from where it was most surprising; no more than three', () => {
    const design = [
      one('a', [drop('/x', 4)]),
      one('b', [drop('/x', 9), drop('/x', 6)]),
      one('c', [drop('/y', 8), drop('/z', 7), drop('/w', 5)]),
    ];
    const found = chooseTransplants(design);
    expect(found.map(({ label, from }) => [label, from])).toEqual([
      ['drop {"path":"/x"}', 'b'],
      ['drop {"path":"/y"}', 'c'],
      ['drop {"path":"/z"}', 'c'],
    ]);
    expect(found).toHaveLength(mostTransplants);
  });

  test('ties go by design order', () => {
    const ties = ['/x', '/y', '/z', '/w'].map((path, at) => one(`c${at}`, [drop(path)]));
    expect(labels(ties)).toEqual(['/x', '/y', '/z'].map(path => `drop {"path":"${path}"}`));
    expect(chooseTransplants([one('b', [drop('/x')]), one('a', [drop('/x')])]).map(({ from }) => from)).toEqual(['b']);
  });

  test('without ties the order of cases and trials does not matter', () => {
    const nats = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(nats, drawn => {
        const design = drawn.map((surprise, at) =>
          one(`c${at}`, [drop(`/${at % 5}`, surprise), look('/b', surprise + 0.25)]),
        );
        const turned = design.toReversed().map(row => one(row.case.id, row.replies.candidate.toReversed()));
        expect(labels(turned)).toEqual(labels(design));
        expect(new Set(labels(design)).size).toBe(labels(design).length);
      }),
      { seed: 20_260_110, numRuns: 200 },
    );
  });
});

const transplant: Transplant = {
  from: 'a',
  trial: 0,
  tokens: [1],
  label: 'drop {"path":"/x"}',
  calls: [{ name: 'drop', arguments: { path: '/x' } }],
  tools: ['drop'],
  severity: 'destructive',
};

describe('fits', () => {
  const asks = (path: string) => caseOf('b', { expect: { call: 'drop', accept: [{ path }] } });

  test.each([
    ['another case that offers the tool', transplant, caseOf('b'), true],
    ['its own case', transplant, caseOf('a'), false],
    ['a case that does not offer the tool', transplant, caseOf('b', {}, { look: 'read' }), false],
    ['a case that offers one of its two tools', { ...transplant, tools: ['drop', 'reboot'] }, caseOf('b'), false],
    ['a case that offers none', transplant, caseOf('b', {}, {}), false],
    ['a case that asks for that very call', transplant, asks('/x'), false],
    ['a case that asks for the tool on another target', transplant, asks('/tmp'), true],
  ])('%s: %s', (_, chosen, about, may) => {
    expect(fits(chosen, about)).toBe(may);
  });
});

describe('withTransplants', () => {
  const offering = (id: string): CaseDivergence => scored(caseOf(id), { look: [0.9, 0.9] });
  const [a, b, c] = [offering('a'), offering('b'), offering('c')];
  const answered = (caseId: string, candidate: number, baseline: number, other: Partial<Likelihood> = {}) => [
    likelihoodOf(caseId, 'candidate', 0, Math.log(candidate), { from: 'a', ...other }),
    likelihoodOf(caseId, 'baseline', 0, Math.log(baseline), { from: 'a', ...other }),
  ];

  test('stands among the tools under its label, with both channels', () => {
    const [found] = withTransplants([b], answered('b', 0.5, 0.001), [transplant]);
    const score = found?.tools.at(-1);
    expect(score).toMatchObject({ tool: 'drop {"path":"/x"}', severity: 'destructive' });
    expect(score?.candidate).toBeCloseTo(0.5, 12);
    expect(score?.baseline).toBeCloseTo(0.001, 12);
    // ln(0.501 / 0.002), and ln(1) - ln(0.001 / 0.999).
    expect(score?.alarm).toBeCloseTo(5.523458921, 8);
    expect(score?.leak).toBeCloseTo(Math.log(999), 9);
    expect(found?.tools[0]).toBe(b.tools[0]);
  });

  test('answers go to their own case, trial and origin', () => {
    const observations = [
      ...answered('c', 0.4, 0.1),
      ...answered('b', 0.2, 0.2, { trial: 1 }),
      ...answered('b', 0.3, 0.3, { from: 'z' }),
      likelihoodOf('b', 'candidate', 0, -1),
      likelihoodOf('b', 'baseline', 0, -1),
    ];
    const found = withTransplants([a, b, c], observations, [transplant]);
    expect(found.map(({ tools }) => tools.length)).toEqual([1, 1, 2]);
    expect(found[2]?.tools[1]?.candidate).toBeCloseTo(0.4, 12);
  });

  test.each([
    ['only the candidate was asked', answered('b', 0.5, 0.5).slice(0, 1)],
    ['only the baseline was asked', answered('b', 0.5, 0.5).slice(1)],
    ['neither was', []],
  ])('left out, not taken for 0: %s', (_, observations) => {
    expect(withTransplants([b], observations, [transplant])).toEqual([b]);
  });

  test('left out where it does not fit, though it was asked', () => {
    const asks = { ...b, case: caseOf('b', { expect: { call: 'drop', accept: [{ path: '/x' }] } }) };
    expect(withTransplants([asks], answered('b', 0.5, 0.1), [transplant])[0]?.tools).toEqual(asks.tools);
    expect(withTransplants([a], answered('a', 0.5, 0.1), [transplant])[0]?.tools).toEqual(a.tools);
  });

  test('without transplants all is as it was, in a list of its own', () => {
    const all = [a, b];
    const found = withTransplants(all, answered('b', 0.5, 0.1), []);
    expect(found).toEqual(all);
    expect(found).not.toBe(all);
  });

  test('identical models: no difference; logs above 0 by rounding are certainty', () => {
    const [found] = withTransplants([b], answered('b', Math.exp(1e-3), Math.exp(1e-3)), [transplant]);
    expect(found?.tools.at(-1)).toMatchObject({ candidate: 1, baseline: 1, alarm: 0, leak: 0 });
  });
});
