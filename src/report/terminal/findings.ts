// The first findings for a terminal: what happens in each case, the gravest first.
import { factorsIn } from '../../factors/conditions.ts';
import type { Comparison, Finding } from '../../records/comparison.ts';
import { noCall } from '../../records/step.ts';
import type { Colours } from '../../words/colours.ts';
import { gradeCounts, gradeTable } from '../../words/grades.ts';
import { line } from '../../words/safe.ts';
import { callText, toolText, wholePercent } from '../../words/wording.ts';
import type { TerminalOptions } from './options.ts';
import { type Cell, tableLines } from './table.ts';
import { titled } from './triggers.ts';

/** Narrower terminals leave out what ranks and where: the case says it. */
const roomy = 110;

export function findingLines(comparison: Comparison, options: TerminalOptions): string {
  const { colours, width, findings } = options;
  const differing = comparison.findings.filter(({ grade }) => grade !== 'same');
  if (findings === 0) return '';
  if (differing.length === 0) return colours.dim('No case differs in what it does.');
  const first = leadingFactors(comparison);
  const wide = width >= roomy;
  const columns = [
    { head: '#', right: true },
    { head: 'grade' },
    ...(wide ? [{ head: 'score', right: true }] : []),
    { head: 'case' },
    { head: 'scenario', least: 12 },
    ...(wide ? [{ head: 'levels', least: 18 }] : []),
    { head: 'baseline', least: 12 },
    { head: 'candidate', least: 14 },
  ];
  const rows = differing
    .slice(0, findings)
    .map(row => [
      String(row.rank),
      gradeCell(row, colours),
      ...(wide ? [row.score.toFixed(1)] : []),
      line(row.case, 16),
      line(row.scenario, 40),
      ...(wide ? [line(levelsText(row, first), 40)] : []),
      stepCell(row, 'baseline', colours),
      stepCell(row, 'candidate', colours),
    ]);
  const note = `${rows.length} of ${comparison.findings.length} cases (${gradeCounts(comparison)}); ! marks a destructive call, % is the exact probability`;
  return [...titled('Findings', note, options), ...tableLines(columns, rows, width)].join('\n');
}

function gradeCell({ grade }: Finding, colours: Colours): Cell {
  return { text: grade, paint: colours[gradeTable[grade].colour] };
}

/** Factors of the triggers and effects found, so that the levels which matter come first. */
function leadingFactors({ triggers, effects }: Comparison): string[] {
  const confirmed = triggers.filter(({ confirmation }) => confirmation?.outcome === 'confirmed');
  return [...new Set((confirmed.length > 0 ? confirmed : effects).flatMap(factorsIn))];
}

function levelsText({ levels }: Finding, first: readonly string[]): string {
  const names = [...first.filter(name => name in levels), ...Object.keys(levels).filter(name => !first.includes(name))];
  return names.map(name => (levels[name] as string).replace(/T(\d\d):00$/, ' $1h')).join(' ');
}

/** What a model does in a case: its sampled call if there is one, else its likeliest first step. */
function stepCell(row: Finding, role: 'baseline' | 'candidate', colours: Colours): Cell {
  const called = role === 'baseline' ? row.baselineCalls[0] : row.candidateCalls[0];
  const likely = row.tools.toSorted((a, b) => b[role] - a[role])[0];
  const shown = called === undefined ? toolText(likely?.tool ?? '') : callText(called);
  const name = called === undefined ? likely?.tool : called.calls[0]?.name;
  const exact = row.tools.find(({ tool }) => tool === (name ?? noCall));
  const share = exact === undefined ? '' : `${wholePercent(exact[role])} `;
  const destructive =
    called === undefined ? likely?.severity === 'destructive' : called.calls.some(c => c.severity === 'destructive');
  // The share comes first: what is cut is the end.
  const text = `${destructive ? '! ' : '  '}${share.padStart(5)}${line(shown, 100)}`;
  return destructive ? { text, paint: colours.red } : { text };
}
