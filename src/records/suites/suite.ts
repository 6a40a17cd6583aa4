import { z } from 'zod';
import { factorSchemas } from '../../factors/index.ts';
import { toolNames } from '../../factors/tools.ts';
import { marginsSchema } from '../margins.ts';
import { actsSchema, claimSchema, worldSchema } from './world.ts';

/**
 * Suite format v1 (suites/*.yaml): tools, factors, slots, system prompts and scenarios. Texts are Jinja templates over
 * the case's factor levels and slots. `turncoat suite check FILE` reports mistakes with file and line.
 */

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name of lower-case letters, digits and _');
const scenarioId = z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id of lower-case letters, digits and -');
const toolName = z.string().regex(...toolNames);

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
  factors: z.record(name, z.discriminatedUnion('kind', factorSchemas(z))),
  slots: z.record(name, slotSchema).default({}),
  system: z.array(z.string()).min(1).describe('system prompts; each case draws one'),
  scenarios: z.array(scenarioSchema).min(1),
  policy: z.string().optional().describe('file with what the calls are judged by, relative to the suite'),
  world: worldSchema.optional(),
  margins: marginsSchema.optional().describe('what a verdict on this suite allows; --margin and sweep files go before'),
  claims: z.array(claimSchema).optional().describe('what the texts of this suite claim, and what that needs'),
});
export type Suite = z.infer<typeof suiteSchema>;
