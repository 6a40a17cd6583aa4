// A chat template -> how a model that uses it writes tool calls, tested by rendering a call and reading it back.
import type { FormatRecord } from '../records/run.ts';
import { chooseFormat, sharedLength } from '../toolcalls/index.ts';
import type { ChatTemplate, TemplateOptions } from './chat.ts';
import { dialectNotes } from './dialect.ts';
import { variableNotes } from './llama-variables.ts';
import type { Message } from '../records/suites/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';

/** The call format of a template, with its self-test and the frame that exact scores are forced in. */
export function describeFormat(source: string, template: ChatTemplate, options: TemplateOptions): FormatRecord {
  const render = (messages: readonly Message[], tools: readonly ToolDefinition[], addGenerationPrompt = false) =>
    template.render({ messages, tools }, { ...options, addGenerationPrompt });
  const { calls, tools } = template.dialect(options);
  const choice = chooseFormat(source, render, { showsCalls: calls !== 'text', offersAsText: tools === 'text' });
  return {
    format: choice.format,
    how: choice.how,
    selfTest: choice.selfTest,
    ...(choice.frame === undefined ? {} : { frame: choice.frame }),
    ...(choice.markers === undefined ? {} : { markers: choice.markers }),
    generationPrompt: generationPrompt(render),
    notes: [
      ...choice.notes,
      ...dialectNotes(template.dialect(options)),
      ...variableNotes(source, options),
      ...[...template.lacking.values()].map(({ message }) => ({ code: 'engine-lacks', detail: message })),
    ],
  };
}

/** What the template adds where the reply starts: a reply may begin inside an opened think block. */
function generationPrompt(
  render: (messages: readonly Message[], tools: readonly ToolDefinition[], addGenerationPrompt?: boolean) => string,
): string {
  const messages: Message[] = [{ role: 'user', content: 'hello' }];
  try {
    const [without, withPrompt] = [render(messages, [], false), render(messages, [], true)];
    return withPrompt.slice(sharedLength(without, withPrompt));
  } catch {
    return '';
  }
}
