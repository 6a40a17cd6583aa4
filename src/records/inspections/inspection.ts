import { z } from 'zod';
import { inspectedAdapterSchema, layerChangesSchema } from './adapter.ts';

/** What `turncoat inspect --json` prints: what is known of one or two model files without running them. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A setting by its GGUF key; numbers that JSON can't hold and long lists as text. */
const settingSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
]);
export type Setting = z.infer<typeof settingSchema>;

export const conditionInTemplateSchema = z.strictObject({
  line: z.int().min(1),
  about: z.enum(['date', 'text', 'tool']),
  expression: z.string(),
  /** Name of the template it is in, where that is not the usual one. */
  template: z.string().optional(),
});

/** What the front matter of a model card says. */
export const cardProvenanceSchema = z.strictObject({
  baseModels: z.array(z.string()),
  licence: z.string().optional(),
  quantisedBy: z.string().optional(),
});
export type CardProvenance = z.infer<typeof cardProvenanceSchema>;

/** Where a model says it comes from; nobody has checked it. */
export const provenanceSchema = z.strictObject({
  baseModels: z.array(z.string()),
  licence: z.string().optional(),
  author: z.string().optional(),
  quantisedBy: z.string().optional(),
  /** Data set or file of the importance matrix. */
  importanceMatrix: z.string().optional(),
  source: z.string().optional(),
  /** Of the repository it was pulled from. */
  card: cardProvenanceSchema.optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

export const inspectedModelSchema = z.strictObject({
  path: z.string(),
  /** What it is called, where that is not the file's own name. */
  called: z.string().optional(),
  parts: z.int().min(1),
  sizeBytes: z.int().min(0),
  version: z.int(),
  architecture: z.string(),
  name: z.string().optional(),
  quantisation: z.string(),
  parameterCount: z.int().min(1),
  contextLength: z.int().optional(),
  templateSha256: sha256.optional(),
  namedTemplates: z.array(z.string()),
  tokenizer: z
    .strictObject({
      model: z.string(),
      pre: z.string().optional(),
      tokens: z.int(),
      special: z.int(),
      bosToken: z.string().optional(),
      eosToken: z.string().optional(),
      addBos: z.boolean().optional(),
    })
    .optional(),
  hyperparameters: z.record(z.string(), settingSchema),
  tensorTypes: z.array(z.strictObject({ type: z.string(), tensors: z.int(), sizeBytes: z.int() })),
  provenance: provenanceSchema,
  conditions: z.array(conditionInTemplateSchema),
  /** Models whose official template this one is, but for layout and names of variables. */
  officialTemplate: z.string().optional(),
  /** LoRA adapters that it is taken with; of a file that is an adapter, itself. Absent: none. */
  adapters: z.array(inspectedAdapterSchema).min(1).optional(),
  /** What several adapters change together, by layer. */
  adaptedLayers: layerChangesSchema.optional(),
});
export type InspectedModel = z.infer<typeof inspectedModelSchema>;

const settingDifferenceSchema = z.strictObject({
  key: z.string(),
  candidate: settingSchema.optional(),
  baseline: settingSchema.optional(),
});
export type SettingDifference = z.infer<typeof settingDifferenceSchema>;

/** First and last line of a template. */
const linesSchema = z.tuple([z.int().min(1), z.int().min(1)]);

/** A branch, an inline choice, an output or a text of a template that did not run. */
const unreachedSchema = z.strictObject({
  lines: linesSchema,
  /** When it would run, as the template has it. */
  condition: z.string(),
  /** Literal text that it can print, shortened; empty for none. */
  prints: z.string(),
  /** Name of the template, where that is not the usual one. */
  template: z.string().optional(),
});
export type UnreachedBranch = z.infer<typeof unreachedSchema>;

const coverageSchema = z.strictObject({
  branches: z.int().min(0),
  reached: z.int().min(0),
  unreached: z.array(unreachedSchema),
});
export type TemplateCoverage = z.infer<typeof coverageSchema>;

export const promptDifferenceSchema = z.strictObject({
  kind: z.enum(['usual', 'conditional']),
  when: z.array(
    z.strictObject({
      axis: z.enum(['date', 'hour', 'user', 'tools', 'turns', 'length', 'variable', 'text', 'case', 'search']),
      values: z.string(),
    }),
  ),
  chats: z.int().min(1),
  /** How many of the chats are cases of the suite. */
  cases: z.int().min(0).optional(),
  /** The branch of the candidate's template that the baseline lacks and that ran in these chats alone. */
  because: z.strictObject({ lines: linesSchema, condition: z.string() }).optional(),
  added: z.string(),
  removed: z.string(),
  /** What kind of harmless difference it is, by the whole texts; absent: none, or the inspection is of an older version. */
  harmless: z.enum(['layout-differs', 'prints-date']).optional(),
  /** Name of the template, where that is not the usual one. */
  template: z.string().optional(),
});

export const tokenizerDifferenceSchema = z.strictObject({
  /** Tokens are compared by id; at most 100 of each kind are listed. */
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.strictObject({ id: z.int(), candidate: z.string(), baseline: z.string() })),
  /** Tokens that became control tokens or ceased to be. */
  flags: z.array(
    z.strictObject({ id: z.int(), token: z.string(), candidate: z.int().optional(), baseline: z.int().optional() }),
  ),
  counts: z.strictObject({
    added: z.int(),
    removed: z.int(),
    changed: z.int(),
    flags: z.int(),
    reserved: z.int().optional(),
  }),
  mergesDiffer: z.boolean(),
  settings: z.array(settingDifferenceSchema),
});
export type TokenizerDifference = z.infer<typeof tokenizerDifferenceSchema>;

const rankSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('low'), rank: z.int().min(1), energy: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('full') }),
]);

/** An edit of some places of a tensor, as no training makes. */
const weightEditSchema = z.strictObject({
  /** `levels`: of a quantised tensor, some levels are not what rounding the other model's weights gives. */
  kind: z.enum(['few', 'zeroed', 'outlier', 'rows', 'columns', 'levels']),
  /** How many changed. */
  weights: z.int().min(1),
  /** Of how many, for `levels`. */
  of: z.int().min(1).optional(),
  /** The first, for `few` and `outlier` the largest of them. */
  row: z.int().min(0),
  column: z.int().min(0),
  candidate: z.number(),
  baseline: z.number(),
  /** Rows, or columns, that it is in. */
  rows: z.int().optional(),
});
export type WeightEdit = z.infer<typeof weightEditSchema>;

/** Where one model has more rows than the other: those that were compared. */
const sharedRows = z.strictObject({ candidate: z.int(), baseline: z.int(), shared: z.int() }).optional();

export const tensorChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('identical'), name: z.string(), rows: sharedRows }),
  z.strictObject({
    kind: z.literal('changed'),
    name: z.string(),
    /** Frobenius norm of the change over that of the baseline's tensor. */
    relative: z.number().min(0),
    largest: z.number().min(0),
    rank: rankSchema.optional(),
    /** Absent where the whole tensor changed. */
    edit: weightEditSchema.optional(),
    rows: sharedRows,
  }),
  z.strictObject({
    kind: z.literal('within-quantisation'),
    name: z.string(),
    relative: z.number(),
    floor: z.number(),
    /** Each level is what rounding the other model's weights gives; false: that can't be told for these types. */
    rounded: z.boolean().optional(),
    /**
     * Where it is rounded: mean square of the full weights' distance from their levels, over that of weights which fall anywhere
     * between two levels, in [0, 3]. Absent for few weights.
     */
    spread: z.number().min(0).optional(),
    rows: sharedRows,
  }),
  z.strictObject({
    kind: z.literal('not-comparable'),
    name: z.string(),
    reason: z.enum(['shape', 'type', 'not-finite']),
  }),
]);
export type TensorChange = z.infer<typeof tensorChangeSchema>;

const exchangedSchema = z.strictObject({
  name: z.string(),
  /** Tensor of the baseline that has these bytes. */
  from: z.string(),
  /** Where it is not the whole tensor: how many rows have another row's bytes, the first of them and whose it has. */
  rows: z.strictObject({ count: z.int().min(1), row: z.int().min(0), of: z.int().min(0) }).optional(),
});
export type ExchangedWeights = z.infer<typeof exchangedSchema>;

export const weightsSummarySchema = z.strictObject({
  tensors: z.array(tensorChangeSchema),
  /** Weights that stand in another's place. */
  exchanged: z.array(exchangedSchema).optional(),
  onlyCandidate: z.array(z.string()),
  onlyBaseline: z.array(z.string()),
  counts: z.strictObject({ identical: z.int(), changed: z.int(), withinQuantisation: z.int(), notComparable: z.int() }),
  /** Layers with a changed tensor, and the mean relative change of their changed tensors. */
  layers: z.array(z.strictObject({ layer: z.int(), relative: z.number() })),
  /** `rank-16 LoRA on attn_q, attn_v of layers 8-23`; absent when the change does not look like one. */
  looksLike: z.strictObject({ rank: z.int().min(1), modules: z.array(z.string()), layers: z.string() }).optional(),
});
export type WeightsSummary = z.infer<typeof weightsSummarySchema>;

/** What is wrong with the numbers of one tensor of the candidate, whatever the baseline. */
export const weightAnomalySchema = z.strictObject({
  tensor: z.string(),
  kind: z.enum(['not-finite', 'outlier', 'zero-tensor', 'zero-rows', 'zero-run']),
  /** Weights, or rows where rows are zero. */
  count: z.int().min(1),
  /** Where the first is. */
  row: z.int().min(0),
  column: z.int().min(0),
  /** As text: it may be no number. */
  value: z.string().optional(),
});
export type WeightAnomaly = z.infer<typeof weightAnomalySchema>;

/** One thing to know; alarms lead. The command line turns the code into a sentence. */
export const inspectionFindingSchema = z.strictObject({
  gravity: z.enum(['alarm', 'notice']),
  code: z.string(),
  /** With its rule, `RULE@ID`, what `--allow` takes to settle this finding alone; absent in older runs. */
  id: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
  detail: z.string(),
  /** Lines of the candidate's template that it is about. */
  lines: linesSchema.optional(),
  /** How many chats show it, and how many of these are cases of the suite. */
  chats: z.int().min(1).optional(),
  cases: z.int().min(0).optional(),
  /** Why it may be, in a user's words: it is shown, and no alarm any more. */
  allowed: z.string().optional(),
});
export type InspectionFinding = z.infer<typeof inspectionFindingSchema>;

export const inspectionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  candidate: inspectedModelSchema,
  baseline: inspectedModelSchema.optional(),
  findings: z.array(inspectionFindingSchema),
  /** Of the candidate's weights; absent when they were not read. At most 1000. */
  anomalies: z.array(weightAnomalySchema).optional(),
  /** Of the candidate's template against the baseline's; without a baseline, against itself at other dates. */
  prompts: z.array(promptDifferenceSchema),
  /** Of the candidate's templates, under the chats of the suite: what a run with it can't speak of. */
  coverage: coverageSchema.optional(),
  /** Under all chats that the templates were tried on; with a baseline, unreached is only what that one lacks. */
  tried: coverageSchema.optional(),
  /** Present with a baseline. */
  difference: z
    .strictObject({
      settings: z.array(settingDifferenceSchema),
      templateDiff: z.string().optional(),
      tokenizer: tokenizerDifferenceSchema,
      tensorTypes: z.array(settingDifferenceSchema),
      /** Absent when weights were not asked for. */
      weights: weightsSummarySchema.optional(),
    })
    .optional(),
});
export type Inspection = z.infer<typeof inspectionSchema>;
