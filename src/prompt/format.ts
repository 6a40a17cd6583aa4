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
  const { calls, tools } = template.dialect(options);
  const renderWith =
    (more: Readonly<Record<string, unknown>>): Render =>
    (messages, offered, addGenerationPrompt = false) => {
      const args = { ...options.arguments, ...more };
      return template.render({ messages, tools: offered }, { ...options, arguments: args, addGenerationPrompt });
    };
  const chosen = (more: Readonly<Record<string, unknown>>) =>
    chooseFormat(source, renderWith(more), { showsCalls: calls !== 'text', offersAsText: tools === 'text' });
  const choice = chosen({});
  return {
    format: choice.format,
    how: choice.how,
    selfTest: choice.selfTest,
    ...(choice.frame === undefined ? {} : { frame: choice.frame }),
    ...(choice.markers === undefined ? {} : { markers: choice.markers }),
    generationPrompt: generationPrompt(renderWith({})),
    notes: [
      ...choice.notes,
      ...dialectNotes(template.dialect(options)),
      ...variableNotes(source, options),
      ...thoughtNotes(choice.frame, more => chosen(more).frame),
      ...[...template.lacking.values()].map(({ message }) => ({ code: 'engine-lacks', detail: message })),
    ],
  };
}

type Render = (messages: readonly Message[], tools: readonly ToolDefinition[], addGenerationPrompt?: boolean) => string;

type Frame = FormatRecord['frame'];

/** What turns thoughts off in templates of known families, llama.cpp's own name first. */
const switches = [{ enable_thinking: false }, { thinking: false }] as const;

/**
 * Says that a model thinks before it calls, so that its exact scores are of calls without a thought; and which variable
 * of the template turns thoughts off.
 * @param frameWith the frame under more template variables
 */
function thoughtNotes(
  frame: Frame,
  frameWith: (more: Readonly<Record<string, unknown>>) => Frame,
): FormatRecord['notes'] {
  if (frame?.lead === undefined) return [];
  const off = switches.find(more => {
    const without = frameWith(more);
    return without !== undefined && without.lead === undefined;
  });
  const detail = off === undefined ? noSwitch : Object.entries(off).map(([name, value]) => `${name}=${value}`)[0];
  return [{ code: 'prompt-thought', detail: detail as string }];
}

const noSwitch = 'its template has no switch for that';

/** What the template adds where the reply starts: a reply may begin inside an opened think block. */
function generationPrompt(render: Render): string {
  const messages: Message[] = [{ role: 'user', content: 'hello' }];
  try {
    const [without, withPrompt] = [render(messages, [], false), render(messages, [], true)];
    return withPrompt.slice(sharedLength(without, withPrompt));
  } catch {
    return '';
  }
}
