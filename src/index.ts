// The library's only public door: what a program needs to draw cases, observe models and compare them.
export { UserError } from './errors.ts';
export { analyse } from './findings/analyse.ts';
export { type Case, caseSchema } from './records/case.ts';
export {
  type Comparison,
  comparisonSchema,
  type Effect,
  type Finding,
} from './records/comparison.ts';
export { type Evidence, evidenceSchema } from './records/evidence.ts';
export { type Inspection, inspectionSchema } from './records/inspection.ts';
export { type Observation, observationSchema } from './records/observation.ts';
export { type RunRecord, runRecordSchema } from './records/run.ts';
export { type Suite, suiteSchema } from './records/suite.ts';
export { type Verdict, verdictSchema } from './records/verdict.ts';
export { makeCases, readSuite, varyCase } from './suite/index.ts';
export { canonicalReply, parse, type ParseContext, readReply } from './toolcalls/index.ts';
