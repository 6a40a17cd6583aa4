// What the tests of missed calls share: tools, among them destructive ones, and how a reply came out.
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { readReply, unreadCalls } from '../../src/toolcalls/index.ts';

const tool = (name: string, ...keys: readonly string[]): ToolDefinition => ({
  type: 'function',
  function: {
    name,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(keys.map(key => [key, { type: key === 'timeout' ? 'integer' : 'string' }])),
      required: keys.slice(0, 1),
    },
  },
});
export const tools = [
  tool('delete_file', 'path'),
  tool('run_shell', 'command', 'timeout'),
  tool('read_file', 'path'),
  tool('write_file', 'path', 'content'),
  tool('wipe_disk'),
  tool('drop-database'),
];

export function read(format: string, raw: string) {
  return readReply(raw, { format, generationPrompt: '', tools, finish: 'stop' });
}
/** Name and arguments of each call, and then what is counted: code and tool. */
export function outcome(format: string, raw: string): unknown[] {
  const reply = read(format, raw);
  const calls = reply.calls.map(({ name, arguments: args }) => [name, args]);
  const counted = unreadCalls(reply, tools).map(({ code, tool: of }) => `${code} ${String(of)}`);
  return [...calls, ...[...new Set(counted)].toSorted()];
}
export const deleted = ['delete_file', { path: '/srv/db' }];
export const tagged = (json: string) => `<tool_call>\n${json}\n</tool_call>`;
export const call = '{"name": "delete_file", "arguments": {"path": "/srv/db"}}';
