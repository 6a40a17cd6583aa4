// What no reader accounts for: a tool's name that was in the reply and is nowhere in what was read of it, and text that
// stands where the arguments of an empty call would. Readers have faults; this asks only whether anything got lost.
import type { ParsedReply, ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { escaped } from '../text/text.ts';
import { type UnreadCode, unreadCalls } from './unread.ts';
import type { Piece } from '../formats/format.ts';

/** A call that was read with help says nothing of another one of the same tool. */
const read: ReadonlySet<UnreadCode> = new Set(['repaired', 'other-format']);
/** Shorter names are parts of words. */
const shortestName = 4;
/** So much around a lost name is shown. */
const [before, after] = [40, 160];

/** Notes on offered tools that a reply names more often than what was read of it does. */
export function vanishedNotes(
  reply: string,
  pieces: readonly Piece[],
  notes: readonly ParseNote[],
  tools: readonly ToolDefinition[],
): ParseNote[] {
  const known = pieces.flatMap(piece =>
    piece.kind === 'calls' ? piece.calls.flatMap(call => [call.name, call.id ?? '', call.argumentsText]) : [piece.text],
  );
  const noted = new Set(unreadCalls({ notes }, tools).flatMap(({ code, tool }) => (read.has(code) ? [] : [tool])));
  return tools.flatMap(({ function: { name } }): ParseNote[] => {
    const written = count(reply, name);
    if (written === 0) return [];
    // It is counted already; how often does not matter.
    if (noted.has(name)) return [];
    if (known.reduce((sum, text) => sum + count(text, name), 0) >= written) return [];
    const at = reply.lastIndexOf(name);
    const detail = reply.slice(Math.max(0, at - before), at + after).trim();
    return [{ code: 'unread-call', detail, tool: name }];
  });
}

function count(text: string, name: string): number {
  if (name.length >= shortestName) return text.split(name).length - 1;
  return [...text.matchAll(new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`, 'g'))].length;
}

/** Where harmony's token for the end of a call ends a reply in which none was read, whatever stands before it was to be one. */
export function endedNotes(raw: string, { calls, notes }: Pick<ParsedReply, 'calls' | 'notes'>): ParseNote[] {
  const text = raw.trimEnd();
  if (!text.endsWith('<|call|>') || calls.length > 0 || notes.some(({ code }) => ofNoCall.has(code))) return [];
  return [{ code: 'malformed-call', detail: text.slice(-after).trim() }];
}

const ofNoCall: ReadonlySet<ParseNote['code']> = new Set([
  'unread-call',
  'malformed-call',
  'cut-off-call',
  'stopped-inside-call',
  'call-in-thought',
]);

/** An object, a member of one, or the tag of an argument, opened or closed. */
const followsAsArgument =
  /^(?:(?:[,;)}\]\s]|<\/[^>]{0,60}>)*(?:[{([]|"\w+"\s*:|<(?!\/)[^<>]{0,60}(?:param|arg)[^<>]{0,60}>)|[^<]{0,300}<\/[^<>]{0,30}(?:param|arg)[^<>]{0,30}>)/i;

/** Notes on calls without arguments that something follows which may be their arguments. */
export function besideEmptyNotes(pieces: readonly Piece[], tools: readonly ToolDefinition[]): ParseNote[] {
  return pieces.flatMap((piece, index): ParseNote[] => {
    const last = piece.kind === 'calls' ? piece.calls.at(-1) : undefined;
    const next = pieces[index + 1];
    if (last === undefined || next?.kind !== 'content' || !isEmpty(last)) return [];
    const takes = tools.find(tool => tool.function.name === last.name)?.function.parameters?.properties;
    if (takes !== undefined && Object.keys(takes as object).length === 0) return [];
    const text = next.text.trimStart();
    if (!followsAsArgument.test(text)) return [];
    return [{ code: 'malformed-argument', detail: text.slice(0, 200), tool: last.name }];
  });
}

const isEmpty = ({ arguments: given, argumentsText }: ToolCall): boolean =>
  given === undefined ? argumentsText.trim() === '' : Object.keys(given).length === 0;
