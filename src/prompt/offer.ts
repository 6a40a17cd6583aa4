// Tools and calls as text of the prompt, for templates that show none: in the form that a family's documentation gives,
// else in the one that most instruction-tuned models follow.
import type { Message } from '../records/suites/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { writtenCall } from '../toolcalls/index.ts';

/** A section for the system message that offers tools. */
export function offeredTools(format: string, tools: readonly ToolDefinition[]): string {
  return (offers[format] ?? plainOffer)(tools);
}

const offers: Readonly<Record<string, (tools: readonly ToolDefinition[]) => string>> = {
  // Hermes function calling; SmolLM3 and Qwen document the same text.
  hermes: tools =>
    [
      '# Tools',
      '',
      'You may call one or more functions to assist with the user query.',
      '',
      'You are provided with function signatures within <tools></tools> XML tags:',
      '<tools>',
      ...tools.map(tool => JSON.stringify(tool)),
      '</tools>',
      '',
      'For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:',
      '<tool_call>',
      '{"name": <function-name>, "arguments": <args-json-object>}',
      '</tool_call>',
    ].join('\n'),
  // The model card of DeepSeek-V3.1.
  deepseek: tools =>
    [
      '## Tools',
      'You have access to the following tools:',
      '',
      ...tools.flatMap(({ function: { name, description = '', parameters = {} } }) => [
        `### ${name}`,
        `Description: ${description}`,
        '',
        `Parameters: ${JSON.stringify(parameters)}`,
        '',
      ]),
      'IMPORTANT: ALWAYS adhere to this exact format for tool use:',
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>tool_call_name<｜tool▁sep｜>tool_call_arguments<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      '',
      '`tool_call_name` must be an exact match to one of the available tools, `tool_call_arguments` valid JSON that follows its parameters.',
    ].join('\n'),
};

/** Llama's and Gemma's documentation ask for a call as plain JSON. */
function plainOffer(tools: readonly ToolDefinition[]): string {
  return [
    'You have access to functions. If you decide to invoke any of the function(s), you MUST put it in the format of',
    '{"name": function name, "parameters": dictionary of argument name and its value}',
    '',
    'You SHOULD NOT include any other text in the response if you call a function.',
    '',
    JSON.stringify(
      tools.map(tool => tool.function),
      undefined,
      2,
    ),
  ].join('\n');
}

/** An assistant message whose calls stand in its text. */
export function writtenCalls(format: string, { content, tool_calls = [], ...message }: Message): Message {
  const calls = tool_calls.map(call => writtenCall(format, call.function.name, call.function.arguments));
  return { ...message, content: [content, ...calls].filter(text => text !== '').join('\n') };
}

/** A tool's result as a message of the user, for templates without a place for results. */
export function resultMessage({ content, name }: Message): Message {
  return { role: 'user', content: `Result${name === undefined ? '' : ` of ${name}`}:\n${content}` };
}
