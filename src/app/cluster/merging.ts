// Stores of one comparison, observed on several machines -> one store. Observations have keys, so what was observed twice
// is kept once, and uniting twice is harmless.
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Observation } from '../../records/observation.ts';
import type { RunRecord } from '../../records/run.ts';
import { copyObservations } from '../../observe/copy.ts';
import { isPostgres, openStore, readAddress } from '../../stores/index.ts';
import { makeCases } from '../../suite/index.ts';
import type { RunStore } from '../../ports/store.ts';
import { runOf } from '../compare/kept.ts';
import { locationOf } from '../compare/preparing.ts';
import type { RunPlace } from '../runs/runs.ts';
import { checkAsked } from '../asked.ts';
import { strictestWeighing, type Weighing, weighingOf, withWeighing } from '../compare/weighing.ts';

export interface Merged {
  readonly run: RunRecord;
  /** Where the united run is; may hold a password. */
  readonly location: string;
  /** Parts that no store holds whole, from 1; what is missing of them is observed later. */
  readonly unfinished: readonly number[];
}

/**
 * Unites stores of one comparison.
 * @param sources locations of stores, at least one
 * @param place a folder, a `.sqlite` file, or a database
 * @param weighing given now; what it leaves open is the strictest that the parts were observed with
 * @throws UserError `runs-differ`, `merge-into-source`; before anything is written
 */
export async function mergeRuns(sources: readonly string[], place: RunPlace, weighing: Weighing = {}): Promise<Merged> {
  checkAsked('merge', weighing);
  const records: RunRecord[] = [];
  for (const source of sources) {
    await using store = await openStore(source, { create: false });
    records.push(await runOf(store));
  }
  const own = strictestWeighing(records.map(({ spec }) => spec));
  const run = withWeighing(united(records, sources), weighingOf(weighing, own));
  const location = targetOf(place, run);
  const same = (source: string) => (isPostgres(source) ? source === location : resolve(source) === location);
  if (sources.some(same)) {
    const hint = 'write to another folder or file with --out';
    throw new UserError('merge-into-source', 'the united run would be written into one of its parts', hint);
  }
  await using target = await openStore(location, { create: true });
  await checkTarget(target, run);
  await target.saveRun(withWeighing((await target.run()) ?? run, run.spec));
  await target.addCases(makeCases(run.spec.suite, run.spec.seed, run.spec.cases));
  // What one store could not observe, another may have: failures come last.
  await copyAll(sources, target, ({ kind }) => kind !== 'failure');
  await copyAll(sources, target, ({ kind }) => kind === 'failure');
  return { run, location, unfinished: unfinishedOf(records) };
}

/** The record of the whole, from those of its parts. */
function united(records: readonly RunRecord[], sources: readonly string[]): RunRecord {
  const [first] = records;
  if (first === undefined) throw new UserError('bad-option', 'no runs to unite', 'name at least one run file');
  const other = records.findIndex(({ id }) => id !== first.id);
  if (other > 0) {
    const hint = 'unite what one `turncoat compare` command observed, with other --shard only';
    const message = `${shown(sources[other])}: run ${records[other]?.id}, but ${shown(sources[0])} is run ${first.id}`;
    throw new UserError('runs-differ', message, hint);
  }
  const { shard: _, finishedAt: __, ...record } = first;
  const createdAt = records.map(({ createdAt }) => createdAt).toSorted()[0] as string;
  const inspection = records.find(one => one.inspection !== undefined)?.inspection;
  return { ...record, createdAt, ...(inspection && { inspection }) };
}

function targetOf({ out, store }: RunPlace, run: RunRecord): string {
  return store === undefined && out.endsWith('.sqlite') ? resolve(out) : locationOf({ out, store }, run.spec);
}

/** A file that holds another run is not written into. */
async function checkTarget(target: RunStore, { id }: RunRecord): Promise<void> {
  const there = await target.run();
  if (there === undefined || there.id === id) return;
  throw new UserError('runs-differ', `${target.location}: holds run ${there.id}, not ${id}`, 'choose another --out');
}

async function copyAll(
  sources: readonly string[],
  target: RunStore,
  wanted: (observation: Observation) => boolean,
): Promise<void> {
  for (const source of sources) {
    await using store = await openStore(source, { create: false });
    await target.addCases(await store.cases());
    await target.addDecisions(await store.decisions());
    await copyObservations(store, target, wanted);
  }
}

/** Parts that were never started or not finished; none where a whole run is among the sources. */
function unfinishedOf(records: readonly RunRecord[]): number[] {
  if (records.some(({ shard }) => shard === undefined)) return [];
  const of = Math.max(...records.map(({ shard }) => shard?.of ?? 1));
  const whole = new Set(records.flatMap(({ shard }) => (shard?.finishedAt && shard.of === of ? [shard.index] : [])));
  return Array.from({ length: of }, (_, index) => index + 1).filter(index => !whole.has(index));
}

const shown = (source = ''): string => (isPostgres(source) ? readAddress(source).shown : source);
