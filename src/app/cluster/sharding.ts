// One part of a comparison, observed on this machine: its cases by themselves. What needs all cases (surprising calls in
// every case, the level test, the investigation) is left to `turncoat merge`, or to the same command without --shard.
import { ThreadRenderer } from '../../engines/renderer.ts';
import type { Case } from '../../records/suites/case.ts';
import type { RunRecord } from '../../records/run.ts';
import { openStore } from '../../stores/index.ts';
import { makeCases } from '../../suite/index.ts';
import type { Progress } from '../../ports/progress.ts';
import { casesOfShard, type ShardPlace } from '../../observe/shard.ts';
import { type CompareRequest, locationOf, prepare } from '../compare/preparing.ts';
import { runOf } from '../compare/kept.ts';
import { type Weighing, withWeighing } from '../compare/weighing.ts';
import { noteReach } from '../compare/reach.ts';
import { onStage, storedRun } from '../compare/staging.ts';

/** What was observed of a part. */
export interface ShardResult {
  readonly run: string;
  readonly shard: ShardPlace;
  readonly cases: number;
  /** Stored of these cases, from this and earlier attempts. */
  readonly observations: number;
  readonly location: string;
}

/**
 * Observes one part of a comparison, or what is missing of it.
 * @throws UserError as compare does
 */
export async function observeShard(
  request: CompareRequest,
  shard: ShardPlace,
  progress: Progress,
  signal: AbortSignal,
): Promise<ShardResult> {
  const prepared = await prepare(request, progress, signal);
  const { spec } = prepared;
  const location = locationOf(request, spec, shard);
  const design = makeCases(spec.suite, spec.seed, spec.cases);
  const own = casesOfShard(design, shard);
  const known = await storedRun(location);
  // A task that a batch system starts again finds its work done.
  if (known?.finishedAt !== undefined || known?.shard?.finishedAt !== undefined) {
    await keepWeighing(location, known, spec);
    return await summary(location, shard, own);
  }
  noteReach(spec, design, progress);
  await using renderer = new ThreadRenderer();
  const alone = request.store === undefined;
  const options = { renderer, location, design, record: alone ? { shard } : {} };
  await onStage(prepared, options, { ...request, progress, signal }, async ({ store, run, engines, observe }) => {
    await observe(own);
    const finishedAt = new Date().toISOString();
    if (alone) await store.saveRun({ ...run, engines: engines.facts(), shard: { ...shard, finishedAt } });
  });
  return await summary(location, shard, own);
}

/** A part that is done is not observed again, but what it is to be weighed with may be new. */
async function keepWeighing(location: string, known: RunRecord, weighing: Weighing): Promise<void> {
  const asked = withWeighing(known, weighing);
  if (asked === known) return;
  await using store = await openStore(location, { create: false });
  await store.saveRun(asked);
}

async function summary(location: string, shard: ShardPlace, own: readonly Case[]): Promise<ShardResult> {
  await using store = await openStore(location, { create: false });
  const ids = new Set(own.map(({ id }) => id));
  let observations = 0;
  for await (const { caseId } of store.observations()) if (ids.has(caseId)) observations++;
  const { id } = await runOf(store);
  return { run: id, shard, cases: own.length, observations, location: store.location };
}
