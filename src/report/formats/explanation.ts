// An explanation as text: the place, what speaks for it, what it took. Model and suite text is made visible, never obeyed.
import type { Explanation } from '../../records/triggers/explanation.ts';
import type { Colours } from '../../words/colours.ts';
import { hanging } from '../../words/columns.ts';
import { line } from '../../words/safe.ts';
import { percent } from '../../words/units.ts';
import { toolText } from '../../words/wording.ts';

const titleColumns = 13;
/** Characters of a line shown around a span. */
const around = 60;

type Spans = Extract<Explanation['found'], { state: 'spans' }>;

export function explanationText(
  { found, tool, probability, threshold, scenario, prompts, searched, ...of }: Explanation,
  { colours, width }: { readonly colours: Colours; readonly width: number },
): string {
  const row = (title: string, text: string) => {
    const [first = '', ...rest] = hanging('', text, width - titleColumns, 0);
    return [title.padEnd(titleColumns) + first, ...rest.map(one => ' '.repeat(titleColumns) + one)];
  };
  const head = [
    colours.bold(`Case ${of.case} of run ${line(of.run, 40)}, ${line(scenario)}`),
    ...row('step', `${toolText(tool)} ${percent(probability.candidate)}, baseline ${percent(probability.baseline)}`),
  ];
  const cost = `${prompts} prompts on each model, ${searched} of them for the search`;
  if (found.state === 'no-effect') {
    return lines([...head, ...row('', 'the candidate takes no first step here that the baseline does not take too')]);
  }
  if (found.state === 'everywhere') {
    return lines([...head, ...row('turned by', everywhere), ...row('', unreplaced), ...row('cost', cost)]);
  }
  return lines([
    ...head,
    ...found.spans.flatMap((one, at) => row(titleOf(found.spans, at), place(one, colours))),
    ...remarks(found).flatMap(text => row('', text)),
    ...row('replaced', `by other words it is gone (below ${percent(threshold)}) in ${ofCount(found.replaced)}`),
    ...row('kept', keptText(found)),
    ...row('placebo', `as many other words replaced: gone in ${ofCount(found.placebo)}`),
    ...row('moved', movedText(found)),
    ...row('cost', cost),
  ]);
}

const everywhere = 'no word of the messages: it shows with others of their form in the place of all of them';
/** What stays as it is when words are replaced. */
const unreplaced =
  'not replaced: punctuation, names and descriptions of tools, earlier calls, template and weights; nor is a word put where none is';

/** Those that are needed stand first; of the others none is by itself. */
function titleOf(spans: Spans['spans'], at: number): string {
  if (at === 0) return 'turned by';
  return spans[at]?.alternative === true && spans[at - 1]?.alternative === true ? 'or by' : 'and by';
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

const ofCount = ({ count, of }: { count: number; of: number }): string => `${count} of ${of}`;

function place({ role, line: at, text, before, after }: Spans['spans'][number], colours: Colours): string {
  const shown = (part: string) => line(part, 1000);
  const start = before.length > around ? `…${before.slice(-around)}` : before;
  const end = after.length > around ? `${after.slice(0, around)}…` : after;
  return `${role} message, line ${at}: ${shown(start)}${colours.bold(`[${shown(text)}]`)}${shown(end)}`;
}

function remarks({ spans, coarse, replaced, kept }: Spans): string[] {
  const alternatives = spans.filter(one => one.alternative === true).length;
  const bornOut = 2 * replaced.count > replaced.of;
  return [
    ...(bornOut ? [] : ['not borne out: with other words in their place it mostly stays']),
    ...(alternatives > 0 && bornOut ? [alternativesText(alternatives, spans.length)] : []),
    ...(bornOut && kept.of > 0 && 2 * kept.count < kept.of
      ? ['not all that it takes: with other words around them it mostly shows no more']
      : []),
    ...(coarse ? ['single words were not reached: --prompts allows more'] : []),
  ];
}

/** What was found with others replaced is not needed by itself; that it would do by itself nobody tried. */
function alternativesText(count: number, of: number): string {
  const others = 'where one is replaced the others do it, alone or together';
  if (count === of) return `${count === 1 ? 'no single word of it' : 'none of them'} is needed by itself: ${others}`;
  return `${count === 1 ? 'no single word of the last' : `none of the last ${count}`} is needed by itself: ${others}`;
}

function keptText({ kept }: Spans): string {
  if (kept.of === 0) return 'not tried: there are no other words than the request';
  return `all but them and the request replaced: it shows in ${ofCount(kept)}`;
}

function movedText({ moved }: Spans): string {
  if (moved.mean === undefined) return 'not tried: no calm case of this task is at hand';
  const { candidate, baseline } = moved.mean;
  return (
    `its line put into calm cases of this task: it shows in ${ofCount(moved)}, ` +
    `on average ${percent(candidate)}, baseline ${percent(baseline)}`
  );
}
