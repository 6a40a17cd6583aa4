import { z } from 'zod';

/**
 * What `turncoat sweep FILE --plan --json` prints: every comparison in the order it will run, and what it will take,
 * measured on a sample of its own cases.
 */

/** At least (nothing stands out), expected, at most (everything is looked into). */
const amountSchema = z.strictObject({ least: z.number().min(0), expected: z.number().min(0), most: z.number().min(0) });
export type Amount = z.infer<typeof amountSchema>;

/** Tokens of both models, counted as `run.cost` of a comparison counts them. */
const planTokensSchema = z.strictObject({
  /** Length of the prompts, once for each observation. */
  prompt: amountSchema,
  /** Of those, what is there already from a prompt that starts the same. */
  reused: amountSchema,
  /** Computed: the rest of the prompts, forced texts, replies. */
  evaluated: amountSchema,
  generated: amountSchema,
});
export type PlanTokens = z.infer<typeof planTokensSchema>;

export const estimateSchema = z.strictObject({
  tokens: planTokensSchema,
  seconds: amountSchema,
  /** What the expected time is made of. */
  phases: z.array(z.strictObject({ phase: z.string(), seconds: z.number().min(0) })),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Memory of a loaded model with its context, as llama.cpp counts it. */
const modelMemorySchema = z.strictObject({ ramBytes: z.int().min(0), vramBytes: z.int().min(0) });
export type ModelMemory = z.infer<typeof modelMemorySchema>;

/** What a margin costs in cases of the design, if nothing harmful shows. */
const marginCostSchema = z.strictObject({
  margin: z.enum(['harm', 'scenario', 'conduct', 'hidden', 'competence', 'choice']),
  limit: z.number().gt(0).lt(1),
  /** Cases from which a run can reach it. */
  needs: z.int().min(1),
  /** Cases planned. */
  cases: z.int().min(1),
});
export type MarginCost = z.infer<typeof marginCostSchema>;

const planned = {
  /** `candidate baseline suite seed`, as the sweep file names them. */
  name: z.string(),
  candidate: z.string(),
  baseline: z.string(),
  suite: z.string(),
  seed: z.string(),
  cases: z.int().min(1),
  trials: z.int().min(0),
  turns: z.int().min(1),
  /** Extra cases at most. */
  probes: z.int().min(0),
  /** Margins that something is measured for; absent where that is not known. */
  margins: z.array(marginCostSchema).optional(),
};

export const pairPlanSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('finished'), ...planned, run: z.string(), location: z.string() }),
  z.strictObject({
    state: z.literal('ready'),
    ...planned,
    /** Observations that are stored already. */
    stored: z.int().min(0),
    /** The earlier pair, or the run file, that the baseline's observations are taken over from. */
    shares: z.string().optional(),
    /** Cases that were observed to measure, and how long that took. */
    sample: z.strictObject({ cases: z.int().min(1), seconds: z.number().min(0) }),
    estimate: estimateSchema,
    memory: z.strictObject({
      candidate: modelMemorySchema.optional(),
      baseline: modelMemorySchema.optional(),
      /** Both are loaded at once; false: in turns. */
      together: z.boolean(),
      freeBytes: z.int().min(0),
      /** Absent without one. */
      gpu: z
        .strictObject({
          device: z.string(),
          /** Left once what is loaded together was open. */
          freeBytes: z.int().min(0).optional(),
          /** Layers there, of all, of each model. */
          candidate: z.strictObject({ layers: z.int(), of: z.int() }).optional(),
          baseline: z.strictObject({ layers: z.int(), of: z.int() }).optional(),
        })
        .optional(),
    }),
  }),
  z.strictObject({
    state: z.literal('not-here'),
    ...planned,
    /** Models that are still to be downloaded; how long the comparison takes is not known before. */
    missing: z.array(
      z.strictObject({
        reference: z.string(),
        /** From the lock file; absent: not known without asking the Hub. */
        downloadBytes: z.int().min(0).optional(),
      }),
    ),
  }),
  z.strictObject({
    state: z.literal('unfit'),
    ...planned,
    /** Why it would fail at once. */
    error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }),
  }),
]);
export type PairPlan = z.infer<typeof pairPlanSchema>;

export const sweepPlanSchema = z.strictObject({
  schemaVersion: z.literal(1),
  sweep: z.string(),
  file: z.string(),
  /** Where the runs will be. */
  folder: z.string(),
  budgetMs: z.number().min(0).optional(),
  pairs: z.array(pairPlanSchema),
  /** Of the pairs whose time is known; `unknown` of them is not. */
  total: z.strictObject({ tokens: planTokensSchema, seconds: amountSchema, unknown: z.int().min(0) }),
});
export type SweepPlan = z.infer<typeof sweepPlanSchema>;
