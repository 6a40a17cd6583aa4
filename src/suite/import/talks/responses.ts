// Recorded requests of OpenAI's Responses API (items of input and output in place of messages) -> lines of a talk.
// Source: OpenAI API reference, Responses: create, input and output items.
import { contentOf, isRow, type Row, toolsOf } from '../rows.ts';
import { CannotExpress } from '../task.ts';
import { argumentsOf, choiceRemarks, joiningId, readOr, type Talk, type TalkLine, textOf } from './talk.ts';

/** Does a request come in this form? */
export const isResponses = (request: Row): boolean => request.messages === undefined && request.input !== undefined;

/** @throws CannotExpress for one that goes on from what is not in it */
export function responsesTalk(request: Row, response: Row): Omit<Talk, 'id'> {
  if ([request.previous_response_id, request.conversation].some(isThere))
    throw new CannotExpress('it goes on from a conversation that is not in it');
  if (isThere(request.prompt)) throw new CannotExpress('its prompt is kept by the provider (prompt), and not in it');
  const before = typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input;
  const output = response === request ? [] : (response.output ?? []);
  if (!isRows(before) || !isRows(output)) throw new CannotExpress('its input or its output is no list of items');
  const items = [...before, ...output];
  const { own, others } = toolsIn(request.tools);
  return {
    lines: [...instructionsOf(request.instructions), ...turnsOf(items).flatMap(lineOf)],
    tools: toolsOf(own),
    reduced: [
      ...(items.some(({ type }) => type === 'reasoning') ? ['thoughts were left out'] : []),
      ...(others.length > 0 ? [`tools that the provider runs were left out: ${others.join(', ')}`] : []),
      ...choiceRemarks(request.tool_choice),
    ],
  };
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.every(isRow);

/** Functions, and the names of what is none. */
function toolsIn(list: unknown): { readonly own: unknown; readonly others: readonly string[] } {
  if (!Array.isArray(list)) return { own: list, others: [] };
  const isOwn = (tool: unknown) => !isRow(tool) || (tool.type ?? 'function') === 'function';
  return { own: list.filter(isOwn), others: list.filter(tool => !isOwn(tool)).map(tool => String((tool as Row).type)) };
}

function instructionsOf(instructions: unknown): TalkLine[] {
  if (instructions === undefined || instructions === null || instructions === '') return [];
  if (isRows(instructions)) return turnsOf(instructions).flatMap(lineOf);
  return readOr('system', () => [{ role: 'system', content: contentOf({ content: instructions }) }]);
}

/** An item by itself, or what the assistant said with the calls behind it: they are one turn. */
interface Turn {
  readonly item: Row;
  readonly calls: readonly Row[];
}

function turnsOf(items: readonly Row[]): Turn[] {
  const turns: { item: Row; calls: Row[] }[] = [];
  for (const item of items) {
    if (item.type === 'reasoning') continue;
    const last = turns.at(-1);
    const speaks = last !== undefined && (last.item.type === 'function_call' || last.item.role === 'assistant');
    if (item.type === 'function_call' && speaks) last.calls.push(item);
    else turns.push({ item, calls: item.type === 'function_call' ? [item] : [] });
  }
  return turns;
}

function lineOf({ item, calls }: Turn): TalkLine[] {
  const type = textOf(item.type) ?? 'message';
  const role = type === 'message' ? String(item.role) : type === 'function_call' ? 'assistant' : type;
  return readOr(role, () => {
    switch (role) {
      case 'system':
      case 'developer':
        return [{ role: 'system', content: contentOf(item) }];
      case 'user':
        return [{ role, content: contentOf(item) }];
      case 'assistant':
        return [{ role, content: type === 'message' ? contentOf(item) : '', calls: calls.map(callOf) }];
      case 'function_call_output':
        return [{ role: 'tool', content: contentOf({ content: item.output }), id: joiningId(item.call_id) }];
      default:
        throw new CannotExpress(`no model is shown an item of type ${JSON.stringify(role)}`);
    }
  });
}

function callOf(item: Row) {
  const name = textOf(item.name);
  if (name === undefined) throw new CannotExpress('a recorded call has no name');
  return { name, id: joiningId(item.call_id), arguments: argumentsOf(item.arguments) };
}
