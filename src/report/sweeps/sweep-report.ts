// What every format of a whole sweep is given: its comparisons, worst first, each with its report where it has come that far.
import type { PairStatus, SweepStatus } from '../../records/sweeps/sweep.ts';
import type { Outcome } from '../../records/verdict.ts';
import { isClean } from '../../words/verdict/outcomes.ts';
import type { Report } from '../formats/report.ts';
import { sweepModel, type SweepModel } from '../sweep.ts';

export interface ReportedPair {
  /** As its run says now, where there is one: margins may have changed since the sweep. */
  readonly pair: PairStatus;
  /** Absent where it failed, or has not come so far. */
  readonly report?: Report | undefined;
}

export interface SweepReport {
  readonly sweep: SweepModel;
  readonly pairs: readonly ReportedPair[];
  readonly accepted?: Outcome | undefined;
  readonly version: string;
  readonly page: () => string;
}

/** A whole file, ended by a line end; several where what reads them takes no larger one. */
export type SweepFormat = (report: SweepReport) => string | readonly string[] | Promise<string>;

/** Puts the worst first, as the page of a sweep does. */
export function sweepReport(
  status: SweepStatus,
  pairs: readonly ReportedPair[],
  more: Pick<SweepReport, 'accepted' | 'version' | 'page'>,
): SweepReport {
  const sweep = sweepModel({ ...status, pairs: pairs.map(({ pair }) => pair) });
  const byName = new Map(pairs.map(one => [one.pair.name, one]));
  const sorted = sweep.pairs.flatMap(({ name }) => byName.get(name) ?? []);
  return { ...more, sweep, pairs: sorted.map(one => ({ ...one, report: accepting(one.report, more.accepted) })) };
}

const accepting = (report: Report | undefined, accepted: Outcome | undefined): Report | undefined =>
  report && { ...report, accepted };

/** Nothing is wrong with a comparison that has a verdict which counts as clean. */
export function isPairClean({ report }: ReportedPair): boolean {
  return report !== undefined && isClean(report.comparison.verdict, report.accepted);
}

/** Why there is no report. */
export function missingText({ pair: { state, error } }: ReportedPair): string {
  return error === undefined ? `no verdict yet: ${state}` : `failed: ${error.message.split('\n')[0]}`;
}
