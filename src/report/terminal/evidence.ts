// The channels of evidence for a terminal, one after another, each with how it stands.
import type { Comparison } from '../../records/comparison.ts';
import { channelsOf, marks } from '../channels.ts';
import { hanging, padTo } from '../../words/columns.ts';
import type { TerminalOptions } from './options.ts';

const titleColumns = 17;

export function evidenceLines(comparison: Comparison, { colours, width }: TerminalOptions): string {
  const lines = channelsOf(comparison).flatMap(({ title, mark, text, details }) => {
    const { sign, word, colour } = marks[mark];
    const [first = '', ...rest] = [text, ...details].flatMap((one, at) =>
      hanging('', at === 0 ? `${word}: ${one}` : one, width - titleColumns - 6, at === 0 ? 0 : 2),
    );
    return [
      `  ${colours[colour](`${sign} ${padTo(title, titleColumns)}`)}${first}`,
      ...rest.map(line => ' '.repeat(titleColumns + 4) + line),
    ];
  });
  return [`${colours.bold('Evidence')}  ${colours.dim('what the verdict weighed')}`, ...lines].join('\n');
}
