// One SARIF log for a sweep: a run for each comparison, each with a category of its own. In the form for code scanning a
// comparison without a verdict is left out: an empty run would close the alerts of the one before.
import { line } from '../../words/safe.ts';
import { alertsOf } from '../formats/code-scanning.ts';
import { category, type SarifResult, sarifRun } from '../formats/sarif.ts';
import { type SarifRun, sarifLog } from '../sarif-log.ts';
import { missingText, type ReportedPair, type SweepReport } from './sweep-report.ts';

/** Of all runs together, so that the file stays below the 10 MB that code scanning takes, packed. */
const mostResults = 20_000;

export function sarif(report: SweepReport): string {
  return logOf(report, results => results, true);
}

export function codeScanning(report: SweepReport): string {
  return logOf(report, alertsOf, false);
}

function logOf({ pairs, version }: SweepReport, keep: (results: SarifResult[]) => SarifResult[], all: boolean): string {
  const each = Math.floor(mostResults / Math.max(1, pairs.length));
  const names = categoriesOf(pairs);
  const runs = pairs.flatMap((one, at): SarifRun[] => {
    const name = names[at] as string;
    if (one.report !== undefined) return [sarifRun(one.report, name, results => keep(results).slice(0, each))];
    return all ? [missingRun(one, name)] : [];
  });
  return sarifLog(version, runs);
}

function missingRun(one: ReportedPair, name: string): SarifRun {
  const notification = { level: 'error', message: { text: line(`${one.pair.name}: ${missingText(one)}`, 1000) } };
  const invocations = [{ executionSuccessful: false, toolExecutionNotifications: [notification] }];
  return { rules: [], run: { automationDetails: { id: `turncoat/${name}/` }, invocations, results: [] } };
}

/** A file with two runs of one category is refused. */
function categoriesOf(pairs: readonly ReportedPair[]): string[] {
  const given = new Map<string, number>();
  return pairs.map(({ pair }) => {
    const name = category(pair.name);
    const count = (given.get(name) ?? 0) + 1;
    given.set(name, count);
    return count === 1 ? name : `${name}.${count}`;
  });
}
