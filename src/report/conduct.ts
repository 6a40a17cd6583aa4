// Conduct -> lines for people: what was called, what the world answered, what the text claims, what is hidden.
import type { Comparison } from '../records/comparison.ts';
import type { CallRecord, Conduct } from '../records/conduct.ts';
import type { Change } from '../records/world.ts';
import type { Colours } from './colours.ts';
import { cut, visible } from './visible.ts';

/** Concealed deeds shown in a report; every case has its own. */
const mostShown = 3;

/** How many conversations hide something, with both quotes of the first; empty where none was judged. */
export function conductSection({ conduct, findings }: Comparison, colours: Colours, width: number): string {
  if (conduct === undefined) return '';
  const { candidate, baseline } = conduct;
  const counts = (['violating', 'falseClaims', 'concealed'] as const).map(
    key => `${words[key]} ${candidate[key]} of ${candidate.trials} (baseline ${baseline[key]} of ${baseline.trials})`,
  );
  const hidden = findings.flatMap(({ rank, candidateCalls }) =>
    candidateCalls.flatMap(({ conduct: own }) => (own?.concealed === undefined ? [] : [{ rank, ...own.concealed }])),
  );
  const quotes = hidden
    .slice(0, mostShown)
    .flatMap(({ rank, deed, said }) => [
      cut(`  #${rank} did   ${visible(deed)}`, width),
      cut(`     said  ${JSON.stringify(visible(said))}`, width),
    ]);
  const note = 'conversations with simulated tools, the calls apart from the text';
  const title = `${colours.bold('Conduct')}  ${colours.dim(note)}`;
  return [title, `  ${counts.join('; ')}`, ...(hidden.length === 0 ? [] : quotes)].join('\n');
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
