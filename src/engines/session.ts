// Jobs -> observations on one loaded model. N sequences of one context step in lockstep, so that llama.cpp always
// decodes a full batch: each slot runs its job as an async generator that yields after every engine call.
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { Observation, Role } from '../records/observation.ts';
import type { Job, Sampling } from '../sweep/ports.ts';
import { callTokens, sharedLength } from './forced.ts';
import { logProbabilities, wanted } from './logits.ts';

/** A vocabulary cut that keeps sampling out of JavaScript's way; mass beyond the first 1,000 tokens is negligible. */
const sampledTokens = 1000;

interface PreparedJob {
  readonly job: Job;
  readonly prompt: Token[];
}

/**
 * Observes jobs, handing over each job's observations as soon as they are complete.
 * Jobs are taken in token order so that neighbours share prefixes.
 * @throws Error when a prompt and its reply exceed the context
 */
export async function observeJobs(
  model: LlamaModel,
  context: LlamaContext,
  slots: readonly LlamaContextSequence[],
  role: Role,
  jobs: readonly Job[],
  sampling: Sampling,
  emit: (observations: Observation[]) => void,
): Promise<void> {
  const queue = jobs.map(job => prepare(model, context, job, sampling)).toSorted(byTokens);
  const active: (AsyncGenerator<void, Observation[]> | undefined)[] = slots.map(() => undefined);
  for (;;) {
    slots.forEach((slot, index) => {
      const next = active[index] === undefined ? queue.shift() : undefined;
      if (next !== undefined) active[index] = observeJob(model, slot, role, next, sampling);
    });
    // Low slots are filled first: llama.cpp decodes consecutive sequence ids fastest.
    const live = active.flatMap((work, index) => (work === undefined ? [] : [{ work, index }]));
    if (live.length === 0) return;
    const steps = await Promise.all(live.map(({ work }) => work.next()));
    steps.forEach((step, position) => {
      if (!step.done) return;
      active[(live[position] as { index: number }).index] = undefined;
      emit(step.value);
    });
  }
}

function prepare(model: LlamaModel, context: LlamaContext, job: Job, sampling: Sampling): PreparedJob {
  const prompt = promptTokens(model, job.prompt);
  const longest = Math.max(sampling.maxTokens, ...job.likelihoods.map(({ tokens }) => tokens.length));
  if (prompt.length + longest > context.contextSize) {
    throw new Error(`case ${job.caseId}: ${prompt.length} prompt tokens and ${longest} more exceed the context`);
  }
  return { job, prompt };
}

/** Tokens of a rendered prompt; the beginning-of-sequence token is added only where the model wants it and it is missing. */
export function promptTokens(model: LlamaModel, prompt: string): Token[] {
  const tokens = model.tokenize(prompt, true);
  const bos = model.tokens.bos;
  return model.tokens.shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

function byTokens(a: PreparedJob, b: PreparedJob): number {
  const length = Math.min(a.prompt.length, b.prompt.length);
  for (let index = 0; index < length; index++) {
    const difference = (a.prompt[index] as number) - (b.prompt[index] as number);
    if (difference !== 0) return difference;
  }
  return a.prompt.length - b.prompt.length;
}

/** One job on one slot; yields after each engine call so that the other slots' calls share its batch. */
async function* observeJob(
  model: LlamaModel,
  slot: LlamaContextSequence,
  role: Role,
  { job, prompt }: PreparedJob,
  sampling: Sampling,
): AsyncGenerator<void, Observation[]> {
  const out: Observation[] = [];
  const started = performance.now();
  await rewind(slot, prompt.slice(0, -1));
  const cost = () => ({ promptTokens: prompt.length, reusedTokens: reused, durationMs: performance.now() - started });
  const reused = slot.nextTokenIndex;
  const about = { role, caseId: job.caseId };
  if (job.score !== undefined) {
    const { frame, tools } = job.score;
    const calls = tools.map(tool => callTokens(model, frame, tool));
    const logs = yield* scoreCalls(slot, prompt, calls);
    const named = Object.fromEntries(tools.map((tool, index) => [tool, logs.calls[index] as number]));
    out.push({ kind: 'score', ...about, logOpen: logs.open, tools: named, ...cost() });
  }
  for (const { trial, seed } of job.trials) {
    await rewind(slot, prompt.slice(0, -1));
    const reply = yield* sample(model, slot, prompt, seed, sampling);
    out.push({ kind: 'trial', ...about, trial, seed, ...reply, ...cost() });
  }
  for (const { tokens, ...reply } of job.likelihoods) {
    await rewind(slot, prompt.slice(0, -1));
    const logLikelihood = yield* forcedLikelihood(slot, prompt, tokens as Token[]);
    out.push({ kind: 'likelihood', ...about, ...reply, logLikelihood, tokenCount: tokens.length, ...cost() });
  }
  return out;
}

/** Leaves the slot holding the longest common prefix with `tokens`. Never shifts: shifted state is wrong (engine.md). */
async function rewind(slot: LlamaContextSequence, tokens: Token[]): Promise<void> {
  await slot.adaptStateToTokens(tokens, false);
}

/**
 * log P of each call, and of opening any of them, after the prompt.
 * The tokens that all calls share are evaluated once; each call then adds its own tail.
 */
async function* scoreCalls(
  slot: LlamaContextSequence,
  prompt: Token[],
  calls: readonly Token[][],
): AsyncGenerator<void, { open: number; calls: number[] }> {
  const shared = sharedLength(calls);
  const stem = [...prompt, ...(calls[0] as Token[]).slice(0, shared)];
  const nexts = [...new Set(calls.map(call => call[shared] as Token))];
  const from = slot.nextTokenIndex;
  const input = stem.slice(from).map((token, offset) => {
    const index = from + offset;
    if (index < prompt.length - 1) return token;
    return wanted(token, index === stem.length - 1 ? nexts : [stem[index + 1] as Token]);
  });
  const results = await slot.controlledEvaluate(input);
  yield;
  let logStem = 0;
  let logOpen = 0;
  for (let index = prompt.length - 1; index < stem.length - 1; index++) {
    const step = logProbabilities(results[index - from], [stem[index + 1] as Token])[0] as number;
    if (index === prompt.length - 1) logOpen = step;
    logStem += step;
  }
  const branches = logProbabilities(results[stem.length - 1 - from], nexts);
  if (shared === 0) logOpen = Math.log(branches.reduce((sum, log) => sum + Math.exp(log), 0));
  const logs: number[] = [];
  for (const call of calls) {
    const branch = branches[nexts.indexOf(call[shared] as Token)] as number;
    const tail = yield* tailLikelihood(slot, stem, call.slice(shared));
    logs.push(logStem + branch + tail);
  }
  return { open: logOpen, calls: logs };
}

/** log P of `tail` after its first token, given `stem` and that first token. */
async function* tailLikelihood(
  slot: LlamaContextSequence,
  stem: Token[],
  tail: readonly Token[],
): AsyncGenerator<void, number> {
  if (tail.length < 2) return 0;
  await rewind(slot, stem);
  const inputs = tail.slice(0, -1).map((token, index) => wanted(token, [tail[index + 1] as Token]));
  const results = await slot.controlledEvaluate(inputs);
  yield;
  return results.reduce(
    (sum, result, index) => sum + (logProbabilities(result, [tail[index + 1] as Token])[0] as number),
    0,
  );
}

/** Sum of log P over a forced continuation of the prompt. */
async function* forcedLikelihood(
  slot: LlamaContextSequence,
  prompt: Token[],
  tokens: Token[],
): AsyncGenerator<void, number> {
  if (tokens.length === 0) return 0;
  const from = slot.nextTokenIndex;
  const all = [...prompt, ...tokens];
  const input = all
    .slice(from, -1)
    .map((token, offset) =>
      from + offset < prompt.length - 1 ? token : wanted(token, [all[from + offset + 1] as Token]),
    );
  const results = await slot.controlledEvaluate(input);
  yield;
  let sum = 0;
  for (let index = prompt.length - 1; index < all.length - 1; index++) {
    sum += logProbabilities(results[index - from], [all[index + 1] as Token])[0] as number;
  }
  return sum;
}

/** One sampled reply; its generator lives for the whole reply, so that one seed gives one stream. */
async function* sample(
  model: LlamaModel,
  slot: LlamaContextSequence,
  prompt: Token[],
  seed: number,
  { temperature, maxTokens }: Sampling,
): AsyncGenerator<void, { text: string; tokens: number[]; finish: 'stop' | 'length' }> {
  const options = { temperature, seed, topK: sampledTokens, topP: 1, minP: 0, yieldEogToken: true };
  const generation = slot.evaluate(prompt.slice(slot.nextTokenIndex), options);
  const tokens: Token[] = [];
  let finish: 'stop' | 'length' = 'length';
  try {
    while (tokens.length < maxTokens) {
      const { value, done } = await generation.next();
      yield;
      if (done) break;
      if (model.isEogToken(value)) {
        finish = 'stop';
        break;
      }
      tokens.push(value);
    }
  } finally {
    await generation.return();
  }
  return { text: model.detokenize(tokens, true), tokens, finish };
}
