import type { Trace } from '../../conduct/trace.ts';

/**
 * One JSON line per trial in the OpenAI chat form: `{model, tools, messages, metadata}`; arguments are JSON text there.
 * Source: OpenAI API reference, chat completions, message objects.
 */
export function openaiTrace({ run, about, trials }: Trace): string {
  return trials
    .map(({ role, model, trial, seed, messages }) =>
      JSON.stringify({
        model,
        tools: about.tools,
        messages: messages.map(({ tool_calls: calls, ...message }) => ({
          ...message,
          ...(calls === undefined
            ? {}
            : {
                tool_calls: calls.map(({ function: { name, arguments: args }, ...call }) => ({
                  ...call,
                  function: { name, arguments: JSON.stringify(args) },
                })),
              }),
        })),
        metadata: { run, case: about.id, scenario: about.scenario, role, trial, seed },
      }),
    )
    .map(line => `${line}\n`)
    .join('');
}
