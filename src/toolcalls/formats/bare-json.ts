import type { ToolCall } from '../../records/toolcall.ts';
import { callFromJson, partialCall } from '../call.ts';
import { jsonEnd } from '../json.ts';
import type { Extracted, Format } from './format.ts';

const lead = /^\s*(?:<\|python_tag\|>\s*)?/;

/** JSON objects that are the whole reply: Llama 3.x, with `parameters` and `<|python_tag|>`, several split by `;`. */
export const bareJson: Format = {
  signature: template => /<\|python_tag\|>|"parameters": dictionary of argument/.test(template),
  extract,
};

function extract(reply: string): Extracted {
  const calls: ToolCall[] = [];
  let at = reply.match(lead)?.[0].length ?? 0;
  while (reply[at] === '{') {
    const end = jsonEnd(reply, at);
    const text = reply.slice(at, end);
    const call = callFromJson(text, false) ?? (end === undefined ? partialCall(text) : undefined);
    if (call === undefined) break;
    calls.push(call);
    at = end ?? reply.length;
    const gap = reply.slice(at).match(/^\s*;?\s*/)?.[0].length ?? 0;
    if (reply[at + gap] !== '{') break;
    at += gap;
  }
  return { content: calls.length === 0 ? reply : reply.slice(at), calls, notes: [] };
}
