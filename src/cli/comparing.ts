// One comparison from files to verdict: checks everything first, opens the store last, observes what is missing,
// analyses what is stored.
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { divergences } from '../divergence/index.ts';
import type { GpuChoice } from '../engines/protocol.ts';
import { ThreadRenderer } from '../engines/renderer.ts';
import { analyse, conclude, nominate, replyReader, transplantsOf } from '../findings/analyse.ts';
import { costOf } from '../findings/cost.ts';
import type { Case } from '../records/case.ts';
import type { Comparison } from '../records/comparison.ts';
import type { Observation, Role } from '../records/observation.ts';
import type { FormatRecord, RunRecord, RunSpec, Warning } from '../records/run.ts';
import { openStore } from '../stores/index.ts';
import { makeCases } from '../suite/index.ts';
import type { Progress, Store } from '../sweep/ports.ts';
import { type PromptModel, renderCases } from '../sweep/prompts.ts';
import { investigateRun } from '../sweep/investigate.ts';
import { observeConversations } from '../sweep/conversations.ts';
import { observeCases, observeTransplants, type Prompts, type RunParts } from '../sweep/run.ts';
import { EnginePair } from './engines.ts';
import { inspectFiles } from './inspecting.ts';
import { keepComparison } from './keep.ts';
import { type ModelRequest, type OpenedModel, openModel } from './models.ts';
import { runIn, type RunPlace } from './runs.ts';
import { openPolicy, openSuite } from './suites.ts';

/** What `compare` was asked for, checked. */
export interface CompareRequest {
  readonly candidate: ModelRequest;
  readonly baseline: ModelRequest;
  readonly suite: string;
  readonly cases: number;
  readonly trials: number;
  readonly temperature: number;
  readonly maxTokens: number;
  /** End sampled replies at their first complete call. */
  readonly firstCall?: boolean | undefined;
  /** Replies of a trial's conversation at most; 1: first replies only. */
  readonly turns?: number;
  /** Policy file; absent: the suite's own, if it names one. */
  readonly policy?: string | undefined;
  readonly seed: string;
  readonly alpha: number;
  /** Cases beyond the design that may be scored to recover and confirm triggers. */
  readonly probes?: number;
  readonly out: string;
  /** PostgreSQL database to keep the run in, instead of a file. */
  readonly store?: string | undefined;
  readonly gpu: GpuChoice;
  /** Prompts decoded together; default by device. Not part of a run's identity: it changes only rounding. */
  readonly sequences?: number | undefined;
  readonly templateArguments: Record<string, unknown>;
  /** Compare the weights of the files too; undefined: where it takes seconds. */
  readonly weights?: boolean | undefined;
  /** Puts into a store what was observed elsewhere already, before anything is observed; default: nothing. */
  readonly takeOver?: (store: Store, run: RunRecord, cases: readonly Case[]) => Promise<void>;
}

/** Enough to recover and confirm one trigger and to dismiss a few cases: evidence method, 529 + 200. */
export const defaultProbes = 200;

/** Room for what simulated tools answer in one turn; a result cut short by it is an error of the case, not of the run. */
const resultTokens = 256;

interface Prepared {
  readonly spec: RunSpec;
  readonly models: Readonly<Record<Role, OpenedModel>>;
}

/**
 * Compares, or goes on with the same comparison where it stopped.
 * @throws UserError; nothing is written before every input has been checked
 */
export async function compare(request: CompareRequest, progress: Progress, signal: AbortSignal): Promise<Comparison> {
  const prepared = await prepare(request, progress, signal);
  await using renderer = new ThreadRenderer();
  const location = locationOf(request, prepared.spec);
  const known = await storedRun(location);
  const cases = makeCases(prepared.spec.suite, prepared.spec.seed, prepared.spec.cases);
  const { candidate, baseline } = prepared.models;
  const asked = request.weights === true && known?.inspection?.difference?.weights === undefined;
  const inspection =
    known?.inspection !== undefined && !asked
      ? known.inspection
      : await inspectFiles(candidate, baseline, {
          renderer,
          cases,
          weights: request.weights,
          progress,
          signal,
        });
  const formats = {
    candidate: await renderer.describe(prepared.models.candidate.template, options(prepared, 'candidate'), signal),
    baseline: await renderer.describe(prepared.models.baseline.template, options(prepared, 'baseline'), signal),
  };
  const prompts = await promptsOf(prepared, renderer, cases, signal);
  await using engines = new EnginePair({
    models: { candidate: prepared.spec.candidate, baseline: prepared.spec.baseline },
    gpu: request.gpu,
    prompts: role => [...prompts[role].values()],
    // A conversation grows by a reply and its results each turn.
    maxTokens: request.maxTokens + ((prepared.spec.turns ?? 1) - 1) * (request.maxTokens + resultTokens),
    sequences: request.sequences,
    progress,
    signal,
  });
  // A model that llama.cpp can't load must fail before a run file exists.
  if (known?.finishedAt === undefined) await engines.get('candidate');
  await using store = await openStore(location, { create: true });
  const run = { ...(known ?? newRun(prepared, formats)), inspection };
  if (run.finishedAt !== undefined && inspection !== known?.inspection) await store.saveRun(run);
  if (run.finishedAt !== undefined) return await analyseStore(store);
  const parts: RunParts = {
    store,
    run,
    engines: role => engines.get(role),
    together: engines.together,
    progress,
    signal,
  };
  await store.saveRun(run);
  await store.addCases(cases);
  await request.takeOver?.(store, run, cases);
  await observeCases(parts, cases, prompts);
  await transplant(parts, cases, prompts);
  await observeConversations(parts, cases, replyReader(run), (role, chats) =>
    renderer.render(prepared.models[role].template, chats, options(prepared, role), signal),
  );
  const nomination = nominate(run, await store.cases(), await observationsOf(store));
  const investigation = await investigateRun(parts, nomination, added => promptsOf(prepared, renderer, added, signal));
  const finished = { ...run, engines: engines.facts(), finishedAt: new Date().toISOString() };
  await store.saveRun(finished);
  const cost = costOf(await observationsOf(store));
  const comparison = conclude({ ...nomination, run: finished }, store.location, investigation, cost);
  await keepComparison(store, finished, comparison);
  return comparison;
}

async function promptsOf(
  prepared: Prepared,
  renderer: ThreadRenderer,
  cases: readonly Case[],
  signal: AbortSignal,
): Promise<Prompts> {
  const [exchanged, usual] = [cases.filter(isExchanged), cases.filter(about => !isExchanged(about))];
  const promptsFor = async (role: Role, other: Role) => {
    const own = await renderCases(renderer, promptModel(prepared, role), usual, signal);
    if (exchanged.length === 0) return own;
    const foreign = { ...promptModel(prepared, role), template: prepared.models[other].template };
    return new Map([...own, ...(await renderCases(renderer, foreign, exchanged, signal))]);
  };
  return {
    candidate: await promptsFor('candidate', 'baseline'),
    baseline: await promptsFor('baseline', 'candidate'),
  };
}

const isExchanged = ({ template }: Case) => template === 'exchanged';

/** Forces the candidate's most surprising calls into every case: what trials alone would show too rarely. */
async function transplant(parts: RunParts, cases: readonly Case[], prompts: Prompts): Promise<void> {
  if (parts.run.spec.trials === 0) return;
  const all = divergences(cases, await observationsOf(parts.store), replyReader(parts.run));
  await observeTransplants({ ...parts, phase: 'transplant' }, transplantsOf(parts.run, all), cases, prompts);
}

async function observationsOf(store: Store): Promise<Observation[]> {
  const observations: Observation[] = [];
  for await (const observation of store.observations()) observations.push(observation);
  return observations;
}

/** Recomputes the comparison of a stored run. */
export async function analyseStore(store: Store): Promise<Comparison> {
  const run = await store.run();
  if (run === undefined) {
    throw new UserError('run-empty', `${store.location}: the run has not started`, 'run the comparison again');
  }
  return analyse(run, store.location, await store.cases(), await observationsOf(store));
}

async function prepare(request: CompareRequest, progress: Progress, signal: AbortSignal): Promise<Prepared> {
  const suite = openSuite(request.suite);
  progress({ kind: 'phase', phase: 'hash', total: 2, done: 0 });
  const candidate = await openModel(request.candidate, signal);
  progress({ kind: 'advanced', role: 'candidate', cases: 1 });
  const baseline = await openModel(request.baseline, signal);
  progress({ kind: 'advanced', role: 'baseline', cases: 1 });
  const { cases, trials, temperature, maxTokens, turns = 1, seed, alpha, templateArguments } = request;
  const policy = request.policy === undefined ? suite.policy : openPolicy(request.policy);
  return {
    models: { candidate, baseline },
    spec: {
      schemaVersion: 1,
      candidate: candidate.record,
      baseline: baseline.record,
      suite: suite.suite,
      suiteFile: suite.file,
      suiteSha256: suite.sha256,
      cases,
      trials,
      temperature,
      maxTokens,
      ...(request.firstCall && { firstCall: true as const }),
      ...(trials > 0 && turns > 1 ? { turns } : {}),
      ...(trials > 0 && policy !== undefined ? { policy } : {}),
      seed,
      alpha,
      probes: request.probes ?? defaultProbes,
      templateArguments,
    },
  };
}

function options({ models, spec }: Prepared, role: Role) {
  const { file } = models[role];
  return { bosToken: file.bosToken ?? '', eosToken: file.eosToken ?? '', arguments: spec.templateArguments };
}

function promptModel(prepared: Prepared, role: Role): PromptModel {
  const { file, template } = prepared.models[role];
  return {
    path: file.path,
    template,
    options: options(prepared, role),
    controlTokens: file.tokenizer?.special ?? [],
  };
}

/** Identity of a run: everything that decides its observations, but not where files lie or how they are called. */
function runId(spec: RunSpec): string {
  const { candidate, baseline, suiteFile: _, ...rest } = spec;
  const content = JSON.stringify([candidate.sha256, baseline.sha256, rest]);
  return createHash('sha256').update(content).digest('hex').slice(0, 10);
}

/** Where the run is kept; may hold a password. */
function locationOf({ out, store }: RunPlace, spec: RunSpec): string {
  return store === undefined ? runFile(out, spec) : runIn(store, runId(spec));
}

function runFile(out: string, spec: RunSpec): string {
  const stem = (path: string) =>
    basename(path)
      .replace(/\.gguf$/i, '')
      .replace(/[^\w.-]+/g, '_')
      .slice(0, 60);
  const name = `${stem(spec.candidate.path)}-vs-${stem(spec.baseline.path)}-${spec.suite.name}-${runId(spec)}.sqlite`;
  return resolve(join(out, name));
}

/** The run's record, where there is one already. */
async function storedRun(location: string): Promise<RunRecord | undefined> {
  try {
    await using store = await openStore(location, { create: false });
    return await store.run();
  } catch (error) {
    if (error instanceof UserError && error.code === 'store-missing') return undefined;
    throw error;
  }
}

function newRun(prepared: Prepared, formats: Readonly<Record<Role, FormatRecord>>): RunRecord {
  return {
    schemaVersion: 1,
    id: runId(prepared.spec),
    spec: prepared.spec,
    createdAt: new Date().toISOString(),
    formats,
    engines: {},
    warnings: warningsOf(prepared, formats),
  };
}

function warningsOf({ spec, models }: Prepared, formats: Readonly<Record<Role, FormatRecord>>): Warning[] {
  const warnings: Warning[] = [];
  if (spec.candidate.templateSha256 !== spec.baseline.templateSha256) {
    const detail = 'prompts differ too, so a divergence may come from the template alone';
    warnings.push({ code: 'templates-differ', detail });
  }
  for (const role of ['candidate', 'baseline'] as const) {
    const { format, how, selfTest, notes } = formats[role];
    const adapted = notes.filter(({ code }) => code === 'prompt-tools' || code === 'prompt-system');
    for (const { code, detail } of adapted) warnings.push({ code, detail: `${role}: ${detail}` });
    if (how === 'generic') warnings.push({ code: 'format-generic', detail: role });
    else if (how === 'derived') warnings.push({ code: 'format-derived', detail: role });
    else if (selfTest !== 'passed') warnings.push({ code: 'format-untested', detail: `${role}, format ${format}` });
  }
  const tokens = (role: Role) => models[role].file.tokenizer?.tokens;
  if (tokens('candidate') !== tokens('baseline')) {
    warnings.push({ code: 'vocabularies-differ', detail: `${tokens('candidate')} and ${tokens('baseline')} tokens` });
  }
  return warnings;
}
