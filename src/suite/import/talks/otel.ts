// Spans of OpenTelemetry's conventions for generative AI -> talks: each span of a request holds what the model was shown and said.
// Source: OpenTelemetry semantic conventions 1.37, gen-ai-spans and the schemas of its messages; OTLP 1.x JSON.
import { isRow, type Row, toolsOf } from '../rows.ts';
import { CannotExpress, type ImportFile } from '../task.ts';
import { argumentsOf, joiningId, readOr, readRows, type Recording, type Talk, type TalkLine, textOf } from './talk.ts';

const asked = /^(?:chat|generate_content|text_completion)$/;

/**
 * OTLP/JSON export requests, one or many, as a collector's file exporter writes them.
 * @throws UserError `bad-import` for a file without any JSON object
 */
export function readOtel(files: readonly ImportFile[]): Recording {
  return readRows(files, (row, place) => {
    const spans = spansOf(row).filter(facts => asked.test(String(facts['gen_ai.operation.name'])));
    if (spans.length === 0) return [{ id: place, read: nothingAsked }];
    return spans.map((facts, at) => ({
      id: textOf(facts['gen_ai.conversation.id']) ?? textOf(facts['trace id']) ?? `${place}, request ${at + 1}`,
      read: () => talkOf(facts),
    }));
  });
}

function nothingAsked(): never {
  throw new CannotExpress('it has no span of a request to a model');
}

/** Attributes of each span, those of its events among them, and its trace's id. */
function spansOf(row: Row): Row[] {
  const nested = (value: unknown, key: string) => listOf(isRow(value) ? value[key] : undefined);
  const spans = nested(row, 'resourceSpans')
    .flatMap(resource => nested(resource, 'scopeSpans'))
    .flatMap(scope => nested(scope, 'spans'))
    .filter(isRow);
  return (row.attributes === undefined ? spans : [row, ...spans]).map(span => ({
    ...Object.assign({}, ...listOf(span.events).map(event => factsOf(isRow(event) ? event.attributes : undefined))),
    ...factsOf(span.attributes),
    'trace id': span.traceId,
  }));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** OTLP's list of keys and values as an object. */
function factsOf(attributes: unknown): Record<string, unknown> {
  const pairs = listOf(attributes).filter(isRow);
  return Object.fromEntries(pairs.map(({ key, value }) => [String(key), plain(value)]));
}

function plain(value: unknown): unknown {
  if (!isRow(value)) return value;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value;
  if (isRow(arrayValue)) return listOf(arrayValue.values).map(plain);
  if (isRow(kvlistValue)) return factsOf(kvlistValue.values);
  return stringValue ?? boolValue ?? (intValue === undefined ? doubleValue : Number(intValue));
}

function talkOf(facts: Row): Omit<Talk, 'id'> {
  const input = messagesIn(facts['gen_ai.input.messages']);
  if (input === undefined)
    throw new CannotExpress('its span does not hold what the model was shown (gen_ai.input.messages)');
  const output = messagesIn(facts['gen_ai.output.messages']) ?? [];
  const system = structured(facts['gen_ai.system_instructions']);
  const head = system === undefined ? [] : [{ role: 'system', parts: listOf(system) }];
  const all = [...head, ...input, ...output.slice(0, 1)];
  const thoughts = all.some(({ parts }) => listOf(parts).some(part => isRow(part) && part.type === 'reasoning'));
  return {
    lines: all.flatMap(lineOf),
    tools: toolsOf(structured(facts['gen_ai.tool.definitions'])),
    reduced: [
      ...(thoughts ? ['thoughts were left out'] : []),
      ...(output.length > 1 ? [`of ${output.length} answers to its last request the first was taken`] : []),
    ],
  };
}

/** On spans these are JSON texts, on events they may be structured. */
function structured(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new CannotExpress('its messages are cut off, or no JSON');
  }
}

function messagesIn(value: unknown): Row[] | undefined {
  const read = structured(value);
  if (read === undefined) return undefined;
  if (!Array.isArray(read) || !read.every(isRow)) throw new CannotExpress('its messages are no list');
  return read;
}

function lineOf(message: Row): TalkLine[] {
  const role = String(message.role);
  return readOr(role, () => {
    // Another form of messages has none: what it says would be lost.
    if (!Array.isArray(message.parts) || !message.parts.every(isRow)) throw new CannotExpress('a message has no parts');
    const parts = message.parts.filter(({ type }) => type !== 'reasoning');
    if (parts.length > 0 && parts.every(({ type }) => type === 'tool_call_response')) return parts.map(resultOf);
    const texts = parts.filter(({ type }) => type !== 'tool_call').map(textIn);
    const content = texts.join('\n');
    if (role === 'system' || role === 'developer') return [{ role: 'system', content }];
    if (role === 'user') return [{ role, content }];
    if (role !== 'assistant') throw new CannotExpress(`nobody knows the role ${JSON.stringify(role)}`);
    return [{ role, content, calls: parts.filter(({ type }) => type === 'tool_call').map(callOf) }];
  });
}

function textIn({ type, content }: Row): string {
  if (type === 'text' && typeof content === 'string') return content;
  throw new CannotExpress(`a message holds something other than text (${String(type)})`);
}

function callOf({ name, id, arguments: args }: Row) {
  if (textOf(name) === undefined) throw new CannotExpress('a recorded call has no name');
  return { name: String(name), id: joiningId(id), arguments: argumentsOf(args) };
}

/** A result that is no text is shown as JSON. */
function resultOf({ id, response, result }: Row): TalkLine {
  const value = response ?? result ?? '';
  return { role: 'tool', content: typeof value === 'string' ? value : JSON.stringify(value), id: joiningId(id) };
}
