import type { ParseNote, ToolCall } from '../../records/toolcall.ts';
import { callFromJson, partialCall } from '../call.ts';
import { jsonEnd } from '../json.ts';
import type { Extracted, Format } from './format.ts';

/** What opens and closes a call, and what in a template tells the format. */
export interface Markers {
  readonly open: string;
  readonly close: string;
  readonly signature: RegExp;
}

/** JSON between two markers: Hermes and Qwen (`<tool_call>{…}</tool_call>`). A missing close marker is forgiven. */
export function jsonInMarkers({ open, close, signature }: Markers): Format {
  return {
    signature: template => signature.test(template),
    extract: reply => extract(reply, open, close),
  };
}

function extract(reply: string, open: string, close: string): Extracted {
  const calls: ToolCall[] = [];
  const notes: ParseNote[] = [];
  let content = '';
  let at = 0;
  for (;;) {
    const start = reply.indexOf(open, at);
    if (start < 0) break;
    content += reply.slice(at, start);
    const bodyStart = start + open.length;
    const end = bodyEnd(reply, bodyStart, close);
    const body = reply.slice(bodyStart, end.body).trim();
    const call = end.closed ? callFromJson(body, true) : (callFromJson(body, false) ?? partialCall(body));
    if (call !== undefined) calls.push(call);
    else {
      notes.push({ code: end.closed ? 'malformed-call' : 'cut-off-call', detail: body.slice(0, 200) });
      if (end.closed) content += reply.slice(start, end.next);
    }
    at = end.next;
  }
  return { content: content + reply.slice(at), calls, notes };
}

/** Where a call's body ends: at the close marker, at the end of its JSON, or where the reply breaks off. */
function bodyEnd(reply: string, from: number, close: string): { body: number; next: number; closed: boolean } {
  const brace = reply.slice(from).search(/\S/) + from;
  const json = reply[brace] === '{' ? jsonEnd(reply, brace) : undefined;
  // A close marker inside a string of whole JSON belongs to the string.
  const marker = reply.indexOf(close, json ?? from);
  if (json !== undefined) {
    const gap = marker < 0 ? undefined : reply.slice(json, marker);
    return gap?.trim() === ''
      ? { body: json, next: marker + close.length, closed: true }
      : { body: json, next: json, closed: true };
  }
  if (marker < 0) return { body: reply.length, next: reply.length, closed: false };
  return { body: marker, next: marker + close.length, closed: true };
}
