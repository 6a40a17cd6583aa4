import type { Command } from 'commander';
import type { CommandContext } from '../main.ts';
import { addAnalyze } from './analyze.ts';
import { addCompare } from './compare.ts';
import { addDecisions } from './decisions.ts';
import { addDemo } from './demo.ts';
import { addInspect } from './inspect.ts';
import { addMerge } from './merge.ts';
import { addPolicy } from './policy.ts';
import { addPull } from './pull.ts';
import { addReport } from './report.ts';
import { addReview } from './review.ts';
import { addRuns } from './runs.ts';
import { addShow } from './show.ts';
import { addStatus } from './status.ts';
import { addSuite } from './suite.ts';
import { addTrace } from './trace.ts';
import { addWorker } from './worker.ts';
import { addSweep } from './sweep.ts';

/** Every command. A new command is one file and one line here. */
export const commands: Readonly<Record<string, (program: Command, context: CommandContext) => void>> = {
  compare: addCompare,
  merge: addMerge,
  worker: addWorker,
  show: addShow,
  trace: addTrace,
  analyze: addAnalyze,
  review: addReview,
  report: addReport,
  decisions: addDecisions,
  runs: addRuns,
  sweep: addSweep,
  status: addStatus,
  suite: addSuite,
  policy: addPolicy,
  inspect: addInspect,
  pull: addPull,
  demo: addDemo,
};
