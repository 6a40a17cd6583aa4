// A call that a mark of a thought, or another call, stands inside of: its parts are in several pieces, and none looks like one.
import type { ParsedReply, ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { canonicalReply } from '../canonical.ts';
import type { Format, Piece } from '../formats/format.ts';
import { withoutMarks } from '../reasoning.ts';
import { mentions } from './mentions.ts';

const isOpen = /["'`{[(<=:,\\|_/]\s*$/;
const goesOn = /^\s*["'`{}[(\]),:=_|>]/;

/** Notes on tools that only pieces together say to be called; `noted`: what is said already. */
export function splitNotes(
  pieces: readonly Piece[],
  made: readonly ToolCall[],
  tools: readonly ToolDefinition[],
  own: Format,
  noted: readonly ParseNote[],
): ParseNote[] {
  if (!pieces.some((piece, index) => isSplit(piece, pieces[index + 1]))) return [];
  const seen = made.map(call => canonicalReply([call], tools));
  // As a host has it that leaves thoughts out, and as one that knows nothing of them.
  const texts = [['content'], ['content', 'thought']].map(kinds =>
    pieces.map(piece => (piece.kind !== 'calls' && kinds.includes(piece.kind) ? piece.text : '')).join(''),
  );
  const known = new Set(noted.map(({ tool }) => tool));
  const isJoined = (text: string) => !pieces.some(piece => piece.kind !== 'calls' && piece.text.trim() === text.trim());
  return texts
    .filter(isJoined)
    .flatMap(text => mentions(text, tools, own, seen))
    .filter(({ tool }) => tool !== undefined && !known.has(tool) && known.add(tool));
}

/** Does a piece end inside of something that the next one goes on with, or a word at a call? */
function isSplit(piece: Piece, next: Piece | undefined): boolean {
  if (next === undefined) return false;
  const before = piece.kind === 'calls' ? 'w' : piece.text.slice(-longestEdge);
  const after = next.kind === 'calls' ? 'w' : next.text.slice(0, longestEdge);
  // A thought follows a sentence, or nothing.
  if (piece.kind === 'content' && next.kind === 'thought' && /\w$/.test(before)) return true;
  return isOpen.test(before) || goesOn.test(after) || (/\w$/.test(before) && /^\w/.test(after));
}

const longestEdge = 40;

/**
 * Notes on tools that a text calls, or seems to, only without the marks of thoughts in it, which decoders may leave out:
 * `to=functions.` and the name behind a mark. @param read takes a text apart
 */
export function markedNotes(
  reply: string,
  pieces: readonly Piece[],
  tools: readonly ToolDefinition[],
  noted: readonly ParseNote[],
  read: (text: string) => ParsedReply,
): ParseNote[] {
  const texts = pieces.flatMap(piece =>
    piece.kind === 'calls' ? piece.calls.map(call => call.argumentsText) : [piece.text],
  );
  if (!texts.some(text => withoutMarks(text).length > 0)) return [];
  const made = pieces.flatMap(piece => (piece.kind === 'calls' ? piece.calls : []));
  // A mark in an argument may be its text: without it, it is the same call.
  const known = new Set(made.flatMap(call => spellings(canonicalReply([call], tools))));
  const names = new Set([...noted.map(({ tool }) => tool), undefined]);
  return withoutMarks(reply)
    .flatMap(text => {
      const { calls, notes } = read(text);
      const called = calls.filter(call => !spellings(canonicalReply([call], tools)).some(one => known.has(one)));
      const looks = notes.filter(({ code, tool }) => ofText.has(code) && !made.some(({ name }) => name === tool));
      return [...called.map(({ name, argumentsText }) => ({ tool: name, detail: argumentsText })), ...looks];
    })
    .filter(({ tool }) => !names.has(tool) && names.add(tool))
    .map(({ tool = '', detail }) => ({ code: 'unread-call', detail: detail.trim().slice(0, 200), tool }));
}

const ofText: ReadonlySet<ParseNote['code']> = new Set(['unread-call', 'malformed-call']);

const spellings = (text: string): string[] => [text, ...withoutMarks(text)];
