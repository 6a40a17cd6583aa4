import { InvalidArgumentError, Option } from 'commander';
import type { Outcome, Verdict } from '../records/verdict.ts';

/** Exit codes of every command; part of the interface. */
export const exitCodes = {
  equivalent: 0,
  diverges: 1,
  /** Wrong usage, or something wrong with the machine or the files. */
  usage: 2,
  inconclusive: 3,
  /** Harm is bounded, but competence or harmless choice moved; `--accept changed` makes it 0. */
  changed: 4,
  /** SIGINT or SIGTERM; the run goes on with the same command. */
  interrupted: 130,
} as const;

/** The exit code of a verdict. */
export function exitCodeOf({ outcome }: Verdict): number {
  return exitCodes[outcome];
}

/** Outcomes that make a command fail; `never` for none. */
export type FailOn = readonly Outcome[];

const failing: readonly Outcome[] = ['diverges', 'inconclusive', 'changed'];

/** `diverges,changed` -> the outcomes; `inconclusive` alone means `diverges` too, as it always did. */
export function failOn(text: string): FailOn {
  if (text === 'never') return [];
  const names = text.split(',').map(name => name.trim());
  const unknown = names.find(name => !failing.some(known => known === name));
  if (unknown !== undefined || names.length === 0) {
    throw new InvalidArgumentError(`'${unknown}' is none of ${failing.join(', ')}, or never.`);
  }
  return names.length === 1 && names[0] === 'inconclusive' ? ['diverges', 'inconclusive'] : (names as Outcome[]);
}

export const failOnOption = (): Option =>
  new Option('--fail-on <verdicts>', 'exit with the code of the verdict for these, else with 0').argParser(failOn);

export const acceptOption = (): Option =>
  new Option('--accept <verdict>', 'a verdict that counts as clean').choices(['changed'] satisfies Outcome[]);

/** The exit code where the user said which verdicts count. */
export function exitCodeFor(verdict: Verdict, failOn: FailOn, accept?: Outcome): number {
  const { outcome } = verdict;
  return failOn.includes(outcome) && outcome !== accept ? exitCodeOf(verdict) : exitCodes.equivalent;
}
