// What a sweep with a budget does next.
import { describe, expect, test } from 'vitest';
import type { Outcome, Reason, Settles } from '../../src/records/verdict.ts';
import { type Pair, pairsOf, readSweep } from '../../src/sweep/plan.ts';
import { byPromise, type Standing, withMoreCases } from '../../src/sweep/stages.ts';

const alarms: Reason = { code: 'alarms-open', count: 1, able: 9, cases: ['a'], again: 0 };
const standing = (outcome: Outcome, reasons: Reason[], pValues: number[] = []): Standing =>
  ({ verdict: { outcome, reasons }, effects: pValues.map(pValue => ({ pValue })) }) as Standing;
const [first] = pairsOf(
  readSweep('schemaVersion: 1\ncandidates: [a]\nbaselines: [b]\ndefaults: {cases: 40, probes: 20}', 'night.yaml'),
) as [Pair];

test('the surest effect is looked into first, then open alarms, then the rest, equals in the order of the plan', () => {
  const standings = [[], [0.04, 0.02], [], [0.001, 0.5], [0.02]].map(p => standing('inconclusive', [], p));
  expect(byPromise([...standings, standing('inconclusive', [alarms])])).toEqual([3, 1, 4, 5, 0, 2]);
});

describe('more cases', () => {
  const bound = (settles?: Settles, margin: 'harm' | 'scenario' = 'harm'): Reason => ({
    code: 'bound-open',
    margin,
    estimate: 0,
    high: 0.1,
    limit: 0.02,
    n: 40,
    ...(settles && { settles }),
  });
  const cases = (wanted: number) => bound({ by: 'cases', cases: wanted });
  const spent = (probes: number): Reason => ({ code: 'probes-spent', probes: 20, settles: { by: 'probes', probes } });
  const cutOff: Reason = {
    code: 'replies',
    role: 'candidate',
    what: 'cut-off',
    count: 9,
    of: 40,
    settles: { by: 'max-tokens', tokens: 512 },
  };
  const moved: Reason = { code: 'choice-moved', estimate: 0.2, limit: 0.1, changed: 8, cases: 40 };
  const open: Reason = { code: 'trigger-open', why: 'not-confirmed', conditions: [], tool: 'rm', eValue: 2 };
  const more = (reasons: Reason[], pair: Partial<Pair> = {}, rounds = 0, outcome: Outcome = 'inconclusive') => {
    const wanted = withMoreCases({ pair: { ...first, ...pair }, first, rounds }, standing(outcome, reasons));
    return wanted && [wanted.cases, wanted.probes];
  };

  test.each<[string, Reason[], Partial<Pair>, [number, number]]>([
    ['as many as a bound asks for', [cases(263)], {}, [263, 20]],
    [
      'the most that any asks for',
      [cases(100), cases(263), bound({ by: 'cases', cases: 90 }, 'scenario')],
      {},
      [263, 20],
    ],
    ['up to three doublings', [cases(320)], {}, [320, 20]],
    ['up to three doublings of what the file says', [cases(320)], { cases: 200 }, [320, 20]],
    ['extra cases: 200 at least', [spent(30)], {}, [40, 200]],
    ['extra cases: twice as many', [spent(30)], { probes: 300 }, [40, 600]],
    ['extra cases: as many as asked for', [spent(900)], { probes: 300 }, [40, 900]],
    ['extra cases: up to eight times as many', [spent(90_000)], {}, [40, 1600]],
    ['extra cases for open alarms', [{ ...alarms, settles: { by: 'probes', probes: 200 } }], {}, [40, 200]],
    ['extra cases to confirm', [{ ...open, settles: { by: 'probes', probes: 60 } }], {}, [40, 200]],
    ['both at once', [cases(80), spent(40)], {}, [80, 200]],
    ['extra cases whatever stands in the way of a clean verdict', [cutOff, cases(80), spent(40)], {}, [40, 200]],
    ['cases though something harmless moved', [cases(80), moved], {}, [80, 20]],
  ])('%s', (_, reasons, pair, wanted) => {
    expect(more(reasons, pair)).toEqual(wanted);
  });

  test.each<[string, Reason[], Partial<Pair>]>([
    ['nothing would settle it', [{ code: 'incompetent', role: 'baseline', right: 3, cases: 40 }], {}],
    ['a bound that no number of cases brings down', [bound()], {}],
    ['more room for replies would', [{ ...cases(1), settles: { by: 'max-tokens', tokens: 512 } } as Reason], {}],
    ['the same command would', [{ code: 'search-cut-short', settles: { by: 'going-on' } }], {}],
    ['far too many would', [cases(321)], {}],
    ['another bound is out of reach', [cases(321), cases(80)], {}],
    ['no bound will ever be reached', [bound(), cases(80)], {}],
    ['something else stands in the way', [cutOff, cases(80)], {}],
    ['there are no scores', [{ code: 'no-exact-scores' }, cases(80)], {}],
    ['as many as there are', [cases(263)], { cases: 263 }],
    ['all extra cases that a night has were spent', [spent(3200)], { probes: 1600 }],
  ])('not where %s', (_, reasons, pair) => {
    expect(more(reasons, pair)).toBeUndefined();
  });

  test('not for a verdict that stands, and not a fourth time', () => {
    for (const outcome of ['diverges', 'changed', 'equivalent'] as const)
      expect(more([cases(80), spent(40)], {}, 0, outcome)).toBeUndefined();
    expect(more([cases(80)], {}, 2)).toEqual([80, 20]);
    expect(more([cases(80)], {}, 3)).toBeUndefined();
  });
});
