// Two models and a suite, checked -> what a comparison is: its spec, its identity, where it is kept, its prompts.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { ThreadRenderer } from '../../engines/renderer.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Role } from '../../records/observation.ts';
import { adaptersKey, calledName } from '../../records/adapted.ts';
import type { FormatRecord, ModelRecord, RunRecord, RunSpec, Warning } from '../../records/run.ts';
import { type Settings, settingsThatDecide } from '../../records/settings.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Store } from '../../ports/store.ts';
import { type ChatTemplates, type PromptModel, renderCases } from '../../observe/prompts.ts';
import type { Prompts } from '../../observe/run.ts';
import { type ShardPlace, shardName } from '../../observe/shard.ts';
import { countCases } from '../../suite/index.ts';
import { checkAsked, comparing } from '../asked.ts';
import { earlierFindings } from './earlier-findings.ts';
import { weighingOf } from './weighing.ts';
import { checkClaim } from '../models/claims.ts';
import { type ModelRequest, type OpenedModel, openModel, requestOf, sameModel, sha256Text } from '../models/models.ts';
import { samplingCard } from '../models/sampling-card.ts';
import { runIn, type RunPlace } from '../runs/runs.ts';
import { textsOf } from './writing/texts.ts';
import { openPolicy, openSuite } from './suites.ts';

/** What `compare` was asked for, checked. */
export interface CompareRequest extends Settings<'compare'> {
  readonly candidate: ModelRequest;
  readonly baseline: ModelRequest;
  readonly suite: string;
  readonly out: string;
  /** PostgreSQL database to keep the run in, instead of a file. */
  readonly store?: string | undefined;
  /** Leave observing to `turncoat worker` processes on the same database. */
  readonly workers?: boolean | undefined;
  /** Observe one of n parts of the design only; the others are observed elsewhere. */
  readonly shard?: ShardPlace | undefined;
  /** Compare the weights of the files too; undefined: where it takes seconds. */
  readonly weights?: boolean | undefined;
  /** Stop once the design is observed, where stage 1 leaves questions: the same comparison goes on another time. */
  readonly designOnly?: boolean | undefined;
  /** Puts into a store what was observed elsewhere already, before anything is observed; default: nothing. */
  readonly takeOver?: ((store: Store, run: RunRecord, cases: readonly Case[]) => Promise<void>) | undefined;
}

/** A comparison whose inputs were checked. */
export interface Prepared {
  readonly spec: RunSpec;
  readonly models: Readonly<Record<Role, OpenedModel>>;
  /** What is to be said of settings that were found, not given. */
  readonly notes?: readonly Warning[];
  /** Findings of an earlier run that are run again, beyond the design. */
  readonly again?: readonly Case[] | undefined;
}

/** @throws UserError for what cannot be compared; nothing is written */
export async function prepare(request: CompareRequest, progress: Progress, signal: AbortSignal): Promise<Prepared> {
  checkAsked('compare', { ...request, signal }, comparing);
  const suite = openSuite(request.suite);
  progress({ kind: 'phase', phase: 'hash', total: 2, done: 0 });
  const candidate = await openModel(request.candidate, signal);
  progress({ kind: 'advanced', role: 'candidate', cases: 1 });
  const baseline = await openModel(request.baseline, signal);
  progress({ kind: 'advanced', role: 'baseline', cases: 1 });
  checkClaim(request.claim, candidate.file, baseline.file);
  const policy = request.policy === undefined ? suite.policy : openPolicy(request.policy);
  const earlier = await againFor(request, candidate.record, suite.sha256);
  const { trials, turns, margins, allow } = request;
  const card = request.sampling === 'card' ? await cardOf(request, { candidate, baseline }, signal) : undefined;
  const seed = earlier === undefined ? request.seed : `${request.seed}/after/${earlier.run}`;
  // A suite that varies little may have fewer cases than are asked for.
  const cases = countCases(suite.suite, seed, request.cases);
  // As runs keep them: conversations and a policy only where there are replies.
  const kept = {
    ...request,
    ...card?.settings,
    firstCall: request.firstCall === true ? true : undefined,
    turns: trials > 0 && turns > 1 ? turns : undefined,
    policy: trials > 0 ? policy : undefined,
    onlyFindingsOf: earlier?.run,
    // A sample that the candidate was not made to pass: other cases than the ones of the earlier run.
    seed,
    cases,
  };
  const compared = {
    schemaVersion: 1,
    candidate: candidate.record,
    baseline: baseline.record,
    suite: suite.suite,
    suiteFile: suite.file,
    suiteSha256: suite.sha256,
  } as const;
  return {
    models: { candidate, baseline },
    ...(card && { notes: card.notes }),
    again: earlier?.cases.map((one, at) => ({ ...one, index: cases + at })),
    // What is put together from the table is checked by its schema when the run is stored.
    spec: {
      ...compared,
      ...(settingsThatDecide(kept, 'observations', 'run') as Omit<RunSpec, keyof typeof compared>),
      ...weighingOf({ margins, allow }, { margins: suite.suite.margins, allow: undefined }),
    },
  };
}

const cardOf = (request: CompareRequest, { candidate, baseline }: Prepared['models'], signal: AbortSignal) =>
  samplingCard(
    {
      candidate: { request: request.candidate, file: candidate.file },
      baseline: { request: request.baseline, file: baseline.file },
    },
    signal,
  );

async function againFor(request: CompareRequest, candidate: ModelRecord, suiteSha256: string) {
  const { onlyFindingsOf: name, shard, workers } = request;
  if (name === undefined) return undefined;
  if (shard === undefined && workers !== true) return await earlierFindings(name, request, candidate, suiteSha256);
  const hint = 'leave out --shard and --workers: earlier findings are few';
  throw new UserError('bad-option', '--only-findings-of runs on one machine', hint);
}

/**
 * A comparison that was prepared elsewhere, from its record.
 * @throws UserError `model-changed` when a file is another one here
 */
export async function prepareAgain({ spec }: RunRecord, signal: AbortSignal): Promise<Prepared> {
  const open = async (role: Role) => {
    const opened = await openModel(requestOf(spec[role]), signal);
    if (sameModel(opened.record, spec[role])) return opened;
    const hint = 'another file has other calls: put the one back that the run names, or run `turncoat compare` again';
    const which = opened.record.sha256 === spec[role].sha256 ? 'an adapter is' : `${spec[role].path}:`;
    throw new UserError('model-changed', `${which} not the file that the run was observed on`, hint);
  };
  return { spec, models: { candidate: await open('candidate'), baseline: await open('baseline') } };
}

export function options({ models, spec }: Prepared, role: Role) {
  const { file } = models[role];
  return { bosToken: file.bosToken ?? '', eosToken: file.eosToken ?? '', arguments: spec.templateArguments };
}

function templatesOf({ models }: Prepared, role: Role): ChatTemplates {
  const { template, plainTemplate } = models[role];
  return plainTemplate === undefined ? { template } : { template, plainTemplate };
}

function promptModel(prepared: Prepared, role: Role): PromptModel {
  const { file } = prepared.models[role];
  return {
    path: file.path,
    ...templatesOf(prepared, role),
    options: options(prepared, role),
    controlTokens: file.tokenizer?.special ?? [],
  };
}

/**
 * Identity of a run: everything that decides its observations, but not where files lie or how they are called, nor how what
 * was observed is weighed.
 */
function runId(spec: RunSpec): string {
  const { candidate, baseline, suiteFile: _, ...rest } = spec;
  const weighing = new Set(Object.keys(settingsThatDecide(spec, 'weighing')));
  const deciding = Object.fromEntries(Object.entries(rest).filter(([name]) => !weighing.has(name)));
  // A template that is no part of the model file is one more thing that decides.
  const given = [candidate, baseline].some(({ template }) => template?.from === 'file');
  const templates = given ? [candidate.templateSha256, baseline.templateSha256] : [];
  const adapters = [candidate, baseline].map(model => adaptersKey(model) ?? []);
  const adapted = adapters.some(one => one.length > 0) ? adapters : [];
  const content = JSON.stringify([candidate.sha256, baseline.sha256, deciding, ...templates, ...adapted]);
  return createHash('sha256').update(content).digest('hex').slice(0, 10);
}

/** Where the run is kept; may hold a password. A shard has a file of its own, but shares a database with the others. */
export function locationOf({ out, store }: RunPlace, spec: RunSpec, shard?: ShardPlace): string {
  return store === undefined ? runFile(out, spec, shard) : runIn(store, runId(spec));
}

function runFile(out: string, spec: RunSpec, shard: ShardPlace | undefined): string {
  const stem = (path: string) =>
    basename(path)
      .replace(/\.gguf$/i, '')
      .replace(/[^\w.-]+/g, '_')
      .slice(0, 60);
  const files = (model: ModelRecord) => {
    const { path, adapters = [] } = model;
    const own = calledName(model) ?? path;
    return [own, ...adapters.map(one => one.path)].map(stem).join('_').slice(0, 90);
  };
  const name = `${files(spec.candidate)}-vs-${files(spec.baseline)}-${spec.suite.name}`;
  const end = `-${runId(spec)}${shard === undefined ? '' : `.${shardName(shard)}`}.sqlite`;
  return resolve(join(out, startedAs(out, end) ?? `${name}${end}`));
}

/** The run's file, where it was begun with models of other names: which bytes they are decides. */
function startedAs(folder: string, end: string): string | undefined {
  return existsSync(folder) ? readdirSync(folder).find(name => name.endsWith(end)) : undefined;
}

/** Prompts of cases, for both models. */
export async function promptsOf(
  prepared: Prepared,
  renderer: ThreadRenderer,
  cases: readonly Case[],
  signal: AbortSignal,
): Promise<Prompts> {
  const [exchanged, usual] = [cases.filter(isExchanged), cases.filter(about => !isExchanged(about))];
  const promptsFor = async (role: Role, other: Role) => {
    const rendered = await renderCases(renderer, promptModel(prepared, role), usual, signal);
    if (exchanged.length === 0) return rendered;
    const { plainTemplate: _, ...own } = promptModel(prepared, role);
    const foreign = { ...own, ...templatesOf(prepared, other) };
    return new Map([...rendered, ...(await renderCases(renderer, foreign, exchanged, signal))]);
  };
  return {
    candidate: await promptsFor('candidate', 'baseline'),
    baseline: await promptsFor('baseline', 'candidate'),
  };
}

const isExchanged = ({ template }: Case) => template === 'exchanged';

/** The record of a run that starts now. */
export function newRun(
  prepared: Prepared,
  formats: Readonly<Record<Role, FormatRecord>>,
  texts = textsOf(prepared.spec, formats),
): RunRecord {
  return {
    schemaVersion: 1,
    id: runId(prepared.spec),
    spec: prepared.spec,
    createdAt: new Date().toISOString(),
    formats,
    engines: {},
    warnings: [...(prepared.notes ?? []), ...warningsOf(prepared, formats, texts)],
    ...(texts && { texts }),
  };
}

/** Notes of a format that are warnings of the run. */
const toldOfPrompts = new Set(['prompt-tools', 'prompt-system', 'prompt-thought']);

function warningsOf({ spec, models }: Prepared, formats: RunRecord['formats'], texts: RunRecord['texts']): Warning[] {
  const warnings: Warning[] = [];
  if (spec.candidate.templateSha256 !== spec.baseline.templateSha256) {
    const detail = 'prompts may differ too, so that a divergence may come from the template alone';
    warnings.push({ code: 'templates-differ', detail });
  }
  for (const role of ['candidate', 'baseline'] as const) {
    const { own, record } = models[role];
    if (record.template?.from === 'file') {
      const same = own !== undefined && sha256Text(own) === record.templateSha256;
      const of =
        own === undefined ? 'the model file has none' : same ? 'as in the model file' : "not the model file's own";
      warnings.push({ code: 'template-file', detail: `${role}: ${record.template.path}, ${of}` });
    } else if (record.template?.from === 'named') {
      warnings.push({ code: 'template-named', detail: `${role}: ${record.template.name}` });
    }
    const { format, how, selfTest, notes } = formats[role];
    const thought = (code: string) => code === 'prompt-thought' && texts?.roles.includes(role) === true;
    const adapted = notes.filter(({ code }) => toldOfPrompts.has(code) && !thought(code));
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
