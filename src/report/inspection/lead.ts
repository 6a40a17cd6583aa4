// An inspection -> the lines that lead a comparison's report: every alarm, and the first notices.
import type { Inspection } from '../../records/inspection.ts';
import type { Colours } from '../colours.ts';
import { cut } from '../visible.ts';
import { inspectionSentence } from './wording.ts';

/** Notices shown in front of a comparison; `turncoat inspect` shows all. */
const fewNotices = 3;

/** Findings as aligned lines, alarms first. */
export function findingLines({ findings }: Inspection, colours: Colours, width: number): string[] {
  return findings.map(finding => {
    const text = cut(inspectionSentence(finding), Math.max(40, width - 8));
    return finding.gravity === 'alarm' ? `${colours.bold(colours.red('ALARM'))}   ${text}` : `notice  ${text}`;
  });
}

/** What the files alone say, in front of a comparison; empty when they say nothing. */
export function inspectionLead(inspection: Inspection | undefined, colours: Colours, width: number): string {
  if (inspection === undefined || inspection.findings.length === 0) return '';
  const alarms = inspection.findings.filter(({ gravity }) => gravity === 'alarm').length;
  const shown = alarms + fewNotices;
  const lines = findingLines(inspection, colours, width);
  const more = lines.length - shown;
  return [
    `${colours.bold('Before running')}  ${colours.dim('what the files themselves say')}`,
    ...lines.slice(0, shown),
    ...(more > 0 ? [colours.dim(`        and ${more} more; \`turncoat inspect\` shows them`)] : []),
  ].join('\n');
}
