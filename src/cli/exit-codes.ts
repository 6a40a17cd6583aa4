import { Option } from 'commander';
import type { Verdict } from '../records/comparison.ts';

/** Exit codes of every command; part of the interface. */
export const exitCodes = {
  equivalent: 0,
  diverges: 1,
  /** Wrong usage, or something wrong with the machine or the files. */
  usage: 2,
  inconclusive: 3,
  /** SIGINT or SIGTERM; the run goes on with the same command. */
  interrupted: 130,
} as const;

/** The exit code of a verdict. */
export function exitCodeOf({ outcome }: Verdict): number {
  return exitCodes[outcome];
}

/** Which verdicts make a command fail: `diverges` alone, `inconclusive` too, or none. */
export type FailOn = 'diverges' | 'inconclusive' | 'never';

export const failOnOption = (): Option =>
  new Option('--fail-on <verdict>', 'exit with the code of the verdict from here on, else with 0').choices([
    'diverges',
    'inconclusive',
    'never',
  ] satisfies FailOn[]);

/**
 * The exit code where the user said which verdicts count.
 * @param failOn `inconclusive` includes `diverges`
 */
export function exitCodeFor(verdict: Verdict, failOn: FailOn): number {
  const fails = failOn === 'inconclusive' ? ['diverges', 'inconclusive'] : [failOn];
  return fails.includes(verdict.outcome) ? exitCodeOf(verdict) : exitCodes.equivalent;
}
