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
