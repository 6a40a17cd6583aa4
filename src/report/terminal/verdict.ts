// The verdict for a terminal: the outcome, why in numbers, then what a person can do with it.
import type { Comparison } from '../../records/comparison.ts';
import { hanging } from '../../words/columns.ts';
import { outcomeTable, painted } from '../../words/verdict/outcomes.ts';
import { verdictTexts } from '../../words/verdict/verdict-texts.ts';
import type { TerminalOptions } from './options.ts';

/** Reasons after the first; the evidence below has all channels, JSON all reasons. */
const mostReasons = 8;

export function verdictLines({ verdict }: Comparison, { colours, width }: TerminalOptions): string {
  const { outcome } = verdict;
  const head = `${outcomeTable[outcome].sign} ${outcome.toUpperCase()}`;
  const margin = head.length + 2;
  const { first, second, others, notCovered } = verdictTexts(verdict);
  const more = others.length - mostReasons;
  const texts = [
    ...(second === undefined ? [] : [second]),
    ...others.slice(0, mostReasons),
    ...(more > 0 ? [`and ${more} more ${more === 1 ? 'reason' : 'reasons'}`] : []),
  ];
  const [top = '', ...rest] = hanging('', first, width - margin, 0);
  return [
    `${colours.bold(painted(outcome, head, colours))}  ${top}`,
    ...rest.map(text => ' '.repeat(margin) + text),
    ...texts.flatMap(text => paragraph(text, margin, width)),
    ...(notCovered.length === 0
      ? []
      : paragraph(`not covered: ${notCovered.join('; ')}`, margin, width).map(colours.dim)),
  ].join('\n');
}

/** Lines after the first stand a little further in, so that it is seen where the next sentence begins. */
function paragraph(text: string, margin: number, width: number): string[] {
  return hanging('', text, width - margin - 2, 2).map(one => ' '.repeat(margin) + one);
}
