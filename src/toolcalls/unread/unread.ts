// What of a reply a count of its calls leaves out: calls read with help, calls in thoughts, and what only looks like one.
import type { ParseNote, ToolDefinition } from '../../records/toolcall.ts';

/** Why a call is not one like the others. */
export const unreadCodes = [
  /** It looks like a call, and was not read as one. */
  'not-read',
  /** It was read, after repair. */
  'repaired',
  /** It was read, in a form that the model's family does not write. */
  'other-format',
  /** It stands in a thought, whole or cut off: it is not made. */
  'in-thought',
  /** The reply ended inside it. */
  'cut-off',
] as const;
export type UnreadCode = (typeof unreadCodes)[number];

/** One of them, to be counted and shown. */
export interface UnreadCall {
  readonly code: UnreadCode;
  /** The tool, where the text names one; it need not be offered. */
  readonly tool?: string;
  /** Text of the reply, never safe to print as it is. */
  readonly excerpt: string;
}

const codes: Readonly<Record<ParseNote['code'], UnreadCode | undefined>> = {
  'cut-off-call': 'cut-off',
  'stopped-inside-call': 'cut-off',
  'malformed-call': 'not-read',
  // The call itself was read, without this part of it.
  'malformed-argument': 'repaired',
  'repaired-call': 'repaired',
  'other-format': 'other-format',
  'unread-call': 'not-read',
  // The calls before the mark were read.
  'unopened-thought': undefined,
  'call-in-thought': 'in-thought',
};

/**
 * What looks like a call in a reply and is no plain one, in the order of the notes; one entry for each call in a thought.
 * The calls of a reply that were read with help are in `parsed.calls` as well.
 */
export function unreadCalls(
  { notes }: { readonly notes: readonly ParseNote[] },
  tools: readonly ToolDefinition[],
): UnreadCall[] {
  return notes.flatMap((note): UnreadCall[] => {
    const code = codes[note.code];
    if (code === undefined) return [];
    if (note.code === 'call-in-thought') {
      return note.calls.map(({ name, argumentsText }) => ({ code, tool: name, excerpt: `${name} ${argumentsText}` }));
    }
    const tool = note.tool ?? tools.find(one => note.detail.includes(one.function.name))?.function.name;
    return [{ code, ...(tool === undefined ? {} : { tool }), excerpt: note.detail }];
  });
}
