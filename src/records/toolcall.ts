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
  /** `complete`; `partial`: the reply ended inside the call; `repaired`: read only after repair. */
  state: z.enum(['complete', 'partial', 'repaired']),
  /** The form that the call was found in, where it is none that the model's family writes. */
  otherFormat: z.string().optional(),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** Notes on text: `detail` is an excerpt of the reply, `tool` the name that it gives. */
export const textNoteCodes = [
  /** The reply ended inside what began as a call. */
  'cut-off-call',
  /** The model ended its reply itself although a call was not whole. */
  'stopped-inside-call',
  /** Text in a call's place that is no call. */
  'malformed-call',
  /** Part of a call that was passed over. */
  'malformed-argument',
  /** A call that was read only after repair. */
  'repaired-call',
  /** A call in a form that the model's family does not write. */
  'other-format',
  /** Text that looks like a call and was not read as one. */
  'unread-call',
  /** A closing think mark that nothing opened stands after a call. */
  'unopened-thought',
] as const;

/** What the parser wants to say about a reply; data, not text for people. */
export const parseNoteSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(textNoteCodes), detail: z.string(), tool: z.string().optional() }),
  /** Calls inside a thought, whole or cut off, which the reply does not make after it. They are not executed. */
  z.strictObject({
    code: z.literal('call-in-thought'),
    detail: z.string(),
    tool: z.string(),
    calls: z.array(toolCallSchema).min(1),
  }),
]);
export type ParseNote = z.infer<typeof parseNoteSchema>;

/** A raw reply taken apart. */
export const parsedReplySchema = z.strictObject({
  content: z.string(),
  reasoning: z.string(),
  calls: z.array(toolCallSchema),
  notes: z.array(parseNoteSchema),
});
export type ParsedReply = z.infer<typeof parsedReplySchema>;
