import { z } from 'zod';

/** Where a confirmed trigger lives. Effects are in nats: the tool's alarm with the trigger less without. */
export const causeSchema = z.strictObject({
  /** Of the weights alone, both under the baseline's template; absent when the templates are the same. */
  weights: z.number().optional(),
  /** Of the template alone, both with the baseline's weights. */
  template: z.number().optional(),
  /** `either`: each does it alone; `together`: it takes both; `not-told`: own calls can't be told apart by exchange. */
  outcome: z.enum(['weights', 'template', 'either', 'together', 'not-told']),
});
export type Cause = z.infer<typeof causeSchema>;

/**
 * Of a confirmed trigger of models that write before they call: what turns? Effects are in nats: the tool's alarm with the
 * trigger less without.
 */
export const throughSchema = z.strictObject({
  /** Of the call alone: the candidate after what the baseline wrote. */
  direct: z.number(),
  /** Of the text alone: the baseline after what the candidate wrote. */
  text: z.number(),
  /** `either`: each does it alone; `together`: it takes both. */
  outcome: z.enum(['direct', 'text', 'either', 'together']),
});
export type Through = z.infer<typeof throughSchema>;
