// A sweep's folder -> what a report of the whole sweep is made from: its journal, and each run as it is stored now.
import { UserError } from '../../errors.ts';
import type { PairStatus } from '../../records/sweeps/sweep.ts';
import type { Outcome } from '../../records/verdict.ts';
import { type ReportedPair, type SweepReport, sweepReport } from '../../report/sweeps/sweep-report.ts';
import { openRun, type RunPlace } from '../runs/runs.ts';
import { readStatus } from '../sweep/journal.ts';
import { verdictOfPair } from '../sweep/pair.ts';
import { version } from '../version.ts';
import { sweepPlace } from './places.ts';
import { builtPage, reportOf } from './reviewing.ts';

export interface SweepReportRequest {
  readonly folder: string;
  /** `none`: findings are not held against earlier versions in the folder. */
  readonly against: string | undefined;
  readonly accepted: Outcome | undefined;
  /** Cases that a format holds in full, of all comparisons together. */
  readonly details: number;
  readonly signal: AbortSignal;
}

/**
 * Runs stay open until the result is disposed of.
 * @throws UserError `no-sweep`, `bad-sweep-status`, `bad-option`
 */
export async function sweepReportOf(request: SweepReportRequest): Promise<SweepReport & AsyncDisposable> {
  const { folder, accepted } = request;
  if (request.against !== undefined && request.against !== 'none') {
    const hint = 'leave it out, give --against none, or report on one run of the sweep';
    throw new UserError('bad-option', `--against ${request.against}: a sweep is not one run`, hint);
  }
  const status = readStatus(folder);
  const details = Math.floor(request.details / Math.max(1, status.pairs.length));
  const opened: AsyncDisposable[] = [];
  const close = async () => {
    for (const one of opened.toReversed()) await one[Symbol.asyncDispose]();
  };
  try {
    const pairs: ReportedPair[] = [];
    for (const pair of status.pairs) pairs.push(await reportedPair(pair, status.file, details, request, opened));
    const report = sweepReport(status, pairs, { accepted, version, page: builtPage });
    return { ...report, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function reportedPair(
  pair: PairStatus,
  file: string,
  details: number,
  { folder, against, signal }: SweepReportRequest,
  opened: AsyncDisposable[],
): Promise<ReportedPair> {
  if (pair.run === undefined || pair.state === 'failed') return { pair };
  const place: RunPlace = { out: folder };
  try {
    const store = await openRun(pair.run, place);
    opened.push(store);
    const report = await reportOf({ store, against, beside: place, place }, details, signal);
    const own = { ...report, place: report.place ?? sweepPlace(file, pair.name) };
    // The run as it is now: it may have been weighed anew since the sweep ended.
    return { pair: { ...pair, ...verdictOfPair(report.comparison) }, report: own };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { outcome: _, reason: __, trigger: ___, ...rest } = pair;
    const { code, message, hint } = error;
    return { pair: { ...rest, state: 'failed', error: { code, message, hint } } };
  }
}
