// A sweep -> what it will run and take: every comparison in order, measured in miniature where its models are here.
// Nothing is downloaded, and nothing is written to the folder of the runs.
import { freemem } from 'node:os';
import { machineSettings } from '../compare/engines.ts';
import { fits, mostTransplants } from '../../divergence/index.ts';
import { UserError } from '../../errors.ts';
import { readAdapted, readLock, type ResolvedModel, resolveModel } from '../../hub/index.ts';
import type { Lock } from '../../records/sweeps/lock.ts';
import type { Amount, PairPlan, SweepPlan } from '../../records/sweeps/plan.ts';
import type { WorkPhase } from '../../records/sweeps/phase.ts';
import { amount, estimate, noTokens, phaseOf, sumOf, sumTokens } from '../../sweep/estimate.ts';
import type { Pair } from '../../sweep/plan.ts';
import type { EngineFacts } from '../../ports/engine.ts';
import type { Store } from '../../ports/store.ts';
import { baselineKey, isOwnOfBaseline, shareBaseline } from '../../sweep/share.ts';
import { observationsOf } from '../compare/comparing.ts';
import { checkRules } from '../asked.ts';
import { measure, type Miniature } from './measuring.ts';
import { type ModelRequest, readTemplate, resolvedRequest } from '../models/models.ts';
import { piecesOf, withAdapters } from '../models/references.ts';
import { PeekedRuns } from '../runs/peeking.ts';
import { locationOf, type Prepared, prepare } from '../compare/preparing.ts';
import { costsOfPair } from '../compare/reach.ts';
import type { OpenedSweep } from '../sweep/sweeping.ts';

/** Cases beyond the design that investigations of the shipped organisms ask for: 2 to 4 where nothing is planted, else 74 to 86. */
const usualProbes = { nothing: 4, something: 90 };

export interface PlanOptions {
  readonly folder: string;
  readonly lockFile: string;
  /** Hears which pair is measured now, from 1. */
  readonly measuring: (index: number, name: string) => void;
  readonly signal: AbortSignal;
}

/** What earlier pairs leave to later ones. */
interface Planning extends PlanOptions {
  /** Designs first, then what stands out in them. */
  readonly staged: boolean;
  readonly lock: Lock;
  readonly runs: PeekedRuns;
  /** By the baseline's key: who will have observed it, and a sample of what. */
  readonly observed: Map<string, { readonly name: string; readonly store: Store; readonly blocks?: number }>;
}

/** Plans a sweep. */
export async function planSweep(sweep: OpenedSweep, options: PlanOptions): Promise<SweepPlan> {
  await using runs = new PeekedRuns(options.folder);
  const staged = sweep.budgetMs !== undefined;
  const planning: Planning = { ...options, staged, lock: await readLock(options.lockFile), runs, observed: new Map() };
  const pairs: PairPlan[] = [];
  for (const [index, pair] of sweep.pairs.entries()) {
    pairs.push(await planPair(pair, planning, () => options.measuring(index + 1, pair.name)));
  }
  const known = pairs.flatMap(pair => (pair.state === 'ready' ? [pair.estimate] : []));
  return {
    schemaVersion: 1,
    sweep: sweep.name,
    file: sweep.file,
    folder: options.folder,
    ...(sweep.budgetMs !== undefined && { budgetMs: sweep.budgetMs }),
    pairs,
    total: {
      tokens: sumTokens([noTokens(), ...known.map(({ tokens }) => tokens)]),
      seconds: sumOf(known.map(({ seconds }) => seconds)),
      unknown: pairs.filter(({ state }) => state === 'not-here' || state === 'unfit').length,
    },
  };
}

async function planPair(pair: Pair, planning: Planning, measuring: () => void): Promise<PairPlan> {
  const { name, suite, seed, cases, trials, turns, probes } = pair;
  const models = { candidate: pair.candidate.reference, baseline: pair.baseline.reference };
  const planned = { name, ...models, suite, seed, cases, trials, turns, probes };
  const { signal } = planning;
  try {
    const here = [await modelHere(models.candidate, planning), await modelHere(models.baseline, planning)] as const;
    // What the run would refuse is refused, whether its models are here or not.
    checkRules(Object.keys(pair.allow ?? {}));
    const costs = { margins: costsOfPair(pair) };
    for (const { templateFile } of [pair.candidate, pair.baseline])
      if (templateFile !== undefined) readTemplate(templateFile);
    const missing = here.flatMap(model => ('path' in model ? [] : [model]));
    const [candidate, baseline] = here;
    if (!('path' in candidate && 'path' in baseline)) return { state: 'not-here', ...planned, ...costs, missing };
    measuring();
    const started = performance.now();
    const request = {
      ...pair,
      candidate: { ...candidate, templateFile: pair.candidate.templateFile },
      baseline: { ...baseline, templateFile: pair.baseline.templateFile },
      out: planning.folder,
    };
    const prepared = await prepare(request, () => {}, signal);
    const hashing = performance.now() - started;
    const location = locationOf(request, prepared.spec);
    const stored = await planning.runs.at(location);
    if (stored?.run.finishedAt !== undefined) {
      return { state: 'finished', ...planned, run: stored.run.id, location: stored.location };
    }
    const known = { stored: stored?.store, inspected: stored?.run.inspection !== undefined, hashing, location };
    return { ...planned, ...costs, ...(await measured(pair, prepared, known, planning)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint } = error;
    return { state: 'unfit', ...planned, error: { code, message, hint } };
  }
}

type Missing = Extract<PairPlan, { state: 'not-here' }>['missing'][number];

/** The model's files, adapters too, if they are on this machine; asks no server. */
async function modelHere(reference: string, { lock, signal }: Planning): Promise<ModelRequest | Missing> {
  const asked = readAdapted(reference);
  const pieces = piecesOf(asked);
  const here = await Promise.all(pieces.map(piece => pieceHere(piece, lock, signal)));
  const missing = here.flatMap(one => ('path' in one ? [] : [one]));
  if (missing.length === 0) {
    const found = here as ResolvedModel[];
    return resolvedRequest(withAdapters(asked, piece => found[pieces.indexOf(piece)] as ResolvedModel));
  }
  const sizes = missing.map(({ downloadBytes }) => downloadBytes);
  const known = sizes.every(bytes => bytes !== undefined);
  return { reference, ...(known && { downloadBytes: sizes.reduce((sum, bytes) => sum + bytes, 0) }) };
}

async function pieceHere(reference: string, lock: Lock, signal: AbortSignal): Promise<ResolvedModel | Missing> {
  const locked = lock.models[reference];
  try {
    return await resolveModel(reference, { offline: true, locked, signal });
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'not-in-cache')) throw error;
    const downloadBytes = locked?.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { reference, ...(downloadBytes !== undefined && { downloadBytes }) };
  }
}

interface Known {
  /** What is there of this run already. */
  readonly stored: Store | undefined;
  readonly inspected: boolean;
  readonly location: string;
  /** Time to read and hash the files, ms. */
  readonly hashing: number;
}

async function measured(pair: Pair, prepared: Prepared, known: Known, planning: Planning) {
  const key = baselineKey(prepared.spec);
  const source = planning.observed.get(key) ?? (await storedBaseline(key, known.location, planning));
  const started = performance.now();
  let shared = 0;
  const miniature = await measure(prepared, {
    machine: machineSettings(pair),
    blocks: source?.blocks,
    signal: planning.signal,
    share: async (store, run, cases) => {
      if (source !== undefined) shared = await shareBaseline(source.store, store, run, cases);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const { store: observed, blocks } = miniature;
  if (!planning.observed.has(key)) planning.observed.set(key, { name: pair.name, store: observed, blocks });
  const stored = known.stored === undefined ? [] : await observationsOf(known.stored);
  const done = doneOf(miniature, stored, shared > 0);
  const { work, lengths, fresh, together, facts, run } = miniature;
  const left = leftOf(miniature, done);
  const fixedMs = {
    ...miniature.fixedMs,
    reading: miniature.fixedMs.reading + known.hashing,
    inspecting: known.inspected ? 0 : miniature.fixedMs.inspecting,
  };
  // With a budget a pair is left after its design, and opened again for what stands out: hardly ever nothing.
  const again = planning.staged && (left.observe?.expected ?? 0) > 0 && (run.spec.probes ?? 0) > 0;
  const passes = amount(bound => (again && bound !== 'least' ? 2 : 1));
  const { candidate, baseline } = facts;
  return {
    state: 'ready' as const,
    stored: stored.length,
    ...(source !== undefined && shared > 0 && { shares: source.name }),
    sample: { cases: miniature.sample.length, seconds },
    estimate: estimate({ work, left, lengths, fresh, fixedMs, passes, together }),
    memory: {
      ...(candidate?.memory && { candidate: needsOf(candidate.memory) }),
      ...(baseline?.memory && { baseline: needsOf(baseline.memory) }),
      together,
      freeBytes: freemem(),
      ...gpuOf(facts),
    },
  };
}

/** What the models leave of a GPU, and how much of them is on it. */
function gpuOf({
  candidate,
  baseline,
}: Miniature['facts']): Pick<Extract<PairPlan, { state: 'ready' }>['memory'], 'gpu'> {
  const all = [candidate, baseline].flatMap(one => (one === undefined || one.gpu === 'off' ? [] : [one]));
  const [first] = all;
  if (first === undefined) return {};
  const left = all.flatMap(({ memory }) => memory?.vramFreeBytes ?? []);
  const layersOf = (one: EngineFacts | undefined) =>
    one?.gpuLayers === undefined || one.modelLayers === undefined
      ? undefined
      : { layers: one.gpuLayers, of: one.modelLayers };
  const [own, other] = [layersOf(candidate), layersOf(baseline)];
  return {
    gpu: {
      device: first.device,
      ...(left.length > 0 && { freeBytes: Math.min(...left) }),
      ...(own && { candidate: own }),
      ...(other && { baseline: other }),
    },
  };
}

const needsOf = ({ ramBytes, vramBytes }: NonNullable<EngineFacts['memory']>) => ({ ramBytes, vramBytes });

/** A run in the folder whose baseline did the same. */
async function storedBaseline(
  key: string,
  own: string,
  { runs }: Planning,
): Promise<{ readonly name: string; readonly store: Store; readonly blocks?: number } | undefined> {
  const alike = (await runs.all()).filter(({ run, location }) => location !== own && baselineKey(run.spec) === key);
  const best = alike.find(({ run }) => run.finishedAt !== undefined) ?? alike[0];
  return best === undefined ? undefined : { name: best.location, store: best.store };
}

/** Observations of the run that are stored, by phase, without those taken over: the sample has none of these either. */
function doneOf(
  { design, run }: Miniature,
  stored: Awaited<ReturnType<typeof observationsOf>>,
  shares: boolean,
): Map<WorkPhase, number> {
  const ids = new Set(design.map(({ id }) => id));
  const likelihoods = !run.warnings.some(({ code }) => code === 'vocabularies-differ');
  const done = new Map<WorkPhase, number>();
  for (const observation of stored) {
    const phase = phaseOf(observation, id => ids.has(id));
    if (phase === undefined) continue;
    if (shares && phase !== 'probe' && isOwnOfBaseline(observation, likelihoods)) continue;
    done.set(phase, (done.get(phase) ?? 0) + 1);
  }
  return done;
}

/** What is left of each phase, in units of its measurement. */
function leftOf(miniature: Miniature, done: ReadonlyMap<WorkPhase, number>): Partial<Record<WorkPhase, Amount>> {
  const { design, counts, work, transplants, standsOut, run } = miniature;
  const left = (phase: WorkPhase, total: Amount): Amount => {
    const perUnit = (counts.get(phase) ?? 0) / (work[phase]?.units ?? 1);
    const units = perUnit === 0 ? 0 : (done.get(phase) ?? 0) / perUnit;
    return amount(bound => Math.max(0, total[bound] - units));
  };
  const all = amount(() => design.length);
  const fitting = transplants.reduce((sum, one) => sum + design.filter(about => fits(one, about)).length, 0);
  // A sample finds fewer of them than the whole design will.
  const forced = transplants.length === 0 ? 0 : (fitting * mostTransplants) / transplants.length;
  const most = run.spec.trials === 0 ? 0 : mostTransplants * design.length;
  const probes = run.spec.probes ?? 0;
  const asked = Math.min(probes, standsOut ? usualProbes.something : usualProbes.nothing);
  return {
    observe: left('observe', all),
    likelihood: left('likelihood', all),
    conversation: left('conversation', all),
    story: left('story', all),
    transplant: left('transplant', { least: 0, expected: forced, most: Math.max(most, forced) }),
    probe: left('probe', { least: 0, expected: asked, most: probes }),
  };
}
