// A planned run -> observations in the store. Only what is missing is observed, so that a killed run goes on; each
// batch is durable before the next one starts.
import { fits, type Transplant } from '../divergence/index.ts';
import type { Case } from '../records/suites/case.ts';
import { likelihoodKey, type Observation, type Role, type Score, scoreKey, trialKey } from '../records/observation.ts';
import type { Phase } from '../records/sweeps/phase.ts';
import type { RunRecord } from '../records/run.ts';
import { createRandom } from '../statistics/index.ts';
import type { Engine, ForcedReply, Job, Sampling } from '../ports/engine.ts';
import type { Progress } from '../ports/progress.ts';
import type { Store } from '../ports/store.ts';

/** Gives a loaded engine for a role; how many are loaded at once is the caller's business. */
export type EngineSource = (role: Role) => Promise<Pick<Engine, 'observe'>>;

/** Case id -> prompt, for each model's own template. */
export type Prompts = Readonly<Record<Role, ReadonlyMap<string, string>>>;

export interface RunParts {
  readonly store: Store;
  readonly run: RunRecord;
  readonly engines: EngineSource;
  /** true: both models are observed at the same time. */
  readonly together: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Sees every batch once it is stored. */
  readonly observed?: (batch: readonly Observation[]) => void;
  /** What the progress display calls this; default `observe`. */
  readonly phase?: Phase;
}

const otherRole = (role: Role): Role => (role === 'candidate' ? 'baseline' : 'candidate');

const roles: readonly Role[] = ['candidate', 'baseline'];

/**
 * Observes cases on both models: exact scores and trials first, then the likelihood of every reply under both.
 * @throws whatever the engine or the store throws; everything observed until then is kept
 */
export async function observeCases(parts: RunParts, cases: readonly Case[], prompts: Prompts): Promise<void> {
  const { store, run } = parts;
  const done = await store.keys();
  const texts = await textsToExchange(store, cases);
  await eachRole(parts, role => firstJobs(run, role, cases, prompts[role], { done, texts }), parts.phase ?? 'observe');
  // Token ids of one vocabulary are other texts in another.
  if (run.spec.trials === 0 || run.warnings.some(({ code }) => code === 'vocabularies-differ')) return;
  const wanted = new Set(cases.map(({ id }) => id));
  const replies = new Map<string, ForcedReply[]>();
  for await (const observation of store.observations()) {
    if (observation.kind !== 'trial' || observation.turn !== undefined || !wanted.has(observation.caseId)) continue;
    const { caseId, role: of, trial, tokens } = observation;
    replies.set(caseId, [...(replies.get(caseId) ?? []), { of, trial, tokens }]);
  }
  await forceReplies(parts, replies, prompts);
}

/**
 * Observes the exact likelihood of the candidate's most surprising calls in every case that offers their tools, under
 * both models.
 */
export async function observeTransplants(
  parts: RunParts,
  transplants: readonly Transplant[],
  cases: readonly Case[],
  prompts: Prompts,
): Promise<void> {
  const replies = new Map(
    cases.map(about => {
      const fitting = transplants.filter(one => fits(one, about));
      return [about.id, fitting.map(({ from, trial, tokens }) => ({ of: 'candidate' as const, trial, from, tokens }))];
    }),
  );
  await forceReplies(parts, replies, prompts);
}

/** Replies by case, forced into it under both models; what the store has is not observed again. */
async function forceReplies(
  parts: RunParts,
  replies: ReadonlyMap<string, readonly ForcedReply[]>,
  prompts: Prompts,
): Promise<void> {
  const known = await parts.store.keys();
  const jobs = (role: Role) => likelihoodJobs(role, replies, prompts[role], known);
  await eachRole(parts, jobs, parts.phase ?? 'likelihood');
}

/** Observes each model's jobs, both models at the same time where they are loaded together. */
export async function eachRole(parts: RunParts, plan: (role: Role) => Job[], phase: Phase): Promise<void> {
  const work = roles.map(role => ({ role, jobs: plan(role) }));
  const total = work.reduce((sum, { jobs }) => sum + jobs.length, 0);
  if (total === 0) return;
  parts.progress({ kind: 'phase', phase, total, done: 0 });
  const observe = async ({ role, jobs }: { role: Role; jobs: Job[] }) => {
    if (jobs.length === 0) return;
    const engine = await parts.engines(role);
    for await (const batch of engine.observe(role, jobs, samplingOf(parts.run, role), parts.signal)) {
      await parts.store.addObservations(batch);
      parts.observed?.(batch);
      const done = new Set(batch.map(({ caseId }) => caseId));
      parts.progress({ kind: 'advanced', role, cases: done.size, caseId: batch.at(-1)?.caseId });
    }
  };
  if (parts.together) await settled(work.map(observe));
  else for (const each of work) await observe(each);
}

function samplingOf({ spec, formats, texts }: RunRecord, role: Role): Sampling {
  const { temperature, firstCall, topP, topK, minP, repeatPenalty } = spec;
  const { format, markers, generationPrompt } = formats[role];
  const cut = Object.entries({ topP, topK, minP, repeatPenalty }).filter(([, value]) => value !== undefined);
  // A thought takes nothing from the room of the reply after it.
  const maxTokens = spec.maxTokens + (texts?.roles.includes(role) ? texts.thoughtTokens : 0);
  return {
    temperature,
    maxTokens,
    ...Object.fromEntries(cut),
    ...(firstCall && { stopAtCall: { format, markers, generationPrompt } }),
  };
}

/** Waits for all, then throws the first failure: no work is left running behind an error. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}

/** Scores and trials that the store does not have yet. */
function firstJobs(
  run: RunRecord,
  role: Role,
  cases: readonly Case[],
  prompts: ReadonlyMap<string, string>,
  { done, texts: written }: { readonly done: ReadonlySet<string>; readonly texts: ReadonlyMap<string, Score> },
): Job[] {
  const { spec, formats } = run;
  return cases.flatMap(about => {
    const speaker = about.template === 'exchanged' ? otherRole(role) : role;
    const { frame } = formats[speaker];
    const prompt = prompts.get(about.id);
    if (prompt === undefined) throw new Error(`no prompt for case ${about.id}`);
    const trials = Array.from({ length: spec.trials }, (_, trial) => ({
      trial,
      seed: trialSeed(spec.seed, about, trial),
    }));
    const missing = trials.filter(({ trial }) => !done.has(trialKey(role, about.id, trial)));
    const scored = frame === undefined || done.has(scoreKey(role, about.id));
    if (scored && missing.length === 0) return [];
    const tools = about.tools.map(tool => tool.function.name);
    const texts = textsOf(run, speaker, about, written.get(scoreKey(otherRole(role), about.probe?.of ?? '')));
    const score = scored ? {} : { score: { frame, tools, ...(texts && { texts }) } };
    return [{ caseId: about.id, prompt, ...score, trials: missing, likelihoods: [] }];
  });
}

/** What models wrote in the cases that those with exchanged texts were made from, by the key of the score. */
async function textsToExchange(store: Store, cases: readonly Case[]): Promise<Map<string, Score>> {
  const origins = new Set(cases.flatMap(({ texts, probe }) => (texts === 'exchanged' && probe ? [probe.of] : [])));
  const found = new Map<string, Score>();
  if (origins.size === 0) return found;
  for await (const observation of store.observations()) {
    if (observation.kind !== 'score' || !origins.has(observation.caseId)) continue;
    found.set(scoreKey(observation.role, observation.caseId), observation);
  }
  return found;
}

/**
 * Texts that a model writes before its calls in a case; the same seeds for both models.
 * @param speaker whose template it is
 * @param other what the other model wrote, for a case that exchanges texts
 */
function textsOf(
  { spec, formats, texts }: RunRecord,
  speaker: Role,
  about: Case,
  other: Score | undefined,
): NonNullable<Job['score']>['texts'] {
  if (!texts?.roles.includes(speaker)) return undefined;
  const { format, markers, generationPrompt } = formats[speaker];
  const seeds = Array.from({ length: texts.count }, (_, text) =>
    createRandom(`${spec.seed}/${about.id}/text ${text}`).integer(2 ** 31),
  );
  const of =
    about.texts === 'exchanged' && other?.texts !== undefined ? other.texts.map(({ tokens }) => tokens) : seeds;
  const reading = { format, ...(markers && { markers }), generationPrompt };
  return { of, thoughtTokens: texts.thoughtTokens, proseTokens: spec.maxTokens, reading };
}

/** Seed of a trial: the same for both models (common random numbers), different for every case and trial. */
export function trialSeed(seed: string, about: Case, trial: number, turn = 0): number {
  return createRandom(`${seed}/${about.id}/${trial}${turn === 0 ? '' : `/${turn}`}`).integer(2 ** 31);
}

/** Replies whose likelihood under this model the store does not have yet. */
function likelihoodJobs(
  role: Role,
  replies: ReadonlyMap<string, readonly ForcedReply[]>,
  prompts: ReadonlyMap<string, string>,
  done: ReadonlySet<string>,
): Job[] {
  return [...replies].flatMap(([caseId, all]) => {
    const prompt = prompts.get(caseId);
    const likelihoods = all.filter(
      ({ of, trial, from, turn }) => !done.has(likelihoodKey(role, caseId, of, trial, from, turn)),
    );
    if (prompt === undefined || likelihoods.length === 0) return [];
    return [{ caseId, prompt, trials: [], likelihoods }];
  });
}
