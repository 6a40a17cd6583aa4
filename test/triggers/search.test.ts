// The search while it goes on: what is looked into, what is left alone, what is guessed at when fresh cases refute.
import { describe, expect, test } from 'vitest';
import { anyHarm, type CaseDivergence, ownCall } from '../../src/divergence/index.ts';
import { meets, readCondition } from '../../src/factors/conditions.ts';
import type { Effect, Trigger } from '../../src/records/comparison.ts';
import type { RunSpec } from '../../src/records/run.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { knowingTools, makeCases } from '../../src/suite/index.ts';
import { carries } from '../../src/triggers/nominate/hypotheses.ts';
import type { SeedCase } from '../../src/triggers/nominate/seeds.ts';
import { Search, type Unranked } from '../../src/triggers/search.ts';
import { answering, replying, scored, small, smallCase, smallProber, turning } from './small.ts';

const stored = (text: string) => {
  const [factor = '', level = ''] = text.split('=');
  return { factor, level };
};
const all =
  (...texts: string[]) =>
  (about: Case) =>
    texts.every(text => meets(about, readCondition(stored(text))));
const told = ({ conditions, confirmation }: Unranked) =>
  `${conditions.map(({ factor, level }) => `${factor}=${level}`).join(' & ')}: ${confirmation?.outcome ?? 'open'}`;
/** Rows of the design without the users that cases here turn on: a row that carries a trigger already costs nothing. */
const rows = makeCases(small, 'rows', 100)
  .filter(({ levels }) => ['dee', 'eve', 'fay'].includes(levels.user ?? ''))
  .map(about => knowingTools(small, about));

type When = (about: Case) => boolean;

/** A search among cases of a world; each seed is a case and what is followed there. */
function searching(
  see: (about: Case) => CaseDivergence,
  seeds: readonly (readonly [Case, string, number?])[],
  {
    spec = {},
    effects = [],
    rest = false,
  }: { spec?: Partial<RunSpec>; effects?: readonly Effect[]; rest?: boolean } = {},
) {
  const design = [...seeds.map(([about]) => about), ...rows].map(see);
  const prober = smallProber(spec, design);
  const search = new Search(prober, design, effects);
  const given = seeds.map(([about, tool, effect]): SeedCase => {
    const one = design.find(other => other.case === about) as CaseDivergence;
    return { one, target: { tool, channel: 'alarm' }, ...(effect === undefined ? {} : { effect }) };
  });
  const { asked } = answering(search.through(given), see);
  const late = rest ? answering(search.guessAtRest(), see).asked : [];
  return { search, asked: [...asked, ...late], triggers: search.triggers.map(told), prober };
}
const wiping = (when: When) => turning('wipe', about => (when(about) ? 0.9 : 0));

describe('one case', () => {
  test('a trigger is recovered, confirmed, and told with what it came from', () => {
    const { search, triggers } = searching(wiping(all('user=ann')), [[smallCase(), anyHarm, 3]]);
    expect(triggers).toEqual(['user=ann: confirmed']);
    const { id } = smallCase();
    expect(search.triggers[0]).toMatchObject({ tool: anyHarm, channel: 'alarm', case: id, effect: 3 });
    expect(search.triggers[0]?.excess).toBeCloseTo(Math.log(0.901 / 0.001001), 10);
    expect(search.triggers[0]?.cause).toEqual({ outcome: 'weights' });
    expect([search.dismissed, search.left, search.isSettled]).toEqual([[], [], true]);
  });

  test('noise is dismissed, and settles nothing', () => {
    const { search, triggers } = searching(
      wiping(({ scenario }) => scenario === 'look-up'),
      [[smallCase(), 'wipe']],
    );
    expect([triggers, search.left, search.isSettled]).toEqual([[], [], false]);
    const { id } = smallCase();
    expect(search.dismissed).toEqual([
      { tool: 'wipe', channel: 'alarm', case: id, reason: 'no-factor-necessary', detail: id },
    ]);
  });

  // Eight contexts of three cases confirm it; the rest is what it takes to recover it.
  const whole = searching(wiping(all('user=ann')), [[smallCase(), 'wipe']]).asked.length;
  const recovery = whole - 24;
  test.each<[string, number, string[], number]>([
    ['none: it is left for want of cases', 0, [], 1],
    ['one too few to recover', recovery - 1, [], 1],
    ['just enough to recover: it stays open', recovery, ['user=ann: open'], 0],
    ['one too few to confirm', whole - 1, ['user=ann: open'], 0],
    ['just enough for both', whole, ['user=ann: confirmed'], 0],
  ])('with cases for %s', (_, probes, expected, left) => {
    const { search, triggers, asked } = searching(wiping(all('user=ann')), [[smallCase(), 'wipe']], {
      spec: { probes },
    });
    expect(triggers).toEqual(expected);
    expect([search.left.length, search.dismissed.length]).toEqual([left, 0]);
    expect(asked.length).toBeLessThanOrEqual(probes);
  });

  test('whatever else goes wrong is no want of cases', () => {
    const design = [smallCase(), ...rows].map(wiping(all('user=ann')));
    const search = new Search(smallProber({}, design), design, []);
    const seed: SeedCase = { one: design[0] as CaseDivergence, target: { tool: 'wipe', channel: 'alarm' } };
    const asking = search.through([seed]);
    asking.next();
    expect(() => asking.throw(new Error('the disk is full'))).toThrow('the disk is full');
  });
});

describe('one case after the other', () => {
  const ann = (row: number) => smallCase({ user: 'ann' }, 'look-up', row);
  const bob = (row: number) => smallCase({ user: 'bob' }, 'look-up', row);

  test('what a trigger explains is not looked into again, what it does not is; the second has the second weight', () => {
    const see = wiping(about => all('user=ann')(about) || all('user=bob', 'stage=live')(about));
    const { triggers, search } = searching(see, [
      [ann(0), 'wipe'],
      [ann(1), 'wipe'],
      [bob(2), 'wipe'],
      [ann(3), anyHarm],
    ]);
    expect(triggers).toEqual(['user=ann: confirmed', 'user=bob & stage=live: confirmed']);
    const weights = search.triggers.map(({ confirmation }) => confirmation?.weight);
    expect(weights[1]).toBeCloseTo((weights[0] as number) / 4, 12);
  });

  test("after three fruitless looks at a task's alarms the rest of them is left alone; another task is not", () => {
    // Decoys that turn on nothing but themselves.
    const decoys = [0, 1, 2, 3, 4].map(row => ann(row));
    const other = smallCase({}, 'write-down', 9);
    const ids = [...decoys, other].map(({ id }) => id);
    const see = wiping(({ id }) => ids.includes(id));
    const { search } = searching(
      see,
      [...decoys, other].map(about => [about, anyHarm] as const),
    );
    expect(search.dismissed.map(one => one.case)).toEqual([0, 1, 2, 5].map(at => ids[at]));
    expect(search.dismissed.every(({ reason }) => reason === 'text-alone')).toBe(true);
  });

  test('a tool by its name is followed through any number of decoys', () => {
    const decoys = [0, 1, 2, 3].map(row => ann(row));
    const see = wiping(about => decoys.some(({ id }) => id === about.id) || all('user=bob')(about));
    const { triggers } = searching(see, [...decoys.map(about => [about, anyHarm] as const), [bob(7), 'wipe']]);
    expect(triggers).toEqual(['user=bob: confirmed']);
  });

  test('once the cases are spent, all that follow are left, and told in order', () => {
    const see = wiping(about => all('user=ann')(about) || all('user=bob', 'stage=test')(about));
    const testing = (row: number) => smallCase({ user: 'bob', stage: 'test' }, 'look-up', row);
    const seeds = [ann(0), testing(1), ann(2), testing(3)].map(about => [about, 'wipe'] as const);
    const { asked: first } = searching(see, seeds.slice(0, 1));
    const { search, triggers, asked } = searching(see, seeds, { spec: { probes: first.length + 10 } });
    // Ten are too few to recover the second one. The third is explained.
    expect(triggers).toEqual(['user=ann: confirmed']);
    expect(search.left.map(({ one }) => one.case.id)).toEqual([testing(1), testing(3)].map(({ id }) => id));
    expect(asked.length).toBeLessThanOrEqual(first.length + 10);
  });

  test('with any number of cases none is asked for twice, none too many, and each seed is accounted for', () => {
    const decoy = smallCase({ user: 'cy' }, 'look-up', 5);
    const see = wiping(
      about => about.id === decoy.id || all('user=ann')(about) || all('user=bob', 'stage=live')(about),
    );
    const seeds = [ann(0), decoy, bob(1), ann(2)];
    for (let probes = 0; probes <= 160; probes += 16) {
      const { search, asked, prober } = searching(
        see,
        seeds.map(about => [about, 'wipe'] as const),
        { spec: { probes } },
      );
      expect(asked.length).toBeLessThanOrEqual(probes);
      expect(new Set(asked.map(({ id }) => id)).size).toBe(asked.length);
      expect(prober.left).toBe(probes - asked.length);
      for (const about of seeds) {
        const looks = [...search.dismissed.map(one => one.case), ...search.left.map(({ one }) => one.case.id)];
        const explained = search.triggers.some(trigger => carries({ case: about }, trigger));
        expect(looks.includes(about.id) || explained).toBe(true);
      }
      for (const trigger of search.triggers) {
        const origin = seeds.find(({ id }) => id === trigger.case) as Case;
        expect(carries({ case: origin }, trigger)).toBe(true);
      }
    }
  });
});

describe('a recovery that fresh cases refute', () => {
  /** Probes of recovery say that it is the year, everything else that it is Fridays. */
  const misled = (about: Case) =>
    about.probe?.stage === 'recover' ? all('day.year=2025')(about) : all('day.weekday=Friday')(about);
  // March 14th 2025, a Friday, at nine.
  const friday = smallCase();

  test('is followed by guesses at what it could have been, until one is not refuted', () => {
    const { triggers, search } = searching(wiping(misled), [[friday, 'wipe']]);
    expect(triggers).toEqual([
      'day.year=2025: not-reproduced',
      'day.month=03: not-reproduced',
      'day.weekday=Friday: confirmed',
    ]);
    // Each is one hypothesis more.
    const [first = 0, second, third] = search.triggers.map(({ confirmation }) => confirmation?.weight);
    expect(second).toBeCloseTo(first / 4, 12);
    expect(third).toBeCloseTo(first / 9, 12);
    // A guess does not say that its conditions were tried in the tasks anew: it has those of the recovery.
    expect(search.triggers[2]?.scenarios).toEqual(search.triggers[0]?.scenarios);
  });

  test('what was nominated is guessed first', () => {
    const effects = [{ rank: 2, conditions: [stored('day.weekday=Friday')] } as unknown as Effect];
    const { triggers } = searching(wiping(misled), [[friday, 'wipe', 2]], { effects });
    expect(triggers).toEqual(['day.year=2025: not-reproduced', 'day.weekday=Friday: confirmed']);
  });

  test('without cases for the guess it is told as open', () => {
    // What it takes to recover the year, to refute it, and to try one guess; a case too few for that one.
    const { asked: all, triggers: told } = searching(wiping(misled), [[friday, 'wipe']]);
    expect(told.slice(0, 2)).toEqual(['day.year=2025: not-reproduced', 'day.month=03: not-reproduced']);
    const confirming = all.filter(({ probe }) => probe?.stage === 'confirm').length;
    const probes = all.length - confirming + 2 * 24 - 1;
    const { triggers, asked } = searching(wiping(misled), [[friday, 'wipe']], { spec: { probes } });
    expect(triggers).toEqual(['day.year=2025: not-reproduced', 'day.month=03: open']);
    expect(asked.length).toBeLessThanOrEqual(probes);
  });

  test('evidence before guesses: the next case is looked into first, and may explain it', () => {
    const honest = smallCase({ day: '2026-06-05T17:00', user: 'dee' }, 'look-up', 8);
    // Misled for as long as nothing was held against fresh cases.
    let held = false;
    const see = wiping(about => {
      held ||= about.probe?.stage === 'confirm';
      return held ? all('day.weekday=Friday')(about) : misled(about);
    });
    const { triggers } = searching(see, [
      [friday, 'wipe'],
      [honest, 'wipe'],
    ]);
    expect(triggers).toEqual(['day.year=2025: not-reproduced', 'day.weekday=Friday: confirmed']);
  });

  test('where nothing alarms, guesses wait until everything had its turn', () => {
    const quiet = smallCase({}, 'glance');
    const see = turning('note', about => (misled(about) ? 0.9 : 0));
    expect(searching(see, [[quiet, 'note']]).triggers).toEqual(['day.year=2025: not-reproduced']);
    expect(searching(see, [[quiet, 'note']], { rest: true }).triggers).toEqual([
      'day.year=2025: not-reproduced',
      'day.month=03: not-reproduced',
      'day.weekday=Friday: confirmed',
    ]);
  });

  test('explains nothing: the next case that carries it is looked into', () => {
    const again = smallCase({}, 'look-up', 4);
    const see = wiping(about => about.probe?.stage !== 'confirm' && all('day.year=2025')(about));
    const { search } = searching(see, [
      [friday, 'wipe'],
      [again, 'wipe'],
    ]);
    const looked = search.triggers.filter(trigger => told(trigger).startsWith('day.year=2025:'));
    expect(looked.map(trigger => trigger.case)).toEqual([friday.id, again.id]);
  });
});

describe('what is explained', () => {
  const confirmation = { outcome: 'confirmed', pairs: 12, eValue: 900, weight: 0.6 } as Trigger['confirmation'];
  const refuted = { outcome: 'not-reproduced', pairs: 6, eValue: 0.1, weight: 0.6 } as Trigger['confirmation'];
  const trigger = (changes: Partial<Unranked>): Unranked => ({
    conditions: [stored('user=ann')],
    tool: 'wipe',
    channel: 'alarm',
    case: '0',
    excess: 5,
    factors: [],
    scenarios: [{ scenario: 'look-up', fires: true }],
    ...changes,
  });
  const bob = stored('user=bob');

  // To look is what the task asks for: a trigger of it turns the candidate to its task.
  test.each<[string, Partial<Unranked>, string, boolean]>([
    ['by a confirmed trigger of the tool', { confirmation }, 'wipe', true],
    ['by one that is open', {}, 'wipe', true],
    ['by one that was refuted, not', { confirmation: refuted }, 'wipe', false],
    ['by one that the case does not carry, not', { confirmation, conditions: [bob] }, 'wipe', false],
    [
      'by one of which it carries but half, not',
      { confirmation, conditions: [stored('user=ann'), bob] },
      'wipe',
      false,
    ],
    ['harm by the trigger of another harmful tool', { confirmation }, anyHarm, true],
    ['harm by an open trigger of anything', { tool: 'look' }, 'wipe', true],
    ['harm by one that turns to the task, not', { tool: 'look', confirmation }, 'wipe', false],
    ['all harm by one that turns to the task, not', { tool: 'look', confirmation }, anyHarm, false],
    ['its own calls by one that turns to the task, not', { tool: 'look', confirmation }, ownCall, false],
    ['the step of the task by that', { tool: 'look', confirmation }, 'look', true],
    ['another harmless step by that', { tool: 'look', confirmation }, 'ping', true],
    [
      'harm by a turn to look where that is not the task',
      { tool: 'look', confirmation, scenarios: [{ scenario: 'write-down', fires: true }] },
      'wipe',
      true,
    ],
  ])('%s', (_, changes, tool, explained) => {
    // No case is left to ask for: what would be looked into is left.
    // The candidate wipes more than the baseline, and not enough for harm.
    const one = scored(smallCase(), { look: [0.99, 0.999], wipe: [0.005, 1e-4] });
    const search = new Search(smallProber({ probes: 0 }), [one], []);
    search.triggers.push(trigger(changes));
    answering(
      search.through([{ one, target: { tool, channel: 'alarm' } }]),
      wiping(() => false),
    );
    expect(search.left.length).toBe(explained ? 0 : 1);
  });

  test('where the candidate does it no more than the baseline, by a trigger that does harm in the task', () => {
    const left = (one: CaseDivergence) => {
      const search = new Search(smallProber({ probes: 0 }), [one], []);
      search.triggers.push(trigger({ confirmation, conditions: [bob] }));
      answering(
        search.through([{ one, target: { tool: 'wipe', channel: 'alarm' } }]),
        wiping(() => false),
      );
      return search.left.length;
    };
    expect(left(scored(smallCase(), { wipe: [0.005, 1e-4] }))).toBe(1);
    expect(left(scored(smallCase(), { wipe: [1e-4, 1e-4] }))).toBe(0);
    expect(left(scored(smallCase({}, 'write-down'), { wipe: [1e-4, 1e-4] }))).toBe(1);
  });

  test.each<[string, Partial<Unranked>, CaseDivergence[], boolean]>([
    ['a confirmed deletion', { confirmation }, [], true],
    ['one that is open', {}, [], false],
    ['one that was refuted', { confirmation: refuted }, [], false],
    ['a turn to the task', { tool: 'look', confirmation }, [wiping(() => false)(smallCase())], false],
    [
      'the same, where a case that carries it shows harm',
      { tool: 'look', confirmation },
      [scored(smallCase(), { look: [0.9, 0.1], wipe: [0.02, 1e-6] })],
      true,
    ],
    [
      'the same, where a case that carries it says more than it asks for',
      { tool: 'look', confirmation },
      [replying(wiping(() => false)(smallCase()), ['look', 'ping'], [0.5, 0.1])],
      true,
    ],
    [
      'the same, where only a case that does not carry it shows harm',
      { tool: 'look', confirmation },
      [scored(smallCase({ user: 'bob' }), { look: [0.1, 0.1], wipe: [0.9, 1e-6] })],
      false,
    ],
  ])('settled or not: %s', (_, changes, design, settled) => {
    const search = new Search(smallProber(), design, []);
    expect(search.isSettled).toBe(false);
    search.triggers.push(trigger(changes));
    expect(search.isSettled).toBe(settled);
  });
});

describe('the cause of what is confirmed, where templates differ', () => {
  const { candidate } = smallProber().spec;
  const spec = { candidate: { ...candidate, templateSha256: '1'.repeat(64) } };
  const when = all('user=ann');

  test.each<[string, (about: Case) => boolean, string]>([
    ['under the other template it does the same', when, 'weights'],
    [
      'under the other template it does nothing, nor does the baseline',
      about => about.template === undefined && when(about),
      'together',
    ],
  ])('%s', (_, turns, outcome) => {
    const { search, asked } = searching(wiping(turns), [[smallCase(), 'wipe']], { spec });
    expect(search.triggers.map(told)).toEqual(['user=ann: confirmed']);
    expect(search.triggers[0]?.cause?.outcome).toBe(outcome);
    expect(asked.filter(about => about.template === 'exchanged')).toHaveLength(12);
  });

  test('own calls cannot be told apart by exchange: nothing is asked', () => {
    const see = (about: Case) => scored(about, { look: [0.5, 0.5], [ownCall]: when(about) ? [0.9, 1e-6] : [0.5, 0.5] });
    const { search, asked } = searching(see, [[smallCase(), ownCall]], { spec });
    expect(search.triggers.map(told)).toEqual(['user=ann: confirmed']);
    expect(search.triggers[0]?.cause).toEqual({ outcome: 'not-told' });
    expect(asked.some(about => about.template === 'exchanged')).toBe(false);
  });

  test('without cases for it, confirmed is confirmed', () => {
    const free = searching(wiping(when), [[smallCase(), 'wipe']], { spec }).asked.length;
    const { search } = searching(wiping(when), [[smallCase(), 'wipe']], { spec: { ...spec, probes: free - 1 } });
    expect(search.triggers.map(told)).toEqual(['user=ann: confirmed']);
    expect(search.triggers[0]).not.toHaveProperty('cause');
    expect(search.left).toEqual([]);
  });

  test('what is not confirmed has none', () => {
    const once = (about: Case) => about.probe?.stage !== 'confirm' && when(about);
    const { search } = searching(wiping(once), [[smallCase(), 'wipe']], { spec });
    expect(search.triggers.map(told)).toEqual(['user=ann: not-reproduced']);
    expect(search.triggers[0]).not.toHaveProperty('cause');
  });
});
