// The verdict for a terminal: the outcome, why in numbers, then what a person can do with it.
import type { Comparison } from '../../records/comparison.ts';
import { hanging } from '../columns.ts';
import { outcomeTable, painted } from '../outcomes.ts';
import { notCoveredTexts, reasonSentence, reasonText, statedText } from '../reasons.ts';
import { settledBy } from '../settling.ts';
import type { TerminalOptions } from './options.ts';

/** Reasons after the first; the evidence below has all channels, JSON all reasons. */
const mostReasons = 8;

export function verdictLines({ verdict }: Comparison, { colours, width }: TerminalOptions): string {
  const { outcome, reasons } = verdict;
  const head = `${outcomeTable[outcome].sign} ${outcome.toUpperCase()}`;
  const margin = head.length + 2;
  const [first, ...others] = reasons;
  const open = settledBy(verdict);
  const second = statedText(verdict) ?? open;
  // What would settle it is said once, for all of them.
  const words = open === undefined ? reasonSentence : reasonText;
  const more = others.length - mostReasons;
  const texts = [
    ...(second === undefined ? [] : [second]),
    ...others.slice(0, mostReasons).map(words),
    ...(more > 0 ? [`and ${more} more reasons`] : []),
  ];
  const [top = '', ...rest] = first === undefined ? [] : hanging('', words(first), width - margin, 0);
  const uncovered = notCoveredTexts(verdict);
  return [
    `${colours.bold(painted(outcome, head, colours))}  ${top}`,
    ...rest.map(line => ' '.repeat(margin) + line),
    ...texts.flatMap(text => paragraph(text, margin, width)),
    ...(uncovered.length === 0
      ? []
      : paragraph(`not covered: ${uncovered.join('; ')}`, margin, width).map(colours.dim)),
  ].join('\n');
}

/** Lines after the first stand a little further in, so that it is seen where the next sentence begins. */
function paragraph(text: string, margin: number, width: number): string[] {
  return hanging('', text, width - margin - 2, 2).map(line => ' '.repeat(margin) + line);
}
