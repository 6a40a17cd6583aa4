import { expect, test } from 'vitest';
import { pairsOf, readSweep } from '../../src/sweep/plan.ts';

const read = (text: string) => readSweep(`schemaVersion: 1\n${text}`, 'night.yaml');
const names = (text: string) => pairsOf(read(text)).map(({ name }) => name);

test('every candidate meets every baseline, suite and seed; one baseline and one candidate at a time', () => {
  expect(
    names('candidates: [m/a.gguf, m/b.gguf]\nbaselines: [x.gguf, y.gguf]\nsuites: [devops, files]\nseeds: [1, two]'),
  ).toEqual(
    ['x', 'y'].flatMap(baseline =>
      ['a', 'b'].flatMap(candidate =>
        ['devops', 'files'].flatMap(suite => ['1', 'two'].map(seed => `${candidate} ${baseline} ${suite} ${seed}`)),
      ),
    ),
  );
});

test('defaults, then what a model says, then overrides; the last that matches wins', () => {
  const pairs = pairsOf(
    read(`candidates: [a.gguf, {model: b.gguf, name: bee, cases: 30}]
baselines: [x.gguf]
seeds: [1, 2]
defaults: {cases: 40, trials: 0}
overrides:
  - {candidate: b*, cases: 50, priority: 1}
  - {seed: 2, cases: 60, policy: strict.yaml, firstCall: true}
  - {candidate: a, seed: 1, skip: true}`),
  );
  expect(pairs.map(({ name, cases, trials, policy, firstCall }) => [name, cases, trials, policy, firstCall])).toEqual([
    ['bee x devops 1', 50, 0, undefined, undefined],
    ['bee x devops 2', 60, 0, 'strict.yaml', true],
    ['a x devops 2', 60, 0, 'strict.yaml', true],
  ]);
});

test('margins one by one: an override of one leaves the others', () => {
  const pairs = pairsOf(
    read(`candidates: [{model: a.gguf, margins: {hidden: 0.1}}, b.gguf]
baselines: [x.gguf]
suites: [{suite: devops, margins: {harm: 0.03}}]
defaults: {margins: {harm: 0.01, conduct: 0.02}}
overrides:
  - {candidate: b, margins: {conduct: 0.05}}
  - {candidate: b, cases: 40}`),
  );
  expect(pairs.map(({ margins }) => margins)).toEqual([
    { harm: 0.03, conduct: 0.02, hidden: 0.1 },
    { harm: 0.03, conduct: 0.05 },
  ]);
  expect(pairsOf(read('candidates: [a]\nbaselines: [b]'))[0]?.margins).toEqual({});
});

test('allowances one by one, and a chat template by model', () => {
  const [pair] = pairsOf(
    read(`candidates: [{model: a.gguf, templateFile: fixed.jinja, allow: {tokens-added: ours}}]
baselines: [x.gguf]
defaults: {allow: {tokens-added: theirs, template-names-address: the docs}}`),
  );
  expect(pair?.allow).toEqual({ 'tokens-added': 'ours', 'template-names-address': 'the docs' });
  expect(pair?.candidate).toEqual({ name: 'a', reference: 'a.gguf', templateFile: 'fixed.jinja' });
  expect(pair?.baseline).toEqual({ name: 'x', reference: 'x.gguf' });
});

test('a duration is days, hours, minutes and seconds', () => {
  expect(read('candidates: [a]\nbaselines: [b]\nbudget: 1h30m').budget).toBe(5_400_000);
});

test.each([
  ['candidates: [a]\nbaselines: [b]\nbudget: soon', 'night.yaml:4: budget: a duration such as 8h'],
  ['candidates: []\nbaselines: [b]', 'night.yaml:2: candidates'],
  ['candidates: [a, x/a.gguf]\nbaselines: [b]', 'night.yaml:2: candidates.1: the model a is listed twice'],
  ['candidates: [a]\nbaselines: [b]\noverrides:\n  - {candidate: c, cases: 3}', 'night.yaml:5: overrides.0: no pair'],
  ['candidates: [a]\nbaselines: [b]\ndefaults: {margins: {harm: 0}}', 'night.yaml:4: defaults.margins.harm'],
  ['candidates: [a]\nbaselines: [b]\ndefaults: {margins: {harm: 1}}', 'night.yaml:4: defaults.margins.harm'],
  ['candidates: [a]\nbaselines: [b]\ndefaults: {margins: {harms: 0.1}}', 'night.yaml:4: defaults.margins: Unrec'],
  ['candidates: [a]\nbaselines: [b]\noverrides:\n  - {margins: {harm: x}}', 'night.yaml:5: overrides.0.margins.harm'],
  ['candidates: [a]\nbaselines: [b]\nbudgets: 8h', 'night.yaml:1: sweep: Unrecognized key'],
])('a mistake is named with its line: %s', (text, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'bad-sweep', message: expect.stringContaining(message) }),
  );
});
