// Runs as programs read them: lists, single cases, samples for other harnesses.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scriptedRun, storeRun } from '../review/run-file.ts';
import { freshFolder, turncoat } from './run.ts';

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

test('SARIF stands at the lines of the suite, by its path in the repository, wherever in it the command runs', async () => {
  const repository = freshFolder();
  const below = join(repository, 'checks and more');
  mkdirSync(join(below, 'suites'), { recursive: true });
  mkdirSync(join(repository, '.git'));
  const suiteFile = join(below, 'suites', 'devops.yaml');
  const text = readFileSync('suites/devops.yaml', 'utf8');
  writeFileSync(suiteFile, text);
  const suiteSha256 = createHash('sha256').update(text).digest('hex');
  const { run } = stored;
  const { file: own } = await storeRun({ ...stored, run: { ...run, spec: { ...run.spec, suiteFile, suiteSha256 } } });
  const located = async (cwd: string) => {
    const { stdout } = await turncoat(['report', own, '--format', 'code-scanning'], {}, cwd);
    const results: {
      locations: [{ physicalLocation: { artifactLocation: object; region: { startLine: number } } }];
    }[] = JSON.parse(stdout).runs[0].results;
    return results.map(({ locations: [{ physicalLocation }] }) => physicalLocation);
  };
  const lines = text.split('\n');
  for (const cwd of [repository, below, join(below, 'suites')]) {
    const places = await located(cwd);
    expect(places.length).toBeGreaterThan(10);
    for (const { artifactLocation, region } of places) {
      expect(artifactLocation).toEqual({ uri: 'checks%20and%20more/suites/devops.yaml' });
      if (region.startLine > 1) expect(lines[region.startLine - 1]).toMatch(/^ {2}- id: /);
    }
    expect(new Set(places.map(({ region }) => region.startLine)).size).toBeGreaterThan(3);
  }
});

test('a night of more comparisons than GitHub takes in a file is several files, and never one that it refuses', async () => {
  const { folder } = await storeRun(stored);
  const pairs = Array.from({ length: 21 }, (_, at) => {
    const name = `c b devops ${at}`;
    return { name, state: 'finished', done: 1, total: 1, run: stored.run.id };
  });
  const at = '2026-01-01T00:00:00.000Z';
  const file = join(folder, 'night.yaml');
  writeFileSync(
    file,
    '# c.gguf\nschemaVersion: 1\nname: night\ncandidates:\n  - c-more.gguf\n  - ../models/c.gguf\n  - {model: x.gguf, name: c b}\nbaselines: [b.gguf]\n',
  );
  const about = { schemaVersion: 1, sweep: 'night', file, state: 'finished', pid: 1, host: 'here' };
  const status = { ...about, startedAt: at, updatedAt: at, spentMs: 1, memoryBytes: 1, pairs };
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify(status));
  const report = ['report', folder, '--format', 'code-scanning'];
  const printed = await turncoat(report);
  expect(printed).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: .*2 files.*\nhint: /) });
  const output = join(folder, 'night.sarif');
  const { code, stderr } = await turncoat([...report, '--output', output]);
  expect([code, stderr]).toEqual([
    0,
    `turncoat: GitHub takes 20 comparisons in a file: more are in ${join(folder, 'night.2.sarif')}\n`,
  ]);
  const logs = ['night.sarif', 'night.2.sarif'].map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  expect(logs.map(({ runs }) => runs.length)).toEqual([20, 1]);
  // At the candidate's own entry, whatever else has its name in it.
  const [{ locations }] = logs[0].runs[0].results;
  expect(locations[0].physicalLocation.region).toEqual({ startLine: 6 });
});
