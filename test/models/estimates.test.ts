// Scores after sampled texts against counting: whole replies are sampled, and their first calls counted.
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/engines/session/session.ts';
import type { Observation, Score, Trial } from '../../src/records/observation.ts';
import { createRandom, meanBounds } from '../../src/statistics/index.ts';
import type { Job } from '../../src/ports/engine.ts';
import { readReply } from '../../src/toolcalls/index.ts';
import { organism } from '../cli/run.ts';
import { inSession, type Prompted, promptedCases } from './session.ts';
import { expectedCall } from '../../src/records/suites/case.ts';

const path = organism('base-thinks');
const frame = { prefix: '\n\n<tool_call>\n{"name": "', suffix: '", "arguments": {"', lead: '<think>\n\n</think>' };
const reading = { format: 'hermes', generationPrompt: '<|im_start|>assistant\n' };
const limits = { thoughtTokens: 120, proseTokens: 120, reading };
const sampling = { temperature: 1, maxTokens: 240, stopAtCall: reading };
/** Of each case: scores of four texts each, and whole replies. */
const counts = { scores: 40, texts: 4, replies: 300 };
let llama: Llama;
let model: LlamaModel;
let cases: Prompted[];

beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath: path });
  const all = await promptedCases(path, 'estimates', 40);
  cases = all.filter(({ about }) => expectedCall(about) !== undefined).slice(0, 2);
});
afterAll(() => llama.dispose());

async function observed(jobs: readonly Job[]): Promise<Observation[]> {
  const work = (session: Session) => session.observe('candidate', jobs, sampling, true);
  return (await inSession(model, { sequences: 8, contextSize: 768 }, work)).result;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Of a mean, squared. */
const variance = (values: readonly number[]) =>
  mean(values.map(value => (value - mean(values)) ** 2)) / Math.max(1, values.length - 1);

test('the mean over texts is how often whole replies make each call; intervals of four texts hold it', async () => {
  const random = createRandom('estimates');
  const seed = () => random.integer(2 ** 31);
  for (const {
    about: { id },
    prompt,
    tools,
  } of cases) {
    const scored = Array.from({ length: counts.scores }, (_, at): Job => {
      const texts = { ...limits, of: Array.from({ length: counts.texts }, seed) };
      return { caseId: `${id} ${at}`, prompt, score: { frame, tools, texts }, trials: [], likelihoods: [] };
    });
    const trials = Array.from({ length: counts.replies }, (_, trial) => ({ trial, seed: seed() }));
    const found = await observed([...scored, { caseId: id, prompt, trials, likelihoods: [] }]);
    const scores = found.filter((one): one is Score => one.kind === 'score');
    const texts = scores.flatMap(score => score.texts ?? []);
    expect(texts).toHaveLength(counts.scores * counts.texts);
    const called = found
      .filter((one): one is Trial => one.kind === 'trial')
      .map(
        ({ text, finish }) => readReply(text, { ...reading, finish }).calls.find(one => one.state === 'complete')?.name,
      );
    for (const tool of tools) {
      const exact = texts.map(text => text.tools[tool] ?? 0);
      const counted = called.map(name => Number(name === tool));
      const error = Math.sqrt(variance(exact) + variance(counted));
      expect(Math.abs(mean(exact) - mean(counted)), `${id} ${tool}`).toBeLessThan(4 * error + 0.02);
      const held = scores.filter(({ texts: four = [] }) => {
        const { low, high } = meanBounds(
          four.map(text => text.tools[tool] ?? 0),
          0.025,
          { from: 0, to: 1 },
        );
        return low <= mean(exact) && mean(exact) <= high;
      });
      expect(held.length / counts.scores, `${id} ${tool}`).toBeGreaterThanOrEqual(0.94);
    }
  }
});
