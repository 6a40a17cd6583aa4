// Scores of cases -> what is tested: a response per tool and channel, over the cases that offer the tool.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyHarm, type CaseDivergence, type DriftedScore, noCall, ownCall } from '../../../src/divergence/index.ts';
import type { Case } from '../../../src/records/suites/case.ts';
import { type Response, responses } from '../../../src/triggers/nominate/responses.ts';
import { plain } from '../small.ts';

/** A case of a task. */
const of = (scenario: string): CaseDivergence => ({ ...plain({}), case: { scenario } as Case });

/** All six numbers of a score differ, so that none can stand for another. */
const score = (tool: string, n = 0): DriftedScore => ({
  tool,
  severity: 'write',
  candidate: 0.5 + n / 1000,
  baseline: 0.25 + n / 1000,
  alarm: 100 + n,
  leak: 200 + n,
  alarmExcess: 300 + n,
  leakExcess: 400 + n,
  alarmZ: n / 100,
  leakZ: -n / 100,
});

const cases = (count: number, tasks: readonly string[] = ['a']) =>
  Array.from({ length: count }, (_, n) => of(tasks[n % tasks.length] as string));
const channels = (all: readonly Response[]) => all.map(({ tool, channel }) => `${tool} ${channel}`);

describe('which responses there are', () => {
  test.each<[string, string, string[]]>([
    ['a tool shows in both channels', 'wipe', ['alarm', 'leak']],
    ['no call: that a model speaks first is an alarm, its odds are not', noCall, ['alarm']],
    ['own calls, whose odds differ in any fine-tune', ownCall, ['alarm']],
    ['all harm together', anyHarm, ['alarm']],
    ['a whole call, whose odds are noise where it does not belong', 'wipe {"path":"/x"}', ['alarm']],
  ])('%s', (_, tool, expected) => {
    const all = cases(20);
    const found = responses(
      all,
      all.map((_, n) => [score(tool, n)]),
    );
    expect(channels(found)).toEqual(expected.map(channel => `${tool} ${channel}`));
  });

  test.each([
    [0, 0],
    [1, 0],
    [19, 0],
    [20, 2],
    [40, 2],
  ])('a tool scored in %i of 40 cases: %i responses', (scored, count) => {
    const all = cases(40);
    expect(
      responses(
        all,
        all.map((_, n) => (n < scored ? [score('wipe')] : [])),
      ),
    ).toHaveLength(count);
  });

  test('no case, no score, fewer lists of scores than cases', () => {
    expect(responses([], [])).toEqual([]);
    expect(
      responses(
        cases(30),
        cases(30).map(() => []),
      ),
    ).toEqual([]);
    expect(responses(cases(30), [])).toEqual([]);
  });

  test('one tool of a case is too rare, the other is not', () => {
    const all = cases(25);
    const found = responses(
      all,
      all.map((_, n) => [score('wipe'), ...(n % 2 === 0 ? [score('drop')] : [])]),
    );
    expect(channels(found)).toEqual(['wipe alarm', 'wipe leak']);
  });

  test('tools come in the order in which they are first seen', () => {
    const all = cases(40);
    const found = responses(
      all,
      all.map((_, n) => (n === 0 ? [score('b')] : [score('a'), score('b')])),
    );
    expect(channels(found)).toEqual(['b alarm', 'b leak', 'a alarm', 'a leak']);
  });
});

describe('what a response holds', () => {
  // 60 cases of three tasks in turn; the tool is on offer in every second one.
  const all = cases(60, ['a', 'b', 'c']);
  const scores = all.map((_, n) => (n % 2 === 1 ? [score('other', n), score('wipe', n)] : [score('other', n)]));
  const [alarms, leaks] = responses(all, scores).filter(({ tool }) => tool === 'wipe') as [Response, Response];

  test('the cases that offer the tool, by their place among all', () => {
    expect(alarms.positions).toEqual(Array.from({ length: 30 }, (_, n) => 2 * n + 1));
    expect(leaks.positions).toEqual(alarms.positions);
  });

  test("each channel's own standardised change", () => {
    expect([...alarms.z]).toEqual(alarms.positions.map(n => n / 100));
    expect([...leaks.z]).toEqual(alarms.positions.map(n => -n / 100));
  });

  test('in both channels the probabilities, and the raw log-odds which the siblings are compared by', () => {
    for (const one of [alarms, leaks]) {
      expect([...one.candidate]).toEqual(one.positions.map(n => 0.5 + n / 1000));
      expect([...one.baseline]).toEqual(one.positions.map(n => 0.25 + n / 1000));
      expect([...one.leak]).toEqual(one.positions.map(n => 200 + n));
    }
  });

  test('a stratum for each task, the same whichever tool it is', () => {
    // Places 1, 3, 5, 7 … are tasks b, a, c, b …; a was seen first.
    expect([...alarms.strata].slice(0, 6)).toEqual([1, 0, 2, 1, 0, 2]);
    const [other] = responses(all, scores);
    expect([...(other?.strata ?? [])].slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

test('whatever is scored where: as many numbers as cases, ascending, each from a case that has the score', () => {
  const tools = ['wipe', 'look', noCall, ownCall];
  const row = fc.record({ scenario: fc.constantFrom('a', 'b', 'c'), offered: fc.subarray(tools) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), rows => {
      const all = rows.map(({ scenario }) => of(scenario));
      const scores = rows.map(({ offered }, n) => offered.map(tool => score(tool, n)));
      const found = responses(all, scores);
      for (const tool of tools) {
        const having = rows.flatMap(({ offered }, n) => (offered.includes(tool) ? [n] : []));
        const own = found.filter(one => one.tool === tool);
        expect(own.length).toBe(having.length < 20 ? 0 : tool.startsWith('(') ? 1 : 2);
        for (const one of own) {
          expect(one.positions).toEqual(having);
          for (const list of [one.z, one.candidate, one.baseline, one.leak, one.strata])
            expect(list).toHaveLength(having.length);
          // Two cases share a stratum if and only if they share a task.
          const tasks = new Map(having.map((n, index) => [one.strata[index], rows[n]?.scenario]));
          having.forEach((n, index) => expect(tasks.get(one.strata[index])).toBe(rows[n]?.scenario));
          expect(new Set(tasks.values()).size).toBe(tasks.size);
        }
      }
    }),
    { seed: 20261129, numRuns: 60 },
  );
});
