// Raw reply -> content, reasoning, calls. Never throws: what the model did is data.
import type { ParsedReply } from '../records/toolcall.ts';
import { type FormatName, formats, genericFormat } from './formats/index.ts';
import { splitReasoning } from './reasoning.ts';

/** What is known of a reply beside its text. */
export interface ReplyContext {
  /** Name of the format, as recorded in the run; unknown names are read as generic JSON. */
  readonly format: string;
  /** What the template wrote just before the reply. */
  readonly generationPrompt: string;
}

const endTokens = /(?:<\|im_end\|>|<\|eot_id\|>|<\|eom_id\|>|<\/s>|<\|end\|>|<\|endoftext\|>)\s*$/;

/** Takes a raw reply apart. */
export function readReply(raw: string, { format, generationPrompt }: ReplyContext): ParsedReply {
  const name = format in formats ? (format as FormatName) : genericFormat;
  const { reasoning, rest } = splitReasoning(raw.replace(endTokens, ''), generationPrompt);
  const { content, calls, notes } = formats[name].extract(rest);
  return { content: content.trim(), reasoning, calls: [...calls], notes: [...notes] };
}
