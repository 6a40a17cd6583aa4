// The package as npm hands it on: installed in an empty folder, its main job runs and its door opens.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder } from './cli/run.ts';

test('npm pack, installed in an empty folder, runs the demonstration', () => {
  const folder = freshFolder();
  execFileSync('mkdir', ['-p', folder]);
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
  const [tarball = ''] = readdirSync(folder);
  expect(tarball).toMatch(/^turncoat-.*\.tgz$/);
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const installed = spawnSync('npm', ['install', ...quiet, `./${tarball}`], { cwd: folder, encoding: 'utf8' });
  expect([installed.status, installed.stderr]).toEqual([0, expect.not.stringMatching(/EBADENGINE|deprecated/)]);

  const bin = join(folder, 'node_modules/.bin/turncoat');
  // The page is larger than what spawnSync keeps by default (1 MiB), and grows with the report.
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 } as const;
  const demo = spawnSync(bin, ['demo', '--out', 'runs'], options);
  expect([demo.status, demo.stdout]).toEqual([0, expect.stringContaining('✗ DIVERGES  the tool calls turn on')]);
  const page = spawnSync(bin, ['report', 'last', '--out', 'runs', '--format', 'html'], options);
  expect([page.status, page.stdout]).toEqual([0, expect.stringContaining('<!doctype html>')]);

  writeFileSync(
    join(folder, 'uses.mjs'),
    "import { usualSettings } from 'turncoat'; console.log(usualSettings('compare').cases);",
  );
  expect(execFileSync(process.execPath, ['uses.mjs'], { cwd: folder, encoding: 'utf8' })).toBe('529\n');
});
