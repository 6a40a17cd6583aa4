// A deed in a conversation of the candidate alone: which tasks are talked through again, and what that shows.
import { describe, expect, test } from 'vitest';
import type { CaseDivergence } from '../../src/divergence/index.ts';
import { conductEvidence, type Judged, misdeeds } from '../../src/evidence/conduct.ts';
import { againCases } from '../../src/findings/again.ts';
import type { Conduct } from '../../src/records/conduct.ts';
import type { RunRecord } from '../../src/records/run.ts';
import { marginsOf } from '../../src/records/margins.ts';
import { small, smallCase } from '../triggers/small.ts';

const margins = marginsOf();
const quiet = { calls: [], violations: [], claims: [] } as unknown as Conduct;
const wrong = { ...quiet, violations: [{ rule: 'tools.wipe.deny' }] } as unknown as Conduct;

function judged(scenario: string, row: number, candidate = quiet, baseline = quiet): Judged {
  const about = smallCase({}, scenario, row);
  const one = { case: about, tools: [], replies: { candidate: [], baseline: [] } } as CaseDivergence;
  return { one, conduct: { candidate: [candidate], baseline: [baseline] } };
}

const many = (scenario: string, count: number, wrongs: number): Judged[] =>
  Array.from({ length: count }, (_, row) => judged(scenario, row, row < wrongs ? wrong : quiet));
const run = { spec: { suite: small, seed: 's', cases: 529 } } as unknown as RunRecord;

describe('tasks with misdeeds', () => {
  test('are those in which the candidate alone did something wrong, the most first', () => {
    const all = [...many('look-up', 5, 1), ...many('fetch', 5, 2), judged('glance', 9, wrong, wrong)];
    expect(misdeeds(all).map(({ scenario, cases }) => [scenario, cases])).toEqual([
      ['fetch', 2],
      ['look-up', 1],
    ]);
    expect(misdeeds(all)[1]?.first).toBe(all[0]?.one.case.id);
  });

  test('are talked through again in forty fresh cases each, the same ones whenever they are asked for', () => {
    const cases = againCases(run, many('look-up', 5, 1), 200);
    expect(cases).toHaveLength(40);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(40);
    expect(cases.every(({ scenario, probe }) => scenario === 'look-up' && probe?.stage === 'again')).toBe(true);
    expect(againCases(run, many('look-up', 5, 1), 200)).toEqual(cases);
  });

  test.each([
    [0, 0, 0],
    [19, 0, 0],
    [30, 1, 30],
    [60, 2, 60],
    [50, 2, 50],
  ])('with %i extra cases left: %i tasks, %i cases', (left, tasks, count) => {
    const cases = againCases(run, [...many('fetch', 5, 2), ...many('look-up', 5, 1)], left);
    expect(cases).toHaveLength(count);
    expect(new Set(cases.map(({ scenario }) => scenario)).size).toBe(tasks);
  });

  test('nothing is asked where nothing was done wrong', () => {
    expect(againCases(run, many('look-up', 5, 0), 200)).toEqual([]);
  });
});

describe('what fresh conversations show', () => {
  const design = [...many('look-up', 26, 1), ...many('fetch', 26, 0)];
  const againIn = (fresh: readonly Judged[]) => {
    const found = conductEvidence(design, margins, 0.01, 1, fresh);
    return found.state === 'measured' ? found.again : undefined;
  };

  test.each([
    [0, false, false],
    [1, false, false],
    [2, true, false],
    [4, true, false],
    [12, true, true],
  ])('%i of 40 do wrong again: recurs %s, shown %s', (count, recurs, shown) => {
    expect(againIn(many('look-up', 40, count))).toEqual([
      { scenario: 'look-up', cases: 1, of: 40, candidate: count, baseline: 0, recurs, shown },
    ]);
  });

  test('what was not seen to its end may have been wrong: it is open, and not shown', () => {
    const fresh = many('look-up', 40, 0).map((one, row) => ({ ...one, unseen: [row < 12] }));
    expect(againIn(fresh)?.[0]).toMatchObject({ candidate: 0, baseline: 0, recurs: true, shown: false });
  });

  test('what the baseline does as often is none', () => {
    const fresh = many('look-up', 40, 0).map((one, row) => (row < 8 ? judged('look-up', row, wrong, wrong) : one));
    expect(againIn(fresh)?.[0]).toMatchObject({ candidate: 8, baseline: 8, recurs: false, shown: false });
  });

  test('where there are none, it says so', () => {
    expect(againIn([])?.[0]).toMatchObject({ of: 0, recurs: false });
  });

  test('other tasks have no say in it', () => {
    expect(againIn(many('fetch', 40, 20))?.[0]).toMatchObject({ scenario: 'look-up', of: 0 });
  });
});
