import { z } from 'zod';

/** One tool as offered to a model, in the field's (OpenAI) form. `parameters` is a JSON Schema of type object. */
export const toolDefinitionSchema = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string(),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});
export type ToolDefinition = z.infer<typeof toolDefinitionSchema>;

/**
 * One tool call as read from a model's raw reply.
 * `argumentsText` is the exact text the model wrote (duplicate keys and big integers kept); `arguments` is its value,
 * absent when the text could not be read even after a labelled repair.
 */
export const toolCallSchema = z.strictObject({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).optional(),
  argumentsText: z.string(),
  /** Call id as written by the model, where its format has one. */
  id: z.string().optional(),
  /** `complete`; `partial`: the reply ended inside the call; `repaired`: arguments read only after JSON repair. */
  state: z.enum(['complete', 'partial', 'repaired']),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** What the parser wants to say about a reply; data, not text for people. */
export const parseNoteSchema = z.strictObject({
  code: z.string(),
  detail: z.string(),
});
export type ParseNote = z.infer<typeof parseNoteSchema>;

/** A raw reply taken apart. */
export const parsedReplySchema = z.strictObject({
  content: z.string(),
  reasoning: z.string(),
  calls: z.array(toolCallSchema),
  notes: z.array(parseNoteSchema),
});
export type ParsedReply = z.infer<typeof parsedReplySchema>;
