import { z } from 'zod';
import { inspectionSchema } from './inspections/inspection.ts';
import { policyRecordSchema } from './suites/policy.ts';
import { roleSchema } from './observation.ts';
import { recordShape } from './settings.ts';
import { suiteSchema } from './suites/suite.ts';

/** A LoRA adapter as it was when the run was made. */
export const adapterRecordSchema = z.strictObject({
  /** As the user named it. */
  reference: z.string(),
  path: z.string(),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** What its change of the weights is multiplied with, beside alpha / rank of the file; never 0. */
  scale: z.number(),
  /** The largest of its tensors. */
  rank: z.int().min(1),
  name: z.string().optional(),
});
export type AdapterRecord = z.infer<typeof adapterRecordSchema>;

/** A model file as it was when the run was made. */
export const modelRecordSchema = z.strictObject({
  /** As the user named it. */
  reference: z.string(),
  /** What it is called in reports, in the place of that; absent: nobody said. */
  shownAs: z.string().min(1).optional(),
  path: z.string(),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the chat template that prompts are rendered with. */
  templateSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where that template is from; absent: it is the model file's usual one. */
  template: z
    .discriminatedUnion('from', [
      /** `--template-file` */
      z.strictObject({ from: z.literal('file'), path: z.string() }),
      /** The model file's template of that name, where tools are offered: llama.cpp takes it then. */
      z.strictObject({ from: z.literal('named'), name: z.literal('tool_use') }),
    ])
    .optional(),
  name: z.string().optional(),
  architecture: z.string(),
  quantisation: z.string(),
  parameterCount: z.int().optional(),
  /** LoRA adapters that it runs with, in their order; absent: none. Path, size and hash above are the base's. */
  adapters: z.array(adapterRecordSchema).min(1).optional(),
});
export type ModelRecord = z.infer<typeof modelRecordSchema>;

/** How a model's calls are read: the choice of format and how it was tested. */
export const formatRecordSchema = z.strictObject({
  format: z.string(),
  how: z.string(),
  selfTest: z.string(),
  /**
   * Text a reply starts with up to a tool's name, and what ends the name; absent: exact scores are not possible. `lead`
   * is a thought without words: scores are of calls after it.
   */
  frame: z.strictObject({ lead: z.string().optional(), prefix: z.string(), suffix: z.string() }).optional(),
  /** Texts around a call's JSON, where they were found out from the template; absent: the format has its own. */
  markers: z.strictObject({ open: z.string(), close: z.string() }).optional(),
  generationPrompt: z.string(),
  notes: z.array(z.strictObject({ code: z.string(), detail: z.string() })),
});
export type FormatRecord = z.infer<typeof formatRecordSchema>;

/** A warning carried by a result; the command line turns the code into a sentence. */
export const warningSchema = z.strictObject({ code: z.string(), detail: z.string() });
export type Warning = z.infer<typeof warningSchema>;

/**
 * What the user asked for: everything that decides which observations belong to the run, and how they are weighed. Settings
 * as records/settings.ts has them; here those that runs keep in another form, or that older ones lack.
 */
export const runSpecSchema = z.strictObject({
  ...recordShape(),
  schemaVersion: z.literal(1),
  candidate: modelRecordSchema,
  baseline: modelRecordSchema,
  suite: suiteSchema,
  suiteFile: z.string(),
  suiteSha256: z.string(),
  cases: z.int().min(1),
  trials: z.int().min(0),
  temperature: z.number().min(0),
  maxTokens: z.int().min(1),
  /** Absent: a sampled reply ends at its own end. */
  firstCall: z.literal(true).optional(),
  /** Absent: first replies only. */
  turns: z.int().min(1).optional(),
  /** What the calls are judged by; absent: no policy. */
  policy: policyRecordSchema.optional(),
  seed: z.string(),
  alpha: z.number().gt(0).max(0.5),
  /** Absent in runs before there were any. */
  probes: z.int().min(0).optional(),
  templateArguments: z.record(z.string(), z.unknown()),
});
export type RunSpec = z.infer<typeof runSpecSchema>;

const engineFactsSchema = z.strictObject({
  gpu: z.string(),
  device: z.string(),
  threads: z.int(),
  sequences: z.int(),
  contextTokens: z.int(),
  flashAttention: z.boolean(),
  engine: z.string(),
  /** How a prefix gets from one sequence to another: `copy`, `file`, or `none` (evaluated again). */
  prefixes: z.enum(['copy', 'file', 'none']).optional(),
  gpuLayers: z.int().optional(),
  modelLayers: z.int().optional(),
  batchTokens: z.int().optional(),
  cacheType: z.string().optional(),
  /** What the model and its context take, as llama.cpp counts it. */
  memory: z
    .strictObject({
      ramBytes: z.int().min(0),
      vramBytes: z.int().min(0),
      /** Left on the GPU once the model was open. */
      vramFreeBytes: z.int().min(0).optional(),
    })
    .optional(),
  /** What was tried before the run, in that order; the fastest was used. */
  calibration: z
    .array(
      z.strictObject({
        threads: z.int(),
        batchSize: z.int(),
        flashAttention: z.boolean(),
        tokensPerSecond: z.number(),
      }),
    )
    .readonly()
    .optional(),
  /** What the model's process could reach, as it found by trying, and what kept it; absent in older runs. */
  containment: z
    .strictObject({
      network: z.enum(['blocked', 'open']),
      writing: z.enum(['blocked', 'open']),
      by: z.array(z.string()).readonly(),
    })
    .optional(),
});

/** The run's own row: what was asked for, how it was carried out, whether it is done. */
export const runRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  spec: runSpecSchema,
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  formats: z.strictObject({ candidate: formatRecordSchema, baseline: formatRecordSchema }),
  engines: z.strictObject({ candidate: engineFactsSchema.optional(), baseline: engineFactsSchema.optional() }),
  warnings: z.array(warningSchema),
  /** Models whose exact scores are of calls after sampled texts, and how many and how long these are; absent: none. */
  texts: z
    .strictObject({ roles: z.array(roleSchema).min(1), count: z.int().min(1), thoughtTokens: z.int().min(1) })
    .optional(),
  /** What the files alone said before the first token; absent in runs made before there was an inspection. */
  inspection: inspectionSchema.optional(),
  /** Which part of the design this file holds, from 1, and when it was whole; absent: all of it. */
  shard: z.strictObject({ index: z.int().min(1), of: z.int().min(1), finishedAt: z.string().optional() }).optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
