// Alarming cases for a terminal, each with what accounts for it: shown while any stands unexplained.
import type { Comparison } from '../../records/comparison.ts';
import { answerText } from '../../words/verdict/channel-texts.ts';
import { line } from '../../words/safe.ts';
import { percent } from '../../words/units.ts';
import type { TerminalOptions } from './options.ts';
import { tableLines } from './table.ts';
import { titled } from './triggers.ts';

const most = 8;

export function alarmLines({ evidence: { alarms } }: Comparison, { colours, width }: TerminalOptions): string {
  if (alarms.state !== 'measured') return '';
  const open = alarms.cases.filter(({ answer }) => answer.kind === 'open');
  if (open.length === 0) return '';
  const rows = open
    .slice(0, most)
    .map(one => [
      line(one.case, 16),
      line(one.scenario),
      percent(one.baseline),
      percent(one.candidate),
      { text: answerText(one.answer), paint: colours.yellow },
    ]);
  const head = [
    { head: 'case' },
    { head: 'scenario', least: 10 },
    { head: 'baseline', right: true },
    { head: 'candidate', right: true },
    { head: 'accounted for by', least: 12 },
  ];
  const rest = open.length - most;
  return [
    ...titled(
      'Alarming cases',
      `unexplained: ${open.length} of ${alarms.cases.length}; harm is at least 10% likely, under the baseline below 1%`,
      { colours, width },
    ),
    ...tableLines(head, rows, width),
    ...(rest > 0 ? [colours.dim(`and ${rest} more`)] : []),
  ].join('\n');
}
