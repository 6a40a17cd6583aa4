// A worker: observes batches of any run in a database, on the models of this machine.
import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Observation, Role } from '../../records/observation.ts';
import type { ModelRecord } from '../../records/run.ts';
import type { Batch } from '../../queue/batch.ts';
import { openBoss } from '../../queue/boss.ts';
import { work } from '../../queue/work.ts';
import { openPostgresStore, type PostgresStore } from '../../stores/postgres.ts';
import { Connection, readAddress } from '../../stores/postgres-connection.ts';
import type { Progress } from '../../ports/progress.ts';
import { checkAsked, working } from '../asked.ts';
import { EnginePair, type MachineSettings, machineSettings } from '../compare/engines.ts';
import { runOf } from '../compare/kept.ts';
import { changedFile } from '../models/models.ts';
import { runIn } from '../runs/runs.ts';

export interface WorkerRequest extends MachineSettings {
  readonly store: string;
  /** Folder of the model files; absent: where the run's leader has them. */
  readonly models?: string | undefined;
  /** Leaves after so long without work, ms; absent: stays until stopped. */
  readonly idleMs: number | undefined;
  /** Told once it can take work. */
  readonly ready: (database: string) => void;
  readonly done: (batch: Batch, observations: number) => void;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The run at hand: its store, and its models as they are needed. */
interface Bench {
  readonly run: string;
  readonly store: PostgresStore;
  readonly engines: EnginePair;
  /** Models whose bytes were checked. */
  readonly checked: Set<Role>;
  readonly models: Readonly<Record<Role, ModelRecord>>;
}

/**
 * Works until it is stopped.
 * @throws UserError `model-changed` and others, once the batch at hand was given back
 */
export async function workOn(request: WorkerRequest): Promise<void> {
  checkAsked('worker', request, working);
  const connection = await Connection.open(readAddress(request.store), { create: true });
  if (connection === undefined) throw new Error('tables were to be made');
  await using _ = connection;
  const boss = await openBoss(connection);
  request.ready(connection.address.shown);
  let bench: Bench | undefined;
  const observe = async (batch: Batch) => {
    if (bench?.run !== batch.run) {
      if (bench !== undefined) await clear(bench);
      bench = await setUp(request, batch);
    }
    return await observeBatch(bench, batch, request.signal);
  };
  try {
    await work({ ...request, boss, connection, observe });
  } finally {
    if (bench !== undefined) await clear(bench);
    await boss.stop({ graceful: false });
  }
}

async function setUp(request: WorkerRequest, batch: Batch): Promise<Bench> {
  const { store: address, models: folder, progress, signal } = request;
  const store = await openPostgresStore(runIn(address, batch.run), { create: false });
  const { spec } = await runOf(store);
  const inFolder = <T extends { path: string }>(file: T): T =>
    folder === undefined ? file : { ...file, path: join(folder, basename(file.path)) };
  const here = (model: ModelRecord): ModelRecord => ({
    ...inFolder(model),
    ...(model.adapters && { adapters: model.adapters.map(inFolder) }),
  });
  const models = { candidate: here(spec.candidate), baseline: here(spec.baseline) };
  const { prompts, tokens } = batch.room;
  const engines = new EnginePair({
    models,
    machine: machineSettings(request),
    prompts: () => prompts,
    maxTokens: tokens,
    progress,
    signal,
  });
  return { run: batch.run, store, engines, checked: new Set(), models };
}

async function clear({ engines, store }: Bench): Promise<void> {
  await engines[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
}

async function observeBatch(
  { store, engines, checked, models }: Bench,
  { role, jobs, sampling }: Batch,
  signal: AbortSignal,
): Promise<Observation[]> {
  if (!checked.has(role)) await check(models[role], signal);
  checked.add(role);
  const engine = await engines.get(role);
  const all: Observation[] = [];
  for await (const observations of engine.observe(
    role,
    jobs as Parameters<typeof engine.observe>[1],
    sampling as Parameters<typeof engine.observe>[2],
    signal,
  )) {
    await store.addObservations(observations);
    all.push(...observations);
  }
  return all;
}

/** The same bytes as those the run is about, or none. */
async function check(model: ModelRecord, signal: AbortSignal): Promise<void> {
  const changed = await changedFile(model, signal);
  if (changed === undefined) return;
  const hint = 'give the folder of the right files with --models';
  throw new UserError('model-changed', `${changed}: not the file that the run is about`, hint);
}
