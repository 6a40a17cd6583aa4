// The parts of a reply in the order written: text that a second reader may still take calls from.
import type { ParseNote, ToolCall } from '../../records/toolcall.ts';
import type { Piece, Pieces } from '../formats/format.ts';
import { mostCalls } from '../json-calls.ts';

/** Calls that a reader found in a text: where, and what it has to say. */
export interface Found {
  readonly at: number;
  readonly end: number;
  readonly calls: readonly ToolCall[];
  readonly notes: readonly ParseNote[];
}

/** Finds the next calls at or after a place. */
export type Finder = (text: string, from: number) => Found | undefined;

/** Takes calls out of the text of one kind of piece. */
export function takenFrom({ pieces, notes }: Pieces, finder: Finder): Pieces {
  const out: Piece[] = [];
  const said: ParseNote[] = [...notes];
  let count = 0;
  for (const piece of pieces) if (piece.kind === 'calls') count += piece.calls.length;
  for (const piece of joined(pieces)) {
    if (piece.kind !== 'content') {
      out.push(piece);
      continue;
    }
    let at = 0;
    while (count < mostCalls) {
      const found = finder(piece.text, at);
      if (found === undefined) break;
      count += found.calls.length;
      out.push({ kind: 'content', text: piece.text.slice(at, found.at) }, { kind: 'calls', calls: found.calls });
      said.push(...found.notes);
      if (found.end <= at) break;
      at = found.end;
    }
    out.push({ kind: 'content', text: piece.text.slice(at) });
  }
  return { pieces: out, notes: said };
}

/** Texts of one kind that stand side by side become one. */
export function joined(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (piece.kind === 'content' && last?.kind === 'content') {
      out[out.length - 1] = { kind: 'content', text: last.text + piece.text };
    } else if (piece.kind === 'thought' && last?.kind === 'thought') {
      const doubtful = piece.doubtful === true || last.doubtful === true;
      out[out.length - 1] = { kind: 'thought', text: last.text + piece.text, doubtful };
    } else out.push(piece);
  }
  return out;
}

/** Names of tags that families put around calls. A call of another form may stand between them. */
const wrappers =
  'tools?|tool_calls?|tool_code|tool_use|function_calls?|functions?|TOOLCALL|seed:tool_call|minimax:tool_call|atem:function_calls|' +
  '｜DSML｜(?:function|tool)_?calls|\\|?/?tool_calls?\\|?|\\|tool_call_(?:start|end)\\||\\|tools_(?:prefix|suffix)\\||' +
  '\\|python_(?:tag|start|end)\\||\\|(?:START|END)_ACTION\\||(?:start|end)_function_call|tool_call:opensource|tool_calls:opensource';
const fence = '```[ \\t]*[\\w-]{0,20}';
const openingWrapper = new RegExp(`(?:</?(?:${wrappers})>|\\[TOOL_CALLS\\]|${fence}|\\]<\\]minimax\\[>\\[)\\s*$`);
// An opening tag after a call is of another call, and stays to be seen.
const closers =
  '\\|/?tool_calls?\\||\\|tool_call_end\\||\\|tools_suffix\\||\\|python_end\\||\\|END_ACTION\\||end_function_call';
const closingWrapper = new RegExp(`^\\s*(?:</(?:${wrappers})>|<(?:${closers})>|\\]<\\]minimax\\[>\\[|\`\`\`(?!\\w))`);

/** Content without the tags and fences that stand around calls and have nothing else in them. */
export function unwrappedPieces(pieces: readonly Piece[]): Piece[] {
  const out = joined(pieces);
  for (const [index, piece] of out.entries()) {
    if (piece.kind !== 'calls' || piece.calls.length === 0) continue;
    trim(out, index - 1, openingWrapper, -1);
    trim(out, index + 1, closingWrapper, 1);
  }
  return out;
}

/** More markers in a row are not markup. */
const mostMarkers = 8;
const longestMarker = 60;

function trim(pieces: Piece[], index: number, pattern: RegExp, side: 1 | -1): void {
  const piece = pieces[index];
  if (piece?.kind !== 'content') return;
  let { text } = piece;
  for (let count = 0; count < mostMarkers; count++) {
    const edge = side < 0 ? text.trimEnd().slice(-longestMarker) : text.trimStart().slice(0, longestMarker);
    const marker = edge.match(pattern)?.[0];
    if (marker === undefined) break;
    text = side < 0 ? text.trimEnd().slice(0, -marker.length) : text.trimStart().slice(marker.length);
  }
  pieces[index] = { kind: 'content', text };
}
