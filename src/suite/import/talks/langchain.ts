// Messages as LangChain writes them (human, ai and tool; calls with args; objects with their class beside them) -> OpenAI's
// form, which they stand in for in logs of either. Source: langchain-core, messages and their serialisation.
import { isRow, type Row } from '../rows.ts';
import { textOf } from './talk.ts';

const roles: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['ai', 'assistant'],
]);

/** Messages in OpenAI's form, and tools that stand among them: Langfuse's LangChain handler puts these behind the messages. */
export function plainMessages(messages: readonly Row[]): { readonly messages: Row[]; readonly tools: readonly Row[] } {
  const tools = messages.flatMap(({ role, content }) => (role === 'tool' && isTool(content) ? [content] : []));
  const called = new Set<string>();
  const plain = messages.filter(({ role, content }) => !(role === 'tool' && isTool(content))).map(plainMessage);
  const named = plain.map(message => {
    for (const call of rowsIn(message.tool_calls)) {
      if (isRow(call.function) && typeof call.function.name === 'string') called.add(call.function.name);
    }
    // Some versions name the tool where the role should stand.
    const role = String(message.role);
    return called.has(role) && !known.has(role) ? { ...message, role: 'tool', name: role } : message;
  });
  return { messages: named, tools };
}

const known = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

const isTool = (content: unknown): content is Row =>
  isRow(content) && (isRow(content.function) || content.input_schema !== undefined || content.parameters !== undefined);

const rowsIn = (list: unknown): Row[] => (Array.isArray(list) ? list.filter(isRow) : []);

/** One message. */
export function plainMessage(written: Row): Row {
  const { message, kind } = unwrapped(written);
  const extra = isRow(message.additional_kwargs) ? message.additional_kwargs : {};
  const role = textOf(message.role) ?? kind;
  const known = [...rowsIn(message.tool_calls), ...rowsIn(message.invalid_tool_calls)].map(plainCall);
  // Calls that are no list are left as they are, for whoever reads them to say so.
  const isList = message.tool_calls === undefined || message.tool_calls === null || Array.isArray(message.tool_calls);
  const calls = known.length > 0 || !isList ? known : rowsIn(extra.tool_calls);
  const { content, thoughts } = withoutBlocks(message.content, calls.length > 0);
  const reasoning = message.reasoning_content ?? extra.reasoning_content ?? (thoughts ? 'thoughts' : undefined);
  return {
    ...message,
    role: roles.get(role) ?? role,
    content,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(calls.length === 0 && isRow(extra.function_call) && { function_call: extra.function_call }),
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
  };
}

/** What a message holds, and the role that its class stands for. */
function unwrapped(written: Row): { readonly message: Row; readonly kind: string } {
  const isObject = written.type === 'constructor' && isRow(written.kwargs);
  const message = isObject ? (written.kwargs as Row) : isRow(written.data) ? written.data : written;
  const named: unknown = isObject && Array.isArray(written.id) ? written.id.at(-1) : written.type;
  return {
    message,
    kind: String(named)
      .replace(/Message(?:Chunk)?$/, '')
      .toLowerCase(),
  };
}

/** `{ name, args, id }` beside OpenAI's `{ function: { name, arguments }, id }`. */
function plainCall(call: Row): Row {
  if (isRow(call.function) || call.name === undefined) return call;
  return { id: call.id, function: { name: call.name, arguments: call.args ?? call.arguments ?? call.input } };
}

/** Blocks that repeat the calls beside them are no text; thoughts are left out, which is said elsewhere. */
function withoutBlocks(content: unknown, calls: boolean): { readonly content: unknown; readonly thoughts: boolean } {
  if (!Array.isArray(content)) return { content, thoughts: false };
  const isThought = (block: unknown) => isRow(block) && /^(?:redacted_)?thinking$|^reasoning$/.test(String(block.type));
  const isCall = (block: unknown) =>
    isRow(block) && /^(?:tool_use|tool_call|function_call|input_json_delta)$/.test(String(block.type));
  const rest = content.filter(block => !isThought(block) && !(calls && isCall(block)));
  return { content: rest, thoughts: content.some(isThought) };
}
