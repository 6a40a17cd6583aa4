// The library's way in: a raw reply and whatever is known of the model that wrote it -> calls, content, reasoning.
import type { ParsedReply, ToolDefinition } from '../records/toolcall.ts';
import { formatOfTemplate } from './choose.ts';
import { formatOfReply, readReply } from './read.ts';

/** What is known of a reply's model and prompt; everything may be missing. */
export interface ParseContext {
  /** Source text of the model's chat template. */
  readonly template?: string | null;
  readonly tools?: readonly ToolDefinition[] | null;
  /** What the template wrote just before the reply: a reply may start inside an opened think block. */
  readonly generationPrompt?: string | null;
  /** Why the reply ended; `stop`: the model ended it itself. */
  readonly finish?: 'stop' | 'length';
}

/**
 * Takes a raw reply (special tokens as text) apart, by the template's call format, else by the markers that it shows.
 * Never throws; text that is no call is content.
 */
export function parse(raw: string, { template, tools, generationPrompt, finish }: ParseContext = {}): ParsedReply {
  const signed = template === undefined || template === null ? undefined : formatOfTemplate(template);
  return readReply(raw, {
    format: signed ?? formatOfReply(raw),
    generationPrompt: generationPrompt ?? undefined,
    ...(tools === undefined || tools === null ? {} : { tools }),
    ...(finish === undefined ? {} : { finish }),
  });
}
