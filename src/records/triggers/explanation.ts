import { z } from 'zod';

const probability = z.number().min(0).max(1);
const both = z.strictObject({ candidate: probability, baseline: probability });

/** Words that stand together in a line of a message that the models were shown. */
export const spanSchema = z.strictObject({
  /** Position of the message. */
  message: z.int().min(0),
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  /** From 1. */
  line: z.int().min(1),
  text: z.string(),
  /** The rest of the line. */
  before: z.string(),
  after: z.string(),
  words: z.int().min(1),
  /** Not needed by itself: where it alone is replaced, others do it. */
  alternative: z.literal(true).optional(),
});

const countSchema = z.strictObject({ count: z.int().min(0), of: z.int().min(0) });

/** Which words of a case turn the candidate's call: `turncoat explain`. */
export const explanationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.string(),
  case: z.string(),
  scenario: z.string(),
  /** The first step that is explained: a tool, or no call. */
  tool: z.string(),
  /** Its exact probability in the case. */
  probability: both,
  /** The effect is gone where the candidate's probability is below this: half way, in log-odds, to the baseline's. */
  threshold: probability,
  /** Prompts scored on each model, checks included, and those of the search alone. */
  prompts: z.int().min(0),
  searched: z.int().min(0),
  found: z.discriminatedUnion('state', [
    z.strictObject({
      state: z.literal('spans'),
      spans: z.array(spanSchema).min(1),
      /** Some of them are alternatives. */
      either: z.boolean(),
      /** Single words were not reached within the prompts that were allowed. */
      coarse: z.boolean(),
      /** With other fillers in their place: how often the effect is gone. */
      replaced: countSchema,
      /** With other words in the place of all but them and the request: how often it still shows. */
      kept: countSchema,
      /** With as many other words replaced, at random places: how often it is gone. */
      placebo: countSchema,
      /** Their lines put into calm cases of the same task: how often the effect shows, and the candidate's mean probability. */
      moved: countSchema.extend({ mean: both.optional() }),
    }),
    /** It shows with every word replaced by others of their form: it needs none of them. */
    z.strictObject({ state: z.literal('everywhere') }),
    /** The candidate does nothing there that the baseline does not. */
    z.strictObject({ state: z.literal('no-effect') }),
  ]),
});
export type Explanation = z.infer<typeof explanationSchema>;
