import { z } from 'zod';

/** Tokens that the observations of one model took. */
const roleCostSchema = z.strictObject({
  observations: z.int().min(0),
  /** Length of the prompts, counted once for each observation. */
  promptTokens: z.int().min(0),
  /** Prompt tokens that were there already: of the same case, or of one that starts the same. */
  reusedTokens: z.int().min(0),
  /** Tokens the model computed: the rest of the prompts, forced texts, and replies but for their last token. */
  evaluatedTokens: z.int().min(0),
  /** Tokens of the sampled replies. */
  generatedTokens: z.int().min(0),
});
export type RoleCost = z.infer<typeof roleCostSchema>;

/** What a run took. It depends on how the run was carried out (sequences, interruptions), its findings do not. */
export const costSchema = z.strictObject({ candidate: roleCostSchema, baseline: roleCostSchema });
export type Cost = z.infer<typeof costSchema>;
