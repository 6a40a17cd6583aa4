// Inspection -> what `turncoat inspect` prints: findings first, then what they rest on, then the files' own words.
import type { Inspection } from '../../records/inspections/inspection.ts';
import type { Colours } from '../../words/colours.ts';
import { adaptersSection } from './adapters.ts';
import { promptsSection, settingsSection, templateSection, tokenizerSection, weightsSection } from './differences.ts';
import { adviceLine, alarmCount, answerableLines, isAdapterAlone } from './lead.ts';
import { modelsTable } from './models.ts';
import { inspectedText } from '../../words/inspection.ts';

export interface InspectionReportOptions {
  readonly colours: Colours;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The whole report as text, lines ended by `\n`; text from the files is made visible, never obeyed. */
export function inspectionReport(inspection: Inspection, { colours, width }: InspectionReportOptions): string {
  // How harmless templates differ is of little interest; --json has it.
  const alarmed = inspection.findings.some(({ gravity }) => gravity === 'alarm');
  const sections = [
    `${adviceLine(inspection, colours)}\n${headLine(inspection, colours)}`,
    answerableLines(inspection, colours, width).join('\n'),
    ...(alarmed ? [promptsSection(inspection, colours, width), templateSection(inspection, colours, width)] : []),
    adaptersSection(inspection, colours, width),
    weightsSection(inspection, colours),
    tokenizerSection(inspection, colours, width),
    settingsSection(inspection, colours, width),
    modelsTable(inspection, colours, width),
  ];
  const trimmed = sections.filter(section => section !== '').map(section => section.replace(/ +$/gm, ''));
  return `${trimmed.join('\n\n')}\n`;
}

function headLine(inspection: Inspection, colours: Colours): string {
  const { candidate, baseline, findings } = inspection;
  const names = [candidate, ...(baseline ? [baseline] : [])].map(model => colours.bold(inspectedText(model)));
  const notices = findings.filter(({ gravity }) => gravity === 'notice').length;
  // Nobody who is given an adapter alone is to read that it raises no alarm.
  const alone = isAdapterAlone(candidate);
  const alarms =
    alone && alarmCount(inspection) === 0 ? 'an adapter alone' : countText(alarmCount(inspection), 'alarm');
  const counted = findings.length === 0 ? colours.green('nothing found') : `${alarms}, ${countText(notices, 'notice')}`;
  return `${names.join(' against ')}\n${colours.dim('read, not run: ')}${counted}`;
}

function countText(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`;
}
