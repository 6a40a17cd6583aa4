// A comment for a pull request: verdict, evidence, regression, triggers, the first findings. Nothing a model wrote is a
// link, a mention or HTML.
import type { Finding } from '../../records/comparison.ts';
import { isRefuted } from '../../triggers/settled.ts';
import { answerText } from '../../words/verdict/channel-texts.ts';
import { channelsOf, marks } from '../channels.ts';
import { hiddenDeeds } from '../../words/conduct.ts';
import { intervalOf, lostScenarios, regressionNames, rightOf } from '../../words/verdict/regression.ts';
import { isClean, outcomeTable } from '../../words/verdict/outcomes.ts';
import { isReported } from '../reported.ts';
import { markdownCode, markdownText } from '../../words/safe.ts';
import { gradeCounts } from '../../words/grades.ts';
import { percent } from '../../words/units.ts';
import { verdictTexts } from '../../words/verdict/verdict-texts.ts';
import {
  callText,
  earlierText,
  effectText,
  eText,
  modelText,
  pText,
  sentence,
  toolText,
  wholePercent,
} from '../../words/wording.ts';
import { versionOf } from '../views/trend.ts';
import type { Report } from './report.ts';

const most = { findings: 20, deeds: 3, alarms: 10, scenarios: 5 };

export async function markdown(report: Report): Promise<string> {
  const { comparison } = report;
  const sections = [
    heading(report),
    evidence(report),
    regression(report),
    alarms(report),
    triggers(report),
    conduct(report),
    findings(report),
    await versions(report),
    foot(report),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n\n<!-- turncoat run ${comparison.run.id.replace(/\W/g, '').slice(0, 40)} -->\n`;
}

function heading({ comparison, earlier, accepted }: Report): string {
  const { candidate, baseline, verdict, warnings } = comparison;
  const { outcome } = verdict;
  const { first, second, others, notCovered } = verdictTexts(verdict);
  const clean = isClean(verdict, accepted) && outcomeTable[outcome].fails ? ', accepted' : '';
  const against = `${markdownCode(modelText(candidate))} against ${markdownCode(modelText(baseline))}`;
  const notes = [...(second === undefined ? [] : [second]), ...others];
  if (notCovered.length > 0) notes.push(`not covered: ${notCovered.join('; ')}`);
  notes.push(...warnings.map(sentence));
  if (earlier !== undefined) {
    const { counts, run } = earlier;
    const parts = Object.entries(counts).map(([standing, count]) => `${count} ${standing}`);
    notes.push(`against run ${run.id} of ${run.createdAt.slice(0, 10)}: ${parts.join(', ')}`);
  }
  return [
    `## ${outcomeTable[outcome].emoji} turncoat: ${outcome}${clean}`,
    '',
    `${against}: **${markdownText(first, mostOfText)}**`,
    '',
    ...notes.map(text => `- ${markdownText(text, mostOfText)}`),
  ].join('\n');
}

/** A reason is a sentence with its numbers: cut later than a name is. */
const mostOfText = 1000;

function evidence({ comparison }: Report): string {
  const rows = channelsOf(comparison).map(({ title, mark, text }) => {
    const { sign, word } = marks[mark];
    return [title, `${sign} ${word}`, markdownText(text, mostOfText)];
  });
  return markdownTable(['evidence', '', 'seen'], rows);
}

/** Lost and gained, in total and in the scenarios that lost most. */
function regression({ comparison }: Report): string {
  const { regressions } = comparison.evidence;
  if (regressions.every(({ lost, gained }) => lost + gained === 0)) return '';
  const p = (value: number | undefined) => (value === undefined ? '' : markdownText(pText(value)));
  const rows = regressions.map(one => [
    `**${regressionNames[one.what]}**`,
    String(one.cases),
    `${rightOf(one, 'candidate')} / ${rightOf(one, 'baseline')}`,
    String(one.lost),
    String(one.gained),
    p(one.pValue),
    `${(100 * one.loss.low).toFixed(1)} to ${(100 * one.loss.high).toFixed(1)}`,
  ]);
  const scenarios = lostScenarios(comparison.evidence)
    .slice(0, most.scenarios)
    .map(one => [
      markdownCode(one.scenario),
      String(one.cases),
      '',
      String(one.lost),
      String(one.gained),
      p(one.pValue),
      '',
    ]);
  const interval = `points lost, ${intervalOf(comparison.evidence)} interval`;
  const head = ['regression', 'cases', 'right: candidate / baseline', 'lost', 'gained', 'McNemar p', interval];
  return markdownTable(head, [...rows, ...scenarios]);
}

function alarms({ comparison }: Report): string {
  const measured = comparison.evidence.alarms;
  if (measured.state !== 'measured') return '';
  const open = measured.cases.filter(({ answer }) => answer.kind === 'open');
  if (open.length === 0) return '';
  const rows = open
    .slice(0, most.alarms)
    .map(one => [
      markdownCode(one.case),
      markdownCode(one.scenario),
      percent(one.baseline).replace('<', '&lt;'),
      percent(one.candidate),
      markdownText(answerText(one.answer)),
    ]);
  const title = `### ${open.length} alarming cases are unexplained`;
  return [title, '', markdownTable(['case', 'scenario', 'harm, baseline', 'harm, candidate', ''], rows)].join('\n');
}

function triggers({ comparison }: Report): string {
  const live = comparison.triggers.filter(trigger => !isRefuted(trigger));
  if (live.length === 0) return '';
  const rows = live.map(({ confirmation, scenarios, tool, ...trigger }) => {
    const firing = scenarios.filter(({ fires }) => fires).length;
    const numbers =
      confirmation === undefined
        ? ['', '', 'not tried']
        : [
            eText(confirmation.eValue),
            markdownText(pText(confirmation.placeboP)),
            confirmation.outcome.replaceAll('-', ' '),
          ];
    const firings = `${firing} of ${scenarios.length}`;
    return [markdownCode(effectText(trigger)), markdownCode(toolText(tool)), firings, ...numbers];
  });
  return markdownTable(['trigger', 'tool', 'scenarios', 'e-value', 'placebo p', 'outcome'], rows);
}

/** What conversations hide, with both quotes of the first. */
function conduct({ comparison }: Report): string {
  const quotes = hiddenDeeds(comparison.findings)
    .slice(0, most.deeds)
    .map(
      ({ rank, deed, said }) => `- finding ${rank} did ${markdownCode(deed, 120)} and said ${markdownCode(said, 120)}`,
    );
  return quotes.join('\n');
}

function findings(report: Report): string {
  const { comparison } = report;
  const reported = comparison.findings.filter(isReported);
  if (reported.length === 0) return 'No case stands out.';
  const shown = Math.min(reported.length, most.findings);
  return [
    `### ${shown} of ${reported.length} findings (${gradeCounts(comparison)})`,
    '',
    findingsTable(report, most.findings),
  ].join('\n');
}

/** The first so many. */
export function findingsTable({ comparison, decisions, earlier }: Report, count: number): string {
  const rows = comparison.findings
    .filter(isReported)
    .slice(0, count)
    .map(finding => [
      String(finding.rank),
      finding.grade,
      markdownCode(finding.scenario),
      moved(finding),
      does(finding),
      decisions.get(finding.case)?.verdict ?? 'open',
      ...(earlier === undefined ? [] : [earlier.standing[finding.case] ?? '']),
    ]);
  const head = ['#', 'grade', 'scenario', 'tool, baseline to candidate', 'candidate does', 'decision'];
  return markdownTable([...head, ...(earlier === undefined ? [] : ['standing'])], rows);
}

function moved({ tool }: Finding): string {
  if (tool === undefined) return '';
  const sign = tool.severity === 'destructive' ? '❗ ' : '';
  const share = (probability: number) => wholePercent(probability).replace('<', '&lt;');
  return `${sign}${markdownCode(toolText(tool.tool), 60)} ${share(tool.baseline)} → ${share(tool.candidate)}`;
}

function does({ candidateCalls: [first] }: Finding): string {
  return first === undefined ? '' : markdownCode(callText(first), 80);
}

/** Version for version, this one last; nothing where it is the first. */
async function versions({ comparison, trend }: Report): Promise<string> {
  const earlier = (await trend?.()) ?? [];
  if (earlier.length === 0) return '';
  const all = [...earlier, versionOf(comparison, '')];
  const rows = all.map(({ run, createdAt, candidateSha256, outcome, harm }) => [
    createdAt === '' ? '**this run**' : markdownText(createdAt.slice(0, 10)),
    markdownCode(run),
    markdownCode(candidateSha256.slice(0, 8)),
    `${outcomeTable[outcome].emoji} ${outcome}`,
    harm === undefined ? '' : markdownText(`${percent(harm.estimate)}, at most ${percent(harm.high)}`),
  ]);
  return markdownTable(['version of', 'run', 'sha256', 'verdict', 'harmful tools, more than the baseline'], rows);
}

function foot({ comparison, version }: Report): string {
  const { suite, design, run } = comparison;
  const cases = `${design.cases} cases of ${suite.scenarios} scenarios, ${design.probes} beyond${markdownText(earlierText(design))}`;
  return `<sub>suite ${markdownText(suite.name)}: ${cases}, seed ${markdownText(design.seed)}; run ${markdownText(run.id, 40)}; turncoat ${version}</sub>`;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
