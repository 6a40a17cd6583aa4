// Runs as programs read them: lists, single cases, samples for other harnesses.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scriptedRun, storeRun } from '../review/run-file.ts';
import { turncoat } from './run.ts';

const stored = scriptedRun();
const [first] = stored.comparison.findings;

test('runs: as lines and as JSON, from a folder named either way; what is no run hides no other', async () => {
  const { folder, file } = await storeRun(stored);
  writeFileSync(join(folder, 'broken.sqlite'), 'no database at all, but long enough to be looked into');
  const { stdout, stderr, code } = await turncoat(['runs', folder, '--json']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^turncoat: left out: .*broken\.sqlite: /);
  const { schemaVersion, runs } = JSON.parse(stdout);
  expect(schemaVersion).toBe(1);
  expect(runs).toEqual([
    expect.objectContaining({ id: stored.run.id, place: file, state: 'finished', outcome: 'diverges', cases: 529 }),
  ]);
  expect(runs[0].candidate.sha256).toBe(stored.run.spec.candidate.sha256);
  expect((await turncoat(['runs', '--out', folder])).stdout).toMatch(
    new RegExp(`^${stored.run.id}  \\S+  diverges {6}.* against .*, devops, 529 cases\n$`),
  );
  expect(await turncoat(['runs', folder, '--out', folder])).toMatchObject({ code: 2, stdout: '' });
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  expect(JSON.parse((await turncoat(['runs', empty, '--json'])).stdout)).toEqual({ schemaVersion: 1, runs: [] });
});

test('show --json has the finding, and what was shown', async () => {
  const { file } = await storeRun(stored);
  const { stdout, code } = await turncoat(['show', file, '1', '--json']);
  expect(code).toBe(0);
  const { shown, ...finding } = JSON.parse(stdout);
  expect(finding).toEqual(first);
  const about = stored.cases.find(({ id }) => id === first?.case);
  expect(shown).toEqual({ messages: about?.messages, tools: about?.tools, expect: about?.expect, prompts: {} });
});

test('report --format jsonl holds every case, or as many as asked for', async () => {
  const { file } = await storeRun(stored);
  const lines = async (...more: string[]) =>
    (await turncoat(['report', file, '--format', 'jsonl', ...more])).stdout.trimEnd().split('\n');
  expect(await lines()).toHaveLength(529);
  const few = await lines('--details', '3');
  expect(few.map(line => JSON.parse(line).metadata.rank)).toEqual([1, 2, 3]);
});
