// The run that a run is compared with: the one named, or the newest of an earlier version of the same candidate.
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { RunRecord } from '../records/run.ts';
import type { EarlierRun } from '../report/earlier.ts';
import { openSqliteStore, type SqliteStore } from '../stores/sqlite.ts';
import { keptModel, runOf } from './kept.ts';
import { findRun, runFiles } from './runs.ts';

/**
 * @param against a run as the user named it; `none`; undefined: found in the folder of the run's file
 * @throws UserError `same-run` when the run is compared with itself
 */
export async function earlierRun(
  store: SqliteStore,
  run: RunRecord,
  against: string | undefined,
  folder: string,
): Promise<EarlierRun | undefined> {
  if (against === 'none') return undefined;
  const file = against === undefined ? await findEarlier(store.location, run) : findRun(against, folder);
  if (file === undefined) return undefined;
  await using other = openSqliteStore(file, { create: false });
  if ((await runOf(other)).id === run.id) {
    throw new UserError('same-run', `${against}: the same run`, 'give --against a run of an earlier candidate');
  }
  return { model: await keptModel(other), decisions: await other.decisions() };
}

/** The newest finished run before this one with the same suite, of a candidate of the same name with other bytes. */
async function findEarlier(location: string, run: RunRecord): Promise<string | undefined> {
  for (const file of runFiles(dirname(location))) {
    if (resolve(file) === resolve(location)) continue;
    await using store = openSqliteStore(file, { create: false });
    const other = await store.run();
    if (other?.finishedAt !== undefined && isEarlierVersion(other, run)) return file;
  }
  return undefined;
}

function isEarlierVersion(other: RunRecord, run: RunRecord): boolean {
  const name = ({ spec }: RunRecord) => basename(spec.candidate.reference);
  return (
    other.createdAt < run.createdAt &&
    other.spec.suiteSha256 === run.spec.suiteSha256 &&
    other.spec.candidate.sha256 !== run.spec.candidate.sha256 &&
    name(other) === name(run)
  );
}
