// An inspection -> the lines that lead a comparison's report: every alarm, and the first notices.
import { findingKey } from '../../records/inspections/allowances.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import type { Colours } from '../../words/colours.ts';
import { cut, visible } from '../../words/visible.ts';
import { inspectionSentence } from '../../words/inspection.ts';

/** Notices shown in front of a comparison; `turncoat inspect` shows all. */
const fewNotices = 3;

/** Findings as aligned lines, alarms first; what several rules say of the same lines of a template is one line. */
export function findingLines({ findings }: Pick<Inspection, 'findings'>, colours: Colours, width: number): string[] {
  return causes(findings).map(([finding, also]) => findingLine(finding, also, colours, width));
}

/** The same, each alarm with what `--allow` takes to settle it. */
export function answerableLines(inspection: Pick<Inspection, 'findings'>, colours: Colours, width: number): string[] {
  return causes(inspection.findings).flatMap(([finding, also]) => {
    const shown = findingLine(finding, also, colours, width);
    if (finding.gravity !== 'alarm') return [shown];
    const keys = [...new Set([finding, ...also].map(findingKey))];
    return [shown, ...keys.map(key => colours.dim(`        --allow ${key}=REASON`))];
  });
}

function findingLine(finding: Finding, also: readonly Finding[], colours: Colours, width: number): string {
  const room = Math.max(40, width - 8);
  // Why it may be is what a second reader looks for: it keeps half of the line at most.
  const reason = finding.allowed === undefined ? '' : ` (allowed: ${cut(visible(finding.allowed), room / 2)})`;
  const sentence = cut(inspectionSentence(finding), room - reason.length) + reason;
  const text = sentence + alsoText(also, room - sentence.length);
  if (finding.allowed !== undefined) return `allowed ${text}`;
  return finding.gravity === 'alarm' ? `${colours.bold(colours.red('ALARM'))}   ${text}` : `notice  ${text}`;
}

type Finding = Inspection['findings'][number];

/** Other rules that hit the same lines, as far as there is room. */
function alsoText(also: readonly Finding[], room: number): string {
  const text = ` (also: ${[...new Set(also.map(({ code }) => code))].join(', ')})`;
  return also.length > 0 && text.length <= room ? text : '';
}

/** How many alarms there are, each cause counted once. */
export function alarmCount({ findings }: Pick<Inspection, 'findings'>): number {
  return causes(findings.filter(({ gravity }) => gravity === 'alarm')).length;
}

/** Alarms on the same lines of a template have one cause. */
function causes(findings: readonly Finding[]): (readonly [Finding, Finding[]])[] {
  const found: (readonly [Finding, Finding[]])[] = [];
  for (const finding of findings) {
    const cause = found.find(([first]) => overlap(first, finding));
    if (cause === undefined) found.push([finding, []]);
    else cause[1].push(finding);
  }
  return found;
}

function overlap(a: Finding, b: Finding): boolean {
  if (a.lines === undefined || b.lines === undefined || a.gravity !== b.gravity || a.gravity !== 'alarm') return false;
  return a.lines[0] <= b.lines[1] && b.lines[0] <= a.lines[1];
}

/** Whether the file in the place of a model is an adapter. */
export function isAdapterAlone({ path, adapters = [] }: Inspection['candidate']): boolean {
  return adapters.some(one => one.path === path);
}

/** What to do, in one line. */
export function adviceLine(
  { findings, candidate }: Pick<Inspection, 'findings' | 'candidate'>,
  colours: Colours,
): string {
  const alarms = causes(findings.filter(({ gravity }) => gravity === 'alarm'));
  if (alarms.length === 0) {
    if (isAdapterAlone(candidate))
      return colours.bold('This is an adapter alone: inspect it with its base, as BASE+ADAPTER.');
    const adapted = 'No alarm in the files; what the adapter does, only a comparison says.';
    return colours.green(candidate.adapters === undefined ? 'No alarm: nothing here forbids running it.' : adapted);
  }
  const lines = alarms.flatMap(([{ lines: at }]) => (at === undefined ? [] : [at[0]]));
  const places = [...new Set(lines)].sort((a, b) => a - b).slice(0, 5);
  const what = places.length === 0 ? 'explain' : `read line ${places.join(', ')} of its chat template and explain`;
  const many = alarms.length === 1 ? 'the alarm' : `all ${alarms.length} alarms`;
  return colours.bold(colours.red(`Do not run it yet: ${what} ${many} first; --allow settles one that was read.`));
}

/** What the files alone say, in front of a comparison; empty when they say nothing. */
export function inspectionLead(inspection: Inspection | undefined, colours: Colours, width: number): string {
  if (inspection === undefined || inspection.findings.length === 0) return '';
  const alarms = alarmCount(inspection);
  const shown = alarms + fewNotices;
  const lines = findingLines(inspection, colours, width);
  const more = lines.length - shown;
  return [
    `${colours.bold('Before running')}  ${colours.dim('what the files themselves say')}`,
    ...lines.slice(0, shown),
    ...(more > 0 ? [colours.dim(`        and ${more} more; \`turncoat inspect\` shows them`)] : []),
  ].join('\n');
}
