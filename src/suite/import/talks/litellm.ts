// What LiteLLM logs -> talks: its standard logging payload, as callbacks and buckets get it, and rows of its spend logs, where the
// client's own request stands beside as JSON text. Source: LiteLLM docs, StandardLoggingPayload; schema of LiteLLM_SpendLogs.
import { idOf, isRow, type Row } from '../rows.ts';
import { CannotExpress, type ImportFile } from '../task.ts';
import { hasGap, isThere, type Logged, readRequests, structured, timeOf } from './requests.ts';
import { type Recording, textOf } from './talk.ts';

/** Calls that ask a model for an answer; others embed, draw, transcribe, rank. */
const answers = /completion|responses|anthropic_messages|generate_content|pass_through/;

/** @throws UserError `bad-import` for a file without any JSON object */
export function readLiteLlm(files: readonly ImportFile[]): Recording {
  return readRequests(files, requestsIn, 'it holds no request to a model');
}

function requestsIn(row: Row, place: string): Logged[] {
  if (Array.isArray(row.data) && row.messages === undefined) {
    return row.data.flatMap((one, at) => (isRow(one) ? requestsIn(one, `${place}, ${at + 1}`) : []));
  }
  const payload = [row.standard_logging_object, row.standard_logging_payload].find(isRow) ?? row;
  return [
    {
      id: sessionOf(payload) ?? textOf(payload.request_id) ?? idOf(payload, place),
      at: timeOf(payload.startTime ?? payload.start_time),
      read: () => {
        const call = textOf(payload.call_type);
        if (call !== undefined && !answers.test(call)) throw new CannotExpress(`it asks for no answer (${call})`);
        return { request: requestOf(payload), answer: structured(payload.response), failed: failureOf(payload) };
      },
    },
  ];
}

const rowOf = (value: unknown): Row => {
  const read = structured(value);
  return isRow(read) ? read : {};
};

/** A session where the client named one; else the trace, which may be of this call alone. */
function sessionOf(payload: Row): string | undefined {
  const metadata = rowOf(payload.metadata);
  const named = [payload, metadata, rowOf(metadata.requester_metadata)].map(one => textOf(one.session_id));
  return named.find(one => one !== undefined) ?? textOf(payload.trace_id);
}

/** Why there is no answer; a stream that broke off has a part of one. */
function failureOf(payload: Row): string | undefined {
  const metadata = rowOf(payload.metadata);
  const failed = [payload.status, metadata.status].includes('failure') || isThere(payload.error_str);
  if (!failed) return undefined;
  const about = [payload.error_information, metadata.error_information].map(rowOf);
  return about.map(one => textOf(one.error_class)).find(isThere) ?? textOf(payload.error_str) ?? '';
}

/** What the client asked for, or what was passed on to the model where that is not there or not whole. */
function requestOf(payload: Row): Row {
  const parameters = rowOf(payload.model_parameters ?? payload.modelParameters);
  const asked = rowOf(payload.proxy_server_request);
  const body = isRow(asked.body) ? asked.body : asked;
  const request = { ...parameters, ...Object.fromEntries(Object.entries(body).filter(([, value]) => isThere(value))) };
  const shown = [body.messages, body.input].some(isThere);
  const passed = passedOn(structured(payload.messages));
  if (shown && (passed === undefined || !hasGap([body.messages, body.input]))) return request;
  if (passed === undefined) {
    const cut = hasGap(payload.proxy_server_request) || hasGap(payload.messages);
    const why = cut ? 'was cut off or hidden when it was logged' : 'was not logged (store_prompts_in_spend_logs)';
    throw new CannotExpress(`what the model was shown ${why}`);
  }
  return { ...request, messages: undefined, input: undefined, ...passed };
}

/** The column of messages: a list of them or of items, a text, or an object with such in it; undefined for none. */
function passedOn(messages: unknown): Row | undefined {
  if (!isThere(messages)) return undefined;
  if (typeof messages === 'string') return hasGap(messages) ? undefined : { prompt: messages };
  if (!Array.isArray(messages)) return isRow(messages) && isThere(messages.messages) ? messages : undefined;
  const isItems = messages.some(one => isRow(one) && one.role === undefined && textOf(one.type) !== undefined);
  return isItems ? { input: messages } : { messages };
}
