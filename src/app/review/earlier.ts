// The run that a run is compared with: the one named, or the newest of an earlier version of the same candidate.
import { UserError } from '../../errors.ts';
import { identityText, shortName } from '../../records/adapted.ts';
import type { RunRecord } from '../../records/run.ts';
import type { EarlierRun } from '../../report/earlier.ts';
import { openStore } from '../../stores/index.ts';
import type { RunStore } from '../../ports/store.ts';
import { keptModel, runOf } from '../compare/kept.ts';
import { type Version, versionOf } from '../../report/views/trend.ts';
import { listRuns } from '../runs/listing.ts';
import { openRun, runLocations, type RunPlace } from '../runs/runs.ts';

/**
 * @param against a run as the user named it; `none`; undefined: found beside the run
 * @param beside where the run itself lies
 * @param place where runs that the user names are looked for
 * @throws UserError `same-run` when the run is compared with itself
 */
export async function earlierRun(
  run: RunRecord,
  against: string | undefined,
  beside: RunPlace,
  place: RunPlace,
): Promise<EarlierRun | undefined> {
  if (against === 'none') return undefined;
  await using other = against === undefined ? await findEarlier(beside, run) : await openRun(against, place);
  if (other === undefined) return undefined;
  if ((await runOf(other)).id === run.id) {
    throw new UserError('same-run', `${against}: the same run`, 'give --against a run of an earlier candidate');
  }
  return { model: await keptModel(other), decisions: await other.decisions() };
}

/** The newest finished run before this one with the same suite, of a candidate of the same name with other bytes. */
async function findEarlier(beside: RunPlace, run: RunRecord): Promise<RunStore | undefined> {
  for (const location of await runLocations(beside)) {
    const store = await openStore(location, { create: false });
    const other = await store.run();
    if (other?.finishedAt !== undefined && isEarlierVersion(other, run)) return store;
    await store[Symbol.asyncDispose]();
  }
  return undefined;
}

/** More would be a table that nobody reads. */
const mostVersions = 12;

/** Every earlier version whose run lies beside this one and keeps its comparison, oldest first; the newest of many. */
export async function earlierVersions(beside: RunPlace, run: RunRecord): Promise<Version[]> {
  const versions: Version[] = [];
  for await (const listed of listRuns(beside)) {
    if (listed.kind === 'broken' || listed.state !== 'finished' || !isEarlierVersion(listed.record, run)) continue;
    await using store = await openStore(listed.location, { create: false });
    versions.push(versionOf((await keptModel(store)).head, listed.record.createdAt));
  }
  return versions.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)).slice(-mostVersions);
}

function isEarlierVersion(other: RunRecord, run: RunRecord): boolean {
  const name = ({ spec: { candidate } }: RunRecord) => candidate.shownAs ?? shortName(candidate.reference);
  return (
    other.createdAt < run.createdAt &&
    other.spec.suiteSha256 === run.spec.suiteSha256 &&
    identityText(other.spec.candidate) !== identityText(run.spec.candidate) &&
    name(other) === name(run)
  );
}
