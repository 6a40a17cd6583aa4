// A run as the user named it -> its store: a file, an address in a database, or the first characters of an id.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isPostgres, openStore, postgresRuns, readAddress } from '../../stores/index.ts';
import type { RunStore } from '../../ports/store.ts';

/** Where runs are kept: a database if there is one, else a folder. */
export interface RunPlace {
  readonly out: string;
  readonly store?: string | undefined;
}

/** Run files of a folder, newest first. */
function runFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => name.endsWith('.sqlite'))
    .map(name => join(folder, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
}

/** Locations of all runs of a place, newest first. They may hold a password: open them, never show them. */
export async function runLocations({ out, store }: RunPlace): Promise<string[]> {
  if (store === undefined) return runFiles(out);
  return (await postgresRuns(databaseOf(store))).map(id => runIn(store, id));
}

/** Location of a run in a database. */
export const runIn = (store: string, id: string): string => `${databaseOf(store)}#${id}`;

/** @throws UserError `bad-store` */
function databaseOf(store: string): string {
  if (isPostgres(store)) return readAddress(store).url;
  throw new UserError('bad-store', '--store: not a PostgreSQL address', 'write --store postgres://user@host/database');
}

/** Opens a run as the user named it. Throws as {@link findRun} and openStore do. */
export async function openRun(name: string, place: RunPlace): Promise<RunStore> {
  return await openStore(await findRun(name, place), { create: false });
}

/** A sweep is named by its folder, a run by anything else. */
export const isFolder = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;

/** The place that a run lies in, to look for others of it. */
export function placeOf(name: string, place: RunPlace): RunPlace {
  if (isPostgres(name)) return { ...place, store: name };
  return place.store === undefined && existsSync(name) ? { out: dirname(name) } : place;
}

const idOf = (location: string): string => location.match(/[-#]([0-9a-f]{10})(\.sqlite)?$/)?.[1] ?? '';

/**
 * Finds a run.
 * @param name a run file, an address with `#RUN`, the start of a run's id, or `last`
 * @throws UserError `run-not-found`, `run-ambiguous`
 */
export async function findRun(name: string, place: RunPlace): Promise<string> {
  if (isPostgres(name) && readAddress(name).run !== undefined) return name;
  if (place.store === undefined && existsSync(name) && statSync(name).isFile()) return name;
  const locations = await runLocations(place);
  if (name === 'last' && locations[0] !== undefined) return locations[0];
  const matches = locations.filter(location => idOf(location).startsWith(name));
  if (matches.length === 1) return matches[0] as string;
  if (matches.length > 1) {
    throw new UserError(
      'run-ambiguous',
      `${name}: ${matches.length} runs start so`,
      `give more of the id: ${matches.map(idOf).join(', ')}`,
    );
  }
  const where = place.store === undefined ? place.out : readAddress(place.store).shown;
  const hint =
    locations.length === 0 ? `no run is stored in ${where}` : `runs in ${where}: ${locations.map(idOf).join(', ')}`;
  const shown = isPostgres(name) ? readAddress(name).shown : name;
  throw new UserError('run-not-found', `${shown}: no such run`, hint);
}
