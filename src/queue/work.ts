// The working side: takes a batch, observes it, stores it, and only then says that it is done. Killed in between, another
// worker does the batch again; what is stored already stays as it is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../records/observation.ts';
import type { Connection } from '../stores/postgres-connection.ts';
import { type Batch, unpackBatch } from './batch.ts';
import { type Boss, batchLock, isQueue } from './boss.ts';

const pollMs = 500;

export interface WorkOptions {
  readonly boss: Boss;
  readonly connection: Connection;
  /** Observes a batch and stores what is seen, durably. */
  readonly observe: (batch: Batch) => Promise<readonly Observation[]>;
  /** Hears of each batch that is done. */
  readonly done: (batch: Batch, observations: number) => void;
  /** Leaves after so long without work; undefined: stays. */
  readonly idleMs: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Works until it is stopped, or there was no work for long enough.
 * @throws what `observe` throws, once the batch was given back
 */
export async function work(options: WorkOptions): Promise<void> {
  const { idleMs, signal } = options;
  let queue: string | undefined;
  let idleSince = performance.now();
  while (!signal.aborted) {
    queue = await workOnce(options, queue);
    if (queue !== undefined) idleSince = performance.now();
    else if (idleMs !== undefined && performance.now() - idleSince > idleMs) return;
    else await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** One batch, of the queue worked on last where there is one. @returns its queue, undefined when there was no work */
async function workOnce(options: WorkOptions, last: string | undefined): Promise<string | undefined> {
  const { boss } = options;
  const names = (await boss.getQueues())
    .map(({ name }) => name)
    .filter(isQueue)
    .toSorted();
  for (const name of [...names.filter(one => one === last), ...names.filter(one => one !== last)]) {
    const [taken] = await boss.fetch<object>(name);
    if (taken === undefined) continue;
    await finish(options, name, taken.id, unpackBatch(taken.data));
    return name;
  }
  return undefined;
}

async function finish(options: WorkOptions, queue: string, id: string, batch: Batch): Promise<void> {
  const { boss, connection, observe, done, signal } = options;
  // While this is held the batch is ours; it is freed when this process or its connection is gone.
  await using _ = await connection.hold([batchLock(id)], { wait: true });
  try {
    const observations = await observe(batch);
    await boss.complete(queue, id);
    done(batch, observations.length);
  } catch (error) {
    const message = signal.aborted ? 'its worker was stopped' : (error as Error).message;
    await boss.fail(queue, id, { message });
    throw error;
  }
}
