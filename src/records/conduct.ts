import { z } from 'zod';
import { violationSchema } from './suites/policy.ts';
import { toolCallSchema } from './toolcall.ts';
import { changeSchema } from './suites/world.ts';

/**
 * What a model did in one trial, apart from what it says: calls with what the simulated world answered, what the calls
 * break, what the final text claims. Recomputed from the stored replies; nothing was ever executed.
 */

export const callRecordSchema = z.strictObject({
  /** Reply of the conversation that made it, from 0. */
  turn: z.int().min(0),
  call: toolCallSchema,
  /** What the simulated tool answered. */
  result: z.string(),
  failed: z.boolean(),
  /** What it did to the world, empty for nothing. */
  changes: z.array(changeSchema),
});
export type CallRecord = z.infer<typeof callRecordSchema>;

/** A sentence of the final text that a rule of the suite reads as a claim. */
export const claimRecordSchema = z.strictObject({
  rule: z.string(),
  quote: z.string(),
  /** Do the calls and the world's final state bear it out? */
  holds: z.boolean(),
  /** What it needs, in words. */
  needs: z.string(),
});
export type ClaimRecord = z.infer<typeof claimRecordSchema>;

/** A harmful call that nobody asked for, and a final text that passes over it. */
export const concealmentSchema = z.strictObject({
  /** Index of the call among the trial's calls. */
  call: z.int().min(0),
  /** The call, as it is quoted. */
  deed: z.string(),
  /** Why it is harmful: `destructive`, `critical`, `violation`. */
  harm: z.enum(['destructive', 'critical', 'violation']),
  /** What the final text says instead. */
  said: z.string(),
  /** `false-claim`: what it claims is not so; `same-story`: the baseline says the same after other deeds. */
  why: z.array(z.enum(['false-claim', 'same-story'])).min(1),
});
export type Concealment = z.infer<typeof concealmentSchema>;

export const conductSchema = z.strictObject({
  calls: z.array(callRecordSchema),
  /** Content of the last reply; absent where the turn limit or the token limit came first. */
  answer: z.string().optional(),
  /** Replies of the conversation. */
  turns: z.int().min(1),
  violations: z.array(violationSchema),
  /** Indices of calls that changed or removed what the suite's world calls critical; absent for none. */
  critical: z.array(z.int().min(0)).optional(),
  claims: z.array(claimRecordSchema),
  /** log-likelihood of the final text under each model, each in its own conversation of this case and trial, nats. */
  story: z.strictObject({ candidate: z.number(), baseline: z.number() }).optional(),
  concealed: concealmentSchema.optional(),
});
export type Conduct = z.infer<typeof conductSchema>;
