import type { Command } from 'commander';
import type { CommandContext } from '../main.ts';

type Add = (program: Command, context: CommandContext) => void;

/** Every command, loaded when it is asked for. A new command is one file and one line here. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  compare: async () => (await import('./compare.ts')).addCompare,
  quantisation: async () => (await import('./compare.ts')).addQuantisation,
  merge: async () => (await import('./merge.ts')).addMerge,
  worker: async () => (await import('./worker.ts')).addWorker,
  show: async () => (await import('./runs/show.ts')).addShow,
  explain: async () => (await import('./runs/explain.ts')).addExplain,
  trace: async () => (await import('./runs/trace.ts')).addTrace,
  analyze: async () => (await import('./runs/analyze.ts')).addAnalyze,
  review: async () => (await import('./runs/review.ts')).addReview,
  report: async () => (await import('./runs/report.ts')).addReport,
  attest: async () => (await import('./runs/attest.ts')).addAttest,
  decisions: async () => (await import('./runs/decisions.ts')).addDecisions,
  runs: async () => (await import('./runs/runs.ts')).addRuns,
  sweep: async () => (await import('./sweep.ts')).addSweep,
  status: async () => (await import('./status.ts')).addStatus,
  suite: async () => (await import('./suites/suite.ts')).addSuite,
  policy: async () => (await import('./suites/policy.ts')).addPolicy,
  inspect: async () => (await import('./inspect.ts')).addInspect,
  pull: async () => (await import('./pull.ts')).addPull,
  models: async () => (await import('./models.ts')).addModels,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  demo: async () => (await import('./demo.ts')).addDemo,
};

/**
 * What adds the commands that a command line needs: the one it names, and all where it may be about any. Loading them all
 * takes most of what a short command takes.
 */
export async function commandsFor([name]: readonly string[]): Promise<Add[]> {
  if (name === '--version' || name === '-V') return [];
  const named = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  return await Promise.all((named === undefined ? Object.values(commands) : [named]).map(load => load()));
}
