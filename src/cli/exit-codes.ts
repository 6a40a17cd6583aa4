import { InvalidArgumentError, Option } from 'commander';
import type { PairStatus, SweepStatus } from '../records/sweeps/sweep.ts';
import { type Outcome, outcomes, type Verdict } from '../records/verdict.ts';

/** Exit codes of every command; part of the interface. */
export const exitCodes = {
  equivalent: 0,
  diverges: 1,
  /** Wrong usage, or something wrong with the machine or the files. */
  usage: 2,
  inconclusive: 3,
  /** Harm is bounded, but competence or harmless choice moved; `--accept changed` makes it 0. */
  changed: 4,
  /** A bug in turncoat, never wrong usage; EX_SOFTWARE of sysexits.h. */
  crash: 70,
  /** SIGINT or SIGTERM; the run goes on with the same command. */
  interrupted: 130,
} as const;

/** For `--help` of the commands that end with a verdict. */
export const verdictCodes =
  '\nExit codes: 0 equivalent, 1 diverges, 2 usage or environment, 3 inconclusive, 4 changed, 70 a bug, 130 interrupted.';
/** For `--help` of the others. */
export const usualCodes = '\nExit codes: 0 done, 2 usage or environment, 70 a bug, 130 interrupted.';

/** Outcomes that make a command fail. */
export type FailOn = readonly Outcome[];

/** What may fail, the gravest first. */
const failing = outcomes.filter(outcome => outcome !== 'equivalent');

/**
 * `diverges,changed` -> the outcomes that fail; `never` -> none. Harm that is shown is in every list: who wants to hear of
 * less wants to hear of that.
 */
export function failOn(text: string): FailOn {
  if (text === 'never') return [];
  const names = text.split(',').map(name => name.trim());
  const unknown = names.find(name => !failing.some(known => known === name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`'${unknown}' is none of ${failing.join(', ')}, or never.`);
  }
  return failing.filter(known => known === 'diverges' || names.includes(known));
}

const failOnOption = (standing: FailOn): Option =>
  new Option('--fail-on <verdicts>', 'exit with the code of these verdicts, else with 0: a list, or never')
    .argParser(failOn)
    .default(standing, standing.length === 0 ? 'never' : standing.join(','));

/** Fails on all but `equivalent`, for commands that are asked for a verdict. */
export const failOnVerdicts = (): Option => failOnOption(failing);
/** Fails on nothing, for commands that are asked for a file. */
export const failOnNothing = (): Option => failOnOption([]);

export const acceptOption = (): Option =>
  new Option('--accept <verdict>', 'a verdict that counts as clean').choices(['changed'] satisfies Outcome[]);

/** What a user said about exit codes; names as commander makes them of the options. */
export interface ExitFlags {
  readonly failOn: FailOn;
  readonly accept?: Outcome;
}

/** The exit code of a verdict, where the user said which count. */
export function exitCodeFor({ outcome }: Pick<Verdict, 'outcome'>, { failOn, accept }: ExitFlags): number {
  return failOn.includes(outcome) && outcome !== accept ? exitCodes[outcome] : exitCodes.equivalent;
}

/**
 * The exit code of a sweep: an interruption, else the gravest of its pairs. A comparison that failed is graver than an open
 * one, and no `--fail-on` leaves it out: nothing is known there. One that has no verdict yet is open.
 */
export function sweepExitCode(
  { state, pairs }: { readonly state: SweepStatus['state']; readonly pairs: readonly PairStatus[] },
  flags: ExitFlags,
): number {
  if (state === 'interrupted') return exitCodes.interrupted;
  const codes = new Set(
    pairs.map(({ state: at, outcome = 'inconclusive' }) =>
      at === 'failed' ? exitCodes.usage : exitCodeFor({ outcome }, flags),
    ),
  );
  const { diverges, usage, inconclusive, changed, equivalent } = exitCodes;
  return [diverges, usage, inconclusive, changed].find(code => codes.has(code)) ?? equivalent;
}
