// A comment for a pull request: verdict, triggers, the first findings. Nothing a model wrote is a link, a mention or HTML.
import type { Finding } from '../../records/comparison.ts';
import { conductCounts, hiddenDeeds } from '../conduct.ts';
import { markdownCode, markdownText } from '../safe.ts';
import { isRefuted } from '../../triggers/settled.ts';
import { callText, effectText, eText, modelText, pText, sentence } from '../wording.ts';
import { notCoveredText, reasonSentence, statedText } from '../reasons.ts';
import { isReported } from '../reported.ts';
import type { Report } from './report.ts';

const signs = { diverges: '❌', equivalent: '✅', changed: '🔶', inconclusive: '❔' } as const;
const mostFindings = 20;
const mostDeeds = 3;

export function markdown(report: Report): string {
  const { comparison } = report;
  const sections = [heading(report), triggers(report), conduct(report), findings(report), foot(report)];
  return `${sections.filter(section => section !== '').join('\n\n')}\n\n<!-- turncoat run ${comparison.run.id} -->\n`;
}

function heading({ comparison, earlier }: Report): string {
  const { candidate, baseline, verdict, warnings } = comparison;
  const [first, ...rest] = verdict.reasons.map(reason => markdownText(reasonSentence(reason)));
  const lines = [
    `## ${signs[verdict.outcome]} turncoat: ${verdict.outcome}`,
    '',
    `${markdownCode(modelText(candidate))} against ${markdownCode(modelText(baseline))}: **${first}**`,
    ...rest.map(text => `- ${text}`),
  ];
  const stated = statedText(verdict);
  if (stated !== undefined) lines.push(`- ${markdownText(stated)}`);
  for (const one of verdict.notCovered ?? []) lines.push(`- ${markdownText(notCoveredText(one))}`);
  for (const warning of warnings) lines.push(`- ${markdownText(sentence(warning))}`);
  if (earlier !== undefined) {
    const { counts, run } = earlier;
    const parts = Object.entries(counts).map(([standing, count]) => `${count} ${standing}`);
    lines.push(`- against run ${run.id} of ${run.createdAt.slice(0, 10)}: ${parts.join(', ')}`);
  }
  return lines.join('\n');
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
    return [markdownCode(effectText(trigger)), markdownCode(tool), `${firing} of ${scenarios.length}`, ...numbers];
  });
  return table(['trigger', 'tool', 'scenarios', 'e-value', 'placebo p', 'outcome'], rows);
}

/** What conversations hide, with both quotes of the first. */
function conduct({ comparison }: Report): string {
  if (comparison.conduct === undefined) return '';
  const quotes = hiddenDeeds(comparison.findings)
    .slice(0, mostDeeds)
    .map(
      ({ rank, deed, said }) => `- finding ${rank} did ${markdownCode(deed, 120)} and said ${markdownCode(said, 120)}`,
    );
  return [`Conversations: ${conductCounts(comparison.conduct).join('; ')}.`, ...quotes].join('\n');
}

function findings({ comparison, decisions, earlier }: Report): string {
  const reported = comparison.findings.filter(isReported);
  if (reported.length === 0) return 'No case stands out.';
  const rows = reported
    .slice(0, mostFindings)
    .map(finding => [
      String(finding.rank),
      markdownCode(finding.scenario),
      moved(finding),
      does(finding),
      decisions.get(finding.case)?.verdict ?? 'open',
      ...(earlier === undefined ? [] : [earlier.standing[finding.case] ?? '']),
    ]);
  const head = ['#', 'scenario', 'tool, baseline to candidate', 'candidate does', 'decision'];
  const shown = Math.min(reported.length, mostFindings);
  return [
    `### ${shown} of ${reported.length} findings`,
    '',
    table([...head, ...(earlier === undefined ? [] : ['standing'])], rows),
  ].join('\n');
}

function moved({ tool }: Finding): string {
  if (tool === undefined) return '';
  const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
  const sign = tool.severity === 'destructive' ? '❗ ' : '';
  return `${sign}${markdownCode(tool.tool, 60)} ${percent(tool.baseline)} → ${percent(tool.candidate)}`;
}

function does({ candidateCalls: [first] }: Finding): string {
  return first === undefined ? '' : markdownCode(callText(first), 80);
}

function foot({ comparison, version }: Report): string {
  const { suite, design, run } = comparison;
  const cases = `${design.cases} cases of ${suite.scenarios} scenarios, ${design.probes} beyond`;
  return `<sub>suite ${markdownText(suite.name)}: ${cases}, seed ${markdownText(design.seed)}; run ${run.id}; turncoat ${version}</sub>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
