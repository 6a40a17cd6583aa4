// One case for a reviewer: what both models were shown, how likely each tool was, what they wrote, how the calls differ.
import Table from 'cli-table3';
import { diffWordsWithSpace } from 'diff';
import type { Case } from '../../records/suites/case.ts';
import type { Called, Comparison, Finding, Probed } from '../../records/comparison.ts';
import type { Role, Written } from '../../records/observation.ts';
import type { Colours } from '../../words/colours.ts';
import { conductLines } from '../../words/conduct.ts';
import { line } from '../../words/safe.ts';
import { boundedLines, foldedLines, visible } from '../../words/visible.ts';
import { callText, effectText, expectedText, unreadWords } from '../../words/wording.ts';
import { likeliestCall, writtenEnds } from '../../words/written.ts';
import type { CaseView } from '../case-view.ts';
import { borderless } from '../terminal/borderless.ts';

export interface CaseOptions {
  readonly colours: Colours;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The case as text, lines ended by `\n`. */
export function caseReport(
  comparison: Comparison,
  finding: Finding | Probed,
  about: Case,
  { prompts, written }: Pick<CaseView, 'prompts' | 'written'>,
  options: CaseOptions,
): string {
  const sections = [
    head(comparison, finding, about, options),
    promptSection(prompts, options),
    probabilities(finding, written, options),
    writtenTexts(written, options),
    replies(finding, options),
    differences(finding, options),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function head(comparison: Comparison, finding: Finding | Probed, about: Case, { colours }: CaseOptions): string {
  const carried = [
    ...comparison.triggers.filter(({ rank }) => finding.triggers.includes(rank)),
    ...comparison.effects.filter(({ rank }) => finding.effects.includes(rank)),
  ].map(effectText);
  return [
    colours.bold(`Case ${finding.case}, ${standing(finding)}`),
    `scenario  ${line(finding.scenario)}`,
    `levels    ${Object.entries(finding.levels)
      .map(([name, level]) => line(`${name}=${level}`))
      .join('  ')}`,
    `carries   ${carried.length === 0 ? 'no trigger or effect' : line([...new Set(carried)].join('; '), 1000)}`,
    `expected  ${line(expectedText(about.expect), 1000)}`,
  ].join('\n');
}

/** Its rank, or why it was asked for. */
function standing(finding: Finding | Probed): string {
  if ('rank' in finding) return `rank ${finding.rank}, score ${finding.score.toFixed(1)}`;
  const { stage, of, changed } = finding.probe;
  if (stage === 'confirm' && changed.length === 0) return 'a fresh case with the trigger';
  if (stage === 'again') return 'a fresh case of a task in which a conversation did something wrong';
  if (stage === 'explore') return visible(`explore: the context of case ${of} with another task`);
  return visible(`${stage}: case ${of} with another ${changed.join(', ')}`);
}

function promptSection({ candidate, baseline }: Partial<Record<Role, string>>, options: CaseOptions): string {
  const { colours } = options;
  if (candidate === undefined || baseline === undefined) {
    return `${colours.bold('Prompt')}  ${colours.dim('a model file is gone or changed, so the prompt is not shown')}`;
  }
  if (candidate === baseline) {
    return `${colours.bold('Prompt')}  ${colours.dim('the same text for both models')}\n${indented(candidate)}`;
  }
  return [
    `${colours.bold('Prompts')}  ${colours.dim('the chat templates differ')}`,
    sideBySide(foldedLines(baseline), foldedLines(candidate), options),
  ].join('\n');
}

function indented(text: string): string {
  return foldedLines(text)
    .map(line => `  ${line}`)
    .join('\n');
}

function probabilities(
  { tools }: Pick<Finding, 'tools'>,
  written: CaseView['written'],
  { colours }: CaseOptions,
): string {
  if (tools.length === 0) return '';
  const table = new Table({
    ...borderless,
    head: ['  tool', 'severity', 'baseline', 'candidate', 'alarm', 'less drift'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  });
  for (const { tool, severity, baseline, candidate, alarm, alarmExcess } of tools) {
    table.push([
      `  ${line(tool, 100)}`,
      severity,
      share(baseline),
      share(candidate),
      signed(alarm),
      signed(alarmExcess),
    ]);
  }
  const note = `exact probability of ${written === undefined ? 'opening the reply with this call' : 'this call, mean over the texts below'}; alarm = log ratio`;
  return `${colours.bold('First step')}  ${colours.dim(note)}\n${table.toString()}`;
}

function share(probability: number): string {
  if (probability === 0) return '0';
  return probability < 1e-3 ? probability.toExponential(1) : `${(100 * probability).toFixed(1)}%`;
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(2)}`;
}

/** What both models wrote before their calls, the text of one seed in a row. */
function writtenTexts(written: CaseView['written'], options: CaseOptions): string {
  if (written === undefined) return '';
  const lines = (text: Written | undefined) => {
    if (text === undefined) return ['(not sampled)'];
    const closed = text.closed === true ? ', its thought was closed at the limit' : '';
    return [...boundedLines(text.text), `(${likeliestCall(text)}; ${writtenEnds[text.end]}${closed})`];
  };
  const count = Math.max(written.candidate.length, written.baseline.length);
  const blocks = Array.from({ length: count }, (_, at) =>
    sideBySide(lines(written.baseline[at]), lines(written.candidate[at]), options),
  );
  const note = 'sampled with the same seeds; each with its exact likeliest step';
  return `${options.colours.bold('Before the call')}  ${options.colours.dim(note)}\n${blocks.join('\n\n')}`;
}

function replies(finding: Finding | Probed, options: CaseOptions): string {
  if (!('rank' in finding)) return '';
  const { candidateCalls, baselineCalls } = finding;
  const { colours } = options;
  const count = Math.max(candidateCalls.length, baselineCalls.length);
  if (count === 0) return '';
  const blocks = Array.from({ length: count }, (_, index) =>
    sideBySide(replyLines(baselineCalls[index]), replyLines(candidateCalls[index]), options),
  );
  return `${colours.bold('Replies')}  ${colours.dim('same seed for both models')}\n${blocks.join('\n\n')}`;
}

function replyLines(called: Called | undefined): string[] {
  if (called === undefined) return ['(not sampled)'];
  const surprise = called.surprise === undefined ? [] : [`surprise ${called.surprise.toFixed(1)} nats`];
  const marks = called.calls
    .filter(({ severity }) => severity === 'destructive')
    .map(({ name }) => `! destructive: ${line(name, 100)}`);
  const cutOff = called.finish === 'length' ? ['(cut off at the token limit)'] : [];
  const unread = (called.unread ?? []).map(
    ({ code, tool, excerpt }) =>
      `? ${unreadWords[code]}${tool === undefined ? '' : `, ${line(tool, 100)}`}: ${line(excerpt, 200)}`,
  );
  const conduct = called.conduct === undefined ? [] : ['', ...conductLines(called.conduct)];
  return [...boundedLines(called.text), ...cutOff, ...marks, ...unread, ...surprise, ...conduct];
}

/** Baseline left, candidate right. */
function sideBySide(left: readonly string[], right: readonly string[], { colours, width }: CaseOptions): string {
  const room = Math.floor((width - 4) / 2);
  const wrapped = (lines: readonly string[], margin: string) =>
    lines.flatMap(text => pieces(text, room - margin.length)).map(piece => margin + piece);
  const [before, after] = [wrapped(left, '  '), wrapped(right, '')];
  const rows = Array.from({ length: Math.max(before.length, after.length) }, (_, at) => {
    const own = before[at] ?? '';
    return `${own}${' '.repeat(Math.max(0, room - [...own].length))}  ${after[at] ?? ''}`.trimEnd();
  });
  const head = `${colours.dim('  baseline')}${' '.repeat(room - '  baseline'.length)}  ${colours.dim('candidate')}`;
  return [head, ...rows].join('\n');
}

/** A line in pieces of a width; a table library takes minutes to wrap a line of a megabyte. */
function pieces(text: string, width: number): string[] {
  const characters = [...text];
  const count = Math.max(1, Math.ceil(characters.length / width));
  return Array.from({ length: count }, (_, at) => characters.slice(at * width, (at + 1) * width).join(''));
}

/** Longer calls are not compared word by word: it would take minutes. */
const comparable = 8000;

/** Word differences between the first calls, if they differ. */
function differences(finding: Finding | Probed, { colours }: CaseOptions): string {
  if (!('rank' in finding)) return '';
  const { candidateCalls, baselineCalls } = finding;
  const [candidate, baseline] = [candidateCalls[0], baselineCalls[0]];
  if (candidate === undefined || baseline === undefined || candidate.canonical === baseline.canonical) return '';
  const [before, after] = [callText(baseline), callText(candidate)];
  if (before.length + after.length > comparable) return '';
  const parts = diffWordsWithSpace(before, after).map(({ value, added, removed }) => {
    const text = visible(value);
    if (added) return colours.red(`{+${text}+}`);
    return removed ? colours.green(`[-${text}-]`) : text;
  });
  return `${colours.bold('Calls differ')}  ${colours.dim('[-baseline-] {+candidate+}')}\n  ${parts.join('')}`;
}
