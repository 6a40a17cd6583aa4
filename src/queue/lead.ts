// The leading side of a run whose cases are observed by workers elsewhere: looks like an engine, but jobs go into a queue
// in batches, and observations come out of the store. A worker that is gone without a word is noticed within seconds,
// because PostgreSQL frees its locks: what it had taken goes back into the queue.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Observation, Role } from '../records/observation.ts';
import type { Connection } from '../stores/postgres-connection.ts';
import type { PostgresStore } from '../stores/postgres.ts';
import type { Job, Sampling } from '../ports/engine.ts';
import { type Batch, keysOfJob, packBatch } from './batch.ts';
import { type Boss, batchLock, emptyQueue, endedBatches, queueName, takenBatches } from './boss.ts';

/** Cases in a batch: two for each sequence on a CPU. */
const batchCases = 16;
const pollMs = 500;
/** How often a batch may be taken and not finished before it is given up. */
const retryLimit = 5;
/** A batch that is taken longer than this, s, counts as lost even where its worker seems to live. */
const expireInSeconds = 12 * 3600;

export interface LeadOptions {
  readonly boss: Boss;
  readonly connection: Connection;
  readonly store: PostgresStore;
  readonly run: string;
  readonly room: (role: Role) => Batch['room'];
}

interface Pending {
  readonly keys: readonly string[];
  readonly data: ReturnType<typeof packBatch>;
}

const queuesOf = (run: string) => [queueName(run, 'candidate'), queueName(run, 'baseline')];

export class QueueEngine {
  readonly #options: LeadOptions;

  constructor(options: LeadOptions) {
    this.#options = options;
  }

  /** Makes the run's queues, empty: what an earlier leader left behind is planned anew. */
  async open(): Promise<void> {
    const { boss, connection, run } = this.#options;
    for (const queue of queuesOf(run)) {
      await boss.createQueue(queue, { name: queue, retryLimit, retryDelay: 0, expireInSeconds });
      await emptyQueue(connection, queue);
    }
  }

  /** Takes the run's queues away. One that a worker reports to at that moment stays, empty; the next leader uses it. */
  async close(): Promise<void> {
    const { boss, connection, run } = this.#options;
    for (const queue of queuesOf(run)) {
      await emptyQueue(connection, queue);
      await boss.deleteQueue(queue).catch(() => {});
    }
  }

  /** Observes cases through workers; batches come in the order they are finished. */
  async *observe(
    role: Role,
    jobs: readonly Job[],
    sampling: Sampling,
    signal: AbortSignal,
  ): AsyncGenerator<Observation[]> {
    const { boss, connection, store, run } = this.#options;
    const queue = queueName(run, role);
    const pending = this.#batches(role, jobs, sampling);
    try {
      await boss.insert([...pending].map(([id, { data }]) => ({ id, name: queue, data })));
      while (pending.size > 0) {
        const done = await this.#done(queue, pending);
        for (const [id, { keys }] of done) {
          yield await store.observationsOf(keys);
          pending.delete(id);
        }
        if (done.length > 0) continue;
        await this.#giveBackLost(queue);
        await sleep(pollMs, undefined, { signal });
      }
    } finally {
      if (pending.size > 0) await emptyQueue(connection, queue);
    }
  }

  /** Neighbours share prefixes, so that a batch is prompts that sort together. */
  #batches(role: Role, jobs: readonly Job[], sampling: Sampling): Map<string, Pending> {
    const { run, room } = this.#options;
    const sorted = jobs.toSorted((a, b) => (a.prompt < b.prompt ? -1 : Number(a.prompt > b.prompt)));
    const batches = new Map<string, Pending>();
    for (let at = 0; at < sorted.length; at += batchCases) {
      const some = sorted.slice(at, at + batchCases);
      const batch = { schemaVersion: 1, run, role, jobs: some, sampling, room: room(role) } as Batch;
      batches.set(randomUUID(), { keys: some.flatMap(job => keysOfJob(role, job)), data: packBatch(batch) });
    }
    return batches;
  }

  /** @throws UserError `batch-failed` for a batch that was given up */
  async #done(queue: string, pending: ReadonlyMap<string, Pending>): Promise<[string, Pending][]> {
    const { boss, connection } = this.#options;
    const ended = (await endedBatches(connection, queue)).filter(({ id }) => pending.has(id));
    const failed = ended.find(({ done }) => !done);
    if (failed !== undefined) {
      const said = (failed.output as { message?: string } | null)?.message ?? 'its workers ended without a word';
      const hint = 'see what the workers say; the same command goes on from there';
      throw new UserError('batch-failed', `a batch of cases failed ${retryLimit + 1} times: ${said}`, hint);
    }
    if (ended.length > 0)
      await boss.deleteJob(
        queue,
        ended.map(({ id }) => id),
      );
    return ended.map(({ id }) => [id, pending.get(id) as Pending]);
  }

  async #giveBackLost(queue: string): Promise<void> {
    const { boss, connection } = this.#options;
    for (const id of await takenBatches(connection, queue)) {
      if (await connection.isFree(batchLock(id))) await boss.fail(queue, id, { message: 'its worker is gone' });
    }
  }
}
