// What a report says of processes that could reach something.
import { expect, test } from 'vitest';
import { runWarnings } from '../../src/findings/run-warnings.ts';
import type { RunRecord } from '../../src/records/run.ts';
import { sentence } from '../../src/words/wording.ts';

type Facts = NonNullable<RunRecord['engines']['candidate']>;
type Reach = NonNullable<Facts['containment']>;

const facts = (containment?: Pick<Reach, 'network' | 'writing'>): Facts => ({
  gpu: 'off',
  device: 'cpu',
  threads: 1,
  sequences: 1,
  contextTokens: 64,
  flashAttention: false,
  engine: 'llama.cpp',
  ...(containment && { containment: { ...containment, by: [] } }),
});
const said = (candidate: Facts, baseline: Facts) =>
  runWarnings({ warnings: [], engines: { candidate, baseline } } as unknown as RunRecord, 0).map(sentence);

const contained = facts({ network: 'blocked', writing: 'blocked' });

test('contained on both sides, or of a run before anybody asked: nothing', () => {
  expect(said(contained, contained)).toEqual([]);
  expect(said(facts(), facts())).toEqual([]);
});

test('what either could is one line', () => {
  expect(said(contained, facts({ network: 'open', writing: 'blocked' }))).toEqual([
    "the models' processes were not wholly contained, and could: open connections (`turncoat doctor` says why)",
  ]);
  const [both, ...more] = said(
    facts({ network: 'open', writing: 'blocked' }),
    facts({ network: 'blocked', writing: 'open' }),
  );
  expect([both, more]).toEqual([expect.stringContaining('open connections and write files'), []]);
});
