import { z } from 'zod';
import { conditionSchema } from './condition.ts';
import { misconductSchema } from './evidence.ts';
import { roleSchema } from './observation.ts';

/**
 * A verdict and why: reasons are typed facts, put into words by src/words/verdict/reasons.ts alone. What decides looks at the
 * type, never at the words.
 */

const probability = z.number().min(0).max(1);
const marginName = z.enum(['harm', 'scenario', 'conduct', 'hidden', 'competence', 'choice']);

export const outcomes = ['diverges', 'inconclusive', 'changed', 'equivalent'] as const;
export const outcomeSchema = z.enum(outcomes);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What would settle an open question. */
export const settlesSchema = z.discriminatedUnion('by', [
  /** So many cases of the design. */
  z.strictObject({ by: z.literal('cases'), cases: z.int().min(1) }),
  /** A suite with more cases: this one has no more. */
  z.strictObject({ by: z.literal('suite') }),
  /** So many extra cases. */
  z.strictObject({ by: z.literal('probes'), probes: z.int().min(1) }),
  /** Running the same command again. */
  z.strictObject({ by: z.literal('going-on') }),
  /** More room for each reply. */
  z.strictObject({ by: z.literal('max-tokens'), tokens: z.int().min(1) }),
]);
export type Settles = z.infer<typeof settlesSchema>;

const reason = <C extends string, S extends z.ZodRawShape>(code: C, shape: S) =>
  z.strictObject({ code: z.literal(code), ...shape });
const open = { settles: settlesSchema.optional() };
/** Channels that a clean verdict says nothing of. */
const measured = { unmeasured: z.array(z.enum(['conduct', 'replies'])).optional() };

export const reasonSchema = z.discriminatedUnion('code', [
  // Why it diverges.
  reason('trigger-confirmed', {
    trigger: z.int().min(1),
    conditions: z.array(conditionSchema),
    tool: z.string(),
    fires: z.int(),
    scenarios: z.int(),
    eValue: z.number(),
  }),
  reason('cause', {
    /** Whose probability was told apart; of other calls it says nothing. Absent in older comparisons. */
    tool: z.string().optional(),
    outcome: z.enum(['weights', 'template', 'either', 'together', 'not-told']),
    weights: z.number().optional(),
    template: z.number().optional(),
  }),
  reason('through', {
    tool: z.string(),
    outcome: z.enum(['direct', 'text', 'either', 'together']),
    direct: z.number(),
    text: z.number(),
  }),
  /** Of a candidate that is said to be the baseline in fewer bits, and is: what differs is the rounding itself. */
  /** `beside`: what else differs, so that it need not be the rounding that turns the calls. */
  reason('rounding', {
    tensors: z.int().min(0),
    untold: z.int().min(0),
    beside: z.array(z.string()).min(1).optional(),
  }),
  reason('harm-everywhere', {
    candidate: probability,
    baseline: probability,
    low: z.number(),
    turned: z.int(),
    suitable: z.int(),
    cases: z.int(),
  }),
  reason('harm-in-scenario', {
    scenario: z.string(),
    candidate: probability,
    baseline: probability,
    turned: z.int(),
    cases: z.int(),
  }),
  reason('conduct', {
    kind: misconductSchema,
    candidate: z.int(),
    baseline: z.int(),
    of: z.int(),
    low: z.number(),
    pValue: probability.optional(),
  }),
  // Why nothing can be concluded.
  reason('no-exact-scores', {}),
  reason('nothing-harmful', {}),
  reason('search-cut-short', open),
  reason('cases-missing', { scored: z.int(), of: z.int(), ...open }),
  /** Conversations of a task did something wrong, and fresh ones did again; `of` 0: none were looked at. */
  reason('conduct-again', {
    scenario: z.string(),
    cases: z.int(),
    candidate: z.int(),
    baseline: z.int(),
    of: z.int(),
    /** It is harm, and not merely open. */
    shown: z.literal(true).optional(),
    ...open,
  }),
  reason('bound-open', {
    margin: marginName,
    scenario: z.string().optional(),
    estimate: z.number(),
    high: z.number(),
    limit: z.number(),
    n: z.int(),
    ...open,
  }),
  reason('scenario-raised', { scenario: z.string(), median: z.number(), limit: z.number(), suitable: z.int() }),
  /** Findings of an earlier run that still show, or could not be observed again. */
  reason('findings-again', {
    run: z.string(),
    still: z.int(),
    missing: z.int(),
    of: z.int(),
    cases: z.array(z.string()),
  }),
  reason('alarms-open', { count: z.int(), able: z.int(), cases: z.array(z.string()), again: z.int(), ...open }),
  reason('trigger-open', {
    why: z.enum(['not-confirmed', 'not-special', 'not-recovered', 'not-tried']),
    conditions: z.array(conditionSchema),
    tool: z.string(),
    eValue: z.number().optional(),
    ...open,
  }),
  reason('probes-spent', { probes: z.int(), ...open }),
  reason('incompetent', {
    what: z.enum(['first-step', 'whole-call']).optional(),
    role: roleSchema,
    right: z.int(),
    cases: z.int(),
    /** Present where its whole replies make the expected call all the same: it writes something before it. */
    calls: z.strictObject({ right: z.int(), cases: z.int() }).optional(),
  }),
  reason('replies', {
    role: roleSchema,
    what: z.enum(['cut-off', 'unread', 'repaired', 'none']),
    count: z.int(),
    of: z.int(),
    ...open,
  }),
  reason('unread-destructive', { count: z.int(), baseline: z.int(), of: z.int(), cases: z.array(z.string()) }),
  reason('spoken', { role: roleSchema, what: z.string(), detail: z.string() }),
  reason('file-alarm', { finding: z.string(), detail: z.string(), more: z.int() }),
  /** Writes that nobody asked for became the likeliest first step, and no trigger was found. */
  reason('writes-turned', { count: z.int(), of: z.int(), cases: z.array(z.string()), limit: z.number() }),
  // What changed without harm.
  /** Confirmed, and it turns the candidate to what the task asks for. */
  reason('trigger-to-task', {
    conditions: z.array(conditionSchema),
    tool: z.string(),
    fires: z.int(),
    scenarios: z.int(),
    eValue: z.number(),
  }),
  reason('regression', {
    what: z.enum(['first-step', 'whole-call']),
    lost: z.int(),
    gained: z.int(),
    cases: z.int(),
    pValue: probability.optional(),
    estimate: z.number(),
    limit: z.number(),
  }),
  reason('choice-moved', { estimate: z.number(), limit: z.number(), changed: z.int(), cases: z.int() }),
  // Why it is clean.
  reason('identical', { cases: z.int(), ...measured }),
  reason('bounded', { cases: z.int(), ...measured }),
  reason('effect-harmless', {
    conditions: z.array(conditionSchema),
    tool: z.string(),
    candidate: probability,
    baseline: probability,
    cases: z.int(),
  }),
  reason('trigger-refuted', {
    conditions: z.array(conditionSchema),
    tool: z.string(),
    eValue: z.number(),
    pairs: z.int(),
  }),
]);
export type Reason = z.infer<typeof reasonSchema>;
export type ReasonCode = Reason['code'];

/** What a clean result says nothing about, whatever the number of cases. */
export const notCoveredSchema = z.discriminatedUnion('code', [
  /** Margins that let more pass than usual, whoever set them: the suite, a sweep file or the command. */
  z.strictObject({
    code: z.literal('margins'),
    wider: z
      .array(z.strictObject({ name: marginName.or(z.literal('replies')), margin: z.number(), usual: z.number() }))
      .min(1),
  }),
  z.strictObject({ code: z.literal('contexts'), factors: z.array(z.string()) }),
  /** Scenarios of which no case was scored: a log may have more decision points than cases were asked for. */
  z.strictObject({ code: z.literal('scenarios'), untried: z.int().min(1), of: z.int(), first: z.array(z.string()) }),
  /** Run again, and part of no bound. */
  z.strictObject({ code: z.literal('earlier-findings'), run: z.string() }),
  z.strictObject({ code: z.literal('later-turns') }),
  z.strictObject({ code: z.literal('conversations') }),
  z.strictObject({ code: z.literal('harmful-tools') }),
  z.strictObject({ code: z.literal('policy') }),
  /** Whether answers are right: so few cases say what is. */
  z.strictObject({ code: z.literal('competence'), with: z.int().min(0), of: z.int().min(1) }),
  z.strictObject({ code: z.literal('weights') }),
  z.strictObject({ code: z.literal('files') }),
  /** Tensors of types for which rounding can't be told from another change of that size. */
  z.strictObject({ code: z.literal('rounding'), tensors: z.int().min(1) }),
  /** Pairs of levels, of those in at least four cases, that met fewer than two tasks whose call could turn. */
  /** What a model that can think does then: it was run with this variable of its template. */
  z.strictObject({ code: z.literal('thoughts'), variable: z.string() }),
  /** What is written before calls was sampled: a condition that turns it now and then may have turned none of so many. */
  z.strictObject({ code: z.literal('few-texts'), count: z.int().min(1) }),
  z.strictObject({ code: z.literal('rare-pairs'), pairs: z.int(), levels: z.int().min(1).optional() }),
  z.strictObject({
    code: z.literal('template-branches'),
    branches: z.int(),
    /** The first of them: first and last line, and the template's name where it is not the usual one. */
    places: z.array(z.strictObject({ lines: z.tuple([z.int(), z.int()]), template: z.string().optional() })),
  }),
]);
export type NotCovered = z.infer<typeof notCoveredSchema>;

/** What a clean verdict states; all of it holds together at 95%. */
export const statedSchema = z.strictObject({
  /** Absent where no case offers a harmful tool. */
  harm: z.number().optional(),
  /** Absent where no conversations were sampled. */
  conduct: z.number().optional(),
  /** The larger of first step and whole call; absent where too few cases say what is right. */
  competence: z.number().optional(),
  choice: z.number(),
  /** Absent where no case offers a harmful tool. */
  hidden: probability.optional(),
});
export type Stated = z.infer<typeof statedSchema>;

export const verdictSchema = z.strictObject({
  outcome: outcomeSchema,
  /** The first is the headline. */
  reasons: z.array(reasonSchema).min(1),
  /** Rank of the trigger the verdict names. */
  trigger: z.int().optional(),
  /** Of `changed` and `equivalent`. */
  stated: statedSchema.optional(),
  notCovered: z.array(notCoveredSchema).optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;
