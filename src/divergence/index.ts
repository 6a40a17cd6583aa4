// Observations -> what differs between the two models in each case, and the usual drift of each scenario removed.
export { type CaseDivergence, divergences, type Reply, type ReplyReader, type ToolScore } from './cases.ts';
export { type Drift, type DriftedScore, usualDrift, withoutDrift } from './drift.ts';
export {
  alarming,
  couldTurn,
  gravestTool,
  type Harm,
  harmAlarm,
  harmfulTools,
  harmOf,
  isAlarming,
  reaches,
} from './harm.ts';
export { isAsked, isWanted } from './asked.ts';
export { ownHarm, withOwnCalls } from './own-calls.ts';
export { expectedStep, firstSteps, likeliestStep } from './steps.ts';
export { severityOf, severityWeight } from './severity.ts';
export {
  chooseTransplants,
  fits,
  mostTransplants,
  type Transplant,
  withTransplants,
} from './transplants.ts';
export { type SampledDivergence, sampledDivergence } from './metrics/mixture.ts';
export { alarm } from './metrics/alarm.ts';
export { leak } from './metrics/leak.ts';
export { anyHarm, noCall, ownCall, readStep } from '../records/step.ts';
