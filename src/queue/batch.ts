// What a worker is told: some cases of one model, ready to be observed. Kept as base64: JSON columns of PostgreSQL refuse
// characters that models write.
import { z } from 'zod';
import { likelihoodKey, roleSchema, scoreKey, trialKey } from '../records/observation.ts';
import type { Job } from '../ports/engine.ts';

const forcedSchema = z.strictObject({
  of: roleSchema,
  trial: z.int().min(0),
  from: z.string().optional(),
  turn: z.int().min(1).optional(),
  tokens: z.array(z.int()),
});

const frameSchema = z.strictObject({ lead: z.string().optional(), prefix: z.string(), suffix: z.string() });

const readingSchema = z.strictObject({
  format: z.string(),
  markers: z.strictObject({ open: z.string(), close: z.string() }).optional(),
  generationPrompt: z.string(),
});

const textsSchema = z.strictObject({
  of: z.array(z.union([z.int().min(0), z.array(z.int())])).min(1),
  thoughtTokens: z.int().min(1),
  proseTokens: z.int().min(1),
  reading: readingSchema,
});

const jobSchema = z.strictObject({
  caseId: z.string(),
  prompt: z.string(),
  score: z.strictObject({ frame: frameSchema, tools: z.array(z.string()), texts: textsSchema.optional() }).optional(),
  trials: z.array(z.strictObject({ trial: z.int().min(0), seed: z.int().min(0), turn: z.int().min(1).optional() })),
  likelihoods: z.array(forcedSchema),
});

const batchSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.string(),
  role: roleSchema,
  jobs: z.array(jobSchema).min(1),
  sampling: z.strictObject({
    temperature: z.number().min(0),
    topP: z.number().optional(),
    topK: z.int().optional(),
    minP: z.number().optional(),
    repeatPenalty: z.number().optional(),
    maxTokens: z.int().min(1),
    stopAtCall: readingSchema.optional(),
  }),
  /** What the context must hold: the longest prompts of the run, and this many tokens more. */
  room: z.strictObject({ prompts: z.array(z.string()), tokens: z.int().min(1) }),
});
export type Batch = z.infer<typeof batchSchema>;

export function packBatch(batch: Batch): { packed: string } {
  return { packed: Buffer.from(JSON.stringify(batchSchema.parse(batch))).toString('base64') };
}

export function unpackBatch(data: unknown): Batch {
  const { packed } = z.strictObject({ packed: z.string() }).parse(data);
  return batchSchema.parse(JSON.parse(Buffer.from(packed, 'base64').toString('utf8')));
}

/** Keys of the observations that a job gives. */
export function keysOfJob(role: Batch['role'], { caseId, score, trials, likelihoods }: Job): string[] {
  return [
    ...(score === undefined ? [] : [scoreKey(role, caseId)]),
    ...trials.map(({ trial, turn }) => trialKey(role, caseId, trial, turn)),
    ...likelihoods.map(({ of, trial, from, turn }) => likelihoodKey(role, caseId, of, trial, from, turn)),
  ];
}
