// A job queue in the PostgreSQL database that holds the runs: pg-boss, with turncoat's own connection under it.
import type PgBoss from 'pg-boss';
import { UserError } from '../errors.ts';
import type { Role } from '../records/observation.ts';
import { type Connection, loadOptional } from '../stores/postgres-connection.ts';

export type Boss = PgBoss;

/** Schema of pg-boss's tables. */
const schema = 'turncoat_queue';

/** One queue for each run and model: a worker that has a model loaded stays with it while there is work. */
export const queueName = (run: string, role: Role): string => `${run}-${role}`;

/** Is a queue one of ours? */
export const isQueue = (name: string): boolean => /^[0-9a-f]{10}-(candidate|baseline)$/.test(name);

/** Starts pg-boss; its tables are made where there are none. Nothing runs in the background. */
export async function openBoss(connection: Connection): Promise<Boss> {
  const { default: Boss } = await loadOptional(() => import('pg-boss'), 'work queues', 'npm install pg pg-boss');
  const executeSql = async (text: string, values?: unknown[]) => ({
    rows: (await connection.query(text, values)).rows,
  });
  const boss = new Boss({ db: { executeSql }, schema, supervise: false, schedule: false });
  boss.on('error', () => {});
  // Of several processes that open a new database at once, one makes the tables.
  await using _ = await connection.hold(['turncoat_queue'], { wait: true });
  await boss.start();
  return boss;
}

/** Batches of a queue that a worker took some seconds ago and has not finished. */
export async function takenBatches(connection: Connection, queue: string): Promise<string[]> {
  const { rows } = await connection.query(
    `SELECT id FROM ${schema}.job WHERE name = $1 AND state = 'active' AND started_on < now() - interval '3 seconds'`,
    [queue],
  );
  return rows.map(({ id }) => String(id));
}

/** Batches that are over: done, or failed too often, with what was said last. */
export async function endedBatches(
  connection: Connection,
  queue: string,
): Promise<{ id: string; done: boolean; output: unknown }[]> {
  const { rows } = await connection.query(
    `SELECT id, state, output FROM ${schema}.job WHERE name = $1 AND state IN ('completed', 'failed')`,
    [queue],
  );
  return rows.map(({ id, state, output }) => ({ id: String(id), done: state === 'completed', output }));
}

/** Empties a queue, whatever state its batches are in; a worker that has one finds out when it reports. */
export async function emptyQueue(connection: Connection, queue: string): Promise<void> {
  await connection.query(`DELETE FROM ${schema}.job WHERE name = $1`, [queue]);
}

/** The lock that a worker holds while it works on a batch; PostgreSQL frees it when the worker's connection is gone. */
export const batchLock = (id: string): string => `turncoat batch ${id}`;

/** @throws UserError `run-busy` when another process leads the run */
export async function leadRun(connection: Connection, run: string): Promise<AsyncDisposable> {
  const hold = await connection.hold([`turncoat run ${run}`], { wait: false });
  if (hold !== undefined) return hold;
  const hint = 'wait for it, or stop it; workers need not be stopped';
  throw new UserError('run-busy', `run ${run} is being compared by another process`, hint);
}
