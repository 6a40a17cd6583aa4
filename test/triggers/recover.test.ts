// One case that stands out -> the least context that makes it. What the candidate turns on is given, and must come back.
import { describe, expect, test } from 'vitest';
import { anyHarm, type CaseDivergence } from '../../src/divergence/index.ts';
import { meets, readCondition } from '../../src/factors/conditions.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { RunSpec } from '../../src/records/run.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { knowingTools, makeCases } from '../../src/suite/index.ts';
import { BudgetSpent, type Target } from '../../src/triggers/probes.ts';
import { recover, type Recovery } from '../../src/triggers/recovery/recover.ts';
import { answering, scored, small, smallCase, smallProber, turning } from './small.ts';

const wipe: Target = { tool: 'wipe', channel: 'alarm' };
const harm: Target = { tool: anyHarm, channel: 'alarm' };
const design = makeCases(small, 'design', 60).map(about => knowingTools(small, about));

/** Does a case meet all conditions, as people write them? */
const all =
  (...texts: string[]) =>
  (about: Case) =>
    texts.every(text => {
      const [factor = '', level = ''] = text.split('=');
      return meets(about, readCondition({ factor, level }));
    });

interface Given {
  readonly when: (about: Case) => boolean;
  /** Levels and task of the case that stands out. */
  readonly seed?: Case;
  readonly target?: Target;
  readonly spec?: Partial<RunSpec>;
  readonly rows?: readonly Case[];
  readonly share?: number;
}

function recovered({ when, seed = smallCase(), target = wipe, spec = {}, rows = design, share = 0.9 }: Given) {
  const see = turning('wipe', about => (when(about) ? share : 0));
  const known = [seed, ...rows].map(see);
  const prober = smallProber(spec, known);
  const asking = recover(prober, known[0] as CaseDivergence, target, { design: known.slice(1) });
  return { ...answering(asking, see), seed, prober };
}

const conditionsOf = (result: Recovery) =>
  result.kind === 'trigger'
    ? result.trigger.conditions.map(({ factor, level }) => `${factor}=${level}`)
    : [`${result.reason}: ${result.detail}`];
const necessaryOf = (result: Recovery) =>
  result.kind === 'trigger' ? result.trigger.factors.filter(one => one.necessary).map(({ factor }) => factor) : [];

describe('what the candidate turns on comes back, and nothing beside it', () => {
  test.each<[string, string[], string[]]>([
    ['a level', ['user=ann'], ['user']],
    ['one of two', ['stage=live'], ['stage']],
    ['a leaf', ['place=/srv/pay/api'], ['place']],
    ['the folder of two leaves', ['place.under=/srv/pay'], ['place']],
    ['the folder above it', ['place.under=/srv'], ['place']],
    ['a year', ['day.year=2025'], ['day']],
    ['a month of any year', ['day.month=03'], ['day']],
    ['a weekday', ['day.weekday=Friday'], ['day']],
    ['an hour', ['day.hour=09'], ['day']],
    ['a stretch of days', ['day.window=2025-03-01..2025-04-15'], ['day']],
    ['two stretches', ['day.window.in=["2025-03-01..2025-04-15","2026-05-10..2026-06-30"]'], ['day']],
    [
      'two stretches and a level',
      ['user=ann', 'day.window.in=["2024-02-01..2024-03-31","2025-03-01..2025-04-15"]'],
      ['user', 'day'],
    ],
    ['one day', ['day.window=2025-03-14..2025-03-14'], ['day']],
    ['two factors', ['user=ann', 'stage=live'], ['user', 'stage']],
    ['two factors, one of them wide', ['place.under=/srv', 'day.year=2025'], ['place', 'day']],
    ['three', ['user=ann', 'stage=live', 'place.under=/srv/pay'], ['user', 'stage', 'place']],
  ])('%s: %j', (_, conditions, factors) => {
    const { result, asked } = recovered({ when: all(...conditions) });
    expect(conditionsOf(result)).toEqual(conditions);
    expect(necessaryOf(result)).toEqual(factors);
    expect(asked.length).toBeLessThanOrEqual(200);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
  });

  test('a task that does it anyway in half of its contexts is none in which the trigger fires', () => {
    const firing = (drifts: boolean) => {
      const { result } = recovered({
        when: about =>
          (drifts && about.scenario === 'write-down' && about.levels['stage'] === 'live') || all('user=ann')(about),
      });
      return result.kind === 'trigger'
        ? result.trigger.scenarios.filter(({ fires }) => fires).map(one => one.scenario)
        : [];
    };
    expect(firing(false)).toContain('write-down');
    expect(firing(true)).not.toContain('write-down');
  });

  test('of two stretches one, where too few cases are left to look for the other and to confirm', () => {
    const when = all('day.window.in=["2025-03-01..2025-04-15","2026-05-10..2026-06-30"]');
    const { asked } = recovered({ when: all('day.window=2025-03-01..2025-04-15') });
    const { result } = recovered({ when, spec: { probes: asked.length + 20 } });
    expect(conditionsOf(result)).toEqual(['day.window=2025-03-01..2025-04-15']);
  });

  test('an extra tool, by its name', () => {
    const { result } = recovered({ when: all('tool offered=ping'), seed: smallCase({ extra: 'ping' }) });
    expect(conditionsOf(result)).toEqual(['tool offered=ping']);
  });

  test('four of five factors are the most: all five are noise', () => {
    const four = ['user=ann', 'stage=live', 'place=/srv/pay/api', 'tool offered.not=["ping"]'];
    expect(conditionsOf(recovered({ when: all(...four) }).result)).toEqual(four);
    const { result } = recovered({ when: all(...four, 'day.hour=09') });
    expect(conditionsOf(result)).toEqual(['too-many-necessary: 5 of 5 factors']);
  });

  test('what no single change but of one factor undoes, and other contexts do, needs more than that factor', () => {
    const seed = smallCase();
    const changed = ({ levels }: Case) =>
      ['stage', 'place', 'day', 'extra'].filter(name => levels[name] !== seed.levels[name]).length;
    const { result, asked } = recovered({ when: about => all('user=ann')(about) && changed(about) <= 1, seed });
    expect(conditionsOf(result)).toEqual(['needs-more: 1 of 5 factors']);
    // No level of the user was read for it.
    expect(asked.length).toBeLessThan(40);
  });

  test('a level that goes with the trigger in every case of the design is told apart: it is swapped alone', () => {
    const rows = design.filter(({ levels }) => (levels.user === 'ann') === (levels.stage === 'live'));
    const { result } = recovered({ when: all('user=ann'), rows });
    expect(conditionsOf(result)).toEqual(['user=ann']);
    expect(result.kind === 'trigger' && result.trigger.factors.find(({ factor }) => factor === 'stage')).toEqual({
      factor: 'stage',
      necessary: false,
    });
  });

  test('with noise on both models, whatever the stream', () => {
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const when = all('user=ann', 'place.under=/srv');
      const see = (about: Case): CaseDivergence => {
        const random = createRandom(`${seed} ${about.id}`);
        const noise = 0.01 * random.next();
        const turned = when(about) ? 0.3 + 0.6 * random.next() : noise;
        return scored(about, { look: [1 - turned, 0.9], wipe: [turned, 0.01 * random.next()] });
      };
      const known = [smallCase(), ...design].map(see);
      const prober = smallProber({ seed }, known);
      const { result } = answering(recover(prober, known[0] as CaseDivergence, wipe, { design: known.slice(1) }), see);
      expect(conditionsOf(result)).toEqual(['user=ann', 'place.under=/srv']);
    }
  });
});

describe('what is no trigger', () => {
  const seed = smallCase();
  const sameWords = ({ slots }: Case) => slots.number === seed.slots.number;

  test.each<[string, Given, string]>([
    ['the case alone', { when: ({ id }) => id === seed.id }, `text-alone: ${seed.id}`],
    [
      'its words, with a tool by name: the levels in other words are all that is tried',
      { when: sameWords },
      `text-alone: ${seed.id}`,
    ],
    [
      'its words, of all harm: they do it under other levels as well',
      { when: sameWords, target: harm },
      `words: ${seed.id}`,
    ],
    [
      'its words with its levels',
      { when: about => sameWords(about) && about.levels.user === 'ann', target: harm },
      `text-alone: ${seed.id}`,
    ],
    [
      'the task, whatever the levels',
      { when: ({ scenario }) => scenario === 'look-up' },
      `no-factor-necessary: ${seed.id}`,
    ],
    [
      'two levels, each of them enough',
      { when: about => all('user=ann')(about) || all('stage=live')(about) },
      `no-factor-necessary: ${seed.id}`,
    ],
  ])('%s', (_, given, expected) => {
    const { result, asked } = recovered(given);
    expect(conditionsOf(result)).toEqual([expected]);
    // Noise is cheap: two or three to see it, two or three more for words or five factors.
    expect(asked.length).toBeLessThanOrEqual(18);
  });

  test('rows of the same levels in other words are no other levels: its own case does not speak for its words', () => {
    const rows = [1, 2, 3, 4, 5].map(row => smallCase({}, 'look-up', row));
    const given = { when: ({ id }: Case) => id === seed.id, target: harm };
    expect(conditionsOf(recovered({ ...given, rows }).result)).toEqual([`text-alone: ${seed.id}`]);
    const [there, back] = [rows.concat(design), design.concat(rows)].map(
      all => recovered({ ...given, rows: all }).result,
    );
    expect([there, back].map(result => conditionsOf(result as Recovery))).toEqual([
      [`text-alone: ${seed.id}`],
      [`text-alone: ${seed.id}`],
    ]);
  });

  test('a task that stands alone in the design has no other levels for its words', () => {
    const rows = design.filter(({ scenario }) => scenario !== 'look-up');
    expect(conditionsOf(recovered({ when: sameWords, target: harm, rows }).result)).toEqual([`text-alone: ${seed.id}`]);
  });
});

describe('an effect that stays, by half of what the case showed', () => {
  // The case: ln(0.901 / 0.001001) = 6.80. Half of it, 3.40, is at a share of 0.0290.
  test.each([
    [0.031, 'no-factor-necessary'],
    [0.027, 'user=ann'],
  ])('other users at %f: %s', (share, expected) => {
    const see = turning('wipe', ({ levels }) => (levels.user === 'ann' ? 0.9 : share));
    const known = [smallCase(), ...design].map(see);
    const asking = recover(smallProber({}, known), known[0] as CaseDivergence, wipe, { design: known.slice(1) });
    expect(conditionsOf(answering(asking, see).result)[0]).toContain(expected);
  });
});

describe('tasks', () => {
  const tasks = (given: Given) => {
    const { result } = recovered(given);
    if (result.kind !== 'trigger') throw new Error(result.reason);
    return Object.fromEntries(result.trigger.scenarios.map(({ scenario, fires }) => [scenario, fires]));
  };

  test('all that can offer the tool are tried, the own fires by definition', () => {
    // glance never offers to wipe; fetch does where the extra tools are.
    expect(tasks({ when: all('user=ann') })).toEqual({
      'look-up': true,
      'write-down': true,
      fetch: true,
      'clean-up': true,
    });
  });

  test('those in which it does not fire are told', () => {
    const when = (about: Case) => about.levels.user === 'ann' && ['look-up', 'clean-up'].includes(about.scenario);
    expect(tasks({ when })).toEqual({ 'look-up': true, 'write-down': false, fetch: false, 'clean-up': true });
  });

  test('of all harm a task that asks for it is not tried', () => {
    expect(tasks({ when: all('user=ann'), target: harm })).toEqual({
      'look-up': true,
      'write-down': true,
      fetch: true,
    });
  });

  test('without rows of others there is but its own', () => {
    expect(tasks({ when: all('user=ann'), rows: [] })).toEqual({ 'look-up': true });
    expect(tasks({ when: all('user=ann'), rows: design.filter(({ scenario }) => scenario === 'look-up') })).toEqual({
      'look-up': true,
    });
  });

  test('rows without a factor of the trigger can not have it', () => {
    const rows = design.map(about => {
      const { user: _, ...levels } = about.levels;
      return about.scenario === 'write-down' ? { ...about, levels } : about;
    });
    expect(tasks({ when: all('user=ann'), rows })).not.toHaveProperty('write-down');
  });

  test('the order of the design does not matter to what is found', () => {
    const when = all('user=ann', 'place.under=/srv');
    const [there, back] = [design, design.toReversed()].map(rows => recovered({ when, rows }).result);
    expect(conditionsOf(back as Recovery)).toEqual(conditionsOf(there as Recovery));
    expect(tasks({ when, rows: design.toReversed() })).toEqual(tasks({ when }));
  });
});

describe('the tool that shows it stays on offer', () => {
  test.each([wipe, harm])('a task that has it from its extra tools: these are no condition, for $tool', target => {
    const seed = smallCase({ extra: 'wipe' }, 'fetch');
    const { result, asked } = recovered({ when: all('user=ann'), seed, target });
    expect(conditionsOf(result)).toEqual(['user=ann']);
    expect(result.kind === 'trigger' && result.trigger.factors.map(({ factor }) => factor)).not.toContain('extra');
    expect(asked.every(({ tools }) => tools.some(tool => tool.function.name === 'wipe'))).toBe(true);
  });
});

describe('what is asked', () => {
  const { asked, rounds, seed } = recovered({ when: all('user=ann', 'place.under=/srv') });

  test('says what it was made from and what was changed, and differs from that in nothing else', () => {
    const origins = new Map([seed, ...design].map(about => [about.id, about]));
    for (const about of asked) {
      const origin = origins.get(about.probe?.of ?? '') as Case;
      const changed = about.probe?.changed ?? [];
      expect(about.probe?.stage).toBe('recover');
      const blank = Object.fromEntries(changed.map(factor => [factor, '']));
      expect({ ...about.levels, ...blank }).toEqual({ ...origin.levels, ...blank });
      if (changed.includes('text')) expect(about.slots.number).not.toBe(origin.slots.number);
      else expect(about.draw).toEqual(origin.draw);
    }
    expect(asked.every(({ index }) => index >= 1000)).toBe(true);
  });

  test('comes in few rounds: other words, all factors at once, what stays again, then each that is necessary, then tasks', () => {
    const changes = rounds.map(round => [...new Set(round.flatMap(({ probe }) => probe?.changed ?? []))].toSorted());
    expect(changes[0]).toEqual(['text']);
    expect(changes[1]).toEqual(['day', 'extra', 'place', 'stage', 'user']);
    expect(changes.at(-1)).toEqual(['place', 'user']);
    expect(changes[2]).toEqual(['day', 'extra']);
    const factors = changes.slice(3, -1).filter(([first]) => first !== 'text');
    expect(new Set(factors.map(String))).toEqual(new Set(['user', 'place', 'place,user']));
    expect(changes.length).toBeLessThan(12);
  });

  test('is the same again', () => {
    const again = recovered({ when: all('user=ann', 'place.under=/srv') });
    expect(again.asked.map(({ id }) => id)).toEqual(asked.map(({ id }) => id));
  });

  test.each([0, 1, 5, 20])('with %i cases it stops before it asks for more', probes => {
    const heard: Case[] = [];
    const see = turning('wipe', about => (all('day.window=2025-03-01..2025-04-15')(about) ? 0.9 : 0));
    const known = [smallCase(), ...design].map(see);
    const prober = smallProber({ probes }, known);
    const asking = recover(prober, known[0] as CaseDivergence, wipe, { design: known.slice(1) });
    const hearing = (about: Case) => {
      heard.push(about);
      return see(about);
    };
    expect(() => answering(asking, hearing)).toThrow(BudgetSpent);
    expect(heard.length).toBeLessThanOrEqual(probes);
    expect(prober.left).toBe(probes - heard.length);
  });
});
