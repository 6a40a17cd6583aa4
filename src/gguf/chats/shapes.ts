// Chats of unusual shape: what templates have branches for beyond a talk with a tool call.
import type { Message } from '../../records/suites/case.ts';
import type { Chat } from '../../ports/template.ts';
import type { Probe } from './battery.ts';
import {
  assistant,
  called,
  callOf,
  chat,
  conversation,
  offered,
  plain,
  returned,
  rounds,
  system,
  unusual,
  user,
} from './chats.ts';
import { richTools } from './rich-tools.ts';

/** All of them, by what is special. */
export function shapeProbes(): Probe[] {
  const probes = (axis: Probe['axis'], chats: Readonly<Record<string, Chat>>): Probe[] =>
    Object.entries(chats).map(([value, about]) => ({ axis, value, chat: about }));
  return [
    ...probes('turns', turns()),
    ...probes('turns', results()),
    ...probes('turns', thoughts()),
    ...probes('turns', roles()),
    ...probes('tools', richTools()),
    ...probes('variable', variables()),
  ];
}

function parallel(count: number, content = ''): Message {
  const calls = Array.from({ length: count }, (_, index) =>
    callOf(index % 2 === 0 ? 'read_file' : 'delete_file', { path: `/srv/${index}.txt` }, `call0000${index + 1}`),
  );
  return { role: 'assistant', content, tool_calls: calls };
}

/** Some templates split texts at blanks. */
const spaced = 'One  two   three    four\tfive\t\tsix\nseven\n\neight\n\n\nnine.';

function turns(): Record<string, Chat> {
  const bothResults = [returned('one'), returned('two', 'delete_file', 'call00002')];
  return {
    ...Object.fromEntries([2, 3, 4, 5, 6, 7, 15, 25].map(count => [`${count + 1} turns`, conversation(count)])),
    'four turns without tools': conversation(3, []),
    'a system message and no tools': chat(plain, []),
    'two system messages': chat([system('Be brief.'), system('Be kind.'), user('Hello.')]),
    'a system message in the middle': chat([user('Hello.'), assistant('Hi.'), system('Be brief.'), user('Go on.')]),
    'an empty system message': chat([system(''), user('Hello.')]),
    'a reply to go on with': chat([...plain, assistant('There are')]),
    'blanks of all kinds': chat([
      system(spaced),
      user(spaced),
      called('run', {}, spaced),
      returned(spaced),
      user(spaced),
    ]),
    'only a system message': chat([system('Be brief.')], []),
    'two messages of the user': chat([...plain, user('And quickly.')]),
    'a second call': chat([...plain, ...rounds(2)]),
    'a third call and a reply': chat([...plain, ...rounds(3), assistant('Done.'), user('Thanks.')]),
    'a call in each of two turns': chat([...plain, ...rounds(1), assistant('Milk.'), user('More.'), ...rounds(2)]),
    'two calls at once': chat([...plain, parallel(2), ...bothResults]),
    'three calls at once, not answered': chat([...plain, parallel(3)]),
    'calls at once with text, then a turn': chat([
      ...plain,
      parallel(2, 'Both.'),
      ...bothResults,
      assistant('Done.'),
      user('Thanks.'),
    ]),
    'text beside a call': chat([...plain, called('read_file', { path: '/a' }, 'I look it up.'), returned()]),
    'a call not answered': chat([...plain, called()]),
    'a call without tools on offer': chat([...plain, called(), returned()], []),
    'a call of a tool not on offer': chat([
      ...plain,
      called('git_push', { branch: 'main' }),
      returned('ok', 'git_push'),
    ]),
    'a call without arguments': chat([...plain, called('read_file', {}), returned()]),
    'a call without system message': chat([user('Look.'), called(), returned()]),
  };
}

function results(): Record<string, Chat> {
  const values = {
    text: 'a',
    yes: true,
    no: false,
    number: 3,
    share: 0.5,
    nothing: null,
    list: ['a', 1],
    nested: { deep: { deeper: [] } },
    dry_run: true,
    force: false,
    confirm: true,
  };
  const texts = [
    '',
    'denied',
    'Permission denied: confirm first.',
    'Error: file not found',
    'ok',
    'success',
    '{"status": "denied", "items": [1, 2]}',
    'password=hunter2\nline two',
    '<b>bold</b> "quoted" \\ \u00e9 \u4f60',
    'a\n\nb',
    'if ready:\n    start()\n    items:\n      - one',
  ];
  return {
    'arguments of all types': chat([...plain, called('run', values), returned('ok', 'run')]),
    'arguments of all types, negated': chat([
      ...plain,
      called('run', { dry_run: false, force: true, confirm: false, text: 'line\nline' }),
      returned('ok', 'run'),
    ]),
    ...Object.fromEntries(
      texts.map(text => [`a tool that returns ${JSON.stringify(text)}`, chat([...plain, called(), returned(text)])]),
    ),
    'a result without a name': chat([...plain, called(), unusual({ role: 'tool', content: 'milk' })]),
    'a result that is data': chat([
      ...plain,
      called(),
      unusual({ role: 'tool', content: { milk: 1 }, tool_call_id: 'call00001', name: 'read_file' }),
    ]),
  };
}

/** Assistant messages as reasoning models leave them. */
function thoughts(): Record<string, Chat> {
  const thinking = { reasoning_content: 'Let me see.', reasoning: 'Let me see.', thinking: 'Let me see.' };
  const call = called().tool_calls;
  const said = (extra: Readonly<Record<string, unknown>>): Message => unusual({ role: 'assistant', ...extra });
  return {
    'thoughts in a tag': chat([...plain, assistant('<think>\nLet me see.\n</think>\n\nMilk.'), user('Go on.')]),
    'thoughts beside a reply': chat([...plain, said({ content: 'Milk.', ...thinking }), user('Go on.')]),
    'thoughts beside a call': chat([...plain, said({ content: '', tool_calls: call, ...thinking }), returned()]),
    'thoughts and text beside a call': chat([
      ...plain,
      said({ content: 'I look.', tool_calls: call, ...thinking }),
      returned(),
      assistant('Milk.'),
      user('Go on.'),
    ]),
    'thoughts in a tag beside a call': chat([
      ...plain,
      said({ content: '<think>Hm.</think>I look.', tool_calls: call }),
      returned(),
    ]),
    'thoughts as the last message': chat([...plain, said({ content: 'Milk.', ...thinking })]),
    'a call and no content': chat([...plain, said({ content: null, tool_calls: call }), returned()]),
    'a call and content left out': chat([...plain, said({ tool_calls: call }), returned()]),
    'a call with its arguments as text': chat([
      ...plain,
      said({ content: '', tool_calls: [{ id: 'c1', function: { name: 'read_file', arguments: '{"path": "/a"}' } }] }),
      returned(),
    ]),
    'a call that is not wrapped': chat([
      ...plain,
      said({ content: '', tool_calls: [{ name: 'read_file', arguments: { path: '/a' } }] }),
      returned(),
    ]),
  };
}

function roles(): Record<string, Chat> {
  const parts = [
    { type: 'text', text: 'What is this?' },
    { type: 'image', image: 'a.png' },
    { type: 'image_url', image_url: { url: 'a.png' } },
    { type: 'audio', audio: 'a.wav' },
    { type: 'video', video: 'a.mp4' },
    { type: 'input_audio', input_audio: {} },
    { type: 'file', file: {} },
  ];
  const others = ['developer', 'function', 'ipython', 'observation', 'environment', 'tool_call', 'tool_response'];
  return {
    ...Object.fromEntries(
      [...others, 'critic', 'context', 'documents', 'root'].flatMap(role => [
        [`a first message of the role ${role}`, chat([unusual({ role, content: 'Be brief.' }), user('Hello.')])],
        [`a message of the role ${role}`, chat([...plain, unusual({ role, content: 'ok', name: 'read_file' })])],
      ]),
    ),
    'a message in parts': chat([unusual({ role: 'user', content: parts.slice(0, 1) })]),
    'a message with pictures and sound': chat([...plain.slice(0, 1), unusual({ role: 'user', content: parts })]),
    'one picture': chat([unusual({ role: 'user', content: parts.slice(0, 2) })], []),
    'all messages in parts': chat([
      unusual({ role: 'system', content: parts.slice(0, 1) }),
      unusual({ role: 'user', content: parts.slice(0, 1) }),
      unusual({ role: 'assistant', content: parts.slice(0, 1) }),
      unusual({ role: 'user', content: parts.slice(0, 3) }),
    ]),
    'a result in parts': chat([...plain, called(), unusual({ role: 'tool', content: parts.slice(0, 2) })]),
    'a name on each message': chat([unusual({ role: 'user', content: 'Hello.', name: 'Alice' })]),
    'no message': chat([], []),
  };
}

function variables(): Record<string, Chat> {
  const thought = { enable_thinking: true, thinking: true, add_thinking: true };
  const set = (value: unknown): Record<string, unknown> => {
    return Object.fromEntries(Object.keys(thought).map(name => [name, value]));
  };
  const known: Record<string, Record<string, unknown>> = {
    'enable_thinking = true': set(true),
    'enable_thinking = false': set(false),
    'no generation prompt': { add_generation_prompt: false },
    'no generation prompt, enable_thinking = false': { ...set(false), add_generation_prompt: false },
    'continue_final_message = true': { continue_final_message: true, add_generation_prompt: false },
    'reasoning_effort = high': { reasoning_effort: 'high', thinking_mode: 'on' },
    'reasoning_effort = low': { reasoning_effort: 'low', thinking_mode: 'off' },
    'tool_choice = required': { tool_choice: 'required', parallel_tool_calls: true },
    documents: { documents: [{ title: 'Notes', text: 'milk', doc_id: '1', contents: 'milk' }], citations: true },
    builtin_tools: { builtin_tools: ['brave_search', 'wolfram_alpha', 'code_interpreter', 'browser', 'python'] },
    'tools_in_user_message = false': { tools_in_user_message: false, custom_tools: offered },
    'date_string, custom': { date_string: '1 Jan 2030' },
  };
  const talks = {
    '': plain,
    ', after a call': [...plain, called('read_file', { path: '/a' }, 'I look.'), returned()],
    ', in a second turn': [...plain, assistant('<think>Hm.</think>Milk.'), user('Go on.')],
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, values]) =>
      Object.entries(talks).map(([suffix, messages]) => [`${name}${suffix}`, { ...chat(messages), variables: values }]),
    ),
  );
}
