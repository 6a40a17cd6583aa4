import type { ParsedReply, ToolCall } from '../../records/toolcall.ts';
import { namedCall, partialArguments } from '../call.ts';
import { isObject, jsonEnd } from '../json.ts';
import { mostCalls } from '../json-calls.ts';
import type { Format, FormatContext } from './format.ts';

const recipient = />>>([\w.-]+)\n/g;

/** Functionary 3.2: `>>>all` and text, or `>>>name` and JSON arguments; the first `>>>` is in the generation prompt. */
export const functionary: Format = {
  families: 'Functionary 3.2',
  example: '>>>get_weather\n{"city": "Paris"}',
  signature: template => template.includes('>>>all') || template.includes("'>>>"),
  opens: />>>[\w.-]+\n/g,
  take: () => undefined,
  readWhole: (reply, context) => {
    const opened = context.generationPrompt === undefined || context.generationPrompt.trimEnd().endsWith('>>>');
    const text = opened && !reply.trimStart().startsWith('>>>') ? `>>>${reply}` : reply;
    return parts(text, context);
  },
};

function parts(text: string, { tools }: FormatContext): ParsedReply {
  const calls: ToolCall[] = [];
  const heads = [...text.matchAll(recipient)].slice(0, mostCalls);
  // Text without a recipient, as when a known prompt or the model left it out.
  let content = text.slice(0, heads[0]?.index).replace(/^>>>/, '');
  // A reply that ends inside its first recipient says nothing yet.
  if (heads.length === 0 && text.startsWith('>>>') && tools.some(tool => tool.function.name.startsWith(content))) {
    content = '';
  }
  heads.forEach((head, index) => {
    const name = head[1] as string;
    const last = index === heads.length - 1;
    const body = text.slice(head.index + head[0].length, heads[index + 1]?.index);
    if (name === 'all') content += body.replace(/>>>[\w.-]*$/, '');
    else calls.push(recipientCall(name, body.trim(), last, tools));
  });
  return { content: content.trim(), reasoning: '', calls, notes: [] };
}

function recipientCall(name: string, body: string, last: boolean, tools: FormatContext['tools']): ToolCall {
  if (body.startsWith('{')) {
    const end = jsonEnd(body, 0);
    return end === undefined && last ? partialArguments(name, body) : namedCall(name, body.slice(0, end));
  }
  // Code for an interpreter stands without JSON around it.
  const properties = tools.find(tool => tool.function.name === name)?.function.parameters?.properties;
  const [key = 'code'] = isObject(properties) ? Object.keys(properties) : [];
  const args = { [key]: body };
  return { name, arguments: args, argumentsText: JSON.stringify(args), state: 'complete' };
}
