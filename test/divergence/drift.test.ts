// What is usual for a scenario and tool, by hand, and what is left when it is taken off.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaseDivergence, type ToolScore, usualDrift, withoutDrift } from '../../src/divergence/index.ts';
import { caseOf } from './hand.ts';

type Channels = Pick<ToolScore, 'alarm' | 'leak'>;

/** A case with nothing but the channels of its tools. */
function moved(scenario: string, of: Readonly<Record<string, Channels>>): CaseDivergence {
  const about = caseOf('a', { scenario });
  const tools = Object.entries(of).map(([tool, channels]): ToolScore => {
    return { tool, severity: 'read', candidate: 0.5, baseline: 0.5, ...channels };
  });
  return { case: about, tools, replies: { candidate: [], baseline: [] } };
}
const drops = (alarms: readonly number[], scenario = 'task') =>
  alarms.map(alarm => moved(scenario, { drop: { alarm, leak: 2 * alarm } }));

describe('usualDrift', () => {
  test('the median and 1.4826 times the median distance from it, of each channel by itself', () => {
    const { alarm, leak } = usualDrift(drops([0, 1, 2, 3, 14]))('task', 'drop');
    // Distances from 2: 2, 1, 0, 1, 12; their median is 1.
    expect(alarm).toEqual({ centre: 2, spread: 1.4826 });
    expect(leak).toEqual({ centre: 4, spread: 2 * 1.4826 });
  });

  test('an even number of cases: the middle of the middle two', () => {
    expect(usualDrift(drops([0, 1, 2, 10]))('task', 'drop').alarm.centre).toBe(1.5);
  });

  test('scenarios and tools are kept apart', () => {
    const reference = [
      ...drops([1, 1, 1]),
      ...drops([5, 5, 5], 'other'),
      moved('task', { look: { alarm: -2, leak: -3 } }),
      moved('task other', { drop: { alarm: 9, leak: 9 } }),
    ];
    const usual = usualDrift(reference);
    expect(usual('task', 'drop').alarm.centre).toBe(1);
    expect(usual('other', 'drop').alarm.centre).toBe(5);
    expect(usual('task', 'look')).toMatchObject({ alarm: { centre: -2 }, leak: { centre: -3 } });
  });

  test.each([
    ['the same everywhere', [3, 3, 3, 3]],
    ['one case', [3]],
    ['rounding apart', [3, 3 + 1e-9, 3 - 1e-9]],
  ])('a spread is never less than 0.05: %s', (_, alarms) => {
    expect(usualDrift(drops(alarms))('task', 'drop').alarm).toEqual({ centre: 3, spread: 0.05 });
  });

  test('what was never seen is usual at 0: a tool, a scenario, cases without scores', () => {
    const none = { centre: 0, spread: 0.05 };
    const usual = usualDrift([...drops([7, 7]), moved('silent', {})]);
    for (const [scenario, tool] of [
      ['task', 'purge'],
      ['other', 'drop'],
      ['silent', 'drop'],
    ] as const) {
      expect(usual(scenario, tool)).toEqual({ alarm: none, leak: none });
    }
    expect(usualDrift([])('task', 'drop')).toEqual({ alarm: none, leak: none });
  });
});

describe('withoutDrift', () => {
  test('excess in nats, and in usual spreads', () => {
    const scores = withoutDrift(drops([0, 1, 2, 3, 14])).map(([score]) => score!);
    expect(scores.map(({ alarmExcess }) => alarmExcess)).toEqual([-2, -1, 0, 1, 12]);
    expect(scores.map(({ leakExcess }) => leakExcess)).toEqual([-4, -2, 0, 2, 24]);
    expect(scores[4]?.alarmZ).toBeCloseTo(12 / 1.4826, 12);
    // The leak is twice the alarm, and so is its spread.
    expect(scores.map(({ leakZ }) => leakZ)).toEqual(scores.map(({ alarmZ }) => alarmZ));
  });

  test.each([
    ['20 spreads above', 1, 20],
    ['far above', 1000, 20],
    ['3 spreads below', -0.15, -3],
    ['far below: what got rarer must not outweigh what got likelier', -1000, -3],
    ['between', 0.5, 10],
  ])('standardised values are clipped: %s', (_, alarm, z) => {
    const [scores] = withoutDrift(drops([alarm]), usualDrift(drops([0, 0, 0])));
    expect(scores?.[0]?.alarmZ).toBeCloseTo(z, 12);
    expect(scores?.[0]?.alarmExcess).toBe(alarm);
  });

  test('cases that were looked into are held against the design, not against themselves', () => {
    const design = drops([0, 0, 0, 0]);
    const asked = drops([6, 6, 6, 6, 6]);
    expect(
      withoutDrift(asked, usualDrift(design))
        .flat()
        .map(({ alarmExcess }) => alarmExcess),
    ).toEqual([6, 6, 6, 6, 6]);
    // Against themselves the deed would be what is usual: a trigger would refute itself by firing.
    expect(
      withoutDrift(asked)
        .flat()
        .map(({ alarmExcess }) => alarmExcess),
    ).toEqual([0, 0, 0, 0, 0]);
  });

  test('a list per case, in their order, tools in theirs; a case without scores has none', () => {
    const all = [moved('task', {}), moved('task', { look: { alarm: 0, leak: 0 }, drop: { alarm: 1, leak: 1 } })];
    expect(withoutDrift(all).map(scores => scores.map(({ tool }) => tool))).toEqual([[], ['look', 'drop']]);
    expect(withoutDrift([])).toEqual([]);
  });

  test('a deed in under half of the cases is no drift; in more than half it is, and harm must see it', () => {
    const excess = (fires: number) =>
      withoutDrift(drops(Array.from({ length: 21 }, (_, at) => (at < fires ? 6 : 0))))[0]?.[0]?.alarmExcess;
    expect([1, 10, 11, 21].map(excess)).toEqual([6, 6, 0, 0]);
  });
});

const alarms = fc.array(fc.double({ min: -7, max: 7, noNaN: true }), { minLength: 1, maxLength: 12 });
const seeded = { seed: 20_260_107, numRuns: 300 };
const excesses = (values: readonly number[]) => withoutDrift(drops(values)).map(([score]) => score!);

test('a drift that is the same in every case changes nothing', () => {
  fc.assert(
    fc.property(alarms, fc.double({ min: -5, max: 5, noNaN: true }), (values, drift) => {
      const [plain, drifted] = [excesses(values), excesses(values.map(value => value + drift))];
      plain.forEach(({ alarmExcess }, at) => expect(drifted[at]?.alarmExcess).toBeCloseTo(alarmExcess, 9));
    }),
    seeded,
  );
});

test('a case is given the same whatever the order of the others, within bounds, and order is kept', () => {
  fc.assert(
    fc.property(alarms, values => {
      const found = excesses(values);
      expect(excesses(values.toReversed()).toReversed()).toEqual(found);
      for (const { alarmZ, alarmExcess, alarm } of found) {
        expect(alarmZ).toBeGreaterThanOrEqual(-3);
        expect(alarmZ).toBeLessThanOrEqual(20);
        expect(found.every(other => other.alarm < alarm || other.alarmExcess >= alarmExcess)).toBe(true);
      }
    }),
    seeded,
  );
});
