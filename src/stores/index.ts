// A location -> the store of one run: a file, or `postgres://…#RUN`. A new kind of store is one file and one line here.
import type { RunStore } from '../ports/store.ts';
import { openPostgresStore } from './postgres.ts';
import { isPostgres } from './postgres-connection.ts';
import { openSqliteStore } from './sqlite.ts';

/**
 * Opens the store of a run.
 * @param create true: what is missing is made; false: the run must be there
 * @throws UserError `store-missing`, `store-unusable`, `bad-store`, `postgres-missing`
 */
export async function openStore(location: string, options: { create: boolean }): Promise<RunStore> {
  return isPostgres(location) ? await openPostgresStore(location, options) : openSqliteStore(location, options);
}

export { postgresRuns } from './postgres.ts';
export { isPostgres, readAddress } from './postgres-connection.ts';
