// One SARIF log for a sweep: a run for each comparison, each with a category of its own. In the form for code scanning a
// comparison without a verdict is left out: an empty run would close the alerts of the one before.
import { line } from '../../words/safe.ts';
import { alertsOf } from '../formats/code-scanning.ts';
import { category, type SarifResult, sarifRun } from '../formats/sarif.ts';
import { type SarifRun, sarifLog } from '../sarif-log.ts';
import { missingText, type ReportedPair, type SweepReport } from './sweep-report.ts';

/** Of all runs together, so that a file stays below the 10 MB that code scanning takes, packed. */
const mostResults = 20_000;

/** Code scanning refuses a file of more. */
const mostRuns = 20;

export function sarif(report: SweepReport): string {
  return logOf(report, results => results, true);
}

/** As many files as code scanning needs to take all comparisons; what each belongs to is the same in whichever it stands. */
export function codeScanning(report: SweepReport): string | readonly string[] {
  const names = categoriesOf(report.pairs);
  const pairs = report.pairs.filter(one => one.report !== undefined);
  if (pairs.length <= mostRuns) return logOf(report, alertsOf, false, names);
  return Array.from({ length: Math.ceil(pairs.length / mostRuns) }, (_, part) => {
    const own = pairs.slice(part * mostRuns, (part + 1) * mostRuns);
    return logOf({ ...report, pairs: own }, alertsOf, false, names);
  });
}

function logOf(
  { pairs, version }: SweepReport,
  keep: (results: SarifResult[]) => SarifResult[],
  all: boolean,
  names = categoriesOf(pairs),
): string {
  const each = Math.floor(mostResults / Math.max(1, pairs.length));
  const runs = pairs.flatMap((one): SarifRun[] => {
    const name = names.get(one) as string;
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

/** A file with two runs of one category is refused; which gets the number does not depend on which is worse tonight. */
function categoriesOf(pairs: readonly ReportedPair[]): Map<ReportedPair, string> {
  const given = new Map<string, number>();
  const named = pairs.toSorted((a, b) => (a.pair.name < b.pair.name ? -1 : 1));
  return new Map(
    named.map(one => {
      const name = category(one.pair.name);
      const count = (given.get(name) ?? 0) + 1;
      given.set(name, count);
      return [one, count === 1 ? name : `${name}.${count}`];
    }),
  );
}
