import { toolName } from '../names.ts';
import { pythonCall, pythonState } from '../text/python.ts';
import { assembled, propertyNames } from '../values.ts';
import type { Format, Taken } from './format.ts';

const head = /[ \t]*(?<name>[A-Za-z_][\w.-]{0,127})[ \t]*\r?\n\s{0,20}```(?:python)?\s{0,20}(?=tool_call\()/y;
const tail = /\s*```/y;

/**
 * ChatGLM3: the tool's name as the message's metadata, then a fence in which `tool_call` is given the arguments.
 * https://github.com/THUDM/ChatGLM3/blob/main/PROMPT_en.md#tool-calling
 */
export const chatglm3: Format = {
  families: 'ChatGLM3',
  example: "get_weather\n ```python\ntool_call(city='Paris')\n```",
  signature: template => /tool_call\(/.test(template),
  opens: /(?<![^\n`])[ \t]*[A-Za-z_][\w.-]{0,127}[ \t]*\r?\n\s{0,20}```(?:python)?\s{0,20}tool_call\(/g,
  take(reply, at, { tools }): Taken | undefined {
    head.lastIndex = at;
    const found = head.exec(reply);
    if (found === null) return undefined;
    const name = toolName(found.groups?.name ?? '', tools);
    const read = pythonCall(reply, at + found[0].length, () => propertyNames(tools, name));
    if (read?.kind === 'cut') {
      const call = { name, argumentsText: reply.slice(read.from), state: 'partial' as const };
      return { calls: [call], end: reply.length, notes: [] };
    }
    if (read?.kind !== 'call') return undefined;
    tail.lastIndex = read.call.end;
    const end = read.call.end + (tail.exec(reply)?.[0].length ?? 0);
    return { calls: [{ name, ...assembled(read.call.entries), state: pythonState(read.call) }], end, notes: [] };
  },
};
