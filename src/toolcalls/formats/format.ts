import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';

/** What is known of a reply beside its text. */
export interface FormatContext {
  readonly tools: readonly ToolDefinition[];
  /** What the template wrote just before the reply; undefined when nobody knows. */
  readonly generationPrompt: string | undefined;
  /** The reply was cut off, rather than ended by the model. */
  readonly cut?: boolean;
}

/** Calls read at one place of a reply. */
export interface Taken {
  readonly calls: readonly ToolCall[];
  /** Index just after what was read. */
  readonly end: number;
  readonly notes: readonly ParseNote[];
}

/** A part of a reply. Parts stand in the order in which they were written, so that calls keep theirs. */
export type Piece =
  | { readonly kind: 'content'; readonly text: string }
  /** `doubtful`: its beginning or its end is not there, and the reply is over. */
  | { readonly kind: 'thought'; readonly text: string; readonly doubtful?: boolean }
  | { readonly kind: 'calls'; readonly calls: readonly ToolCall[] };

/** A reply taken apart by one format: whatever is no call of it is still there as text. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly notes: readonly ParseNote[];
}

/** Where a call is opened, in families whose calls start as other messages do. */
export interface Opening {
  /** The call's own part of what stands before its name starts with this text. */
  readonly from: string;
  /** What stands just before it. */
  readonly after: RegExp;
  /** What ends a thought, up to where a call may be opened. */
  readonly close: string;
}

/** A family's way of writing tool calls; one file or one line each, listed in ./index.ts. */
export interface Format {
  /** Families that write it, for people. */
  readonly families: string;
  /** A call as it is written, for people. */
  readonly example: string;
  /** Does a chat template stand for this format? Tested in the registry's order. */
  signature(template: string): boolean;
  /** Where a call may start, with the global flag; also how a reply without a template betrays its format. */
  readonly opens: RegExp;
  /** Where a call of this format may start in a reply of another family; absent: at `opens`. */
  readonly opensCall?: RegExp;
  /** True where `opens` also fits prose, so that it tells nothing about an unknown model. */
  readonly vague?: true;
  /** Reads the calls at `at`, where `opens` matched; undefined when the text there is no call. */
  take(reply: string, at: number, context: FormatContext): Taken | undefined;
  /** Absent: calls are opened by their first token, wherever it stands outside of thoughts. */
  readonly opening?: Opening;
  /** True where calls written into a message to the user are quotes: content, as the family's own runners take them. */
  readonly quotes?: true;
  /** Markup that says the name of a call a second time. */
  readonly twice?: RegExp;
  /** Takes family markup off content and reasoning, such as citations. */
  readonly clean?: (text: string) => string;
  /** For formats that wrap everything in messages: takes the whole reply apart itself. */
  readonly readWhole?: (reply: string, context: FormatContext) => Pieces;
}

/** A format that also reads another one's calls where its own reading fails: families share markers, and mix them up. */
export function orAs(format: Format, other: Format): Format {
  return {
    ...format,
    opens: new RegExp(`${format.opens.source}|${other.opens.source}`, 'g'),
    take: (reply, at, context) => format.take(reply, at, context) ?? other.take(reply, at, context),
  };
}
