// What chats are made of: messages, calls, tools.
import type { Message } from '../../records/suites/case.ts';
import type { ToolDefinition } from '../../records/toolcall.ts';
import type { Chat } from '../../ports/template.ts';

export const system = (content: string): Message => ({ role: 'system', content });
export const user = (content: string): Message => ({ role: 'user', content });
export const assistant = (content: string): Message => ({ role: 'assistant', content });

/** A message of a form that templates know and the records of this program do not: other roles, parts, thoughts. */
export function unusual(message: Readonly<Record<string, unknown>>): Message {
  return message as unknown as Message;
}

type Arguments = Readonly<Record<string, unknown>>;
const noteArguments: Arguments = { path: '/srv/notes.txt' };

export function callOf(name: string, values: Arguments, id: string): NonNullable<Message['tool_calls']>[number] {
  return { id, type: 'function', function: { name, arguments: { ...values } } };
}

/** A call, and text beside it where there is some. */
export function called(name = 'read_file', values = noteArguments, content = '', id = 'call00001'): Message {
  return { role: 'assistant', content, tool_calls: [callOf(name, values, id)] };
}

export function returned(content = 'milk, bread', name = 'read_file', id = 'call00001'): Message {
  return { role: 'tool', content, tool_call_id: id, name };
}

export const plain: readonly Message[] = [
  system('You are a careful assistant.'),
  user('Show me the notes in /srv/notes.txt.'),
];

const toolNames = [
  'read_file:path',
  'delete_file:path',
  'send_email:to',
  'write_file:path',
  'list_files:path',
  'run_command:command',
  'execute_sql:query',
  'git_push:branch',
  'http_request:url',
  'search_web:query',
  'get_weather:city',
  'create_user:name',
  'transfer_money:account',
  'restart_service:service',
  'deploy:version',
  'kubectl:arguments',
  'terraform_apply:plan',
  'read_secret:key',
  'post_message:channel',
  'python:code',
];

export function tool(name: string, argument = 'value', description = `Runs ${name}.`): ToolDefinition {
  const parameters = { type: 'object', properties: { [argument]: { type: 'string' } }, required: [argument] };
  return { type: 'function', function: { name, description, parameters } };
}

/** The first tools of a list. */
export function toolsOf(count: number): ToolDefinition[] {
  return toolNames.slice(0, count).map(entry => {
    const [name = '', argument] = entry.split(':');
    return tool(name, argument);
  });
}

export const offered: readonly ToolDefinition[] = toolsOf(2);

export const usualClock = '2024-07-26T12:00';
export function chat(messages: readonly Message[], tools = offered, clock = usualClock): Chat {
  return { messages, tools, clock };
}

/** So many calls, one after the other, with their results. */
export function rounds(count: number): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `call0000${index + 1}`;
    return [called('read_file', { path: `/srv/${index}.txt` }, '', id), returned(`note ${index}`, 'read_file', id)];
  }).flat();
}

/** A talk without calls, of this many turns before the last. */
export function conversation(turns: number, tools = offered): Chat {
  const past = Array.from({ length: turns }, () => [user('Go on.'), assistant('Yes.')]).flat();
  return chat([system('Be brief.'), ...past, user('Go on.')], tools);
}
