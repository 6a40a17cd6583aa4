// `turncoat doctor` as a user runs it, on homes and networks that lack something: a line a check, what to do, exit 0 or 1.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Check } from '../../src/app/doctor/check.ts';
import { ollamaModel, organismBytes } from '../hub/stores.ts';
import { type CommandResult, freshFolder } from './run.ts';

const home = freshFolder();
const servers: Server[] = [];
afterAll(() => servers.forEach(server => server.close().closeAllConnections()));

async function hub(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function doctor(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  return new Promise(done => {
    const child = spawn(process.execPath, [resolve('bin/turncoat.js'), 'doctor', ...args], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
    child.on('close', code => done({ code, stdout, stderr }));
  });
}

async function checks(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await doctor([...args, '--json'], env);
  expect(stderr).toBe('');
  const { checks: list, faults } = JSON.parse(stdout) as { checks: Check[]; faults: number };
  expect(faults).toBe(list.filter(({ state }) => state === 'fault').length);
  return { code, of: (name: string) => list.find(one => one.name === name), names: list.map(({ name }) => name) };
}

test('without a network every check has its line, and nothing is at fault', async () => {
  ollamaModel(join(home, '.ollama', 'models'), 'base', { model: organismBytes('base') }, '1m');
  const { code, of, names } = await checks(['--offline']);
  expect(code).toBe(0);
  for (const name of [
    'node',
    'machine',
    'engine',
    'gpu',
    'containment',
    'templates',
    'disk-runs',
    'disk-models',
    'way-out',
  ])
    expect(names).toContain(name);
  expect(of('engine')).toMatchObject({ state: 'ok', says: expect.stringContaining('node-llama-cpp 3.22') });
  expect(of('templates')).toMatchObject({ state: 'ok' });
  expect(of('ollama')).toMatchObject({ state: 'ok', says: expect.stringContaining('1.1 MB') });
  expect(of('hugging-face')?.says).toContain(join(home, '.cache/huggingface/hub'));
  expect(of('hub')).toMatchObject({ state: 'note', facts: { state: 'not-asked' } });
  const { stdout } = await doctor(['--offline']);
  expect(stdout).toMatch(/^ok {5}node {16}Node \d+/m);
  expect(stdout).toMatch(/^(nothing is missing|no fault, \d+ notes?)$/m);
});

test('a Hub that answers, and what it says to the token', async () => {
  const asked: (string | undefined)[] = [];
  const HF_ENDPOINT = await hub(({ headers, url }, response) => {
    asked.push(`${url} ${headers.authorization ?? 'nobody'}`);
    response.writeHead(headers.authorization === 'Bearer wrong' ? 401 : 200).end('[]');
  });
  const open = await checks([], { HF_ENDPOINT });
  expect([open.code, open.of('hub')]).toMatchObject([0, { state: 'ok', says: expect.stringContaining('HF_TOKEN') }]);
  const right = await checks([], { HF_ENDPOINT, HF_TOKEN: 'right' });
  expect([right.code, right.of('hub')]).toMatchObject([
    0,
    { state: 'ok', says: expect.stringContaining('takes the token') },
  ]);
  const wrong = await checks([], { HF_ENDPOINT, HF_TOKEN: 'wrong' });
  expect([wrong.code, wrong.of('hub')]).toMatchObject([
    1,
    { state: 'fault', hint: expect.stringContaining('hf auth login') },
  ]);
  expect(asked).toEqual(['/api/models?limit=1 nobody', '/api/whoami-v2 Bearer right', '/api/whoami-v2 Bearer wrong']);
});

test('a Hub that says nothing is given up on', async () => {
  const HF_ENDPOINT = await hub(() => {});
  const { code, of } = await checks([], { HF_ENDPOINT });
  expect([code, of('hub')]).toMatchObject([
    1,
    { state: 'fault', says: expect.stringContaining('did not answer within 5 s') },
  ]);
});

test('proxies and certificates that can not be: what is wrong, without the password', async () => {
  const { code, of, names } = await checks([], { HTTPS_PROXY: 'socks5://me:secret@127.0.0.1:1' });
  expect([code, of('way-out')]).toMatchObject([1, { state: 'fault', hint: expect.stringContaining('HTTPS_PROXY') }]);
  expect(names).not.toContain('hub');
  const closed = await doctor([], { HTTPS_PROXY: 'http://me:secret@127.0.0.1:1' });
  expect([closed.code, closed.stdout]).toEqual([
    1,
    expect.stringContaining('through the proxy of HTTPS_PROXY (127.0.0.1:1)'),
  ]);
  expect(closed.stdout).not.toContain('secret');
  writeFileSync(join(home, 'empty.pem'), 'nothing');
  const pem = await checks(['--offline'], { SSL_CERT_FILE: join(home, 'empty.pem') });
  expect([pem.code, pem.of('way-out')]).toMatchObject([1, { says: expect.stringContaining('holds no certificate') }]);
});

test('a cache that is a file is no place for models', async () => {
  writeFileSync(join(home, 'cache-file'), '');
  const { code, of } = await checks(['--offline'], { HF_HUB_CACHE: join(home, 'cache-file') });
  expect([code, of('hugging-face')]).toMatchObject([1, { state: 'fault', hint: expect.stringContaining('HF_HOME') }]);
});

test('a working folder that is gone is one clear error', async () => {
  const gone = join(home, 'gone');
  mkdirSync(gone);
  const script = `rmdir "$PWD" && exec "$0" "$1" doctor --offline`;
  const child = spawn('sh', ['-c', script, process.execPath, resolve('bin/turncoat.js')], { cwd: gone });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  const code = await new Promise(done => child.on('close', done));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: the working folder is gone: .+\nhint: .+\n$/)]);
});

test('an HF_ENDPOINT that is no address is one clear error', async () => {
  for (const HF_ENDPOINT of ['not an address', 'ftp://host', 'huggingface.co']) {
    const { code, stderr } = await doctor([], { HF_ENDPOINT });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: HF_ENDPOINT is no address: .+\nhint: .+\n$/)]);
  }
});
