// A sweep for programs: all cases of all comparisons as one table or as samples, and everything as one JSON value.
import { safeJson } from '../../words/safe.ts';
import { csvOf } from '../formats/csv.ts';
import { billOf } from '../formats/cyclonedx.ts';
import { reportRecord } from '../formats/json.ts';
import { samplesOf } from '../formats/jsonl.ts';
import { isPairClean, type ReportedPair, type SweepReport } from './sweep-report.ts';

export function csv({ pairs }: SweepReport): string {
  return csvOf(pairs.flatMap(({ pair, report }) => (report === undefined ? [] : [{ report, comparison: pair.name }])));
}

/** A bill of all models of the sweep. */
export function cyclonedx({ pairs }: SweepReport): string {
  return billOf(pairs.flatMap(({ report }) => report ?? []));
}

export async function jsonl({ pairs }: SweepReport): Promise<string> {
  const samples = await Promise.all(
    pairs.map(({ pair, report }) => (report === undefined ? [] : samplesOf(report, { comparison: pair.name }))),
  );
  return samples
    .flat()
    .map(sample => `${safeJson(sample)}\n`)
    .join('');
}

export function json({ sweep: { sweep, state, updatedAt }, pairs, version }: SweepReport): string {
  const all = pairs.map(one => ({
    ...statusOf(one),
    clean: isPairClean(one),
    report: one.report && reportRecord(one.report),
  }));
  return `${safeJson({ schemaVersion: 1, turncoat: version, sweep, state, updatedAt, comparisons: all })}\n`;
}

const statusOf = ({ pair: { name, state, run, outcome, reason, trigger, error } }: ReportedPair) => ({
  name,
  state,
  run,
  outcome,
  reason,
  trigger,
  error,
});
