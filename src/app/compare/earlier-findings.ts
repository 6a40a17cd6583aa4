// The findings of an earlier run, to be run again on another candidate beside a fresh sample.
import { UserError } from '../../errors.ts';
import { analyse } from '../../findings/analyse.ts';
import type { Observation } from '../../records/observation.ts';
import { identityText } from '../../records/adapted.ts';
import type { ModelRecord, RunRecord } from '../../records/run.ts';
import type { Case } from '../../records/suites/case.ts';
import { isReported } from '../../report/reported.ts';
import { openStore } from '../../stores/index.ts';
import type { RunStore } from '../../ports/store.ts';
import { openRun, runLocations, type RunPlace } from '../runs/runs.ts';

export interface EarlierFindings {
  /** Id of the run that they are of. */
  readonly run: string;
  /** Most suspicious first. */
  readonly cases: readonly Case[];
}

/**
 * @param name a run as the user named it; `last`: the newest finished one of another candidate on the same suite, so that the
 *   same command goes on with its own run
 * @throws UserError `run-unfinished`, `other-suite`, as openRun does
 */
export async function earlierFindings(
  name: string,
  place: RunPlace,
  candidate: ModelRecord,
  suiteSha256: string,
): Promise<EarlierFindings> {
  const fits = ({ finishedAt, spec }: RunRecord) =>
    finishedAt !== undefined &&
    spec.suiteSha256 === suiteSha256 &&
    identityText(spec.candidate) !== identityText(candidate);
  await using store = await (name === 'last' ? newest(place, fits) : openRun(name, place));
  const run = await store.run();
  if (run?.finishedAt === undefined) {
    throw new UserError(
      'run-unfinished',
      `${name}: that run has no verdict yet`,
      'finish it first: give its command again',
    );
  }
  const { id, spec } = run;
  if (spec.suiteSha256 !== suiteSha256) {
    const hint = `give --suite ${spec.suiteFile}, as it was then`;
    throw new UserError('other-suite', `run ${id} is of another suite, or the suite has changed since`, hint);
  }
  const stored = await store.cases();
  const observations: Observation[] = [];
  for await (const one of store.observations()) observations.push(one);
  const { findings } = analyse(run, store.location, stored, observations);
  const cases = new Map(stored.map(one => [one.id, one]));
  return { run: id, cases: findings.filter(isReported).flatMap(finding => cases.get(finding.case) ?? []) };
}

async function newest(place: RunPlace, fits: (run: RunRecord) => boolean): Promise<RunStore> {
  for (const location of await runLocations(place)) {
    const store = await openStore(location, { create: false });
    const run = await store.run();
    if (run !== undefined && fits(run)) return store;
    await store[Symbol.asyncDispose]();
  }
  const hint = 'list the runs with `turncoat runs`, and name one';
  throw new UserError('run-not-found', 'last: no finished run of another candidate on this suite', hint);
}
