// Observations -> how long the models worked, by scenario: what a test report says each test took.
import type { Case } from '../records/suites/case.ts';
import type { Observation } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';

/** Seconds of the models' work. Sequences that are decoded together each count their own, so that it is more than a clock says. */
export interface RunTimes {
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly scenarios: ReadonlyMap<string, number>;
}

export function timesOf(
  run: Pick<RunRecord, 'createdAt'>,
  cases: readonly Pick<Case, 'id' | 'scenario'>[],
  observations: Iterable<Observation>,
): RunTimes {
  const scenarioOf = new Map(cases.map(({ id, scenario }) => [id, scenario]));
  const scenarios = new Map<string, number>();
  let seconds = 0;
  for (const observation of observations) {
    if (observation.kind === 'failure') continue;
    const took = observation.durationMs / 1000;
    const scenario = scenarioOf.get(observation.caseId);
    seconds += took;
    if (scenario !== undefined) scenarios.set(scenario, (scenarios.get(scenario) ?? 0) + took);
  }
  return { startedAt: run.createdAt, seconds, scenarios };
}
