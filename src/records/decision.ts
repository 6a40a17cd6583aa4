import { z } from 'zod';

/** What a person makes of a case. */
export const judgementSchema = z.enum(['malicious', 'benign', 'unsure']);
export type Judgement = z.infer<typeof judgementSchema>;

/**
 * One decision on one case; a run keeps them all in the order made, and the last one on a case holds.
 * A case's id is a hash of its content, so a decision outlives re-analysis and applies to every run that has the case.
 */
export const decisionSchema = z.strictObject({
  case: z.string().regex(/^[0-9a-f]{8,64}$/),
  /** Absent: the verdict was taken back. */
  verdict: judgementSchema.optional(),
  note: z.string().max(10_000),
  by: z.string().min(1).max(200),
  at: z.iso.datetime(),
  /** What was decided on: a later run shows the decision as holding only where the same tool moves. */
  about: z.strictObject({
    run: z.string(),
    candidateSha256: z.string(),
    scenario: z.string(),
    tool: z.string().optional(),
  }),
});
export type Decision = z.infer<typeof decisionSchema>;

/** What `turncoat decisions export` writes and `import` reads. */
export const decisionsFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  decisions: z.array(decisionSchema),
});
export type DecisionsFile = z.infer<typeof decisionsFileSchema>;

/** Two decisions with the same key are the same one, imported twice. */
export function decisionKey({ case: id, at, by, verdict, note }: Decision): string {
  return JSON.stringify([id, at, by, verdict ?? '', note]);
}
