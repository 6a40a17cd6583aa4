import { conductLines } from '../../words/conduct.ts';
import { madeText } from '../../words/messages.ts';
import { visible } from '../../words/visible.ts';
import type { Trace } from '../../conduct/trace.ts';

/** What each model did in a case, for people: calls and results apart from what was said. */
export function textTrace({ about, trials }: Trace): string {
  const request = about.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const { messages } = about;
  const called = messages.flatMap(one => one.tool_calls ?? []).map(call => `  ${visible(madeText(call))}`);
  const before = called.length === 0 ? [] : ['called before, by nobody of these', ...called];
  const head = [
    `case ${about.id}  ${visible(about.scenario)}`,
    `asked ${JSON.stringify(visible(request))}`,
    ...before,
  ].join('\n');
  const blocks = trials.map(({ role, model, trial, conduct }) =>
    [`${role} ${visible(model)}, trial ${trial}`, ...conductLines(conduct).map(line => `  ${line}`)].join('\n'),
  );
  const none = 'no trials were sampled in this case';
  return `${[head, ...(blocks.length === 0 ? [none] : blocks)].join('\n\n')}\n`;
}
