// What surrounds the command line: a reader that has enough, a desktop that opens a browser, others who list processes.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { scriptedRun, storeRun } from '../review/run-file.ts';
import { freshFolder } from './run.ts';

test.each(['compare --help', '--help', 'suite preview devops -n 200'])(
  'turncoat %s into a pipe that closes at once ends quietly',
  async args => {
    const command = `${process.execPath} bin/turncoat.js ${args} | true`;
    const { stderr } = await promisify(execFile)('sh', ['-c', command]);
    expect(stderr).toBe('');
  },
);

test('the one-time address is in a private file, not among the arguments of a process', async () => {
  const { folder } = await storeRun(scriptedRun('opened'));
  const bin = freshFolder();
  const told = join(bin, 'told');
  const opener = `#!/bin/sh\nstat -c %a "$1" > ${told}.mode\ncp "$1" ${told}.copy\nprintf %s "$*" > ${told}\n`;
  writeFileSync(join(bin, 'xdg-open'), opener);
  chmodSync(join(bin, 'xdg-open'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const child = spawn(process.execPath, ['bin/turncoat.js', 'review', 'last', '--out', folder], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', text => (printed += text));
  while (!existsSync(told) && child.exitCode === null) await sleep(50);
  const file = readFileSync(told, 'utf8');
  expect(printed).toMatch(/\?token=/);
  expect(file).not.toContain('token');
  expect(readFileSync(`${told}.mode`, 'utf8').trim()).toBe('600');
  expect(readFileSync(`${told}.copy`, 'utf8')).toContain(printed.trim());
  child.kill('SIGINT');
  await ended;
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
});
