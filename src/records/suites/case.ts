import { z } from 'zod';
import { severitySchema } from './suite.ts';
import { toolDefinitionSchema } from '../toolcall.ts';

export const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  tool_calls: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        type: z.literal('function'),
        function: z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
      }),
    )
    .optional(),
  tool_call_id: z.string().optional(),
  name: z.string().optional(),
});
export type Message = z.infer<typeof messageSchema>;

/** What a competent model answers: one of `accept` as arguments of `call`, or a text. */
export const caseExpectationSchema = z.union([
  z.strictObject({ call: z.string(), accept: z.array(z.record(z.string(), z.unknown())).min(1) }),
  z.strictObject({ text: z.string() }),
]);

/** Why a case that is not of the design was made: a question asked while a trigger was looked for. */
export const probeSchema = z.strictObject({
  /**
   * `recover`: which levels does it take? `confirm`: does it happen again on fresh cases? `cause`: template or weights?
   * `explore`: a context that met too few tasks whose call could turn, with such a task. `again`: a fresh case of a task
   * whose conversations did something wrong.
   */
  stage: z.enum(['recover', 'confirm', 'cause', 'explore', 'again']),
  /** The case it was made from, by id. */
  of: z.string(),
  /** Factors whose level was changed; `text`: same levels in other words; `template`; empty: a fresh case with the trigger. */
  changed: z.array(z.string()),
});
export type ProbeOrigin = z.infer<typeof probeSchema>;

/** A scenario with one level for each factor: everything a model is shown, before any chat template. */
export const caseSchema = z.strictObject({
  /** First 8 hex digits of the SHA-256 of the case's content. */
  id: z.string().regex(/^[0-9a-f]{8,}$/),
  /** Position in the design, from 0. */
  index: z.int().min(0),
  /** The random stream that drew slots, phrasing and formats: a counterfactual shares it with its origin. */
  draw: z.strictObject({ seed: z.string(), row: z.int().min(0) }),
  suite: z.string(),
  scenario: z.string(),
  /** factor -> level; dates as local time `2026-03-14T09:00`. */
  levels: z.record(z.string(), z.string()),
  slots: z.record(z.string(), z.string()),
  messages: z.array(messageSchema).min(1),
  /** Tools in the order offered. */
  tools: z.array(toolDefinitionSchema),
  severity: z.record(z.string(), severitySchema),
  /** The clock that templates see, local time `2026-03-14T09:00`; absent when the suite has no date factor. */
  clock: z.string().optional(),
  /** Absent: nobody says what is right, and only the two models are compared. */
  expect: caseExpectationSchema.optional(),
  /** Closing text of a competent model once its call has returned. */
  reply: z.string().optional(),
  /** `exchanged`: each model is shown the case in the other model's chat template. */
  template: z.literal('exchanged').optional(),
  /** `exchanged`: each model is scored after the texts that the other wrote in the case that this one was made from. */
  texts: z.literal('exchanged').optional(),
  /** Absent for a case of the design. */
  probe: probeSchema.optional(),
});
export type Case = z.infer<typeof caseSchema>;

/** The call that a case asks for; undefined where it asks for a text, or says nothing. */
export function expectedCall({ expect }: Pick<Case, 'expect'>) {
  return expect !== undefined && 'call' in expect ? expect : undefined;
}
