// CONTRIBUTING.md tells the truth: its examples apply to the sources as they are, compile, and do what it says.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { freshFolder } from './cli/run.ts';

const page = readFileSync('CONTRIBUTING.md', 'utf8');
const diffs = [...page.matchAll(/\n```diff\n([\s\S]*?\n)```\n/g)].map(match => match[1] as string);
const copy = freshFolder();
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: copy, encoding: 'utf8' });
const built = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(copy, 'dist', file)).href);

beforeAll(() => {
  for (const part of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'suites', '.oxlintrc.json'])
    cpSync(part, join(copy, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  for (const [at, diff] of diffs.entries()) {
    const file = join(copy, `${at}.diff`);
    writeFileSync(file, diff);
    run('git', 'apply', file);
  }
  run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
});

test('a new setting is one entry: option, sweep file, record', async () => {
  const { Command } = await import('commander');
  const { addSettings, settingsOf } = await built('cli/settings.js');
  const command = addSettings(new Command().exitOverride(), 'compare').parse(['--top-p', '0.9'], { from: 'user' });
  expect(settingsOf('compare', command.opts())).toMatchObject({ topP: 0.9, cases: 529 });
  expect(command.helpInformation()).toContain('--top-p <p>');
  const { sweepFileSchema } = await built('records/sweep.js');
  const sweep = (topP: number) => ({ schemaVersion: 1, candidates: ['a'], baselines: ['b'], defaults: { topP } });
  expect([0, 0.5, 2].map(topP => sweepFileSchema.safeParse(sweep(topP)).success)).toEqual([false, true, false]);
  const { runSpecSchema } = await built('records/run.js');
  expect(Object.keys(runSpecSchema.shape)).toContain('topP');
});

test('a new report format is one file and its line', async () => {
  const { reportFormats } = await built('report/formats/index.js');
  expect(reportFormats.outcome({ comparison: { verdict: { outcome: 'changed' } } })).toBe('changed\n');
});

test('the examples keep the arrows between rooms', () => {
  expect(run(process.execPath, 'node_modules/oxlint/bin/oxlint', 'src')).toContain('0 errors');
});

test('what the map names is there', () => {
  const named = [...page.matchAll(/`(src\/[a-z/]+)\//g)].map(match => match[1] as string);
  expect(named.length).toBeGreaterThan(10);
  for (const folder of named) expect(() => readFileSync(folder)).toThrow(/EISDIR/);
});
