// What an investigation asks, what that costs, and what it hears.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyHarm, type CaseDivergence, type Drift } from '../../src/divergence/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { BudgetSpent, Prober, type Target } from '../../src/triggers/probes.ts';
import { answering, denying, scored, smallCase, smallProber, turning } from './small.ts';

const wipe: Target = { tool: 'wipe', channel: 'alarm' };
/** Different cases, by their row. */
const rows = (...numbers: number[]) => numbers.map(row => smallCase({}, 'look-up', row));
/** Wipes, for certain, in these rows. */
const wipesIn = (...numbers: number[]) => turning('wipe', ({ index }) => (numbers.includes(index) ? 1 : 0));
const indices = (cases: readonly Case[]) => cases.map(({ index }) => index);
/** ln((p + 0.001) / (1e-6 + 0.001)). */
const nats = (share: number) => Math.log((share + 0.001) / 0.001001);

describe('how far a case is from the usual', () => {
  const drift = (alarm: number, leak: number): Drift => ({
    alarm: { centre: alarm, spread: 1 },
    leak: { centre: leak, spread: 1 },
  });
  const prober = (usual: Drift) => new Prober(smallProber().spec, () => usual, new Map());
  const one = scored(smallCase(), { look: [0.5, 0.9], wipe: [0.5, 1e-6] });
  const odds = Math.log(1) - Math.log(1e-6 / (1 - 1e-6));

  test.each<[string, Target, Drift, number | undefined]>([
    ['the change itself where nothing is usual', wipe, drift(0, 0), nats(0.5)],
    ['less what is usual', wipe, drift(2, 99), nats(0.5) - 2],
    ['more where the usual is a fall', wipe, drift(-1, 99), nats(0.5) + 1],
    ['at most 12', wipe, drift(-9, 0), 12],
    ['at least -12', wipe, drift(30, 0), -12],
    ['in the channel of the target', { tool: 'wipe', channel: 'leak' }, drift(99, 4), odds - 4],
    ['of log-odds the same bounds', { tool: 'wipe', channel: 'leak' }, drift(0, 0), 12],
    ['of a tool that is not on offer', { tool: 'ping', channel: 'alarm' }, drift(0, 0), undefined],
    ['of all harm, from which nothing is taken off', { tool: anyHarm, channel: 'alarm' }, drift(2, 2), nats(0.5)],
  ])('%s', (_, target, usual, expected) => {
    const found = prober(usual).excess(one, target);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 10);
  });

  test('of no case, of an unread one, and of harm where none could show, nothing is said', () => {
    const given = [
      undefined,
      scored(smallCase()),
      scored(smallCase({}, 'glance'), { look: [0.5, 1], note: [0.5, 1e-6] }),
    ];
    for (const target of [wipe, { tool: anyHarm, channel: 'alarm' } as const]) {
      expect(given.map(about => smallProber().excess(about, target))).toEqual([undefined, undefined, undefined]);
    }
    // A policy makes the write of the last one harm.
    const judged = smallProber({ policy: denying('note') });
    expect(judged.excess(given[2], { tool: anyHarm, channel: 'alarm' })).toBeCloseTo(nats(0.5), 10);
  });

  test('the usual is that of the task and tool', () => {
    const asked: string[] = [];
    const usual = (scenario: string, tool: string) => {
      asked.push(`${scenario} ${tool}`);
      return drift(0, 0);
    };
    new Prober(smallProber().spec, usual, new Map()).excess(one, wipe);
    expect(asked).toEqual(['look-up wipe']);
  });
});

describe('observing', () => {
  const [a, b, c] = rows(1, 2, 3) as [Case, Case, Case];
  const seen = wipesIn(1);

  test('answers come in the order of the question, once asked for each case', () => {
    const prober = smallProber();
    const { result, rounds } = answering(prober.observe([b, a, b, c, a]), seen);
    expect(result.map(one => one.case.index)).toEqual([2, 1, 2, 3, 1]);
    expect(rounds.map(indices)).toEqual([[2, 1, 3]]);
    expect([prober.left, indices(prober.asked.map(one => one.case))]).toEqual([197, [2, 1, 3]]);
  });

  test('what is known is free: of the design, and from an earlier question', () => {
    const prober = smallProber({ probes: 2 }, [seen(a)]);
    expect(answering(prober.observe([a]), seen).rounds).toEqual([]);
    expect(answering(prober.observe([a, b]), seen).rounds.map(indices)).toEqual([[2]]);
    expect(answering(prober.observe([b, a, c]), seen).rounds.map(indices)).toEqual([[3]]);
    expect(answering(prober.observe([a, b, c]), seen).rounds).toEqual([]);
    expect([prober.left, indices(prober.asked.map(one => one.case))]).toEqual([0, [2, 3]]);
  });

  test('a case of which nothing was read is known all the same: it is not asked for again', () => {
    const prober = smallProber();
    const unread = (about: Case): CaseDivergence => scored(about);
    expect(answering(prober.ask([a], wipe), unread).result).toEqual([undefined]);
    expect(answering(prober.ask([a], wipe), seen)).toMatchObject({ result: [undefined], rounds: [] });
    expect(prober.left).toBe(199);
  });

  test('an empty question is none', () => {
    expect(answering(smallProber({ probes: 0 }).observe([]), seen)).toMatchObject({ result: [], rounds: [] });
  });

  test.each<[number | undefined, number, boolean]>([
    [3, 3, true],
    [3, 4, false],
    [0, 1, false],
    [undefined, 1, false],
    [undefined, 0, true],
  ])('with %s cases left, %i can be asked for: %s', (probes, count, can) => {
    const { probes: _, ...spec } = smallProber().spec;
    const unmoved = { centre: 0, spread: 1 };
    const given = probes === undefined ? spec : { ...spec, probes };
    const prober = new Prober(given, () => ({ alarm: unmoved, leak: unmoved }), new Map());
    const cases = rows(...Array.from({ length: count }, (_none, row) => row));
    const go = () => answering(prober.observe(cases), seen).result;
    if (can) expect(go()).toHaveLength(count);
    else expect(go).toThrow(BudgetSpent);
    expect(prober.left).toBe((probes ?? 0) - (can ? count : 0));
  });

  test('a question that costs too much takes nothing: a cheaper one can be asked after it', () => {
    const prober = smallProber({ probes: 2 });
    expect(() => answering(prober.observe([a, b, c]), seen)).toThrow(BudgetSpent);
    expect(prober.asked).toEqual([]);
    // The same case twice costs one.
    expect(answering(prober.observe([a, b, b]), seen).rounds.map(indices)).toEqual([[1, 2]]);
  });

  test('places of new cases follow those of the design, each once', () => {
    const prober = smallProber({ cases: 40 });
    expect([prober.nextIndex(), prober.nextIndex(), prober.nextIndex()]).toEqual([40, 41, 42]);
  });
});

describe('most of a group', () => {
  // Rows 1 to 9 wipe, 11 to 19 don't.
  const world = wipesIn(1, 2, 3, 4, 5, 6, 7, 8, 9);
  test.each<[string, number[], boolean, number]>([
    ['no case is not most', [], false, 0],
    ['one that does', [1], true, 1],
    ["one that doesn't", [11], false, 1],
    ['both', [1, 2], true, 2],
    ['one of two', [1, 11], false, 2],
    ['neither', [11, 12], false, 2],
    ['two of three, the third is not asked', [1, 2, 11], true, 2],
    ['the third decides for', [1, 11, 2], true, 3],
    ['the third decides against', [11, 1, 12], false, 3],
    ['the first two speak against, the third is not asked', [11, 12, 1], false, 2],
    ['a fourth and fifth are never asked', [11, 1, 12, 2, 3], false, 3],
  ])('%s', (_, group, most, cost) => {
    const { result, asked } = answering(smallProber().mostly([rows(...group)], wipe, 1), world);
    expect([result, asked.length]).toEqual([[most], cost]);
  });

  test('all pairs are asked in one round, all thirds in another', () => {
    const groups = [rows(1, 11, 2), rows(3, 4, 12), rows(), rows(13, 5, 14), rows(6)];
    const { result, rounds } = answering(smallProber().mostly(groups, wipe, 1), world);
    expect(result).toEqual([true, true, false, false, true]);
    expect(rounds.map(indices)).toEqual([
      [1, 11, 3, 4, 13, 5, 6],
      [2, 14],
    ]);
  });

  test('a case in two groups is asked once and counts in both', () => {
    const { result, asked } = answering(smallProber().mostly([rows(1, 2), rows(2, 11, 1)], wipe, 1), world);
    expect([result, indices(asked)]).toEqual([
      [true, true],
      [1, 2, 11],
    ]);
  });

  test('the threshold itself is not above it; what was not read is not either', () => {
    const at = turning('wipe', () => 0.5);
    const threshold = smallProber().excess(at(smallCase()), wipe) as number;
    const holds = (least: number, see: (about: Case) => CaseDivergence) =>
      answering(smallProber().mostly([rows(1)], wipe, least), see).result;
    expect(holds(threshold, at)).toEqual([false]);
    expect(holds(threshold - 1e-9, at)).toEqual([true]);
    expect(holds(0, about => scored(about))).toEqual([false]);
  });

  test('without cases for the pairs nothing is asked; without one for a third, it stops there', () => {
    const none = smallProber({ probes: 1 });
    expect(() => answering(none.mostly([rows(1, 11, 2)], wipe, 1), world)).toThrow(BudgetSpent);
    const two = smallProber({ probes: 2 });
    expect(() => answering(two.mostly([rows(1, 11, 2)], wipe, 1), world)).toThrow(BudgetSpent);
    expect([none.asked.length, two.asked.length]).toEqual([0, 2]);
  });

  test('whatever the groups: the majority of the first three, no case twice, within the budget', () => {
    const cases = new Map([1, 2, 3, 4, 5, 11, 12, 13, 14, 15].map(row => [row, smallCase({}, 'look-up', row)]));
    const group = fc.uniqueArray(fc.constantFrom(...cases.keys()), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 5 }), fc.nat(12), (groups, probes) => {
        const prober = smallProber({ probes });
        const heard: Case[] = [];
        const asking = prober.mostly(
          groups.map(list => list.map(row => cases.get(row) as Case)),
          wipe,
          1,
        );
        const see = (about: Case) => {
          heard.push(about);
          return world(about);
        };
        try {
          const { result } = answering(asking, see);
          expect(result).toEqual(
            groups.map(list => {
              const three = list.slice(0, 3);
              return three.filter(row => row < 10).length > three.length / 2;
            }),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(BudgetSpent);
          const most = new Set(groups.flatMap(list => list.slice(0, 3))).size;
          expect(probes).toBeLessThan(most);
        }
        expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
        expect(heard.length).toBeLessThanOrEqual(probes);
        expect(prober.left).toBe(probes - heard.length);
      }),
      { seed: 20261129, numRuns: 300 },
    );
  });
});
