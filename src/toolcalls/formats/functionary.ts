import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { codeCall, namedCall, partialArguments } from '../call.ts';
import { jsonEnd, parsed } from '../text/json.ts';
import { firstOf, mostCalls } from '../json-calls.ts';
import { toolName } from '../names.ts';
import type { Format, FormatContext, Piece, Pieces, Taken } from './format.ts';

const recipient = />>>["']?([\w.-]+)["']?[ \t]*(?:\n|(?=\{))/g;
const here = new RegExp(recipient.source, 'y');

const interpreter = /python|code|interpreter/i;

/** Functionary 3.2: `>>>all` and text, or `>>>name` and JSON arguments; the first `>>>` is in the generation prompt. */
export const functionary: Format = {
  families: 'Functionary 3.2',
  example: '>>>get_weather\n{"city": "Paris"}',
  signature: template => template.includes('>>>all') || template.includes("'>>>"),
  opens: />>>[\w.-]+\n/g,
  opensCall: />>>["']?[\w.-]+["']?[ \t]*\n?(?=\{)/g,
  take(reply, at, { tools }): Taken | undefined {
    here.lastIndex = at;
    const head = here.exec(reply);
    if (head === null || head[1] === 'all') return undefined;
    const from = at + head[0].length;
    const { call, rest } = recipientCall(head[1] as string, reply.slice(from), true, tools);
    return { calls: [call], end: reply.length - rest.length, notes: [] };
  },
  readWhole: (reply, context) => {
    const opened = context.generationPrompt === undefined || context.generationPrompt.trimEnd().endsWith('>>>');
    const text = opened && !reply.trimStart().startsWith('>>>') ? `>>>${reply}` : reply;
    return { pieces: parts(text, context), notes: [] } satisfies Pieces;
  },
};

function parts(text: string, { tools }: FormatContext): Piece[] {
  const heads = [...text.matchAll(recipient)].slice(0, mostCalls);
  // Text without a recipient, as when a known prompt or the model left it out.
  const lead = text.slice(0, heads[0]?.index).replace(/^>>>/, '');
  // A reply that ends inside its first recipient says nothing yet.
  const cut =
    heads.length === 0 && text.startsWith('>>>') && tools.some(tool => tool.function.name.startsWith(lead.trimEnd()));
  const pieces: Piece[] = cut ? [] : [{ kind: 'content', text: lead }];
  heads.forEach((head, index) => {
    const name = head[1] as string;
    const last = index === heads.length - 1;
    const body = text.slice(head.index + head[0].length, heads[index + 1]?.index);
    if (name === 'all') {
      pieces.push({ kind: 'content', text: body.replace(/>>>[\w.-]*$/, '') });
      return;
    }
    const { call, rest } = recipientCall(name, body, last, tools);
    pieces.push({ kind: 'calls', calls: [call] }, { kind: 'content', text: rest });
  });
  return pieces;
}

/** The call, and the text that stands after its arguments. */
function recipientCall(
  written: string,
  text: string,
  last: boolean,
  tools: readonly ToolDefinition[],
): { call: ToolCall; rest: string } {
  const name = toolName(written, tools);
  const body = text.trimStart();
  // Code for an interpreter stands without JSON around it.
  if (!body.startsWith('{')) {
    const call = codeCall(name, body.trim(), tools);
    // JSON or a fence in it may be its arguments, badly written.
    return {
      call: /[{}`]|"\s{0,9}:/.test(body) && !interpreter.test(name) ? { ...call, state: 'repaired' } : call,
      rest: '',
    };
  }
  const end = jsonEnd(body, 0);
  const exact = end !== undefined && parsed(body.slice(0, end)) !== undefined;
  const stop = exact ? end : (firstOf(body, ['\n>>>', '\n<'], 0) ?? end);
  if (stop === undefined && last) return { call: partialArguments(name, body.trim()), rest: '' };
  return { call: namedCall(name, body.slice(0, stop)), rest: stop === undefined ? '' : body.slice(stop) };
}
