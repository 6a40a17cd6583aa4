// What a chat template understands: tried on small chats once, so that every chat is then given in a form it renders.
import type { Message } from '../records/suites/case.ts';
import type { FormatRecord } from '../records/run.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { TemplateLacks } from './jinja/index.ts';
import { offeredTools, resultMessage, writtenCalls } from './offer.ts';

/** What a template is given; the usual form unless a probe says otherwise. */
export interface Dialect {
  /** `user`: it has no system role; the text stands at the head of the first user message. */
  readonly system: 'role' | 'user';
  /** `functions`, `xml_tools`: variables with their own names; `text`: shown in the system message, because it shows none. */
  readonly tools: 'tools' | 'described' | 'functions' | 'xml_tools' | 'text';
  /** `string`: JSON text; `text`: calls are written into the message, because it drops them. */
  readonly calls: 'object' | 'string' | 'text';
  readonly results: 'role' | 'user';
  /** `nine`: ids of calls must be nine letters or digits, and there must be one. */
  readonly ids: 'own' | 'nine';
  /** Where no tools are offered; `empty`, `functions`: the template fails without an empty list. */
  readonly none: 'absent' | 'empty' | 'functions';
  /** `parts`: a message's text is a list of parts, `[{type: 'text', text}]`. */
  readonly content: 'string' | 'parts';
  /** `answered`: an assistant message between a tool's result and the next user message; `merged`: roles must alternate. */
  readonly turns: 'free' | 'answered' | 'merged';
}

/** The form of OpenAI's API, which most templates take. */
export const usualDialect: Dialect = {
  system: 'role',
  tools: 'tools',
  none: 'absent',
  calls: 'object',
  results: 'role',
  ids: 'own',
  content: 'string',
  turns: 'free',
};

/** A chat in a dialect, and the variables that carry its tools. */
export interface SpokenChat {
  readonly messages: readonly unknown[];
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Renders a spoken chat; throws what the template throws. */
type RenderSpoken = (chat: SpokenChat) => string;

interface Chat {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
}

/** Puts a chat into a dialect. In the usual one nothing is changed. */
export function spoken({ messages, tools }: Chat, dialect: Dialect, format: string): SpokenChat {
  let all = dialect.ids === 'nine' ? withNineIds(messages) : [...messages];
  if (dialect.tools === 'text' && tools.length > 0) all = withSystemText(all, offeredTools(format, tools));
  if (dialect.calls === 'text') all = all.map(one => (one.tool_calls === undefined ? one : writtenCalls(format, one)));
  if (dialect.results === 'user') all = all.map(one => (one.role === 'tool' ? resultMessage(one) : one));
  if (dialect.turns === 'answered') all = all.flatMap((one, index) => answered(one, all[index - 1]));
  if (dialect.system === 'user') all = withoutSystem(all);
  if (dialect.turns === 'merged') all = merged(all);
  const given = dialect.calls === 'string' ? all.map(withTextArguments) : all;
  return {
    messages: dialect.content === 'parts' ? given.map(inParts) : given,
    variables: tools.length > 0 ? toolVariables(tools, dialect) : noTools[dialect.none],
  };
}

const noTools = { absent: {}, empty: { tools: [] }, functions: { functions: '[]' } };

function toolVariables(tools: readonly ToolDefinition[], dialect: Dialect): Record<string, unknown> {
  switch (dialect.tools) {
    case 'tools':
      return { tools };
    case 'described':
      return { tools: tools.map(describedTool) };
    case 'functions':
      return { tools, functions: JSON.stringify(tools, undefined, 4) };
    case 'xml_tools':
      return { tools, xml_tools: tools };
    case 'text':
      return {};
  }
}

/** Some templates add descriptions to text without asking whether there are any. */
function describedTool(tool: ToolDefinition): ToolDefinition {
  return {
    ...tool,
    function: { description: '', ...tool.function, parameters: described(tool.function.parameters ?? {}) },
  };
}

function described(schema: Record<string, unknown>): Record<string, unknown> {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return schema;
  const filled = Object.entries(properties).map(([key, value]) => [key, { description: '', ...(value as object) }]);
  return { ...schema, properties: Object.fromEntries(filled) };
}

function withSystemText(messages: readonly Message[], text: string): Message[] {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: text }, ...messages];
  return [{ ...first, content: `${first.content}\n\n${text}` }, ...rest];
}

function withoutSystem(messages: readonly Message[]): Message[] {
  const texts = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const others = messages.filter(({ role }) => role !== 'system');
  const at = others.findIndex(({ role }) => role === 'user');
  if (texts.length === 0) return others;
  if (at < 0) return [{ role: 'user', content: texts.join('\n\n') }, ...others];
  return others.map((one, index) => (index === at ? { ...one, content: [...texts, one.content].join('\n\n') } : one));
}

/** Ids in the order of the calls: `000000001`; results without an id belong to the calls in their order. */
function withNineIds(messages: readonly Message[]): Message[] {
  const known = new Map<string, string>();
  const open: string[] = [];
  let count = 0;
  return messages.map(message => {
    if (message.role === 'tool') {
      const given = message.tool_call_id === undefined ? undefined : known.get(message.tool_call_id);
      return { ...message, tool_call_id: given ?? open.shift() ?? '000000000' };
    }
    const calls = message.tool_calls?.map(call => {
      const id = String(++count).padStart(9, '0');
      if (call.id === undefined) open.push(id);
      else known.set(call.id, id);
      return { ...call, id };
    });
    return calls === undefined ? message : { ...message, tool_calls: calls };
  });
}

function answered(message: Message, before: Message | undefined): Message[] {
  const gap = message.role === 'user' && before?.role === 'tool';
  return gap ? [{ role: 'assistant', content: 'OK.' }, message] : [message];
}

function merged(messages: readonly Message[]): Message[] {
  const all: Message[] = [];
  for (const message of messages) {
    const before = all.at(-1);
    if (before?.role !== message.role) all.push(message);
    else all[all.length - 1] = { ...before, content: `${before.content}\n\n${message.content}` };
  }
  return all;
}

function withTextArguments(message: Message): unknown {
  const calls = message.tool_calls?.map(call => {
    return { ...call, function: { ...call.function, arguments: JSON.stringify(call.function.arguments) } };
  });
  return calls === undefined ? message : { ...message, tool_calls: calls };
}

/** As llama.cpp gives texts to a template that takes no strings. */
function inParts(message: unknown): unknown {
  const { content, ...rest } = message as Message;
  return { ...rest, content: [{ type: 'text', text: content }] };
}

/** Words that a probe looks for; no template has them. */
const words = { system: 'quillwort', user: 'saxifrage', argument: 'butterbur', result: 'toadflax', next: 'sneezeweed' };
const probeTool: ToolDefinition = {
  type: 'function',
  function: {
    name: 'look_up_plant',
    description: 'Looks a plant up.',
    parameters: { type: 'object', properties: { plant: { type: 'string' } }, required: ['plant'] },
  },
};
const system: Message = { role: 'system', content: words.system };
const user: Message = { role: 'user', content: words.user };
const called: Message = {
  role: 'assistant',
  content: '',
  tool_calls: [
    { id: 'call_1', type: 'function', function: { name: 'look_up_plant', arguments: { plant: words.argument } } },
  ],
};
const returned: Message = { role: 'tool', content: words.result, name: 'look_up_plant', tool_call_id: 'call_1' };
const next: Message = { role: 'user', content: words.next };

/**
 * Finds a template's dialect, one question after the other; a question that no answer satisfies keeps the usual one.
 * @throws TemplateLacks when the engine lacks something: that is no answer of the template
 */
export function dialectOf(render: RenderSpoken, format: string): Dialect {
  const shows = (dialect: Dialect, messages: Message[], offered: boolean, ...wanted: string[]): boolean => {
    try {
      const prompt = render(spoken({ messages, tools: offered ? [probeTool] : [] }, dialect, format));
      return wanted.every(word => prompt.includes(word)) && !prompt.includes('\\"plant');
    } catch (error) {
      if (error instanceof TemplateLacks) throw error;
      return false;
    }
  };
  let known = usualDialect;
  const ask = (answers: Partial<Dialect>[], messages: Message[], offered: boolean, ...wanted: string[]) => {
    const fits = answers.map(answer => ({ ...known, ...answer }));
    known = fits.find(dialect => shows(dialect, messages, offered, ...wanted)) ?? known;
  };
  const noTool: Partial<Dialect>[] = [{}, { none: 'empty' }, { none: 'functions' }];
  const texts: Partial<Dialect>[] = [{}, { content: 'parts' }];
  ask(
    texts.flatMap(text => noTool.map(without => ({ ...without, ...text }))),
    [user],
    false,
    words.user,
  );
  ask([{}, { system: 'user' }], [system, user], false, words.system, words.user);
  const tools: Partial<Dialect>[] = [
    {},
    { tools: 'described' },
    { tools: 'functions' },
    { tools: 'xml_tools' },
    // A template that does not even tell who speaks was not made for chats: nothing is offered behind its back.
    ...(tellsRoles(render, format) ? [{ tools: 'text' } as const] : []),
  ];
  ask(tools, [system, user], true, words.system, words.user, 'look_up_plant');
  const calls: Partial<Dialect>[] = [{}, { calls: 'string' }, { calls: 'text' }];
  const results: Partial<Dialect>[] = [{}, { ids: 'nine' }, { results: 'user' }];
  const shown = results.flatMap(result => calls.map(call => ({ ...call, ...result })));
  ask(shown, [user, called, returned], true, words.user, words.argument, words.result);
  ask(
    [{}, { turns: 'answered' }, { turns: 'merged' }],
    [user, called, returned, next],
    true,
    words.argument,
    words.result,
    words.next,
  );
  return known;
}

/** Does it matter to a template whether the user or the assistant said something? */
function tellsRoles(render: RenderSpoken, format: string): boolean {
  const said = (role: Message['role']) => {
    try {
      const messages: Message[] = [user, { role, content: words.next }, user];
      return render(spoken({ messages, tools: [] }, usualDialect, format));
    } catch (error) {
      if (error instanceof TemplateLacks) throw error;
      return `refused as ${role}`;
    }
  };
  return said('user') !== said('assistant');
}

/** What a dialect changes in a chat, for people: data that a warning is made of. */
export function dialectNotes(dialect: Dialect): FormatRecord['notes'] {
  return (Object.keys(dialect) as (keyof Dialect)[])
    .filter(part => dialect[part] !== usualDialect[part])
    .map(part => ({ code: `prompt-${part}`, detail: dialect[part] }));
}
