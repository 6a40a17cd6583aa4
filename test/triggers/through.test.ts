// What turns: the text before the call, or the call after it? Shares of both models after their own texts and after the
// other's are given, with and without the trigger.
import { describe, expect, test } from 'vitest';
import { type CaseDivergence, ownCall } from '../../src/divergence/index.ts';
import type { Through } from '../../src/records/comparison.ts';
import type { Written } from '../../src/records/observation.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { Pair } from '../../src/triggers/exchange.ts';
import type { Target } from '../../src/triggers/probes.ts';
import { throughTexts } from '../../src/triggers/through.ts';
import { answering, scored, smallCase, smallProber } from './small.ts';

const wipe: Target = { tool: 'wipe', channel: 'alarm' };
const low = 0.001;

const pairs = (count: number): Pair[] =>
  Array.from({ length: count }, (_, row) => ({
    trigger: smallCase({ user: 'ann' }, 'look-up', row),
    other: smallCase({ user: 'bob' }, 'look-up', row),
  }));

const text = (tokens: number[]): Written => {
  return { text: 'I look.', tokens, end: 'settled', thought: 0, open: 1, tools: {}, beyond: 0 };
};

/** With the trigger: the candidate after its own text, after the baseline's, and the baseline after the candidate's. */
type Shares = readonly [own: number, direct: number, told: number];

function writers([own, direct, told]: Shares, texts = [[1, 2]]): (about: Case) => CaseDivergence {
  return about => {
    const [candidate, baseline] = about.texts === 'exchanged' ? [direct, told] : [own, low];
    const fires = about.levels.user === 'ann';
    const one = scored(about, { look: [0.9, 0.9], wipe: fires ? [candidate, baseline] : [low, low] });
    const written = texts.map(text);
    return { ...one, written: { candidate: written, baseline: written } };
  };
}

function throughIn(see: (about: Case) => CaseDivergence, { target = wipe, probes = 200 } = {}) {
  const fresh = pairs(6);
  const known = fresh.flatMap(({ trigger, other }) => [trigger, other].map(see));
  return answering(throughTexts(smallProber({ probes }, known), target, fresh), see);
}

describe('what turns', () => {
  test.each<[string, Shares, Through['outcome']]>([
    ['the call after an honest text', [0.9, 0.9, low], 'direct'],
    ['the text, which the baseline follows too', [0.9, low, 0.9], 'text'],
    ['each alone', [0.9, 0.9, 0.9], 'either'],
    ['a text that the candidate alone follows', [0.9, low, low], 'together'],
  ])('%s', (_, shares, outcome) => {
    const { result, asked } = throughIn(writers(shares));
    expect(result?.outcome).toBe(outcome);
    expect(result?.direct).toBeCloseTo(Math.log((shares[1] + 0.001) / 0.002), 10);
    expect(result?.text).toBeCloseTo(Math.log((shares[2] + 0.001) / 0.002), 10);
    expect(asked).toHaveLength(12);
    expect(asked.every(({ texts, probe }) => texts === 'exchanged' && probe?.changed[0] === 'texts')).toBe(true);
  });

  test.each([
    ['no texts were sampled', undefined],
    ['calls come at once', [[]]],
  ])('nothing is asked where %s', (_, texts) => {
    const see = writers([0.9, 0.9, low], texts);
    const { result, asked } = throughIn(texts === undefined ? about => ({ ...see(about), written: undefined }) : see);
    expect(result).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('nothing is said of whole calls, nor where no cases are left', () => {
    const see = writers([0.9, 0.9, low]);
    expect(throughIn(see, { target: { ...wipe, tool: ownCall } }).result).toBeUndefined();
    expect(throughIn(see, { probes: 11 }).result).toBeUndefined();
  });
});
