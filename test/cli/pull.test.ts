// `turncoat pull` as processes: two at once, killed in the middle, the lock file, and what gets printed.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FakeHub } from '../hub/fake-hub.ts';
import { bytes, sha256 } from '../hub/pulling.ts';
import { type CommandResult, freshFolder, organism } from './run.ts';

const model = bytes(2_000_000);
const hash = sha256(model);
const token = 'hf_secretsecretsecret';
const repos = { 'user/tiny-GGUF': { 'tiny-Q8_0.gguf': model } };
const reference = 'hf:user/tiny-GGUF:Q8_0';

interface Desk {
  readonly folder: string;
  readonly lock: string;
  start(args: readonly string[], env?: Record<string, string>): { child: ChildProcess; done: Promise<CommandResult> };
  run(args: readonly string[], env?: Record<string, string>): Promise<CommandResult>;
  /** Files of the cache below blobs/ and snapshots/. */
  cached(): string[];
}

/** A working folder with a cache of its own. */
function openDesk(hub: FakeHub): Desk {
  const folder = freshFolder();
  const fixed = { HF_HOME: join(folder, 'hf'), HF_ENDPOINT: hub.url, HF_TOKEN: token, XDG_CACHE_HOME: folder };
  const start: Desk['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [resolve('bin/turncoat.js'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...fixed, NO_COLOR: '1', ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
    const done = new Promise<CommandResult>(finish => child.on('close', code => finish({ code, stdout, stderr })));
    return { child, done };
  };
  return {
    folder,
    lock: join(folder, 'turncoat.lock.json'),
    start,
    run: (args, env) => start(args, env).done,
    cached: () =>
      existsSync(join(folder, 'hf'))
        ? readdirSync(join(folder, 'hf'), { recursive: true, encoding: 'utf8' }).filter(name =>
            /blobs\/|snap.*gguf/.test(name),
          )
        : [],
  };
}

/** Waits until something is so; tests of processes have no other way to know. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(20);
}

test('pulls, prints where the file is, pins it, and never prints the token', async () => {
  await using hub = await FakeHub.start({ repos, token, gated: ['user/tiny-GGUF'] });
  const desk = openDesk(hub);
  const { code, stdout, stderr } = await desk.run(['pull', reference]);
  expect(stderr).toMatch(/tiny-Q8_0\.gguf 100% of 2\.0 MB/);
  expect(stderr).toContain('is pinned in turncoat.lock.json');
  expect(code).toBe(0);
  expect(stdout).toContain(`sha256 ${hash}  tiny-Q8_0.gguf`);
  const path = stdout.trim().split('\n').at(-1)?.trim() as string;
  expect(readFileSync(path).equals(model)).toBe(true);
  const written = [stdout, stderr, readFileSync(desk.lock, 'utf8')].join();
  expect(written).not.toContain(token);
  expect(written).not.toContain('signature');
  expect(JSON.parse(readFileSync(desk.lock, 'utf8'))).toEqual({
    schemaVersion: 1,
    models: {
      [reference]: {
        repo: 'user/tiny-GGUF',
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
        files: [{ file: 'tiny-Q8_0.gguf', sha256: hash, sizeBytes: model.length }],
      },
    },
  });
});

test.each([
  ['LFS', false],
  ['Xet', true],
])('--json prints JSON alone, over %s', async (_, xet) => {
  await using hub = await FakeHub.start({ repos, xet });
  const { stdout } = await openDesk(hub).run(['pull', reference, '--json']);
  expect(JSON.parse(stdout)).toMatchObject([{ reference, repo: 'user/tiny-GGUF', files: [{ sha256: hash }] }]);
});

test('several models are pulled at once, and one that fails does not stop the others', async () => {
  const two = { 'user/a': { 'a.gguf': bytes(300_000, 'a') }, 'user/b': { 'b.gguf': bytes(300_000, 'b') } };
  await using hub = await FakeHub.start({ repos: two });
  const desk = openDesk(hub);
  const { code, stderr } = await desk.run(['pull', 'hf:user/a', 'hf:user/none', 'hf:user/b']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/error: user\/none is not on /);
  expect(Object.keys(JSON.parse(readFileSync(desk.lock, 'utf8')).models)).toEqual(['hf:user/a', 'hf:user/b']);
});

test('two processes that want the same file download it once', async () => {
  await using hub = await FakeHub.start({ repos });
  const desk = openDesk(hub);
  hub.faults.push({ match: '/blob/', bytesPerSecond: 500_000 });
  const first = desk.run(['pull', reference]);
  await until(() => hub.bytesSent('cdn') > 0);
  const results = await Promise.all([first, desk.run(['pull', reference])]);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(results[0]?.stdout).toBe(results[1]?.stdout);
  expect(results.map(({ stderr }) => stderr).join()).toContain('waits for another process');
  expect(hub.bytesSent('cdn')).toBe(model.length);
  expect(desk.cached().length).toBe(2);
});

test.each([
  ['SIGKILL', null],
  ['SIGINT', 130],
] as const)(
  '%s in the middle keeps what was there; the same command goes on with it, and leaves nothing behind',
  async (signal, exit) => {
    await using hub = await FakeHub.start({ repos });
    const desk = openDesk(hub);
    hub.faults.push({ match: '/blob/', bytesPerSecond: 1_000_000 });
    const { child, done } = desk.start(['pull', reference]);
    const partial = join(desk.folder, 'hf/hub/models--user--tiny-GGUF/blobs', `${hash}.turncoat-incomplete`);
    await until(() => existsSync(partial) && statSync(partial).size > 500_000);
    child.kill(signal);
    expect((await done).code).toBe(exit);
    const { size } = statSync(partial);
    expect(desk.cached().some(name => name.endsWith(hash))).toBe(false);
    expect(existsSync(desk.lock)).toBe(false);
    const { code } = await desk.run(['pull', reference]);
    expect(code).toBe(0);
    expect(hub.log.at(-1)?.range).toBe(`bytes=${size}-`);
    expect(
      desk
        .cached()
        .sort()
        .map(name => name.split('/').at(-1)),
    ).toEqual([hash, 'tiny-Q8_0.gguf']);
  },
);

describe('turncoat.lock.json', () => {
  test('refuses a re-tagged repository until --update; another commit with the same bytes is fine', async () => {
    await using hub = await FakeHub.start({ repos });
    const desk = openDesk(hub);
    await desk.run(['pull', reference]);
    hub.setRepo('user/tiny-GGUF', { ...repos['user/tiny-GGUF'], 'README.md': Buffer.from('new words') });
    expect((await desk.run(['pull', reference])).code).toBe(0);
    const pinned = readFileSync(desk.lock, 'utf8');
    hub.setRepo('user/tiny-GGUF', { 'tiny-Q8_0.gguf': bytes(2_000_000, 'swapped') });
    for (const args of [
      ['pull', reference],
      ['compare', reference, reference],
      ['inspect', reference],
    ]) {
      const { code, stdout, stderr } = await desk.run(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /^error: .* is no longer what was pinned: user\/tiny-GGUF changed between .*\nhint: .*--update/m,
      );
    }
    expect(readFileSync(desk.lock, 'utf8')).toBe(pinned);
    const { code, stderr } = await desk.run(['pull', reference, '--update']);
    expect(code).toBe(0);
    expect(stderr).toContain('is pinned anew');
    expect(readFileSync(desk.lock, 'utf8')).not.toBe(pinned);
  });

  test('pins without a network too, and local paths not at all', async () => {
    await using hub = await FakeHub.start({ repos: { 'user/base': { 'base.gguf': readFileSync(organism('base')) } } });
    const desk = openDesk(hub);
    await desk.run(['pull', 'hf:user/base']);
    const before = hub.log.length;
    const offline = await desk.run(['inspect', 'hf:user/base', resolve(organism('base'))], { HF_HUB_OFFLINE: '1' });
    expect(offline.stderr).toBe('');
    expect(offline.code).toBe(0);
    expect(hub.log.length).toBe(before);
    expect(Object.keys(JSON.parse(readFileSync(desk.lock, 'utf8')).models)).toEqual(['hf:user/base']);
  });

  test('that is broken is a clear error', async () => {
    await using hub = await FakeHub.start({ repos });
    const desk = openDesk(hub);
    writeFileSync(desk.lock, '{"schemaVersion": 1, "models": {"x": 3}}');
    const { code, stderr } = await desk.run(['pull', reference]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: turncoat\.lock\.json is not a lock file/);
    expect(hub.log).toEqual([]);
  });
});

test('a local path needs no pull', async () => {
  await using hub = await FakeHub.start({ repos });
  const { code, stderr } = await openDesk(hub).run(['pull', './x.gguf']);
  expect(code).toBe(2);
  expect(stderr).toContain('is a path on this machine');
});
