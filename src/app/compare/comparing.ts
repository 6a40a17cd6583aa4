// One comparison from files to verdict: checks everything first, opens the store last, observes what is missing,
// analyses what is stored.
import { UserError } from '../../errors.ts';
import { divergences } from '../../divergence/index.ts';
import { ThreadRenderer } from '../../engines/renderer.ts';
import {
  analyse,
  answeredFrom,
  answersOf,
  conclude,
  casesToTalkThrough,
  type Nomination,
  nominate,
  replyReader,
  transplantsOf,
} from '../../findings/analyse.ts';
import { costOf } from '../../findings/cost.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Comparison } from '../../records/comparison.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import type { Observation } from '../../records/observation.ts';
import type { RunRecord } from '../../records/run.ts';
import type { Investigation } from '../../triggers/index.ts';
import { openStore } from '../../stores/index.ts';
import { makeCases } from '../../suite/index.ts';
import { investigateRun } from '../../observe/investigate.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Store } from '../../ports/store.ts';
import { observeTransplants, type Prompts, type RunParts } from '../../observe/run.ts';
import { inspectFiles } from '../models/inspecting.ts';
import { keepComparison } from './keep.ts';
import { type CompareRequest, locationOf, type Prepared, prepare } from './preparing.ts';
import { withNames } from './identity/naming.ts';
import { noteReach } from './reach.ts';
import { type Machine, onStage, type Stage, storedRun } from './staging.ts';
import { withWeighing } from './weighing.ts';

export type { CompareRequest } from './preparing.ts';

/**
 * Compares, or goes on with the same comparison where it stopped.
 * @throws UserError; nothing is written before every input has been checked
 */
export async function compare(request: CompareRequest, progress: Progress, signal: AbortSignal): Promise<Comparison> {
  const prepared = await prepare(request, progress, signal);
  return await goOn(prepared, locationOf(request, prepared.spec), { ...request, progress, signal });
}

/** Goes on with a comparison, whatever of it is stored already, up to the verdict. */
export async function goOn(prepared: Prepared, location: string, machine: Machine): Promise<Comparison> {
  await using renderer = new ThreadRenderer();
  const known = await storedRun(location);
  const design = makeCases(prepared.spec.suite, prepared.spec.seed, prepared.spec.cases);
  const inspection = await inspectionOf(prepared, known, design, renderer, machine);
  if (known?.finishedAt !== undefined) {
    const stored = await weighedAgain(location, known, { ...known, inspection }, prepared);
    // Another version of turncoat may ask for other cases than the one that stored it: then there is more to observe.
    if (stored.run.complete || machine.designOnly) return stored;
  }
  noteReach(prepared.spec, design, machine.progress);
  const again = prepared.again ?? [];
  const options = { renderer, location, design: [...design, ...again], record: { inspection } };
  return await onStage(prepared, options, machine, async ({ store, parts, run, prompts, engines, render, observe }) => {
    // What both have is the design's.
    await store.addCases(design);
    await store.addCases(again);
    await machine.takeOver?.(store, run, design);
    await observe([...design, ...again]);
    await transplant(parts, design, prompts);
    const nomination = nominate(run, await store.cases(), await observationsOf(store));
    const investigation = machine.designOnly
      ? answeredFrom(nomination)
      : await investigateRun(parts, nomination, render);
    if (investigation === undefined) return conclude(nomination, store.location, undefined);
    const seen = await talkAgain(nomination, investigation, { store, render, observe });
    const finished = { ...run, engines: engines.facts(), finishedAt: new Date().toISOString() };
    await store.saveRun(finished);
    const cost = costOf(await observationsOf(store));
    const comparison = conclude({ ...seen, run: finished }, store.location, investigation, cost);
    await keepComparison(store, finished, comparison);
    return comparison;
  });
}

/**
 * Where no harm is shown, and yet a conversation did something wrong: fresh ones of the same tasks.
 * @returns the nomination with what was observed
 */
async function talkAgain(
  nomination: Nomination,
  investigation: Investigation,
  { store, render, observe }: Pick<Stage, 'store' | 'render' | 'observe'>,
): Promise<Nomination> {
  const so = conclude(nomination, store.location, investigation);
  if (so.verdict.outcome === 'diverges') return nomination;
  const cases = casesToTalkThrough(nomination, investigation);
  if (cases.length === 0) return nomination;
  await observe(cases, await render(cases));
  const ids = new Set(cases.map(({ id }) => id));
  const observed = (await observationsOf(store)).filter(({ caseId }) => ids.has(caseId));
  return { ...nomination, observed: new Map([...nomination.observed, ...answersOf(nomination, cases, observed)]) };
}

/** A finished run's comparison, from what is stored and with the margins and allowances of now. */
async function weighedAgain(
  location: string,
  known: RunRecord,
  inspected: RunRecord,
  { spec }: Prepared,
): Promise<Comparison> {
  await using store = await openStore(location, { create: false });
  const asked = withNames(withWeighing(inspected, spec), spec);
  if (inspected.inspection === known.inspection && asked.spec === known.spec) {
    // `last` is what was asked for last, also where there is nothing to write.
    await store.touch();
    return await analyseStore(store);
  }
  // What was kept of the run is void now.
  await store.saveRun(asked);
  const again = await analyseStore(store);
  await keepComparison(store, asked, again);
  return again;
}

/** What the files alone say: as stored, unless more is asked for now. */
async function inspectionOf(
  { models }: Prepared,
  known: RunRecord | undefined,
  cases: readonly Case[],
  renderer: ThreadRenderer,
  { weights, progress, signal }: Machine,
): Promise<Inspection> {
  const asked = weights === true && known?.inspection?.difference?.weights === undefined;
  if (known?.inspection !== undefined && !asked) return known.inspection;
  return await inspectFiles(models.candidate, models.baseline, { renderer, cases, weights, progress, signal });
}

/** Forces the candidate's most surprising calls into every case: what trials alone would show too rarely. */
async function transplant(parts: RunParts, cases: readonly Case[], prompts: Prompts): Promise<void> {
  if (parts.run.spec.trials === 0) return;
  const all = divergences(cases, await observationsOf(parts.store), replyReader(parts.run));
  await observeTransplants({ ...parts, phase: 'transplant' }, transplantsOf(parts.run, all), cases, prompts);
}

/** Everything a store holds. */
export async function observationsOf(store: Store): Promise<Observation[]> {
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
