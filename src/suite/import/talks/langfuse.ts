// What Langfuse exports -> talks: each generation holds what the model was shown and said. Observations come by themselves (API,
// page, scheduled exports: names with _ there, and input and output as JSON text), in pages, or in their trace.
// Source: Langfuse API reference (observations, traces), blob storage export fields; what its OpenAI and LangChain handlers log.
import { idOf, isRow, type Row } from '../rows.ts';
import { CannotExpress, type ImportFile } from '../task.ts';
import { isResponses } from './responses.ts';
import { hasGap, isCutOff, isThere, type Logged, readRequests, structured, timeOf } from './requests.ts';
import { type Recording, textOf } from './talk.ts';

/** @throws UserError `bad-import` for a file without any JSON object */
export function readLangfuse(files: readonly ImportFile[]): Recording {
  return readRequests(
    files,
    (row, place) => requestsIn(row, place),
    'it holds no request to a model (an observation of type GENERATION)',
  );
}

function requestsIn(row: Row, place: string, session?: string): Logged[] {
  const within = (list: readonly unknown[], own: string | undefined) =>
    list.flatMap((one, at) => (isRow(one) ? requestsIn(one, `${place}, ${at + 1}`, own) : []));
  if (Array.isArray(row.data) && row.type === undefined) return within(row.data, session);
  const trace = isRow(row.trace) ? row.trace : row;
  const own = sessionOf(row) ?? sessionOf(trace) ?? session;
  const { observations } = row;
  if (Array.isArray(observations)) {
    if (observations.some(one => typeof one === 'string')) {
      return [refused(idOf(trace, place), 'its observations are named and not in it: export them, or whole traces')];
    }
    return within(observations, own ?? textOf(trace.id));
  }
  if (row.type === undefined && traceOf(row) === undefined && row.startTime === undefined) {
    return [refused(idOf(row, place), 'it is a trace without its observations: these hold what models were shown')];
  }
  if (String(row.type ?? 'GENERATION').toUpperCase() !== 'GENERATION') return [];
  return [
    {
      id: own ?? traceOf(row) ?? idOf(row, place),
      at: timeOf(row.startTime ?? row.start_time),
      read: () => ({
        request: requestOf(row),
        answer: structured(row.output),
        failed: row.level === 'ERROR' ? (textOf(row.statusMessage ?? row.status_message) ?? '') : undefined,
      }),
    },
  ];
}

const sessionOf = (row: Row) => textOf(row.sessionId ?? row.session_id);
const traceOf = (row: Row) => textOf(row.traceId ?? row.trace_id);

function refused(id: string, reason: string): Logged {
  const read = () => {
    throw new CannotExpress(reason);
  };
  return { id, at: 0, read };
}

/** The request in its provider's form: its parameters stand beside it, its tools in it or in a column of their own. */
function requestOf(row: Row): Row {
  const input = structured(row.input);
  if (!isThere(input)) throw new CannotExpress('it does not hold what the model was shown (input)');
  const parameters = structured(row.modelParameters ?? row.model_parameters);
  const { tools, functions, tool_choice } = isRow(parameters) ? parameters : {};
  const request = askedOf(input);
  const offered = [request.tools, request.functions, structured(tools), structured(functions)].find(isThere);
  return {
    ...request,
    tools: offered ?? definitions(structured(row.toolDefinitions ?? row.tool_definitions)),
    tool_choice: request.tool_choice ?? tool_choice,
  };
}

function askedOf(input: unknown): Row {
  if (typeof input === 'string') {
    if (hasGap(input) || isCutOff(input))
      throw new CannotExpress('what the model was shown was cut off or hidden when it was logged');
    return { prompt: input };
  }
  if (Array.isArray(input)) return listOf(input);
  if (!isRow(input)) throw new CannotExpress('its input holds no messages');
  const messages = structured(input.messages);
  if (Array.isArray(messages)) return { ...input, ...listOf(messages) };
  if (isResponses(input)) return input;
  if (textOf(input.prompt) !== undefined) return input;
  if (textOf(input.role) !== undefined) return { messages: [input] };
  throw new CannotExpress('its input holds no messages');
}

/** Messages, a list of them in a list as LangChain has it, or items of the Responses API. */
function listOf(list: readonly unknown[]): Row {
  const flat = list.length === 1 ? list.flat() : list;
  if (flat.length === 1 && typeof flat[0] === 'string') return askedOf(flat[0]);
  if (!flat.every(isRow)) throw new CannotExpress('its input is no list of messages');
  const isItems = flat.some(
    ({ type, role }) => role === undefined && /^(?:function_call|reasoning)/.test(String(type)),
  );
  return isItems ? { input: flat } : { messages: flat };
}

/** A column of tools: by name, each its description and parameters, maybe as JSON text. */
function definitions(column: unknown): readonly Row[] | undefined {
  if (Array.isArray(column)) return column.map(structured).filter(isRow);
  if (!isRow(column)) return undefined;
  return Object.entries(column).map(([name, value]) => {
    const told = structured(value);
    const { description, parameters } = isRow(told) ? told : {};
    return { name, description, parameters: structured(parameters) };
  });
}
