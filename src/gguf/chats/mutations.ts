// A chat and a value that a template compares with -> chats in which the value is at each place where it may be meant.
import type { Message } from '../../records/suites/case.ts';
import type { Chat } from '../../ports/template.ts';
import type { Probe } from './battery.ts';
import { called, returned, tool, unusual } from './chats.ts';

interface Mutation {
  readonly about: string;
  readonly chat: Chat;
}

const lastOf = (chat: Chat, role: string): number => chat.messages.findLastIndex(message => message.role === role);

function withMessage(chat: Chat, at: number, change: (message: Message) => Message): Chat | undefined {
  const message = chat.messages[at];
  if (message === undefined || typeof message.content !== 'string') return undefined;
  return { ...chat, messages: chat.messages.with(at, change(message)) };
}

const saying = (chat: Chat, at: number, change: (content: string) => string): Chat | undefined =>
  withMessage(chat, at, message => ({ ...message, content: change(message.content) }));

const identifier = /^[A-Za-z_][\w.-]{0,60}$/;

/** Chats that have a text somewhere. */
function textMutations(chat: Chat, text: string): Mutation[] {
  const quoted = JSON.stringify(text);
  const [last, first] = [lastOf(chat, 'user'), chat.messages.findIndex(({ role }) => role === 'user')];
  const system = lastOf(chat, 'system');
  const result = lastOf(chat, 'tool');
  const reply = chat.messages.findLastIndex(({ role, tool_calls }) => role === 'assistant' && tool_calls === undefined);
  const calling = chat.messages.findLastIndex(({ tool_calls }) => tool_calls !== undefined);
  const made: (readonly [about: string, chat: Chat | undefined])[] = [
    [`a message with ${quoted}`, saying(chat, last, said => `${said} ${text}`)],
    [`a message ${quoted}`, saying(chat, last, () => text)],
    [`a message that starts with ${quoted}`, saying(chat, last, said => `${text} ${said}`)],
    [`a first message with ${quoted}`, first === last ? undefined : saying(chat, first, said => `${said} ${text}`)],
    [`a system message with ${quoted}`, saying(chat, system, said => `${said} ${text}`)],
    [`a system message ${quoted}`, saying(chat, system, () => text)],
    [`a tool result with ${quoted}`, saying(chat, result, said => `${said} ${text}`)],
    [`a tool result ${quoted}`, saying(chat, result, () => text)],
    [`a reply with ${quoted}`, saying(chat, reply, said => `${text} ${said}`)],
    [`text with ${quoted} beside a call`, saying(chat, calling, said => `${said}${text}`)],
    [`the argument ${quoted}`, withCall(chat, calling, { path: text, value: text, ...parsed(text) })],
    [`a tool described with ${quoted}`, { ...chat, tools: [tool('run', 'value', text), ...chat.tools] }],
  ];
  if (identifier.test(text)) made.push(...nameMutations(chat, text, calling));
  return made.flatMap(([about, one]) => (one === undefined ? [] : [{ about, chat: one }]));
}

function nameMutations(chat: Chat, text: string, calling: number): (readonly [string, Chat | undefined])[] {
  const quoted = JSON.stringify(text);
  const extra = unusual({ role: text, content: 'ok', name: text });
  return [
    [`a tool named ${quoted}`, { ...chat, tools: [...chat.tools, tool(text, 'value')] }],
    [`only a tool named ${quoted}`, { ...chat, tools: [tool(text, 'value')] }],
    [`a tool with the argument ${quoted}`, { ...chat, tools: [tool('run', text), ...chat.tools] }],
    [
      `a call of ${quoted}`,
      { ...chat, messages: [...chat.messages, called(text, { value: 'a' }), returned('ok', text)] },
    ],
    [`the argument ${quoted}`, withCall(chat, calling, { [text]: true })],
    [`a message of the role ${quoted}`, { ...chat, messages: [...chat.messages, extra] }],
    [`a first message of the role ${quoted}`, { ...chat, messages: [extra, ...chat.messages] }],
    [`a message with the field ${quoted}`, withField(chat, text)],
  ];
}

function withField(chat: Chat, name: string): Chat | undefined {
  if (['role', 'content', 'tool_calls', 'tool_call_id', 'name'].includes(name)) return undefined;
  return { ...chat, messages: chat.messages.map(message => unusual({ ...message, [name]: 'Let me see.' })) };
}

function withCall(chat: Chat, at: number, values: Record<string, unknown>): Chat | undefined {
  return withMessage(chat, at, message => ({
    ...message,
    tool_calls: (message.tool_calls ?? []).map(call => {
      // Of an unusual call nothing is known.
      const given = (call as Partial<typeof call>).function?.arguments;
      if (typeof given !== 'object') return call;
      return { ...call, function: { ...call.function, arguments: { ...given, ...values } } };
    }),
  }));
}

/** `"dry_run": true` is an argument as JSON has it, `dry_run=True` as Python does. */
function parsed(text: string): Record<string, unknown> {
  const found = /^[{,\s]*["']?([\w-]+)["']?\s*[:=]\s*(.+?)[},\s]*$/.exec(text);
  if (found === null) return {};
  const [, name = '', value = ''] = found;
  const word: Record<string, unknown> = { True: true, False: false, None: null };
  if (Object.hasOwn(word, value)) return { [name]: word[value] };
  try {
    return { [name]: JSON.parse(value) };
  } catch {
    return { [name]: value.replace(/^['"]|['"]$/g, '') };
  }
}

/** Lists and texts are made no longer than this. */
const most = { messages: 60, tools: 60, characters: 20_000 };

/** Chats in which something has this number of parts. */
function numberMutations(chat: Chat, number: number): Mutation[] {
  const made: (readonly [string, Chat | undefined])[] = [];
  for (const count of [number, number + 1, number - 1]) {
    if (count < 0) continue;
    if (count <= most.messages) {
      made.push([`${count} messages`, ofMessages(chat, count)], [`${count} turns`, ofTurns(chat, count)]);
      made.push([`${count} calls`, ofCalls(chat, count)]);
    }
    if (count <= most.tools) made.push([`${count} tools`, { ...chat, tools: numbered(chat.tools, count) }]);
    if (count <= most.characters) made.push(...ofLength(chat, count));
    made.push([
      `the argument ${count}`,
      withCall(
        chat,
        chat.messages.findLastIndex(one => one.tool_calls),
        { path: count },
      ),
    ]);
  }
  return made.flatMap(([about, one]) => (one === undefined ? [] : [{ about, chat: one }]));
}

const filler: readonly Message[] = [
  { role: 'assistant', content: 'Yes.' },
  { role: 'user', content: 'Go on.' },
];

/** A talk goes on, user and assistant in turn, until it has so many messages. */
function ofMessages(chat: Chat, count: number): Chat | undefined {
  const missing = count - chat.messages.length;
  if (missing <= 0) return undefined;
  const more = Array.from({ length: missing }, (_, index) => filler[index % 2] as Message);
  return { ...chat, messages: [...chat.messages, ...more] };
}

function ofTurns(chat: Chat, count: number): Chat {
  const past = Array.from({ length: count }, () => filler.toReversed()).flat();
  const at = chat.messages[0]?.role === 'system' ? 1 : 0;
  return { ...chat, messages: [...chat.messages.slice(0, at), ...past, ...chat.messages.slice(at)] };
}

function ofCalls(chat: Chat, count: number): Chat {
  const rounds = Array.from({ length: count }, (_, index) => {
    const id = `call${String(index).padStart(5, '0')}`;
    return [called('read_file', { path: '/a' }, '', id), returned('ok', 'read_file', id)];
  });
  return { ...chat, messages: [...chat.messages, ...rounds.flat()] };
}

function numbered(tools: Chat['tools'], count: number): Chat['tools'] {
  return Array.from({ length: count }, (_, index) => tools[index] ?? tool(`tool_${index}`));
}

function ofLength(chat: Chat, count: number): (readonly [string, Chat | undefined])[] {
  const text = 'All of the notes, please. '.repeat(1 + count / 26).slice(0, count);
  return (['user', 'system', 'tool', 'assistant'] as const).map(role => [
    `a text of ${count} characters by ${role}`,
    saying(chat, lastOf(chat, role), () => text),
  ]);
}

/** Times that a number or a text may mean. */
function clockMutations(chat: Chat, value: string | number): Mutation[] {
  const usual = chat.clock ?? '2024-07-26T12:00';
  const two = (number: number) => String(number).padStart(2, '0');
  const times: string[] = [];
  const time = /^(\d{1,2}):(\d{2})/.exec(String(value));
  if (time !== null) times.push(`${usual.slice(0, 10)}T${two(Number(time[1]) % 24)}:${time[2]}`);
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0) {
    if (number < 60) times.push(`${usual.slice(0, 13)}:${two(number)}`, `${usual.slice(0, 10)}T${two(number % 24)}:30`);
    if (number >= 1 && number <= 12) times.push(`${usual.slice(0, 4)}-${two(number)}-15${usual.slice(10)}`);
    if (number >= 1 && number <= 28) times.push(`${usual.slice(0, 8)}${two(number)}${usual.slice(10)}`);
    if (number >= 1971 && number <= 9998) {
      times.push(...[-1, 0, 1].map(offset => `${number + offset}${usual.slice(4)}`));
    }
    if (number > 1e8 && number < 2e11) {
      times.push(...[-86_400, 0, 86_400].map(offset => new Date((number + offset) * 1000).toISOString().slice(0, 16)));
    }
  }
  return times.map(clock => ({ about: `the time ${clock}`, chat: { ...chat, clock } }));
}

/** What is special about the chat already. */
function told({ axis, value }: Probe): string {
  if (axis === 'turns' || axis === 'tools' || axis === 'date') return '';
  return axis === 'search' ? `${value} and ` : `${axis} ${value} and `;
}

/** Chats made of one by giving it what a template compares with. */
export function mutations(seed: Probe, compared: string | number, clocked: boolean): Probe[] {
  const { chat } = seed;
  const made = [
    ...(typeof compared === 'string' ? textMutations(chat, compared) : numberMutations(chat, compared)),
    ...(clocked ? clockMutations(chat, compared) : []),
  ];
  return made.map(({ about, chat: changed }) => ({
    axis: 'search',
    value: `${told(seed)}${about}`,
    chat: changed,
    dated: changed.clock !== undefined && !changed.clock.startsWith('2024-07-26'),
  }));
}

/** Chats with a variable set. */
export function variableMutations(seed: Probe, name: string, values: readonly unknown[]): Probe[] {
  return values.map(one => {
    const about = `${name} = ${JSON.stringify(one)}`;
    const variables = { ...seed.chat.variables, [name]: one };
    return { axis: 'search', value: `${told(seed)}${about}`, chat: { ...seed.chat, variables } };
  });
}
