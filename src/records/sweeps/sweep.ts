import { z } from 'zod';
import { fileShape } from '../settings.ts';
import { outcomeSchema } from '../verdict.ts';

/**
 * Sweep format v1: candidates x baselines x suites x seeds, with defaults, overrides, priorities and a budget.
 * `turncoat sweep FILE --plan` says what will run. Relative paths are relative to the sweep file.
 */

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/** `8h`, `1h30m`, `45s` -> milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/, 'a duration such as 8h, 1h30m or 45s')
  .transform(text =>
    [...text.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (unitMs[unit ?? ''] ?? 0), 0),
  )
  .refine(ms => ms > 0, 'a duration above 0')
  // A timer holds no more milliseconds than 31 bits.
  .refine(ms => ms < 2 ** 31, 'a duration of at most 24 days');

/** Settings of a comparison; what is left out comes from `defaults`, then from what `turncoat compare` takes. */
const settingsSchema = z.strictObject(fileShape());

const name = z.string().regex(/^[\w.-]+$/, 'a name of letters, digits, _, . and -');
const reference = z.string().min(1);

const modelSchema = z.union([
  reference,
  settingsSchema.extend({
    model: reference,
    name: name.optional().describe('what overrides call it'),
    templateFile: z.string().min(1).optional().describe("chat template in the place of the model's own"),
  }),
]);
const suiteEntrySchema = z.union([reference, settingsSchema.extend({ suite: reference })]);

/** Pairs that match every name given here; the last override that matches wins. */
export const overrideSchema = settingsSchema.extend({
  candidate: z.string().optional().describe('name or reference; may contain *'),
  baseline: z.string().optional(),
  suite: z.string().optional(),
  seed: z.union([z.string(), z.int()]).transform(String).optional(),
  skip: z.boolean().optional().describe('do not run these pairs'),
});
export type SweepOverride = z.infer<typeof overrideSchema>;

export const sweepFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: name.default('sweep'),
  candidates: z.array(modelSchema).min(1),
  baselines: z.array(modelSchema).min(1),
  suites: z.array(suiteEntrySchema).min(1).default(['devops']),
  seeds: z
    .array(z.union([z.string(), z.int()]).transform(String))
    .min(1)
    .default(['1']),
  defaults: settingsSchema.default({}),
  overrides: z.array(overrideSchema).default([]),
  budget: durationSchema.optional().describe('stop after this time, e.g. 8h; the same command goes on'),
});
export type SweepFile = z.infer<typeof sweepFileSchema>;

/** One line of `turncoat status`: where a comparison of the sweep stands. */
export const pairStatusSchema = z.strictObject({
  /** `candidate baseline suite seed`, as the sweep file names them. */
  name: z.string(),
  /** `observed`: its design is, and what stands out there is looked into later. */
  state: z.enum(['waiting', 'running', 'observed', 'finished', 'failed']),
  /** What is being done, while it runs. */
  phase: z.string().optional(),
  /** Work of the phase: cases on both models. */
  done: z.int().min(0),
  total: z.int().min(0),
  /** Cases a second in this phase; absent before the first. */
  rate: z.number().min(0).optional(),
  /** A case that is being observed, or was last: `scenario: factor=level, …`. */
  case: z.strictObject({ id: z.string(), text: z.string().optional() }).optional(),
  /** Run file and id; absent until it is finished. */
  location: z.string().optional(),
  run: z.string().optional(),
  outcome: outcomeSchema.optional(),
  /** While it runs: what stands out in the design; absent before that is known. */
  effects: z.int().min(0).optional(),
  /** The strongest of the effects, in words. */
  strongest: z.string().optional(),
  /** Why, in words: the headline of the verdict. */
  reason: z.string().optional(),
  /** The trigger in words, where one is confirmed. */
  trigger: z.string().optional(),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
});
export type PairStatus = z.infer<typeof pairStatusSchema>;

/** What a model's process uses, as it says itself about once a second. */
export const engineUseSchema = z.strictObject({
  role: z.enum(['candidate', 'baseline']),
  pid: z.int(),
  /** Resident memory; weights that are mapped from their file count once they were touched. */
  memoryBytes: z.int().min(0),
  /** Name of the GPU; absent without one. */
  device: z.string().optional(),
  /** Of the whole GPU, whoever uses it. */
  vram: z.strictObject({ usedBytes: z.int().min(0), totalBytes: z.int().min(0) }).optional(),
});
export type EngineUse = z.infer<typeof engineUseSchema>;

/** `sweep.json` in a sweep's folder: what `turncoat status` reads, while it runs and afterwards. */
export const sweepStatusSchema = z.strictObject({
  schemaVersion: z.literal(1),
  sweep: z.string(),
  file: z.string(),
  state: z.enum(['running', 'finished', 'interrupted', 'budget-spent']),
  pid: z.int(),
  host: z.string(),
  startedAt: z.string(),
  updatedAt: z.string(),
  /** Of this start of the command, by a clock that does not jump. */
  spentMs: z.number().min(0),
  /** What the sweep may take; absent without a budget. */
  budgetMs: z.number().min(0).optional(),
  /** Of the command itself, without its model processes. */
  memoryBytes: z.int().min(0),
  /** Model processes at work; none once the sweep has ended. */
  engines: z.array(engineUseSchema).optional(),
  pairs: z.array(pairStatusSchema),
});
export type SweepStatus = z.infer<typeof sweepStatusSchema>;
