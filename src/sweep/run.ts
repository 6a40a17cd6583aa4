// A planned run -> observations in the store. Only what is missing is observed, so that a killed run goes on; each
// batch is durable before the next one starts.
import type { Case } from '../records/case.ts';
import { likelihoodKey, type Observation, type Role, scoreKey, type Trial, trialKey } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import { createRandom } from '../statistics/index.ts';
import type { Engine, Job, Progress, Store } from './ports.ts';

/** Gives a loaded engine for a role; how many are loaded at once is the caller's business. */
export type EngineSource = (role: Role) => Promise<Engine>;

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
  readonly phase?: string;
}

const roles: readonly Role[] = ['candidate', 'baseline'];

/**
 * Observes cases on both models: exact scores and trials first, then the likelihood of each candidate reply under both.
 * @throws whatever the engine or the store throws; everything observed until then is kept
 */
export async function observeCases(parts: RunParts, cases: readonly Case[], prompts: Prompts): Promise<void> {
  const { store, run } = parts;
  const done = await store.keys();
  await eachRole(parts, role => firstJobs(run, role, cases, prompts[role], done), parts.phase ?? 'observe');
  if (run.spec.trials === 0) return;
  const wanted = new Set(cases.map(({ id }) => id));
  const trials: Trial[] = [];
  for await (const observation of store.observations()) {
    if (observation.kind === 'trial' && observation.role === 'candidate' && wanted.has(observation.caseId)) {
      trials.push(observation);
    }
  }
  const known = await store.keys();
  await eachRole(parts, role => likelihoodJobs(role, trials, prompts[role], known), 'likelihood');
}

async function eachRole(parts: RunParts, plan: (role: Role) => Job[], phase: string): Promise<void> {
  const work = roles.map(role => ({ role, jobs: plan(role) }));
  const total = work.reduce((sum, { jobs }) => sum + jobs.length, 0);
  if (total === 0) return;
  parts.progress({ kind: 'phase', phase, total, done: 0 });
  const observe = async ({ role, jobs }: { role: Role; jobs: Job[] }) => {
    if (jobs.length === 0) return;
    const engine = await parts.engines(role);
    const { temperature, maxTokens } = parts.run.spec;
    for await (const batch of engine.observe(role, jobs, { temperature, maxTokens }, parts.signal)) {
      await parts.store.addObservations(batch);
      parts.observed?.(batch);
      parts.progress({ kind: 'advanced', role, cases: new Set(batch.map(({ caseId }) => caseId)).size });
    }
  };
  if (parts.together) await settled(work.map(observe));
  else for (const each of work) await observe(each);
}

/** Waits for all, then throws the first failure: no work is left running behind an error. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}

/** Scores and trials that the store does not have yet. */
function firstJobs(
  { spec, formats }: RunRecord,
  role: Role,
  cases: readonly Case[],
  prompts: ReadonlyMap<string, string>,
  done: ReadonlySet<string>,
): Job[] {
  const { frame } = formats[role];
  return cases.flatMap(about => {
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
    return [
      { caseId: about.id, prompt, ...(scored ? {} : { score: { frame, tools } }), trials: missing, likelihoods: [] },
    ];
  });
}

/** Seed of a trial: the same for both models (common random numbers), different for every case and trial. */
function trialSeed(seed: string, about: Case, trial: number): number {
  return createRandom(`${seed}/${about.id}/${trial}`).integer(2 ** 31);
}

/** Candidate replies whose likelihood under this model the store does not have yet. */
function likelihoodJobs(
  role: Role,
  trials: readonly Trial[],
  prompts: ReadonlyMap<string, string>,
  done: ReadonlySet<string>,
): Job[] {
  const missing = trials.filter(({ caseId, role: of, trial }) => !done.has(likelihoodKey(role, caseId, of, trial)));
  return [...groupByCase(missing)].flatMap(([caseId, of]) => {
    const prompt = prompts.get(caseId);
    if (prompt === undefined) return [];
    const likelihoods = of.map(({ role: owner, trial, tokens }) => ({ of: owner, trial, tokens }));
    return [{ caseId, prompt, trials: [], likelihoods }];
  });
}

function groupByCase(trials: readonly Trial[]): Map<string, Trial[]> {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) groups.set(trial.caseId, [...(groups.get(trial.caseId) ?? []), trial]);
  return groups;
}
