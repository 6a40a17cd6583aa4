import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { namedCall, partialArguments } from '../call.ts';
import { jsonEnd } from '../text/json.ts';
import { mostCalls } from '../json-calls.ts';
import { toolName } from '../names.ts';
import { type Format, type Taken } from './format.ts';
import { jsonAfterMarker } from './shared/json-after-marker.ts';
import { nameThenJson } from './shared/name-then-json.ts';

const list = jsonAfterMarker({ families: '', example: '', signature: /^(?!)/, open: /\[TOOL_CALLS\]/ });

const named = nameThenJson({
  families: '',
  example: '',
  signature: /^(?!)/,
  headStart: '[TOOL_CALLS]',
  head: /\[TOOL_CALLS\]\s*(?<name>[^[\]{}\s]+)\s*(?:\[CALL_ID\](?<id>[^[\]{}]*))?(?:\[ARGS\]|(?=\{))/,
});

/** The marker may be missing before further calls: `[TOOL_CALLS]f[ARGS]{…}g[ARGS]{…}`. */
const repeatedHead = /\s*(?:[,;]\s*)?([A-Za-z_][\w.:-]{0,127})\s*(?:\[CALL_ID\]([^[\]{}]{0,64}))?\[ARGS\]\s*(?=\{)/y;
/** Arguments without a name before them. */
const nameless = /\s*(?:\[ARGS\]\s*)?(?=\{)/y;

/** Reads on after calls. Arguments alone are left as text, and counted. */
function withRepeated(reply: string, first: Taken, tools: readonly ToolDefinition[]): Taken {
  const calls: ToolCall[] = [...first.calls];
  let { end } = first;
  while (calls.length < mostCalls) {
    const head = at(repeatedHead, reply, end);
    if (head === null) break;
    const from = end + head[0].length;
    const stop = jsonEnd(reply, from);
    const name = toolName(head[1] as string, tools);
    calls.push(
      stop === undefined
        ? partialArguments(name, reply.slice(from))
        : namedCall(name, reply.slice(from, stop), head[2]?.trim()),
    );
    end = stop ?? reply.length;
  }
  const last = calls.at(-1);
  if (last === undefined || at(nameless, reply, end) === null) return { ...first, calls, end };
  const note: ParseNote = { code: 'unread-call', detail: reply.slice(end, end + 200).trim(), tool: last.name };
  return { calls, end, notes: [...first.notes, note] };
}

function at(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

const listAhead = /\[TOOL_CALLS\]\s*(?:[[{]|\S+\s+\[\s*\{|$)/y;

/** Mistral: a JSON list up to v7 (Nemo, Small 3.1), from v11 on a marker, a name and arguments for each call. */
export const mistral: Format = {
  families: 'Mistral Nemo, Small, Devstral, Ministral, Magistral',
  example: '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}',
  signature: template => template.includes('[TOOL_CALLS]'),
  // A head with its arguments needs no marker to be one.
  opens:
    /\[TOOL_CALLS\]|(?<![\w.:-])[A-Za-z_][\w.:-]{0,127}(?=(?:\[CALL_ID\][^[\]{}]{0,64})?\[ARGS\]\s{0,9}\{)|\[ARGS\](?=\s{0,9}\{)/g,
  take(reply, from, context): Taken | undefined {
    const { tools } = context;
    if (!reply.startsWith('[TOOL_CALLS]', from)) {
      const taken = withRepeated(reply, { calls: [], end: from, notes: [] }, tools);
      return taken.calls.length === 0 ? undefined : taken;
    }
    const taken = (at(listAhead, reply, from) === null ? named : list).take(reply, from, context);
    return taken && (taken.calls.length === 0 ? taken : withRepeated(reply, taken, tools));
  },
};
