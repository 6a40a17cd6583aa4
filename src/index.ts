// The library's only public door: the use cases of the command line as functions of typed options that know no terminal,
// and the pure steps from a suite to a verdict. docs/library.md shows each; a test runs what it shows.

// Use cases, each behind a check of its arguments.
export {
  compare,
  explain,
  inspectModels,
  mergeRuns,
  observeShard,
  openPolicy,
  openRun,
  openSuite,
  openSweep,
  planSweep,
  readStatus,
  reanalyse,
  reportFormats,
  reportOf,
  resolveReferences,
  runLocations,
  runSweep,
  workOn,
} from './app/door.ts';
export type { CompareRequest } from './app/compare/comparing.ts';
export type { OpenedSuite } from './app/compare/suites.ts';
export type { Merged } from './app/cluster/merging.ts';
export type { ShardResult } from './app/cluster/sharding.ts';
export type { WorkerRequest } from './app/cluster/working.ts';
export type { ExplainRequest } from './app/explain/explaining.ts';
export type { InspectRequest } from './app/inspect/inspect-models.ts';
export type { PullListener, PullNote, ResolveChoices } from './app/models/references.ts';
export type { PlanOptions } from './app/plan/planning.ts';
export type { RunPlace } from './app/runs/runs.ts';
export type { SweepEvent } from './app/sweep/journal.ts';
export type { OpenedSweep, SweepOptions, SweepResult } from './app/sweep/sweeping.ts';
export type { ReportFormatName } from './report/formats/index.ts';

// What they take and hear.
export { UserError } from './errors.ts';
export type { Progress, ProgressEvent } from './ports/progress.ts';
export type { RunStore } from './ports/store.ts';
export type { Settings } from './records/settings.ts';
export { usualSettings } from './app/door.ts';

// Records: what is stored and handed on, as zod schemas and types.
export { type Case, caseSchema } from './records/suites/case.ts';
export { type Comparison, comparisonSchema, type Effect, type Finding } from './records/comparison.ts';
export { type Explanation, explanationSchema } from './records/triggers/explanation.ts';
export { type Evidence, evidenceSchema } from './records/evidence.ts';
export { type Inspection, inspectionSchema } from './records/inspections/inspection.ts';
export { type Observation, observationSchema } from './records/observation.ts';
export { type RunRecord, runRecordSchema } from './records/run.ts';
export { type Suite, suiteSchema } from './records/suites/suite.ts';
export { type Verdict, verdictSchema } from './records/verdict.ts';

// Pure steps, behind the same check.
export { analyse, canonicalReply, makeCases, parse, readReply, readSuite, varyCase } from './app/door.ts';
export type { ParseContext } from './toolcalls/index.ts';
