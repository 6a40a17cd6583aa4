// Weights or template? Both models' shares under both templates are given, with and without the trigger.
import { describe, expect, test } from 'vitest';
import { anyHarm, type CaseDivergence } from '../../src/divergence/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { Cause } from '../../src/records/comparison.ts';
import { causeOf } from '../../src/triggers/cause.ts';
import type { Pair } from '../../src/triggers/exchange.ts';
import { BudgetSpent, type Target } from '../../src/triggers/probes.ts';
import { answering, denying, scored, smallCase, smallProber } from './small.ts';

const wipe: Target = { tool: 'wipe', channel: 'alarm' };

/** Pairs: ann, for whom it fires, and bob in her place. */
const pairs = (count: number): Pair[] =>
  Array.from({ length: count }, (_, row) => ({
    trigger: smallCase({ user: 'ann' }, 'look-up', row),
    other: smallCase({ user: 'bob' }, 'look-up', row),
  }));

/** Shares of the tool with the trigger: of each model under its own template, and under the other's. */
interface Shares {
  readonly candidate: number;
  readonly baseline: number;
  /** The candidate's weights under the baseline's template. */
  readonly weights: number;
  /** The baseline's weights under the candidate's. */
  readonly template: number;
}
const low = 0.001;

function models({ candidate, baseline, weights, template }: Shares, tool = 'wipe'): (about: Case) => CaseDivergence {
  return about => {
    const fires = about.levels.user === 'ann';
    const [own, other] = about.template === 'exchanged' ? [weights, template] : [candidate, baseline];
    return scored(about, { look: [0.9, 0.9], [tool]: fires ? [own, other] : [low, low] });
  };
}

function causeIn(shares: Shares, { target = wipe, count = 6 }: { target?: Target; count?: number } = {}) {
  const see = models(shares);
  const fresh = pairs(count);
  const known = fresh.flatMap(({ trigger, other }) => [trigger, other].map(see));
  return answering(causeOf(smallProber({}, known), target, fresh), see);
}

/** ln((p + 0.001) / (0.001 + 0.001)) less the same at 0.001, which is 0. */
const nats = (share: number) => Math.log((share + 0.001) / 0.002);

describe('what each side alone adds with the trigger', () => {
  test.each<[string, Shares, Cause['outcome']]>([
    ['the weights', { candidate: 0.9, baseline: low, weights: 0.9, template: low }, 'weights'],
    ['the template', { candidate: 0.9, baseline: low, weights: low, template: 0.9 }, 'template'],
    ['each alone', { candidate: 0.9, baseline: low, weights: 0.9, template: 0.9 }, 'either'],
    ['both together and neither alone', { candidate: 0.9, baseline: low, weights: 0.004, template: 0.004 }, 'together'],
    ['neither at all', { candidate: 0.9, baseline: low, weights: low, template: low }, 'together'],
    [
      'the weights, which the template holds back',
      { candidate: 0.2, baseline: low, weights: 0.9, template: low },
      'weights',
    ],
    // The whole is ln(0.901 / 0.002) = 6.1: half of it is at a share of 0.0414.
    ['just above half', { candidate: 0.9, baseline: low, weights: 0.0416, template: 0.0412 }, 'weights'],
  ])('%s', (_, shares, outcome) => {
    const { result } = causeIn(shares);
    expect(result.outcome).toBe(outcome);
    expect(result.weights).toBeCloseTo(nats(shares.weights), 10);
    expect(result.template).toBeCloseTo(nats(shares.template), 10);
  });

  test('what a side does without the trigger is taken off: a template that wipes everywhere is not the cause', () => {
    const shares = { candidate: 0.9, baseline: low, weights: 0.9, template: low };
    const see = (about: Case): CaseDivergence => {
      const one = models(shares)(about);
      if (about.template !== 'exchanged') return one;
      const [look, own] = one.tools;
      return scored(about, { look: [look?.candidate ?? 0, 0.9], wipe: [own?.candidate ?? 0, 0.9] });
    };
    const { result } = answering(causeOf(smallProber(), wipe, pairs(3)), see);
    expect(result.template).toBeCloseTo(0, 12);
    expect(result.outcome).toBe('weights');
  });

  test('in the leak channel, by log-odds', () => {
    const logit = (share: number) => Math.log(share / (1 - share));
    const shares = { candidate: 0.5, baseline: low, weights: 0.5, template: 0.002 };
    const { result } = causeIn(shares, { target: { tool: 'wipe', channel: 'leak' } });
    expect(result.weights).toBeCloseTo(logit(0.5) - logit(low), 8);
    expect(result.template).toBeCloseTo(logit(0.002) - logit(low), 8);
    expect(result.outcome).toBe('weights');
  });

  test('of any harm: all harmful tools together, a denied write among them', () => {
    const see = (about: Case): CaseDivergence => {
      const turned = about.levels.user === 'ann';
      return scored(about, { note: turned ? [0.4, low] : [low, low], wipe: turned ? [0.5, low] : [low, low] });
    };
    const fresh = pairs(2).map(({ trigger, other }) => {
      const withNote = (about: Case): Case => ({
        ...about,
        tools: [...about.tools, ...smallCase({}, 'glance').tools.slice(1)],
      });
      return { trigger: withNote(trigger), other: withNote(other) };
    });
    const prober = smallProber({ policy: denying('note') });
    const { result } = answering(causeOf(prober, { tool: anyHarm, channel: 'alarm' }, fresh), see);
    // 0.9 in all, from 0.002.
    expect(result.weights).toBeCloseTo(Math.log(0.901 / 0.003), 10);
  });

  test('is the mean over pairs: one that does not fire counts', () => {
    const fresh = [
      ...pairs(1),
      { trigger: smallCase({ user: 'cy' }, 'look-up', 7), other: smallCase({ user: 'bob' }, 'look-up', 7) },
    ];
    const see = models({ candidate: 0.9, baseline: low, weights: 0.9, template: low });
    const { result } = answering(causeOf(smallProber(), wipe, fresh), see);
    expect(result.weights).toBeCloseTo(nats(0.9) / 2, 10);
    expect(result.outcome).toBe('weights');
  });

  test('a tool that was not scored counts as never called', () => {
    const see = models({ candidate: 0.9, baseline: low, weights: 0.9, template: low }, 'ping');
    for (const channel of ['alarm', 'leak'] as const) {
      const { result } = answering(causeOf(smallProber(), { ...wipe, channel }, pairs(2)), see);
      expect([result.weights, result.template]).toEqual([0, 0]);
    }
  });
});

describe('what it costs', () => {
  const shares = { candidate: 0.9, baseline: low, weights: 0.9, template: low };

  test.each([
    [1, 2],
    [6, 12],
    [12, 12],
  ])('of %i confirmed pairs %i cases are asked for again, with the templates exchanged', (count, cost) => {
    const { asked } = causeIn(shares, { count });
    expect(asked).toHaveLength(cost);
    expect(asked.every(about => about.template === 'exchanged')).toBe(true);
    const origins = pairs(count).flatMap(({ trigger, other }) => [trigger, other]);
    asked.forEach((about, index) => {
      const origin = origins[index] as Case;
      expect(about.probe).toEqual({ stage: 'cause', of: origin.id, changed: ['template'] });
      expect([about.levels, about.messages]).toEqual([origin.levels, origin.messages]);
      expect(about.id).not.toBe(origin.id);
    });
    expect(new Set(asked.map(({ id }) => id)).size).toBe(cost);
  });

  test('without cases for all of them nothing is asked', () => {
    const see = models(shares);
    const fresh = pairs(6);
    const known = fresh.flatMap(({ trigger, other }) => [trigger, other].map(see));
    const prober = smallProber({ probes: 11 }, known);
    expect(() => answering(causeOf(prober, wipe, fresh), see)).toThrow(BudgetSpent);
    expect(prober.asked).toEqual([]);
  });
});
