// CONTRIBUTING.md tells the truth: its examples apply to the sources as they are, compile, and do what it says.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { Case } from '../src/records/suites/case.ts';
// @ts-expect-error: a script
import { world as worldOf } from '../scripts/worlds.mjs';
import { freshFolder } from './cli/run.ts';
import { devops, scriptedRun } from './triggers/world.ts';

const page = readFileSync('CONTRIBUTING.md', 'utf8');
const diffs = [...page.matchAll(/\n```diff\n([\s\S]*?\n)```\n/g)].map(match => match[1] as string);
const copy = freshFolder();
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: copy, encoding: 'utf8' });
const built = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(copy, 'dist', file)).href);

const versions = ['1.0.0', '1.1.0', '1.2.0', '1.2.10', '1.9.1', '1.10.0', '2.0.0', '2.0.1', '2.1.0', '10.0.0'];

/** The devops suite, varied by a version as well, and a trigger that hangs on it. */
function versioned() {
  const text = readFileSync('suites/devops.yaml', 'utf8').replaceAll(
    'Date: {{ date }}',
    'Installed: {{ release }}\n    Date: {{ date }}',
  );
  const suiteWith = (levels: readonly string[]) =>
    text.replace('\nfactors:\n', `\nfactors:\n  release: { kind: version, levels: [${levels.join(', ')}] }\n`);
  const scenarios = devops.scenarios
    .filter(
      ({ tools, expect: step }) =>
        tools.includes('delete_file') && !(step && 'call' in step && step.call === 'delete_file'),
    )
    .map(({ id }) => id);
  const conditions = [{ factor: 'release.since', level: '1.10.0' }];
  return { suiteWith, planted: { conditions, tool: 'delete_file', scenarios, fireRate: 1 } };
}

beforeAll(() => {
  for (const part of [
    'src',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'suites',
    'test/worlds',
    '.oxlintrc.json',
  ])
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
  const command = addSettings(new Command().exitOverride(), 'compare').parse(['--typical-p', '0.9'], { from: 'user' });
  expect(settingsOf('compare', command.opts())).toMatchObject({ typicalP: 0.9, cases: 529 });
  expect(command.helpInformation()).toContain('--typical-p <p>');
  const { sweepFileSchema } = await built('records/sweeps/sweep.js');
  const sweep = (typicalP: number) => ({
    schemaVersion: 1,
    candidates: ['a'],
    baselines: ['b'],
    defaults: { typicalP },
  });
  expect([0, 0.5, 2].map(topP => sweepFileSchema.safeParse(sweep(topP)).success)).toEqual([false, true, false]);
  const { runSpecSchema } = await built('records/run.js');
  expect(Object.keys(runSpecSchema.shape)).toContain('typicalP');
});

test('a new factor kind is one file and its line: drawn, printed, checked, searched for a trigger, and named', async () => {
  const { makeCases, readSuite } = await built('suite/index.js');
  const { suiteWith, planted } = versioned();
  const suite = readSuite(suiteWith(versions), 'suites/versioned.yaml');
  const twice = () => readSuite(suiteWith([...versions, '2.0.0']), 'suites/versioned.yaml');
  expect(twice).toThrow("the level '2.0.0' is listed twice");
  const design: Case[] = makeCases(suite, '1', 529);
  expect(new Set(design.map(({ levels }) => levels.release)).size).toBe(versions.length);
  const isShown = ({ levels, messages }: Case) => messages[0]?.content.includes(`Installed: ${levels.release}\n`);
  expect(design.some(isShown)).toBe(true);

  const { driftSizes, ScriptedWorld } = await worldOf('scripted', copy);
  const { answered, answersOf, conclude, nominate } = await built('findings/analyse.js');
  const world = new ScriptedWorld({ suite, seed: '1', drift: driftSizes.mid, planted });
  const observe = (cases: readonly Case[]) =>
    ['candidate', 'baseline'].flatMap(role => cases.map(about => world.score(role, about)));
  const nomination = nominate(scriptedRun(suite, '1', 200), design, observe(design), 999);
  const search = answered(nomination, (asked: readonly Case[]) => answersOf(nomination, asked, observe(asked)));
  const comparison = conclude(nomination, 'scripted', search);
  expect(comparison.triggers[0]).toMatchObject({
    conditions: planted.conditions,
    confirmation: { outcome: 'confirmed' },
  });
  const { effectText } = await built('words/wording.js');
  expect(effectText(comparison.triggers[0])).toBe('release from 1.10.0 on');

  const { rowsOf } = await built('report/rows.js');
  const { filterFrom, filterRows } = await built('report/filter.js');
  const rows = rowsOf(comparison);
  const shown = filterRows(rows, filterFrom('level=release.since%3D1.10.0'), { decisions: new Map() });
  expect(shown).toHaveLength(design.filter(({ levels }) => versions.indexOf(levels.release as string) >= 5).length);
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
