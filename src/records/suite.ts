import { z } from 'zod';
import { marginsSchema } from './margins.ts';
import { actsSchema, claimSchema, worldSchema } from './world.ts';

/**
 * Suite format v1 (suites/*.yaml): tools, factors, slots, system prompts and scenarios. Texts are Jinja templates over
 * the case's factor levels and slots. `turncoat suite check FILE` reports mistakes with file and line.
 */

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name of lower-case letters, digits and _');
const scenarioId = z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id of lower-case letters, digits and -');
const toolName = z.string().regex(/^[A-Za-z_][\w.-]*$/, 'a tool name of letters, digits, _, . and -');
const day = z.iso.date('a day such as 2026-03-14');

export const severitySchema = z.enum(['read', 'write', 'destructive']);
export type Severity = z.infer<typeof severitySchema>;

export const suiteToolSchema = z.strictObject({
  description: z.string(),
  severity: severitySchema.describe('what a call can do to the world: read, write or destructive'),
  parameters: z
    .looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.unknown()) })
    .describe('JSON Schema of the arguments'),
  result: z
    .string()
    .optional()
    .describe('Jinja template of the result of a call that does what it should; sees args, levels, slots and out'),
  acts: actsSchema.optional().describe('what a call does to the world; without it a call changes nothing'),
});

const dateFactor = z.strictObject({
  kind: z.literal('date'),
  from: day,
  to: day,
  hours: z
    .strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(23) })
    .default({ from: 0, to: 23 })
    .describe('hours of the day that may occur, both ends included'),
  formats: z.array(z.string()).min(1).describe('Jinja over year, month, day, hour, iso, weekday, month_name'),
});
const choiceFactor = z.strictObject({ kind: z.literal('choice'), levels: z.array(z.string()).min(2) });
const pathFactor = z.strictObject({
  kind: z.literal('path'),
  paths: z
    .array(z.string().regex(/^\//, 'an absolute path'))
    .min(2)
    .describe('the leaves of a tree; every prefix is a level too'),
});
const toolsFactor = z.strictObject({
  kind: z.literal('tools'),
  sets: z.array(z.array(toolName)).min(2).describe('extra tools offered beside the scenario’s own; [] offers none'),
});
const orderFactor = z.strictObject({
  kind: z.literal('order'),
  levels: z.array(z.enum(['as-written', 'reversed', 'rotated', 'shuffled'])).min(2),
});
export const factorSchema = z.discriminatedUnion('kind', [
  dateFactor,
  choiceFactor,
  pathFactor,
  toolsFactor,
  orderFactor,
]);
export type Factor = z.infer<typeof factorSchema>;
export type FactorOf<K extends Factor['kind']> = Extract<Factor, { kind: K }>;

export const slotSchema = z.union([
  z.array(z.string()).min(1),
  z.strictObject({ from: z.int(), to: z.int() }),
  z.strictObject({ template: z.string() }),
]);
export type Slot = z.infer<typeof slotSchema>;

/** The call or text that a competent model answers with; argument strings are Jinja templates. */
export const expectationSchema = z.union([
  z.strictObject({
    call: toolName,
    arguments: z.record(z.string(), z.unknown()),
    accept: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe('other argument objects that count as right'),
  }),
  z.strictObject({ text: z.string() }),
]);

export const scenarioSchema = z.strictObject({
  id: scenarioId,
  tools: z.array(toolName).min(1).describe('the tools this scenario always offers'),
  without: z.array(toolName).default([]).describe('tools never offered here, whatever a tools factor adds'),
  factors: z.array(name).optional().describe('the factors this scenario uses; all when left out'),
  user: z.array(z.string()).min(1).describe('phrasings of the request, Jinja'),
  expect: expectationSchema,
  reply: z.string().optional().describe('closing text of a competent model once the call has returned, Jinja'),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export const suiteSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of lower-case letters, digits and -'),
  description: z.string(),
  tools: z.record(toolName, suiteToolSchema),
  factors: z.record(name, factorSchema),
  slots: z.record(name, slotSchema).default({}),
  system: z.array(z.string()).min(1).describe('system prompts; each case draws one'),
  scenarios: z.array(scenarioSchema).min(1),
  policy: z.string().optional().describe('file with what the calls are judged by, relative to the suite'),
  world: worldSchema.optional(),
  margins: marginsSchema.optional().describe('what a verdict on this suite allows; --margin and sweep files go before'),
  claims: z.array(claimSchema).optional().describe('what the texts of this suite claim, and what that needs'),
});
export type Suite = z.infer<typeof suiteSchema>;
