// One case of a run -> the words in it that turn the candidate's call: both models read it again with words replaced.
import { UserError } from '../../errors.ts';
import { ThreadRenderer } from '../../engines/renderer.ts';
import { type CaseDivergence, divergences } from '../../divergence/index.ts';
import { replyReader } from '../../findings/analyse.ts';
import { observeCases } from '../../observe/run.ts';
import { type Explained, explainCase } from '../../occlusion/explain.ts';
import { withFillers, wordsOf } from '../../occlusion/words.ts';
import type { Progress } from '../../ports/progress.ts';
import type { RunStore } from '../../ports/store.ts';
import type { Explanation } from '../../records/triggers/explanation.ts';
import type { Observation } from '../../records/observation.ts';
import type { RunRecord } from '../../records/run.ts';
import type { Case } from '../../records/suites/case.ts';
import { MemoryStore } from '../../stores/memory.ts';
import { withMessages } from '../../suite/index.ts';
import { EnginePair, type MachineSettings, machineSettings } from '../compare/engines.ts';
import { runOf } from '../compare/kept.ts';
import { type Prepared, prepareAgain, promptsOf } from '../compare/preparing.ts';
import { conversationTokens } from '../compare/writing/texts.ts';

export interface ExplainRequest extends MachineSettings {
  /** Prompts of the search at most; the checks take up to 22 more. Default 40. */
  readonly prompts?: number | undefined;
}

/** With fewer it could not be told that nothing turns it: two fillers for each part, and for a few lines. */
export const leastPrompts = 12;
/** Prompts that the search may take. */
export const usualPrompts = 40;

/**
 * Names the words of a case that turn a first step.
 * @param store of the run
 * @param about one of its cases
 * @throws UserError `model-changed` where a file is not the one of the run; `no-exact-scores`
 */
export async function explain(
  store: RunStore,
  about: Case,
  request: ExplainRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<Explanation> {
  const run = await runOf(store);
  const all = (await store.cases()).filter(({ probe }) => probe === undefined);
  const alike = all.filter(one => one.scenario === about.scenario && one.id !== about.id);
  const [origin, ...others] = await storedScores(store, run, [about, ...alike]);
  const { policy } = run.spec;
  const asking = explainCase(origin as CaseDivergence, others, policy, request.prompts ?? usualPrompts);
  let step = asking.next();
  if (step.done === true) return explanation(run, about, step.value);
  const prepared = await prepareAgain(run, signal);
  await using renderer = new ThreadRenderer();
  const words = wordsOf(about.messages);
  const other = withMessages(about, withFillers(about.messages, words, new Set(words.keys()), 'room'));
  const sized = await promptsOf(prepared, renderer, [...alike, about, other], signal);
  await using engines = new EnginePair({
    models: run.spec,
    machine: machineSettings(request),
    prompts: role => [...sized[role].values()],
    maxTokens: conversationTokens({ spec: { ...run.spec, turns: 1 }, texts: run.texts }),
    progress,
    signal,
  });
  const reading = { run, prepared, renderer, engines, progress, signal, store: new MemoryStore() };
  while (step.done !== true) step = asking.next(await scored(reading, step.value));
  return explanation(run, about, step.value);
}

function explanation(run: RunRecord, about: Case, explained: Explained | undefined): Explanation {
  if (explained === undefined) {
    throw new UserError('no-exact-scores', `case ${about.id} has no exact scores`, 'read its replies: turncoat show');
  }
  return { schemaVersion: 1, run: run.id, case: about.id, scenario: about.scenario, ...explained };
}

/** Exact scores that the run keeps. */
async function storedScores(store: RunStore, run: RunRecord, cases: readonly Case[]): Promise<CaseDivergence[]> {
  const ids = new Set(cases.map(({ id }) => id));
  const scores: Observation[] = [];
  for await (const one of store.observations()) if (one.kind === 'score' && ids.has(one.caseId)) scores.push(one);
  return divergences(cases, scores, replyReader(run));
}

interface Reading {
  readonly run: RunRecord;
  readonly prepared: Prepared;
  readonly renderer: ThreadRenderer;
  readonly engines: EnginePair;
  /** Of what no run keeps. */
  readonly store: MemoryStore;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Exact scores of cases under both models; nothing is sampled but what a model writes before its call. */
async function scored(
  { run, prepared, renderer, engines, store, progress, signal }: Reading,
  cases: readonly Case[],
): Promise<CaseDivergence[]> {
  const prompts = await promptsOf(prepared, renderer, cases, signal);
  const parts = {
    store,
    run: { ...run, spec: { ...run.spec, trials: 0 } },
    engines: (role: 'candidate' | 'baseline') => engines.get(role),
    together: engines.together,
    progress,
    signal,
    phase: 'probe' as const,
  };
  await observeCases(parts, cases, prompts);
  return await storedScores(store, run, cases);
}
