// Runs of a place, newest first, as a list tells them: who against whom, how far it got, and the verdict where one is kept.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { ModelRecord, RunRecord } from '../../records/run.ts';
import type { Outcome } from '../../records/verdict.ts';
import type { RunStore } from '../../ports/store.ts';
import { isPostgres, openStore, readAddress } from '../../stores/index.ts';
import { type KeptHead, keptStamp } from '../compare/keep.ts';
import { readStatus } from '../sweep/journal.ts';
import { runLocations, type RunPlace } from './runs.ts';

/** A run of a list. */
export interface ListedRun {
  readonly kind: 'run';
  readonly record: RunRecord;
  readonly state: 'finished' | 'unfinished' | 'part';
  /** May hold a password: to open it, never to show it. */
  readonly location: string;
  /** Where it lies, without a password. */
  readonly place: string;
  /** Of the comparison that is kept with it; absent where none is. */
  readonly outcome?: Outcome;
  /** What the sweep calls it, in whose folder it lies. */
  readonly pair?: string;
}

/** Something that should be a run, and can't be read: it does not hide the others. */
export interface BrokenRun {
  readonly kind: 'broken';
  readonly place: string;
  readonly message: string;
}

/** Goes through the runs of a place. */
export async function* listRuns(from: RunPlace): AsyncGenerator<ListedRun | BrokenRun> {
  const pairs = from.store === undefined ? pairsOf(from.out) : new Map<string, string>();
  for (const location of await runLocations(from)) {
    const place = shownPlace(location);
    try {
      await using store = await openStore(location, { create: false });
      const record = await store.run();
      if (record === undefined) continue;
      const outcome = await keptOutcome(store);
      const pair = pairs.get(record.id);
      yield {
        kind: 'run',
        record,
        state: stateOf(record),
        location,
        place,
        ...(outcome && { outcome }),
        ...(pair && { pair }),
      };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield { kind: 'broken', place, message: error.message };
    }
  }
}

/** A run as `runs --json` prints it. */
export function listedRecord({ record, state, place, outcome, pair }: ListedRun) {
  const { id, createdAt, finishedAt, spec, shard } = record;
  const { suite, suiteFile, suiteSha256, cases, trials, seed } = spec;
  return {
    id,
    place,
    ...(pair !== undefined && { pair }),
    state,
    ...(shard && { part: { index: shard.index, of: shard.of } }),
    ...(outcome && { outcome }),
    createdAt,
    ...(finishedAt !== undefined && { finishedAt }),
    candidate: modelOf(spec.candidate),
    baseline: modelOf(spec.baseline),
    suite: { name: suite.name, file: suiteFile, sha256: suiteSha256 },
    cases,
    trials,
    seed,
  };
}

function modelOf({ reference, sha256, quantisation, adapters }: ModelRecord) {
  const files = adapters?.map(one => ({ reference: one.reference, sha256: one.sha256, scale: one.scale }));
  return { reference, sha256, quantisation, ...(files && { adapters: files }) };
}

function stateOf({ shard, finishedAt }: RunRecord): ListedRun['state'] {
  if (shard !== undefined) return 'part';
  return finishedAt === undefined ? 'unfinished' : 'finished';
}

async function keptOutcome(store: RunStore): Promise<Outcome | undefined> {
  const text = await store.derived('head', keptStamp);
  return text === undefined ? undefined : (JSON.parse(text) as KeptHead).head.verdict.outcome;
}

function shownPlace(location: string): string {
  if (!isPostgres(location)) return location;
  const { shown, run } = readAddress(location);
  return run === undefined ? shown : `${shown}#${run}`;
}

/** Run id -> the pair's name; a sweep that can't be read names nothing. */
function pairsOf(folder: string): Map<string, string> {
  if (!existsSync(join(folder, 'sweep.json'))) return new Map();
  try {
    return new Map(readStatus(folder).pairs.flatMap(({ run, name }) => (run === undefined ? [] : [[run, name]])));
  } catch {
    return new Map();
  }
}
