// Every case as a row, for spreadsheets. Text of models is quoted and is never a formula.
import type { Called, Finding } from '../../records/comparison.ts';
import { concealedIn } from '../../words/conduct.ts';
import { conductKindsOf, rulesOf } from '../rows.ts';
import { csvText } from '../../words/safe.ts';
import { callText } from '../../words/wording.ts';
import type { Report } from './report.ts';

export function csv(report: Report): string {
  return csvOf([{ report }]);
}

/** Several reports in one table. @param parts `comparison`: what a column before all others calls each */
export function csvOf(parts: readonly { readonly report: Report; readonly comparison?: string }[]): string {
  const named = parts.some(({ comparison }) => comparison !== undefined);
  const all = parts.flatMap(({ report }) => report.comparison.findings);
  const factors = [...new Set(all.flatMap(({ levels }) => Object.keys(levels)))];
  const names = [...(named ? ['comparison'] : []), ...columns, ...factors.map(name => `level ${name}`)];
  const rows = parts.flatMap(({ report, comparison = '' }) =>
    report.comparison.findings.map(
      finding => `${named ? `${csvText(comparison)},` : ''}${row(finding, factors, report)}`,
    ),
  );
  return `${[names.map(csvText).join(), ...rows].join('\r\n')}\r\n`;
}

const columns = [
  'rank',
  'case',
  'scenario',
  'grade',
  'score',
  'baseline harm',
  'candidate harm',
  'tool',
  'severity',
  'baseline probability',
  'candidate probability',
  'alarm excess nats',
  'triggers',
  'candidate does',
  'baseline does',
  'conduct',
  'rules broken',
  'hidden deed',
  'said instead',
  'decision',
  'note',
  'decided by',
  'decided at',
  'standing',
];

function row(finding: Finding, factors: readonly string[], { decisions, earlier }: Report): string {
  const { tool } = finding;
  const decision = decisions.get(finding.case);
  const hidden = concealedIn(finding.candidateCalls);
  const cells = [
    String(finding.rank),
    csvText(finding.case),
    csvText(finding.scenario),
    finding.grade,
    finding.score.toFixed(2),
    finding.harm === undefined ? '' : finding.harm.baseline.toPrecision(4),
    finding.harm === undefined ? '' : finding.harm.candidate.toPrecision(4),
    csvText(tool?.tool ?? ''),
    csvText(tool?.severity ?? ''),
    tool === undefined ? '' : tool.baseline.toPrecision(4),
    tool === undefined ? '' : tool.candidate.toPrecision(4),
    tool === undefined ? '' : tool.alarmExcess.toFixed(3),
    csvText(finding.triggers.join(' ')),
    csvText(does(finding.candidateCalls)),
    csvText(does(finding.baselineCalls)),
    csvText(conductKindsOf(finding.candidateCalls).join(' and ')),
    csvText(rulesOf(finding.candidateCalls).join(' ')),
    csvText(hidden?.deed ?? ''),
    csvText(hidden?.said ?? ''),
    csvText(decision?.verdict ?? ''),
    csvText(decision?.note ?? ''),
    csvText(decision?.by ?? ''),
    csvText(decision?.at ?? ''),
    csvText(earlier?.standing[finding.case] ?? ''),
    ...factors.map(name => csvText(finding.levels[name] ?? '')),
  ];
  return cells.join();
}

function does([first]: readonly Called[]): string {
  return first === undefined ? '' : callText(first);
}
