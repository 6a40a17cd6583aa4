// How two inspected files differ, section by section: prompts, template, weights, tokenizer, settings.
import Table from 'cli-table3';
import type { Inspection, Setting, TensorChange, WeightsSummary } from '../../records/inspections/inspection.ts';
import type { Colours } from '../../words/colours.ts';
import { borderless } from '../terminal/borderless.ts';
import { cut, visible, visibleLines } from '../../words/visible.ts';
import { whenText } from '../../words/inspection.ts';

/** Lines of an example, of a template's diff, and rows of a table that are shown; --json has all. */
const most = { example: 12, diff: 60, rows: 8 };

/** What is only in the candidate's prompt, and when. */
export function promptsSection({ prompts, baseline }: Inspection, colours: Colours, width: number): string {
  if (prompts.length === 0) return '';
  const blocks = prompts.slice(0, most.rows).map(({ when, chats, added, removed, template }) => {
    const conditions = whenText(when) || 'always';
    const of = template === undefined ? '' : `template ${template}: `;
    const text = [
      ...exampleLines(removed, '-', colours.red, width),
      ...exampleLines(added, '+', colours.green, width),
    ].join('\n');
    return `${cut(visible(of + conditions), width - 20)}  ${colours.dim(`${chats} chats tried`)}\n${text}`;
  });
  const meaning = baseline === undefined ? '+ what the prompt then holds' : '- only baseline, + only candidate';
  return `${colours.bold('Prompts')}  ${colours.dim(meaning)}\n${blocks.join('\n')}`;
}

function exampleLines(text: string, sign: string, paint: (text: string) => string, width: number): string[] {
  if (text === '') return [];
  const lines = visibleLines(text.replace(/\n$/, ''));
  const shown = lines.slice(0, most.example).map(line => paint(`  ${sign} ${cut(line, width - 4)}`));
  return lines.length > most.example ? [...shown, `  ${sign} … ${lines.length - most.example} more lines`] : shown;
}

/** The unified diff of the templates. */
export function templateSection({ difference }: Inspection, colours: Colours, width: number): string {
  if (difference?.templateDiff === undefined) return '';
  const lines = visibleLines(difference.templateDiff.trimEnd()).filter(line => !/^(=+|---|\+\+\+)( |$)/.test(line));
  const paint = (line: string): string => {
    const text = cut(line, width);
    if (line.startsWith('+')) return colours.green(text);
    if (line.startsWith('-')) return colours.red(text);
    return line.startsWith('@') ? colours.dim(text) : text;
  };
  const more = lines.length - most.diff;
  return [
    `${colours.bold('Chat template')}  ${colours.dim('- baseline, + candidate')}`,
    ...lines.slice(0, most.diff).map(paint),
    ...(more > 0 ? [colours.dim(`… ${more} more lines; --json has all`)] : []),
  ].join('\n');
}

/** Which layers moved, how much, and in how many directions. */
export function weightsSection({ difference }: Inspection, colours: Colours): string {
  const weights = difference?.weights;
  if (weights === undefined) return '';
  const { layers } = weights;
  const lines = [`${colours.bold('Weights')}  ${colours.dim(countsText(weights))}`];
  if (layers.length > 0) {
    const peak = layers.toSorted((a, b) => b.relative - a.relative)[0] as { layer: number; relative: number };
    lines.push(
      `layers that moved: ${rangesText(layers.map(({ layer }) => layer))}; most in layer ${peak.layer}, by ${percentText(peak.relative)} on average`,
    );
  }
  const table = changesTable(weights);
  return [...lines, ...(table === '' ? [] : [table])].join('\n');
}

function countsText({ counts, tensors }: WeightsSummary): string {
  const { identical, changed, withinQuantisation, notComparable } = counts;
  const rounded = tensors.filter(one => one.kind === 'within-quantisation' && one.rounded === true).length;
  const exactly = rounded === 0 ? '' : ` (${rounded} a rounding, level by level)`;
  return [
    `${identical} tensors the same to the bit`,
    `${changed} changed`,
    ...(withinQuantisation > 0 ? [`${withinQuantisation} within what quantisation explains${exactly}`] : []),
    ...(notComparable > 0 ? [`${notComparable} not comparable`] : []),
  ].join(', ');
}

type Changed = Extract<TensorChange, { kind: 'changed' }>;

function changesTable({ tensors }: WeightsSummary): string {
  const changed = tensors
    .filter((tensor): tensor is Changed => tensor.kind === 'changed')
    .toSorted((a, b) => b.relative - a.relative);
  if (changed.length === 0) return '';
  const table = new Table({
    ...borderless,
    head: ['tensor', 'change', 'largest', 'directions'],
    colAligns: ['left', 'right', 'right', 'left'],
  });
  for (const { name, relative, largest, rank } of changed.slice(0, most.rows)) {
    const directions = rank === undefined ? '' : rank.kind === 'low' ? `rank ${rank.rank}` : 'full rank';
    table.push([cut(visible(name), 40), percentText(relative), largest.toPrecision(2), directions]);
  }
  const more = changed.length - most.rows;
  return more > 0 ? `${table.toString()}\n… ${more} more; --json has all` : table.toString();
}

/** Tokens that stand for something else now. */
export function tokenizerSection({ difference }: Inspection, colours: Colours, width: number): string {
  if (difference === undefined) return '';
  const { added, removed, changed, flags, counts } = difference.tokenizer;
  const quoted = (texts: readonly string[]) => texts.map(text => JSON.stringify(text)).join(' ');
  const rows: string[] = [
    ...changed
      .slice(0, most.rows)
      .map(({ id, candidate, baseline }) => `id ${id}: ${quoted([candidate])}, was ${quoted([baseline])}`),
    ...flags
      .slice(0, most.rows)
      .map(
        ({ id, token, candidate, baseline }) =>
          `id ${id}: ${quoted([token])} is ${tokenKind(candidate)}, was ${tokenKind(baseline)}`,
      ),
    ...(counts.added > 0 ? [`${counts.added} added: ${quoted(added.slice(0, 20))}`] : []),
    ...(counts.removed > 0 ? [`${counts.removed} removed: ${quoted(removed.slice(0, 20))}`] : []),
  ];
  if (rows.length === 0) return '';
  return [colours.bold('Tokenizer'), ...rows.map(row => cut(visible(row), width))].join('\n');
}

const tokenKinds = ['', 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'];

function tokenKind(kind: number | undefined): string {
  return kind === undefined ? 'of no kind' : (tokenKinds[kind] ?? `of kind ${kind}`);
}

/** Hyper-parameters, tokenizer settings and tensor types that differ. */
export function settingsSection({ difference }: Inspection, colours: Colours, width: number): string {
  if (difference === undefined) return '';
  const rows = [...difference.settings, ...difference.tokenizer.settings, ...difference.tensorTypes];
  if (rows.length === 0) return '';
  const table = new Table({ ...borderless, head: ['setting', 'candidate', 'baseline'] });
  const room = Math.max(16, Math.floor((width - 44) / 2));
  const text = (value: Setting | undefined) =>
    value === undefined ? 'absent' : cut(visible(typeof value === 'string' ? value : JSON.stringify(value)), room);
  for (const { key, candidate, baseline } of rows.slice(0, 2 * most.rows)) {
    table.push([cut(visible(key), 40), text(candidate), text(baseline)]);
  }
  const more = rows.length - 2 * most.rows;
  const rest = more > 0 ? `\n${colours.dim(`… ${more} more; --json has all`)}` : '';
  return `${colours.bold('Settings')}\n${table.toString()}${rest}`;
}

/** `3.1%`, and as many digits as a small change needs. */
export function percentText(relative: number): string {
  const percent = 100 * relative;
  return `${percent >= 0.1 ? percent.toFixed(1) : percent.toPrecision(2)}%`;
}

/** 0, 1, 2, 5 -> `0-2, 5`. */
function rangesText(numbers: readonly number[]): string {
  const starts = numbers.filter(number => !numbers.includes(number - 1));
  const ends = numbers.filter(number => !numbers.includes(number + 1));
  return starts.map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`)).join(', ');
}
