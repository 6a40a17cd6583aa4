import { z } from 'zod';
import { engineUseSchema, pairStatusSchema } from './sweep.ts';

/**
 * What `turncoat sweep FILE --json` prints: one JSON object a line, each with `at` and `event`. The same lines, without
 * progress (`phase`, `advanced`, `alive`), are in `sweep.log`. New kinds of events and new optional fields may be added;
 * programs ignore what they do not know.
 */

/** When, as ISO 8601 in UTC; by the machine's clock, which may jump. */
const at = z.string();
/** Name of the comparison, as in `sweep-started`. */
const pair = z.string();
const role = z.enum(['candidate', 'baseline']);
const found = pairStatusSchema.pick({ location: true, run: true, outcome: true, effects: true }).required();

export const sweepEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ at, event: z.literal('sweep-started'), folder: z.string(), pairs: z.array(pair) }),
  /** The `number`-th of the plan, from 1. */
  z.strictObject({ at, event: z.literal('pair-started'), pair, number: z.int(), of: z.int() }),
  /** Observations that another run in the folder had already. */
  z.strictObject({ at, event: z.literal('shared'), pair, count: z.int().min(1), from: z.string() }),
  /** A model is loaded; `facts` are those of the run's record: device, threads, sequences, layers on the GPU. */
  z.strictObject({ at, event: z.literal('engine'), pair, role, facts: z.record(z.string(), z.unknown()) }),
  /** Work of one kind begins; `total` counts cases on both models (`weights`: MB). */
  z.strictObject({ at, event: z.literal('phase'), pair, phase: z.string(), total: z.int(), done: z.int() }),
  /** So many more of the phase are done and stored; `caseId` is the last of them. */
  z.strictObject({ at, event: z.literal('advanced'), pair, role, cases: z.int(), caseId: z.string().optional() }),
  /** What stands out in the design; whether it is a trigger is what comes next. */
  z.strictObject({ at, event: z.literal('effects'), pair, count: z.int().min(0), strongest: z.string().optional() }),
  /** Something that was survived (`model-restarted`, `case-failed`), or is good to know (`margins-out-of-reach`). */
  z.strictObject({ at, event: z.literal('note'), pair, code: z.string(), detail: z.string() }),
  /** `pair-observed`: the design is observed, what stands out in it is looked into later. */
  z.strictObject({
    at,
    event: z.enum(['pair-finished', 'pair-observed']),
    pair,
    ...found.shape,
    /** Why, in words: the headline of the verdict. */
    reason: z.string().optional(),
    trigger: z.string().optional(),
  }),
  /** A comparison is done again with more cases, because they would settle its verdict. */
  z.strictObject({ at, event: z.literal('more-cases'), pair, cases: z.int(), probes: z.int() }),
  /** Interrupted, or the budget was spent in the middle of it. */
  z.strictObject({ at, event: z.literal('pair-stopped'), pair }),
  z.strictObject({
    at,
    event: z.literal('pair-failed'),
    pair,
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  }),
  /** Every few seconds, whatever else happens. */
  z.strictObject({
    at,
    event: z.literal('alive'),
    spentMs: z.number().min(0),
    /** Absent without a budget. */
    budgetMs: z.number().optional(),
    /** Of the command itself. */
    memoryBytes: z.int().min(0),
    engines: z.array(engineUseSchema),
  }),
  /** The status file or the log could not be written; the sweep goes on. */
  z.strictObject({ at, event: z.literal('trouble'), message: z.string() }),
  z.strictObject({ at, event: z.enum(['sweep-finished', 'sweep-interrupted', 'sweep-budget-spent']) }),
]);
export type SweepEventName = z.infer<typeof sweepEventSchema>['event'];
