// The library's only public door: the use cases of the command line as functions of typed options that know no terminal,
// and the pure steps from a suite to a verdict. docs/library.md shows each; a test runs what it shows.

// Use cases.
export { type CompareRequest, compare } from './app/compare/comparing.ts';
export { reanalyse } from './app/compare/kept.ts';
export { type OpenedSuite, openPolicy, openSuite } from './app/compare/suites.ts';
export { type Merged, mergeRuns } from './app/cluster/merging.ts';
export { observeShard, type ShardResult } from './app/cluster/sharding.ts';
export { type WorkerRequest, workOn } from './app/cluster/working.ts';
export { type InspectRequest, inspectModels } from './app/inspect/inspect-models.ts';
export { type PullListener, type PullNote, type ResolveChoices, resolveReferences } from './app/models/references.ts';
export { type PlanOptions, planSweep } from './app/plan/planning.ts';
export { reportOf } from './app/review/reviewing.ts';
export { openRun, type RunPlace, runLocations } from './app/runs/runs.ts';
export { readStatus, type SweepEvent } from './app/sweep/journal.ts';
export { type OpenedSweep, openSweep, runSweep, type SweepOptions, type SweepResult } from './app/sweep/sweeping.ts';
export { type ReportFormatName, reportFormats } from './report/formats/index.ts';

// What they take and hear.
export { UserError } from './errors.ts';
export type { Progress, ProgressEvent } from './ports/progress.ts';
export type { RunStore } from './ports/store.ts';
export { type Settings, usualSettings } from './records/settings.ts';

// Records: what is stored and handed on, as zod schemas and types.
export { type Case, caseSchema } from './records/suites/case.ts';
export { type Comparison, comparisonSchema, type Effect, type Finding } from './records/comparison.ts';
export { type Evidence, evidenceSchema } from './records/evidence.ts';
export { type Inspection, inspectionSchema } from './records/inspections/inspection.ts';
export { type Observation, observationSchema } from './records/observation.ts';
export { type RunRecord, runRecordSchema } from './records/run.ts';
export { type Suite, suiteSchema } from './records/suites/suite.ts';
export { type Verdict, verdictSchema } from './records/verdict.ts';

// Pure steps.
export { analyse } from './findings/analyse.ts';
export { makeCases, readSuite, varyCase } from './suite/index.ts';
export { canonicalReply, parse, type ParseContext, readReply } from './toolcalls/index.ts';
