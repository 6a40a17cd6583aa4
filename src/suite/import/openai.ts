// Recorded conversations in OpenAI's forms (messages and tools, or items of the Responses API) -> talks.
import { contentOf, isRow, type Row, toolsOf } from './rows.ts';
import { CannotExpress, type ImportFile } from './task.ts';
import { isResponses, responsesTalk } from './talks/responses.ts';
import {
  argumentsOf,
  choiceRemarks,
  joiningId,
  readOr,
  readRecording,
  type Recording,
  type Talk,
  type TalkCall,
  type TalkLine,
  textOf,
} from './talks/talk.ts';

/** @throws UserError `bad-import` for a file without any JSON object */
export function readOpenAi(files: readonly ImportFile[]): Recording {
  return readRecording(files, row => {
    const request = isRow(row.request) ? row.request : isRow(row.body) ? row.body : row;
    const answer = [row.response, row.output].find(isRow) ?? row;
    if (isResponses(request)) return responsesTalk(request, isRow(answer.body) ? answer.body : answer);
    return chatTalk(request, isRow(row.response) ? row.response : row);
  });
}

/**
 * A request with messages and tools, and what came of it, which may be the request again.
 * @throws CannotExpress for one without messages
 */
export function chatTalk(request: Row, response: Row): Omit<Talk, 'id'> {
  const { messages, answers } = messagesOf(request, response);
  const named = messages.some(({ role, name }) => role === 'user' && textOf(name) !== undefined);
  const thoughts = messages.some(one => textOf(one.reasoning_content ?? one.reasoning) !== undefined);
  return {
    lines: messages.flatMap(lineOf),
    tools: toolsOf(request.tools ?? request.functions),
    reduced: [
      ...(thoughts ? ['thoughts were left out'] : []),
      ...(named ? ['names of users beside their messages were left out'] : []),
      ...(answers > 1 ? [`of ${answers} answers to its last request the first was taken`] : []),
      ...choiceRemarks(request.tool_choice ?? request.function_call),
    ],
  };
}

/** The messages of a request with the answer where it stands in a response beside them, and how many answers there are. */
function messagesOf(request: Row, response: Row): { readonly messages: readonly Row[]; readonly answers: number } {
  const { messages } = request;
  if (!Array.isArray(messages) || !messages.every(isRow)) throw new CannotExpress('it has no list of messages');
  const body = isRow(response.body) ? response.body : response;
  const choices: unknown[] = Array.isArray(body.choices) ? body.choices : [];
  const [choice] = choices;
  const answered = isRow(choice) && isRow(choice.message) ? [{ role: 'assistant', ...choice.message }] : [];
  return { messages: [...messages, ...answered], answers: choices.length };
}

function lineOf(message: Row): TalkLine[] {
  const role = String(message.role);
  return readOr(role, () => {
    const tools = message.tools === undefined ? {} : { tools: toolsOf(message.tools) };
    const content = contentOf(message);
    switch (role) {
      case 'system':
      case 'developer':
        return [{ role: 'system', content, ...tools }];
      case 'user':
        return [{ role, content, ...tools }];
      case 'assistant':
        return [
          {
            role,
            content: content === '' ? (textOf(message.refusal) ?? '') : content,
            calls: callsOf(message),
            ...tools,
          },
        ];
      case 'tool':
      case 'function':
        return [{ role: 'tool', content, id: joiningId(message.tool_call_id), name: textOf(message.name), ...tools }];
      default:
        throw new CannotExpress(`nobody knows the role ${JSON.stringify(role)}`);
    }
  });
}

function callsOf(answer: Row): TalkCall[] {
  const listed: unknown = answer.tool_calls ?? [];
  if (!Array.isArray(listed)) throw new CannotExpress('its calls are not a list');
  // The older form beside the newer one says the same.
  const older = listed.length === 0 && isRow(answer.function_call);
  const all: unknown[] = older ? [{ function: answer.function_call }] : listed;
  return all.map(call => {
    const made = isRow(call) ? call.function : undefined;
    if (!isRow(call) || !isRow(made) || textOf(made.name) === undefined) {
      throw new CannotExpress('a recorded call has no name');
    }
    return { name: String(made.name), id: joiningId(call.id), arguments: argumentsOf(made.arguments) };
  });
}
