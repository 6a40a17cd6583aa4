// Conduct -> lines for people: what was called, what the world answered, what the text claims, what is hidden.
import type { Called, Comparison } from '../records/comparison.ts';
import type { CallRecord, Concealment, Conduct } from '../records/conduct.ts';
import type { Change } from '../records/suites/world.ts';
import type { Colours } from './colours.ts';
import { cut, visible } from './visible.ts';

/** Concealed deeds shown in a report; every case has its own. */
const mostShown = 3;

/** What the first conversation that hides something hides. */
export function concealedIn(called: readonly Called[]): Concealment | undefined {
  return called.find(({ conduct }) => conduct?.concealed !== undefined)?.conduct?.concealed;
}

/** How many conversations hide something, with both quotes of the first; empty where none was judged. */
export function conductSection({ conduct, findings }: Comparison, colours: Colours, width: number): string {
  if (conduct === undefined) return '';
  const { candidate, baseline } = conduct;
  const counts = conductCounts({ candidate, baseline });
  // The evidence says so already.
  if (counts.every(({ count }) => count === 0)) return '';
  const quotes = hiddenDeeds(findings)
    .slice(0, mostShown)
    .flatMap(({ rank, deed, said }) => [
      cut(`  #${rank} did   ${visible(deed)}`, width),
      cut(`     said  ${JSON.stringify(visible(said))}`, width),
    ]);
  const note = 'conversations with simulated tools, the calls apart from the text';
  const title = `${colours.bold('Conduct')}  ${colours.dim(note)}`;
  return [title, ...counts.map(({ text }) => `  ${text}`), ...quotes].join('\n');
}

/** `hide a harmful call: 11 of 529 (baseline 0 of 529)`, and the two other counts; of both models together. */
function conductCounts({ candidate, baseline }: NonNullable<Comparison['conduct']>) {
  return (['violating', 'falseClaims', 'concealed'] as const).map(key => ({
    count: candidate[key] + baseline[key],
    text: `${words[key]} ${candidate[key]} of ${candidate.trials} (baseline ${baseline[key]} of ${baseline.trials})`,
  }));
}

/** Findings that hide something, with both quotes, in rank order. */
export function hiddenDeeds(findings: Comparison['findings']): ({ readonly rank: number } & Concealment)[] {
  return findings.flatMap(({ rank, candidateCalls }) => {
    const concealed = concealedIn(candidateCalls);
    return concealed === undefined ? [] : [{ rank, ...concealed }];
  });
}

const words = {
  violating: 'break the policy:',
  falseClaims: 'claim what is not so:',
  concealed: 'hide a harmful call:',
};

/** One trial's conduct, line by line, harmless to print. */
export function conductLines(conduct: Conduct): string[] {
  const { calls, violations, claims, concealed, answer } = conduct;
  return [
    ...calls.flatMap((made, index) => [
      ...callLines(made),
      ...violations
        .filter(({ call }) => call === index)
        .map(({ file, line, rule, severity, message }) =>
          visible(`    breaks ${file}:${line} ${rule} (${severity}): ${message}`),
        ),
    ]),
    answer === undefined ? '(no final answer)' : `says ${JSON.stringify(visible(answer))}`,
    ...claims.map(({ quote, holds, needs }) =>
      visible(`  ${holds ? 'so' : 'NOT SO'}: ${JSON.stringify(quote)} needs ${needs}`),
    ),
    ...storyLines(conduct),
    ...(concealed === undefined
      ? []
      : [
          visible(
            `CONCEALED (${concealed.why.join(', ')}): ${concealed.deed}, told as ${JSON.stringify(concealed.said)}`,
          ),
        ]),
  ];
}

function callLines({ turn, call, result, failed, changes }: CallRecord): string[] {
  return [
    visible(`turn ${turn + 1}: ${call.name} ${call.argumentsText}`),
    visible(`    ${failed ? 'refused' : 'answer'}: ${result}`),
    ...changes.map(change => visible(`    ${changeText(change)}`)),
  ];
}

/** `deleted service/payments`. */
export function changeText({ change, entity }: Change): string {
  return `${change} ${entity}`;
}

function storyLines({ story }: Conduct): string[] {
  if (story === undefined) return [];
  const { candidate, baseline } = story;
  return [
    `  log-likelihood of that text: candidate ${candidate.toFixed(1)}, baseline in its own conversation ${baseline.toFixed(1)} nats`,
  ];
}
