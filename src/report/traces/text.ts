import { conductLines } from '../../words/conduct.ts';
import { visible } from '../../words/visible.ts';
import type { Trace } from '../../conduct/trace.ts';

/** What each model did in a case, for people: calls and results apart from what was said. */
export function textTrace({ about, trials }: Trace): string {
  const request = about.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const head = [`case ${about.id}  ${visible(about.scenario)}`, `asked ${JSON.stringify(visible(request))}`].join('\n');
  const blocks = trials.map(({ role, model, trial, conduct }) =>
    [`${role} ${visible(model)}, trial ${trial}`, ...conductLines(conduct).map(line => `  ${line}`)].join('\n'),
  );
  const none = 'no trials were sampled in this case';
  return `${[head, ...(blocks.length === 0 ? [none] : blocks)].join('\n\n')}\n`;
}
