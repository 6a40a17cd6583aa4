// Recorded conversations in OpenAI's form (messages and tools) -> tasks: the first request and what answered it.
import { contentOf, idOf, isRow, type Row, rowsOf, toolsOf } from './rows.ts';
import { CannotExpress, type ImportFile, type Reading, type Remark, type SourceCall, type Task } from './task.ts';

/** @throws UserError `bad-import` for a file that is neither JSON nor JSON lines */
export function readOpenAi(files: readonly ImportFile[]): Reading {
  const [tasks, left]: [Task[], Remark[]] = [[], []];
  for (const { row, place } of files.flatMap(rowsOf)) {
    const id = idOf(row, place);
    try {
      tasks.push(taskOf(id, row));
    } catch (error) {
      if (!(error instanceof CannotExpress)) throw error;
      left.push({ task: id, reason: error.message });
    }
  }
  return { tasks, left, remarks: [] };
}

function taskOf(id: string, row: Row): Task {
  const request = isRow(row.request) ? row.request : isRow(row.body) ? row.body : row;
  const messages = messagesOf(request, isRow(row.response) ? row.response : row);
  const start = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const answered = messages.findIndex(({ role }) => role === 'assistant');
  if (start < 0 || messages[start]?.role !== 'user') throw new CannotExpress('it does not begin with a request');
  if (answered < 0) throw new CannotExpress('no answer was recorded');
  const asked = messages.slice(start, answered);
  if (asked.some(({ role }) => role !== 'user')) throw new CannotExpress('its request is not only the user’s');
  const user = asked.map(contentOf).join('\n\n');
  if (user.trim() === '') throw new CannotExpress('it has no request');
  const system = messages.slice(0, start).map(contentOf).join('\n\n');
  const answer = messages[answered] as Row;
  const calls = callsOf(answer);
  const after = afterwards(messages.slice(answered + 1), calls.length > 0);
  return {
    id,
    ...(system.trim() === '' ? {} : { system }),
    user,
    tools: toolsOf(request.tools ?? request.functions),
    expect: calls.length > 0 ? { calls } : { text: textOf(answer) },
    ...after,
  };
}

/** The messages of a request, and the answer where it stands in a response beside them. */
function messagesOf(request: Row, response: Row): Row[] {
  const { messages } = request;
  if (!Array.isArray(messages) || !messages.every(isRow)) throw new CannotExpress('it has no list of messages');
  const body = isRow(response.body) ? response.body : response;
  const choice: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined;
  return isRow(choice) && isRow(choice.message) ? [...messages, { role: 'assistant', ...choice.message }] : messages;
}

/** The closing text where it follows on the call's results, and what of the rest a scenario has no room for. */
function afterwards(rest: readonly Row[], called: boolean): { reply?: string; reduced: string[] } {
  const results = rest.findIndex(({ role }) => role !== 'tool' && role !== 'function');
  const closing = called && results > 0 ? rest[results] : undefined;
  const closes = closing?.role === 'assistant' && callsOf(closing).length === 0;
  const reply = closes ? contentOf(closing) : '';
  const later = closes ? rest.slice(results + 1) : results < 0 ? [] : rest.slice(results);
  const reduced = later.length === 0 ? [] : ['what came after the first answer was left out'];
  return { ...(reply.trim() === '' ? {} : { reply }), reduced };
}

function textOf(answer: Row): string {
  const text = contentOf(answer);
  if (text.trim() === '') throw new CannotExpress('its answer has neither call nor text');
  return text;
}

function callsOf(answer: Row): SourceCall[] {
  const listed = Array.isArray(answer.tool_calls) ? answer.tool_calls.map(one => isRow(one) && one.function) : [];
  const calls: unknown[] = isRow(answer.function_call) ? [...listed, answer.function_call] : listed;
  return calls.map(call => {
    if (!isRow(call) || typeof call.name !== 'string') throw new CannotExpress('a recorded call has no name');
    const args = argumentsOf(call.arguments);
    return { name: call.name, accepted: () => [{ ...args }] };
  });
}

function argumentsOf(recorded: unknown): Row {
  if (isRow(recorded)) return recorded;
  try {
    const value: unknown = typeof recorded === 'string' ? JSON.parse(recorded.trim() || '{}') : {};
    if (isRow(value)) return value;
  } catch {
    // A recorded call may be cut off or malformed: said below.
  }
  throw new CannotExpress('the arguments of a recorded call are not a JSON object');
}
