import type { ParseNote, ToolCall } from '../../records/toolcall.ts';

/** What a format found in a reply without its reasoning. */
export interface Extracted {
  /** The text that is no call. */
  readonly content: string;
  readonly calls: readonly ToolCall[];
  readonly notes: readonly ParseNote[];
}

/** A family's way of writing tool calls; one file each, listed in ./index.ts. */
export interface Format {
  /** Does a chat template stand for this format? Tested in the registry's order. */
  signature(template: string): boolean;
  /** Takes a reply apart. Never throws; what is no call is content. */
  extract(reply: string): Extracted;
}
