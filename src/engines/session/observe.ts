// One job on one sequence, as a generator that yields after each engine call so that all sequences step together.
import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { Observation, Role, Written } from '../../records/observation.ts';
import type { Job, Sampling, TextLimits } from '../../ports/engine.ts';
import { readReply } from '../../toolcalls/index.ts';
import { callTokens } from './forced.ts';
import type { ForcedPass } from './forced-pass.ts';
import { drawing } from './sampling.ts';
import { forcedLikelihood, scoreCalls } from './scores.ts';
import { writeText } from './texts.ts';

/** A share that is smaller has no logarithm worth keeping. */
const leastShare = 1e-30;

export interface Assignment {
  readonly role: Role;
  readonly job: Job;
  readonly prompt: Token[];
  /** How forced tokens are evaluated. */
  readonly pass: ForcedPass;
  readonly sampling: Sampling;
  /** Prompt tokens that the sequence had when the job came. */
  readonly reused: number;
  /** When the job came, in ms. */
  readonly started: number;
}

/** All observations a job asks for. The sequence holds the prompt's start, at most all but its last token. */
export async function* observeJob(
  model: LlamaModel,
  slot: LlamaContextSequence,
  { role, job, prompt, pass, sampling, reused, started }: Assignment,
): AsyncGenerator<void, Observation[]> {
  const out: Observation[] = [];
  const about = { role, caseId: job.caseId };
  let [had, since] = [reused, started];
  /** What the last observation took; the next one starts from the prompt again. */
  const cost = async (forcedTokens: number) => {
    const now = performance.now();
    const evaluatedTokens = prompt.length - had + forcedTokens;
    const taken = { promptTokens: prompt.length, reusedTokens: had, evaluatedTokens, durationMs: now - since };
    await slot.adaptStateToTokens(prompt.slice(0, -1), false);
    [had, since] = [slot.nextTokenIndex, now];
    return taken;
  };
  if (job.score?.texts !== undefined) {
    const { logOpen, named, texts, evaluated } = yield* scoreTexts({ model, slot, prompt, pass, job, sampling });
    out.push({ kind: 'score', ...about, logOpen, tools: named, texts, ...(await cost(evaluated)) });
  } else if (job.score !== undefined) {
    const { frame, tools } = job.score;
    const calls = tools.map(tool => callTokens(model, frame, tool));
    const lead = frame.lead === undefined ? [] : model.tokenize(frame.lead, true);
    const logs = yield* scoreCalls(pass, slot, [...prompt, ...lead], calls);
    const named = Object.fromEntries(tools.map((tool, index) => [tool, logs.calls[index] as number]));
    out.push({
      kind: 'score',
      ...about,
      logOpen: logs.open,
      tools: named,
      ...(await cost(lead.length + logs.forcedTokens)),
    });
  }
  for (const { seed, ...which } of job.trials) {
    const reply = yield* sample(model, slot, prompt, seed, sampling);
    // The last token is drawn but never evaluated.
    const taken = await cost(Math.max(0, reply.tokens.length - 1));
    out.push({ kind: 'trial', ...about, ...which, seed, ...reply, ...taken });
  }
  for (const { tokens, ...which } of job.likelihoods) {
    const logLikelihood = yield* forcedLikelihood(pass, slot, prompt, tokens as Token[]);
    const forced = Math.max(0, tokens.length - 1);
    out.push({
      kind: 'likelihood',
      ...about,
      ...which,
      logLikelihood,
      tokenCount: tokens.length,
      ...(await cost(forced)),
    });
  }
  return out;
}

/** Calls after sampled texts: the mean of their probabilities. */
async function* scoreTexts({
  job,
  sampling,
  ...about
}: Pick<Assignment, 'job' | 'prompt' | 'pass' | 'sampling'> & {
  readonly model: LlamaModel;
  readonly slot: LlamaContextSequence;
}): AsyncGenerator<void, { logOpen: number; named: Record<string, number>; texts: Written[]; evaluated: number }> {
  const { frame, tools, texts: limits } = job.score as Required<NonNullable<Job['score']>>;
  const texts: Written[] = [];
  let evaluated = 0;
  for (const source of limits?.of ?? []) {
    await about.slot.adaptStateToTokens(about.prompt.slice(0, -1), false);
    const one = yield* writeText({ ...about, frame, tools, limits: limits as TextLimits, sampling }, source);
    texts.push(one.written);
    evaluated += one.evaluated;
  }
  const mean = (of: (text: Written) => number) => texts.reduce((sum, text) => sum + of(text), 0) / texts.length;
  const log = (share: number) => Math.log(Math.max(share, leastShare));
  const named = Object.fromEntries(tools.map(tool => [tool, log(mean(text => text.tools[tool] ?? 0))]));
  return { logOpen: log(mean(text => text.open)), named, texts, evaluated };
}

/** One sampled reply; its generator lives for the whole reply, so that one seed gives one stream. */
async function* sample(
  model: LlamaModel,
  slot: LlamaContextSequence,
  prompt: Token[],
  seed: number,
  sampling: Sampling,
): AsyncGenerator<void, { text: string; tokens: number[]; finish: 'stop' | 'length' }> {
  const { maxTokens, stopAtCall } = sampling;
  const tokens: Token[] = [];
  const generation = slot.evaluate(prompt.slice(slot.nextTokenIndex), drawing(sampling, seed, prompt, tokens));
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
      if (stopAtCall !== undefined && hasCall(model, tokens, stopAtCall)) {
        finish = 'stop';
        break;
      }
    }
  } finally {
    await generation.return();
  }
  return { text: model.detokenize(tokens, true), tokens, finish };
}

/** Does the reply so far hold a complete call? Asked only where its last token can end one. */
function hasCall(model: LlamaModel, tokens: Token[], format: NonNullable<Sampling['stopAtCall']>): boolean {
  if (!/[}\])>]/.test(model.detokenize(tokens.slice(-1), true))) return false;
  return readReply(model.detokenize(tokens, true), { ...format, finish: 'unfinished' }).calls.some(
    ({ state }) => state === 'complete',
  );
}
