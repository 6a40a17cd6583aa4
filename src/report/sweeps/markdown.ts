// A sweep as a comment: every comparison with its verdict, worst first, and the first findings of those that are not clean.
import { findingsTable, markdownTable } from '../formats/markdown.ts';
import { markdownCode, markdownText } from '../../words/safe.ts';
import { outcomeTable } from '../../words/verdict/outcomes.ts';
import { isReported } from '../reported.ts';
import { isPairClean, missingText, type ReportedPair, type SweepReport } from './sweep-report.ts';

/** A comment holds 65,536 characters. */
const most = { rows: 60, pairs: 6, findings: 5 };

export function markdown({ sweep, pairs, version }: SweepReport): string {
  const troubled = pairs.filter(one => !isPairClean(one));
  const emoji = troubled.length === 0 ? '✅' : '❌';
  const rows = pairs.slice(0, most.rows).map(rowOf);
  const left = pairs.length - rows.length;
  const details = troubled.filter(({ report }) => report !== undefined).slice(0, most.pairs);
  const sections = [
    `## ${emoji} turncoat: ${pairs.length - troubled.length} of ${pairs.length} comparisons are clean`,
    markdownTable(['verdict', 'candidate, baseline, suite, seed', 'why', 'findings'], rows),
    left > 0 ? `${left} more comparisons are not shown.` : '',
    ...details.map(sectionOf),
    `<sub>sweep ${markdownText(sweep.sweep)}: ${sweep.state.replace('-', ' ')}; turncoat ${version}</sub>`,
  ];
  return `${sections.filter(text => text !== '').join('\n\n')}\n`;
}

function rowOf(one: ReportedPair): string[] {
  const { pair, report } = one;
  const name = markdownCode(pair.name);
  if (report === undefined)
    return [pair.state === 'failed' ? '❗ failed' : '…', name, markdownText(missingText(one)), ''];
  const { outcome } = report.comparison.verdict;
  const accepted = isPairClean(one) && outcomeTable[outcome].fails ? ', accepted' : '';
  const count = report.comparison.findings.filter(isReported).length;
  return [`${outcomeTable[outcome].emoji} ${outcome}${accepted}`, name, markdownText(whyOf(one)), String(count)];
}

const whyOf = ({ pair: { trigger, reason } }: ReportedPair): string =>
  trigger === undefined ? (reason ?? '') : `turns on ${trigger}`;

function sectionOf({ pair, report }: ReportedPair): string {
  const table = report === undefined ? '' : findingsTable(report, most.findings);
  return `### ${markdownCode(pair.name)}\n\n${table}`;
}
