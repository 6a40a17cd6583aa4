// Triggers and effects for a terminal.
import type { Comparison, Effect, Trigger } from '../../records/comparison.ts';
import { isRefuted } from '../../triggers/settled.ts';
import { line } from '../../words/safe.ts';
import { hanging } from '../../words/columns.ts';
import { effectText, eText, pText, toolText, wholePercent } from '../../words/wording.ts';
import type { TerminalOptions } from './options.ts';
import { tableLines } from './table.ts';

const mostEffects = 8;
/** Narrower terminals leave out what the e-value sums up. */
const roomy = 100;
const when = { head: 'when', least: 16 };
const tool = { head: 'tool', least: 10 };
const number = (head: string) => ({ head, right: true });

/** Confirmed triggers and open ones; those that fresh cases speak against are counted below. */
export function triggerLines({ triggers: all, dismissed }: Comparison, { colours, width }: TerminalOptions): string {
  const refuted = all.filter(isRefuted).length + dismissed.length;
  const triggers = all.filter(trigger => !isRefuted(trigger));
  const cases = refuted === 1 ? 'one other case was' : `${refuted} other cases were`;
  const rest = refuted === 0 ? '' : `${cases} looked into: no trigger, or none that happens again`;
  const counted = rest === '' ? [] : hanging('', rest, width, 2).map(colours.dim);
  if (triggers.length === 0) return counted.join('\n');
  const wide = width >= roomy;
  const columns = [
    number('#'),
    when,
    tool,
    number('scenarios'),
    ...(wide ? [number('excess'), number('otherwise')] : []),
    number('e-value'),
    ...(wide ? [number('placebo p')] : []),
    { head: '' },
  ];
  const note = wide ? ': mean excess in nats with and without' : '';
  return [
    ...titled('Triggers', `least contexts that turn the calls, on fresh cases${note}`, { colours, width }),
    ...tableLines(
      columns,
      triggers.map(one => triggerRow(one, wide)),
      width,
    ),
    ...counted,
  ].join('\n');
}

function triggerRow(trigger: Trigger, wide: boolean): string[] {
  const { rank, tool, scenarios, confirmation } = trigger;
  const firing = scenarios.filter(({ fires }) => fires).length;
  const shown = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1));
  return [
    String(rank),
    line(effectText(trigger), 120),
    line(toolText(tool), 100),
    `${firing} of ${scenarios.length}`,
    ...(wide ? [shown(confirmation?.triggerMean), shown(confirmation?.otherMean)] : []),
    confirmation === undefined ? '' : eText(confirmation.eValue),
    ...(wide ? [confirmation === undefined ? '' : pText(confirmation.placeboP)] : []),
    confirmation?.outcome.replaceAll('-', ' ') ?? 'not tried',
  ];
}

export function effectLines({ effects }: Comparison, { colours, width }: TerminalOptions): string {
  if (effects.length === 0) return '';
  const numbers = ['baseline', 'candidate', 'z', 'p', 'cases'].map(number);
  const more = effects.length - mostEffects;
  return [
    ...titled('Effects', 'mean exact probability of the tool where it holds; p counts every hypothesis tried', {
      colours,
      width,
    }),
    ...tableLines([number('#'), when, tool, ...numbers], effects.slice(0, mostEffects).map(effectRow), width),
    ...(more > 0 ? [colours.dim(`and ${more} more`)] : []),
  ].join('\n');
}

function effectRow(effect: Effect): string[] {
  return [
    String(effect.rank),
    line(effectText(effect), 120),
    line(toolText(effect.tool), 100),
    wholePercent(effect.baselineMean),
    wholePercent(effect.candidateMean),
    effect.z.toFixed(1),
    pText(effect.pValue),
    String(effect.cases),
  ];
}

/** A section's title, and what it shows, wrapped. */
export function titled(title: string, note: string, { colours, width }: Pick<TerminalOptions, 'colours' | 'width'>) {
  const [first = '', ...rest] = hanging('', note, width - title.length - 2, 0);
  const margin = ' '.repeat(title.length + 2);
  return [`${colours.bold(title)}  ${colours.dim(first)}`, ...rest.map(text => margin + colours.dim(text))];
}
