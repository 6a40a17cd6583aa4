// Comparison -> what `turncoat compare` prints. Readable without colour; model text is made visible, never obeyed.
import Table from 'cli-table3';
import type { Comparison, Effect, Finding, Trigger } from '../../records/comparison.ts';
import { conductSection } from '../conduct.ts';
import { inspectionLead } from '../inspection/lead.ts';
import { line } from '../safe.ts';
import { cut, visible } from '../visible.ts';
import { isRefuted } from '../../triggers/settled.ts';
import { callText, costText, effectText, eText, modelText, pText, sentence } from '../wording.ts';
import { notCoveredText, reasonSentence, regressionTexts, statedText } from '../reasons.ts';
import type { Colours } from '../colours.ts';

export interface TerminalOptions {
  readonly colours: Colours;
  /** Columns of the terminal. */
  readonly width: number;
  /** Findings shown at most. */
  readonly findings: number;
}

export const borderless = {
  chars: Object.fromEntries(
    'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle'
      .split(' ')
      .map(name => [name, name === 'middle' ? '  ' : '']),
  ),
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
};

/** The whole report as text, lines ended by `\n`. */
export function terminalReport(comparison: Comparison, options: TerminalOptions): string {
  const sections = [
    headLine(comparison, options),
    inspectionLead(comparison.inspection, options.colours, options.width),
    verdictLines(comparison, options),
    triggersTable(comparison, options),
    effectsTable(comparison, options),
    conductSection(comparison, options.colours, options.width),
    findingsTable(comparison, options),
    warningLines(comparison, options),
    footLine(comparison, options),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function headLine({ candidate, baseline, suite, design }: Comparison, { colours }: TerminalOptions): string {
  const trials = design.trials === 1 ? '1 trial' : `${design.trials} trials`;
  return [
    `${colours.bold(modelText(candidate))} against ${colours.bold(modelText(baseline))}`,
    colours.dim(
      `suite ${line(suite.name)}: ${design.cases} cases of ${suite.scenarios} scenarios, exact scores, ` +
        `${trials} a case at temperature ${design.temperature}, seed ${visible(design.seed)}`,
    ),
  ].join('\n');
}

function verdictLines({ verdict, evidence, sampled }: Comparison, { colours }: TerminalOptions): string {
  const word = verdict.outcome.toUpperCase();
  const paint = {
    diverges: colours.red,
    inconclusive: colours.yellow,
    changed: colours.cyan,
    equivalent: colours.green,
  }[verdict.outcome];
  const [headline = '', ...others] = verdict.reasons.map(reasonSentence);
  const stated = statedText(verdict);
  const lines = [headline, ...(stated === undefined ? [] : [stated]), ...others];
  lines.push(...(verdict.notCovered ?? []).map(notCoveredText), ...regressionTexts(evidence));
  if (sampled !== undefined) {
    const { totalVariation, jensenShannon, replies } = sampled;
    const distance = `total variation ${totalVariation.toFixed(3)}, Jensen-Shannon ${jensenShannon.toFixed(3)} nats`;
    lines.push(`sampled replies are apart by ${distance}, over ${replies} replies`);
  }
  const [first, ...rest] = lines;
  const margin = ' '.repeat(word.length + 2);
  return [`${colours.bold(paint(word))}  ${first}`, ...rest.map(text => `${margin}${text}`)].join('\n');
}

/** Confirmed triggers and open ones; those that fresh cases speak against are counted below. */
function triggersTable({ triggers: all, dismissed }: Comparison, { colours }: TerminalOptions): string {
  const refuted = all.filter(isRefuted).length + dismissed.length;
  const triggers = all.filter(trigger => !isRefuted(trigger));
  const cases = refuted === 1 ? 'one other case was' : `${refuted} other cases were`;
  const rest = refuted === 0 ? '' : colours.dim(`${cases} looked into: no trigger, or none that happens again`);
  if (triggers.length === 0) return rest;
  const table = new Table({
    ...borderless,
    head: ['#', 'when', 'tool', 'scenarios', 'excess', 'otherwise', 'e-value', 'placebo p', ''],
    colAligns: ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const trigger of triggers) table.push(triggerRow(trigger));
  const note = 'least contexts that turn the calls, tried on fresh cases: mean excess in nats with and without';
  const title = `${colours.bold('Triggers')}  ${colours.dim(note)}`;
  return [title, table.toString(), ...(rest === '' ? [] : [rest])].join('\n');
}

function triggerRow(trigger: Trigger): string[] {
  const { rank, tool, scenarios, confirmation } = trigger;
  const firing = scenarios.filter(({ fires }) => fires).length;
  const shown = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1));
  return [
    String(rank),
    line(effectText(trigger), 120),
    line(tool, 100),
    `${firing} of ${scenarios.length}`,
    shown(confirmation?.triggerMean),
    shown(confirmation?.otherMean),
    confirmation === undefined ? '' : eText(confirmation.eValue),
    confirmation === undefined ? '' : pText(confirmation.placeboP),
    confirmation?.outcome.replace('-', ' ') ?? 'not tried',
  ];
}

function effectsTable({ effects }: Comparison, { colours }: TerminalOptions): string {
  if (effects.length === 0) return '';
  const table = new Table({
    ...borderless,
    head: ['#', 'when', 'tool', 'baseline', 'candidate', 'z', 'p', 'cases'],
    colAligns: ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const effect of effects.slice(0, 8)) table.push(effectRow(effect));
  return `${colours.bold('Effects')}  ${colours.dim('what turns the calls: mean exact probability of the tool where it holds; p counts every hypothesis tried')}\n${table.toString()}`;
}

function effectRow(effect: Effect): string[] {
  return [
    String(effect.rank),
    line(effectText(effect), 120),
    line(effect.tool, 100),
    percent(effect.baselineMean),
    percent(effect.candidateMean),
    effect.z.toFixed(1),
    pText(effect.pValue),
    String(effect.cases),
  ];
}

function findingsTable(comparison: Comparison, { colours, width, findings }: TerminalOptions): string {
  const rows = comparison.findings.slice(0, findings).filter(({ score }) => score > 0);
  if (rows.length === 0) return findings === 0 ? '' : colours.dim('No case differs.');
  const room = Math.max(24, Math.floor((width - 62) / 2));
  const first = leadingFactors(comparison);
  const table = new Table({
    ...borderless,
    head: ['#', 'score', 'case', 'scenario', 'levels', 'baseline', 'candidate'],
    colAligns: ['right', 'right'],
  });
  for (const row of rows) {
    table.push([
      String(row.rank),
      row.score.toFixed(1),
      row.case,
      line(row.scenario, 20),
      cut(levelsText(row, first), 24),
      stepText(row, 'baseline', room, colours),
      stepText(row, 'candidate', room, colours),
    ]);
  }
  const title = `${colours.bold('Findings')}  ${colours.dim(`${rows.length} of ${comparison.findings.length} cases; ! marks a destructive call, % is the exact probability`)}`;
  return `${title}\n${table.toString()}`;
}

/** Factors of the triggers and effects found, so that the levels which matter come first. */
function leadingFactors({ triggers, effects }: Comparison): string[] {
  const confirmed = triggers.filter(({ confirmation }) => confirmation?.outcome === 'confirmed');
  const factors = [...(confirmed.length > 0 ? confirmed : effects)].flatMap(({ conditions }) =>
    conditions.map(({ factor }) => factor.split('.')[0] as string),
  );
  return [...new Set(factors)];
}

function levelsText({ levels }: Finding, first: readonly string[]): string {
  const names = [...first.filter(name => name in levels), ...Object.keys(levels).filter(name => !first.includes(name))];
  return line(names.map(name => (levels[name] as string).replace(/T(\d\d):00$/, ' $1h')).join(' '));
}

/** What a model does in a case: its sampled call if there is one, else its likeliest first step. */
function stepText(row: Finding, role: 'baseline' | 'candidate', room: number, colours: Colours): string {
  const called = role === 'baseline' ? row.baselineCalls[0] : row.candidateCalls[0];
  const likely = row.tools.toSorted((a, b) => b[role] - a[role])[0];
  const shown = called === undefined ? (likely?.tool ?? '') : callText(called);
  const name = called === undefined ? likely?.tool : called.calls[0]?.name;
  const exact = row.tools.find(({ tool }) => tool === (name ?? '(no call)'));
  const share = exact === undefined ? '' : ` ${percent(exact[role])}`;
  const destructive =
    called === undefined ? likely?.severity === 'destructive' : called.calls.some(c => c.severity === 'destructive');
  const text = `${destructive ? '! ' : '  '}${line(shown, room - share.length - 2)}${share}`;
  return destructive ? colours.red(text) : text;
}

function percent(probability: number): string {
  const share = 100 * probability;
  return share > 0 && share < 1 ? '<1%' : `${share.toFixed(0)}%`;
}

function warningLines({ warnings }: Comparison, { colours }: TerminalOptions): string {
  return warnings.map(warning => `${colours.yellow('warning:')} ${sentence(warning)}`).join('\n');
}

function footLine({ run }: Comparison, { colours }: TerminalOptions): string {
  const stored = `run ${run.id} is stored in ${visible(run.location)}`;
  return colours.dim(run.cost === undefined ? stored : `${costText(run.cost)}\n${stored}`);
}
