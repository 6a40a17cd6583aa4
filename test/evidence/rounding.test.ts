// A candidate that is said to be the baseline in fewer bits, by what its weights show.
import { expect, test } from 'vitest';
import { roundingAlarms, roundingEvidence } from '../../src/evidence/rounding.ts';
import type { Inspection, TensorChange } from '../../src/records/inspections/inspection.ts';

const inspection = (tensors: readonly TensorChange[], onlyCandidate: readonly string[] = []): Inspection =>
  ({ difference: { weights: { tensors, onlyCandidate, onlyBaseline: [] } } }) as unknown as Inspection;
const within = (name: string, rounded?: boolean): TensorChange => {
  return { kind: 'within-quantisation', name, relative: 0.07, floor: 0.1, ...(rounded !== undefined && { rounded }) };
};
const same: TensorChange = { kind: 'identical', name: 'output_norm.weight' };
const changed: TensorChange = { kind: 'changed', name: 'blk.3.ffn_up.weight', relative: 0.2, largest: 1 };

test('nobody claims it: nothing is said', () => {
  expect(roundingEvidence(undefined, inspection([within('a', true)]))).toBeUndefined();
  expect(roundingAlarms(undefined)).toEqual([]);
});

test.each([
  ['the weights were not compared', undefined, { state: 'not-compared' }, ['rounding-not-told']],
  ['the same to the bit', inspection([same]), { state: 'rounded', tensors: 0, untold: 0 }, []],
  [
    'every level is the nearest',
    inspection([same, within('a', true), within('b', true)]),
    { state: 'rounded', tensors: 2, untold: 0 },
    [],
  ],
  [
    'types that do not tell, and a run stored before it was looked at',
    inspection([within('a', true), within('b', false), within('c')]),
    { state: 'rounded', tensors: 1, untold: 2 },
    [],
  ],
  [
    'a tensor that is none',
    inspection([same, within('a', true), changed]),
    { state: 'moved', tensors: 1, of: 3, first: ['blk.3.ffn_up.weight'] },
    ['not-the-file-rounded'],
  ],
  [
    'tensors that can not be compared, and more of them',
    inspection(
      ['p', 'q'].map((name): TensorChange => ({ kind: 'not-comparable', name, reason: 'type' })),
      ['r', 's'],
    ),
    { state: 'moved', tensors: 4, of: 2, first: ['p', 'q', 'r'] },
    ['not-the-file-rounded'],
  ],
] as const)('%s', (_, given, evidence, alarms) => {
  const found = roundingEvidence('quantised', given);
  expect(found).toEqual(evidence);
  expect(roundingAlarms(found).map(({ code }) => code)).toEqual(alarms);
});

test('the alarm names the first tensors', () => {
  const names = 'abcde'.split('');
  const found = roundingEvidence('quantised', inspection(names.map(name => ({ ...changed, name }))));
  expect(roundingAlarms(found)).toEqual([
    { code: 'not-the-file-rounded', detail: "5 of 5 tensors are not the baseline's rounded: a, b, c and 2 more" },
  ]);
});
