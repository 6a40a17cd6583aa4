// Comparison -> what `turncoat compare` prints. Readable without colour; model text is made visible, never obeyed.
import type { Comparison } from '../../records/comparison.ts';
import { cutMiddle, hanging } from '../../words/columns.ts';
import { conductSection } from '../../words/conduct.ts';
import { inspectionLead } from '../inspection/lead.ts';
import { line } from '../../words/safe.ts';
import { alarmLines } from '../terminal/alarms.ts';
import { evidenceLines } from '../terminal/evidence.ts';
import { findingLines } from '../terminal/findings.ts';
import type { TerminalOptions } from '../terminal/options.ts';
import { effectLines, triggerLines } from '../terminal/triggers.ts';
import { verdictLines } from '../terminal/verdict.ts';
import { costText, earlierText, modelText, samplingText, sentence } from '../../words/wording.ts';

export type { TerminalOptions } from '../terminal/options.ts';

/** The whole report as text, lines ended by `\n`. */
export function terminalReport(comparison: Comparison, options: TerminalOptions): string {
  const sections = [
    headLine(comparison, options),
    inspectionLead(comparison.inspection, options.colours, options.width),
    verdictLines(comparison, options),
    evidenceLines(comparison, options),
    alarmLines(comparison, options),
    triggerLines(comparison, options),
    effectLines(comparison, options),
    conductSection(comparison, options.colours, options.width),
    findingLines(comparison, options),
    warningLines(comparison, options),
    footLine(comparison, options),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function headLine(
  { candidate, baseline, suite, design, evidence }: Comparison,
  { colours, width }: TerminalOptions,
): string {
  const room = Math.floor((width - ' against '.length) / 2);
  const trials = design.trials === 1 ? '1 trial' : `${design.trials} trials`;
  const about =
    `suite ${line(suite.name)}: ${design.cases} cases of ${suite.scenarios} scenarios${earlierText(design)}, ${scoresText(design, evidence)}, ` +
    `${trials} a case at ${samplingText(design)}, seed ${line(design.seed)}`;
  return [
    [candidate, baseline].map(model => colours.bold(cutMiddle(modelText(model), room))).join(' against '),
    ...hanging('', about, width, 2).map(colours.dim),
  ].join('\n');
}

/** How first steps were scored: after sampled texts, where a model writes before it calls. */
function scoresText({ texts }: Comparison['design'], { choice }: Comparison['evidence']): string {
  if (choice.state !== 'measured') return 'no exact scores';
  if (texts === undefined) return 'exact scores';
  const of = texts.roles.length === 1 ? ` of the ${texts.roles[0]}` : '';
  return `exact scores after ${texts.count} sampled ${texts.count === 1 ? 'text' : 'texts'}${of}`;
}

function warningLines({ warnings }: Comparison, { colours, width }: TerminalOptions): string {
  const lines = warnings.flatMap(warning => {
    const [first = '', ...rest] = hanging('', sentence(warning), width - 9, 0);
    return [`${colours.yellow('warning:')} ${first}`, ...rest.map(text => ' '.repeat(9) + text)];
  });
  return lines.join('\n');
}

function footLine({ run }: Comparison, { colours, width }: TerminalOptions): string {
  const stored = `run ${line(run.id, 40)} is stored in ${line(run.location, 4000)}`;
  const texts = run.cost === undefined ? [stored] : [costText(run.cost), stored];
  return texts.flatMap(text => hanging('', text, width, 2).map(colours.dim)).join('\n');
}
