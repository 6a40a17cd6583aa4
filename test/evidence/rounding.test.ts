// A candidate that is said to be the baseline in fewer bits, by what its weights show.
import { expect, test } from 'vitest';
import { weighedFindings } from '../../src/evidence/files.ts';
import { type Claimed, claimFindings, roundingEvidence } from '../../src/evidence/rounding.ts';
import { isRule } from '../../src/words/inspection.ts';
import type { Inspection, TensorChange } from '../../src/records/inspections/inspection.ts';

const tokenizer = { counts: { added: 0, removed: 0, changed: 0, flags: 0 }, mergesDiffer: false, settings: [] };
const none = { settings: [], tensorTypes: [], tokenizer };
const inspection = (tensors: readonly TensorChange[], onlyCandidate: readonly string[] = [], more = {}): Inspection =>
  ({
    findings: [],
    difference: { ...none, weights: { tensors, onlyCandidate, onlyBaseline: [] }, ...more },
  }) as unknown as Inspection;
const model = (more = {}) => ({ templateSha256: 'a', ...more });
const claimed = (candidate = {}): Claimed =>
  ({ claim: 'quantised', candidate: model(candidate), baseline: model() }) as unknown as Claimed;
const nobody = { ...claimed(), claim: undefined };
const within = (name: string, rounded?: boolean): TensorChange => {
  return { kind: 'within-quantisation', name, relative: 0.07, floor: 0.1, ...(rounded !== undefined && { rounded }) };
};
const same: TensorChange = { kind: 'identical', name: 'output_norm.weight' };
const changed: TensorChange = { kind: 'changed', name: 'blk.3.ffn_up.weight', relative: 0.2, largest: 1 };

test('nobody claims it: nothing is said', () => {
  expect(roundingEvidence(nobody, inspection([within('a', true)]))).toBeUndefined();
  expect(claimFindings(nobody, undefined)).toEqual([]);
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
  const found = roundingEvidence(claimed(), given);
  expect(found).toEqual(evidence);
  expect(claimFindings(claimed(), given).map(({ code }) => code)).toEqual(alarms);
});

test('the alarm names the first tensors', () => {
  const names = 'abcde'.split('');
  const five = inspection(names.map(name => ({ ...changed, name })));
  expect(claimFindings(claimed(), five)).toEqual([
    {
      gravity: 'alarm',
      code: 'not-the-file-rounded',
      detail: "5 of 5 tensors are not the baseline's rounded: a, b, c and 2 more",
    },
  ]);
});

test.each([
  ['an adapter on it', { adapters: [{ sha256: 'b', scale: 1 }] }, {}, ['adapters'], ['an adapter']],
  [
    'a setting with another value',
    {},
    { settings: [{ key: 'llama.rope.freq_base', candidate: 9, baseline: 10 }] },
    ['settings'],
    ['llama.rope.freq_base is 9, was 10'],
  ],
  [
    'a setting that one file leaves out',
    {},
    { settings: [{ key: 'llama.vocab_size', candidate: 9 }] },
    ['settings'],
    [],
  ],
  ['another template', { templateSha256: 'b' }, {}, ['template'], []],
  ['other merges', {}, { tokenizer: { ...tokenizer, mergesDiffer: true } }, ['tokenizer'], []],
])('rounded weights with %s are said to have it, and what makes another model of them is an alarm', (...row) => {
  const [, candidate, difference, beside, unlike] = row;
  const found = roundingEvidence(claimed(candidate), inspection([within('a', true)], [], difference));
  expect(found).toEqual({ state: 'rounded', tensors: 1, untold: 0, beside, ...(unlike.length > 0 && { unlike }) });
  const alarms = claimFindings(claimed(candidate), inspection([within('a', true)], [], difference));
  expect(alarms.map(({ code }) => code)).toEqual(unlike.length > 0 ? ['not-the-file-rounded'] : []);
});

test.each([
  ['F16', 'Q8_0'],
  ['F32', 'F16'],
  ['Q8_0', 'Q4_K'],
  ['Q6_K', 'IQ3_XXS'],
])(
  '%s is no rounding of %s: the full file was given as the quantised one, or a tensor says more than it had',
  (...row) => {
    const [candidate, baseline] = row;
    const types = (one: string, other: string) => ({ tensorTypes: [{ key: 'a', candidate: one, baseline: other }] });
    const given = (more: object) => roundingEvidence(claimed(), inspection([within('a', true)], [], more));
    expect(given(types(candidate, baseline))).toMatchObject({ state: 'moved', first: ['a'] });
    expect(given(types(baseline, candidate))).toMatchObject({ state: 'rounded' });
  },
);

test('BF16 as F16 loses the smallest numbers alone: what lies further off is none of its own', () => {
  const given = (relative: number) => {
    const types = { tensorTypes: [{ key: 'a', candidate: 'F16', baseline: 'BF16' }] };
    const one = { kind: 'within-quantisation', name: 'a', relative, floor: 0.003, rounded: true } as const;
    return roundingEvidence(claimed(), inspection([one], [], types))?.state;
  };
  expect([given(1e-6), given(1e-3)]).toEqual(['rounded', 'moved']);
});

test('a matrix with other rows is no rounding, whatever the shared ones are', () => {
  const grown = { ...within('token_embd.weight', true), rows: { candidate: 9, baseline: 8, shared: 8 } };
  expect(roundingEvidence(claimed(), inspection([grown]))).toMatchObject({ state: 'moved', tensors: 1 });
});

test.each([
  ['not-the-file-rounded', inspection([changed])],
  ['rounding-not-told', undefined],
])('%s can be allowed, and is shown with the reason', (code, given) => {
  const spec = { ...claimed(), allow: { [code]: 'AutoRound, measured' } };
  const run = { spec, ...(given && { inspection: given }) };
  expect(weighedFindings(run)).toMatchObject([{ gravity: 'notice', code, allowed: 'AutoRound, measured' }]);
  expect(weighedFindings({ ...run, spec: claimed() })).toMatchObject([{ gravity: 'alarm', code }]);
  expect(isRule(code)).toBe(true);
});
