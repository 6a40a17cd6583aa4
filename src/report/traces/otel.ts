// OTLP/JSON with the GenAI semantic conventions: a trace per trial, an `invoke_agent` span over `chat` and `execute_tool`.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Trace, TracedTrial } from '../../conduct/trace.ts';
import type { Message } from '../../records/suites/case.ts';

type Value = { stringValue: string } | { intValue: string } | { arrayValue: { values: Value[] } };
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1: internal, 3: client. */
  readonly kind: 1 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { key: string; value: Value }[];
  readonly status: { code: 0 | 2; message?: string };
}

/**
 * The trials of a case as one OTLP export request, ready for a collector's file receiver or `POST /v1/traces`.
 * Times are laid end to end from the run's creation: replies take what they took, simulated tools take nothing.
 * Source: OpenTelemetry semantic conventions 1.37 for generative AI (gen-ai-spans, gen-ai-agent-spans); OTLP 1.x JSON.
 */
export function otelTrace(trace: Trace): string {
  const spans = trace.trials.flatMap(trial => spansOf(trace, trial));
  const resource = { attributes: attributes({ 'service.name': 'turncoat', 'turncoat.run': trace.run }) };
  const scopeSpans = [{ scope: { name: 'turncoat' }, spans }];
  return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] })}\n`;
}

function spansOf({ run, createdAt, about }: Trace, traced: TracedTrial): Span[] {
  const { role, model, trial, conduct, turns } = traced;
  const identity = `${run}/${about.id}/${role}/${trial}`;
  const traceId = hex(identity, 16);
  const root = hex(`${identity}/root`, 8);
  let clock = BigInt(Date.parse(createdAt)) * 1_000_000n;
  const begin = clock;
  const spans: Span[] = [];
  const add = (
    name: string,
    kind: Span['kind'],
    ms: number,
    facts: Record<string, string | number>,
    failure?: string,
  ) => {
    const end = clock + BigInt(Math.round(ms * 1e6));
    spans.push({
      traceId,
      spanId: hex(`${identity}/${spans.length}`, 8),
      parentSpanId: root,
      name,
      kind,
      startTimeUnixNano: String(clock),
      endTimeUnixNano: String(end),
      attributes: attributes(facts),
      status: failure === undefined ? { code: 0 } : { code: 2, message: failure },
    });
    clock = end;
  };
  const shown = shownAt(about, traced.messages);
  for (const [turn, reply] of turns.entries()) {
    const { before, said } = shown(turn);
    add(`chat ${model}`, 3, reply.durationMs, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.conversation.id': identity,
      ...before,
      'gen_ai.output.messages': JSON.stringify(said.map(one => ({ ...one, finish_reason: reply.finish }))),
      'gen_ai.tool.definitions': JSON.stringify(about.tools.map(tool => ({ type: tool.type, ...tool.function }))),
      'gen_ai.provider.name': 'llama.cpp',
      'gen_ai.request.model': model,
      'gen_ai.request.seed': traced.seed,
      'gen_ai.usage.input_tokens': reply.promptTokens,
      'gen_ai.usage.output_tokens': reply.tokens,
      'gen_ai.response.finish_reasons': reply.finish,
    });
    for (const made of conduct.calls.filter(call => call.turn === turn)) {
      const facts = {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': made.call.name,
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.arguments': made.call.argumentsText,
        'gen_ai.tool.call.result': made.result,
        'turncoat.world.changes': made.changes.map(({ change, entity }) => `${change} ${entity}`).join('\n'),
      };
      add(`execute_tool ${made.call.name}`, 1, 0, facts, made.failed ? made.result : undefined);
    }
  }
  const agent: Span = {
    traceId,
    spanId: root,
    name: `invoke_agent ${role}`,
    kind: 1,
    startTimeUnixNano: String(begin),
    endTimeUnixNano: String(clock),
    attributes: attributes({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': role,
      'gen_ai.conversation.id': identity,
      'gen_ai.request.model': model,
      'turncoat.case': about.id,
      'turncoat.scenario': about.scenario,
      'turncoat.concealed': conduct.concealed === undefined ? 'no' : conduct.concealed.why.join(', '),
    }),
    status: { code: 0 },
  };
  return [agent, ...spans];
}

/** What a model was shown before each of its replies of a trial, and the reply. */
function shownAt({ messages: { length: start } }: Trace['about'], messages: readonly Message[]) {
  const replies = messages.flatMap(({ role }, at) => (at >= start && role === 'assistant' ? [at] : []));
  const head = messages.findIndex(({ role }) => role !== 'system');
  return (turn: number) => {
    const at = replies[turn] ?? messages.length;
    const before = {
      'gen_ai.system_instructions': JSON.stringify(messages.slice(0, head).flatMap(one => messageOf(one).parts)),
      'gen_ai.input.messages': JSON.stringify(messages.slice(head, at).map(messageOf)),
    };
    return { before, said: messages.slice(at, at + 1).map(messageOf) };
  };
}

/** A message in parts, as the conventions have it. */
function messageOf({ role, content, tool_calls: calls = [], tool_call_id: id }: Message): {
  readonly role: string;
  readonly parts: object[];
} {
  if (role === 'tool') return { role, parts: [{ type: 'tool_call_response', id, response: content }] };
  const made = calls.map(call => ({ type: 'tool_call', id: call.id, ...call.function }));
  return { role, parts: [...(content === '' ? [] : [{ type: 'text', content }]), ...made] };
}

function attributes(facts: Readonly<Record<string, string | number>>): Span['attributes'] {
  return Object.entries(facts).map(([key, value]) => ({ key, value: valueOf(key, value) }));
}

/** Finish reasons are a list in the conventions; numbers here are whole, and OTLP/JSON writes these as text. */
function valueOf(key: string, value: string | number): Value {
  if (typeof value === 'number') return { intValue: String(value) };
  if (key === 'gen_ai.response.finish_reasons') return { arrayValue: { values: [{ stringValue: value }] } };
  return { stringValue: value };
}

const hex = (text: string, bytes: number) => bytesToHex(sha256(utf8ToBytes(text)).slice(0, bytes));
