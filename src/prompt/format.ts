// A chat template -> how a model that uses it writes tool calls, tested by rendering a call and reading it back.
import type { FormatRecord } from '../records/run.ts';
import { chooseFormat, scoringFrame } from '../toolcalls/index.ts';
import type { ChatTemplate, TemplateOptions } from './chat.ts';
import type { Message } from '../records/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';

/** The call format of a template, with its self-test and the frame that exact scores are forced in. */
export function describeFormat(source: string, template: ChatTemplate, options: TemplateOptions): FormatRecord {
  const render = (messages: readonly Message[], tools: readonly ToolDefinition[], addGenerationPrompt = false) =>
    template.render({ messages, tools }, { ...options, addGenerationPrompt });
  const choice = chooseFormat(source, render);
  const frame = scoringFrame(choice, render);
  return {
    format: choice.format,
    how: choice.how,
    selfTest: choice.selfTest,
    ...(frame === undefined ? {} : { frame }),
    generationPrompt: generationPrompt(render),
    notes: [...choice.notes],
  };
}

/** What the template adds where the reply starts: a reply may begin inside an opened think block. */
function generationPrompt(
  render: (messages: readonly Message[], tools: readonly ToolDefinition[], addGenerationPrompt?: boolean) => string,
): string {
  const messages: Message[] = [{ role: 'user', content: 'hello' }];
  try {
    const [without, withPrompt] = [render(messages, [], false), render(messages, [], true)];
    return withPrompt.startsWith(without) ? withPrompt.slice(without.length) : '';
  } catch {
    return '';
  }
}
