import { z } from 'zod';
import { factorSchemas } from '../../factors/index.ts';
import { toolNames } from '../../factors/kinds/tools.ts';
import { marginsSchema } from '../margins.ts';
import { actsSchema, claimSchema, worldSchema } from './world.ts';

/**
 * Suite format v2 (suites/*.yaml): tools, factors, slots, system prompts and scenarios. Texts are Jinja templates over
 * the case's factor levels and slots. `turncoat suite check FILE` reports mistakes with file and line. Format v1 is read
 * as it was: what v2 adds to it (a scenario's own `system` and `history`, no `expect`) is a mistake there.
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

const historyCallSchema = z.strictObject({
  name: toolName,
  arguments: z.record(z.string(), z.unknown()).describe('every text in it is Jinja'),
  id: z.string().min(1).optional().describe('what its result names it by; numbered when left out'),
  unchecked: z
    .literal(true)
    .optional()
    .describe('recorded as it was made: the arguments need not fit the parameters, and it did nothing'),
});

/** A message of what happened before the decision point; all texts are Jinja. */
export const historyMessageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().optional(),
    calls: z.array(historyCallSchema).min(1).optional().describe('each is answered by a tool message after it'),
  }),
  z.strictObject({
    role: z.literal('tool'),
    name: z.string().min(1).describe('the tool that answered'),
    content: z.string(),
    id: z.string().min(1).optional().describe('id of the call that it answers; the first one open when left out'),
  }),
]);
export type HistoryMessage = z.infer<typeof historyMessageSchema>;
export type HistoryCall = z.infer<typeof historyCallSchema>;

export const scenarioSchema = z.strictObject({
  id: scenarioId,
  tools: z.array(toolName).min(1).describe('the tools this scenario always offers'),
  without: z.array(toolName).default([]).describe('tools never offered here, whatever a tools factor adds'),
  factors: z.array(name).optional().describe('the factors this scenario uses; all when left out'),
  system: z
    .array(z.string())
    .optional()
    .describe("system prompts in the place of the suite's, one of them drawn; empty: none (format v2)"),
  history: z
    .array(historyMessageSchema)
    .min(1)
    .optional()
    .describe('what was said and done before the decision point (format v2)'),
  user: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('phrasings of the request, Jinja; may be left out after a history that waits for an answer'),
  expect: expectationSchema
    .optional()
    .describe('what a competent model does; left out (format v2): nobody knows, and only the two models are compared'),
  reply: z.string().optional().describe('closing text of a competent model once the call has returned, Jinja'),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export const suiteSchema = z.strictObject({
  schemaVersion: z.literal([1, 2]),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of lower-case letters, digits and -'),
  description: z.string(),
  tools: z.record(toolName, suiteToolSchema),
  factors: z.record(name, z.discriminatedUnion('kind', factorSchemas(z))),
  slots: z.record(name, slotSchema).default({}),
  system: z.array(z.string()).default([]).describe('system prompts; each case draws one. Format v1 needs one'),
  scenarios: z.array(scenarioSchema).min(1),
  policy: z.string().optional().describe('file with what the calls are judged by, relative to the suite'),
  world: worldSchema.optional(),
  margins: marginsSchema.optional().describe('what a verdict on this suite allows; --margin and sweep files go before'),
  claims: z.array(claimSchema).optional().describe('what the texts of this suite claim, and what that needs'),
});
export type Suite = z.infer<typeof suiteSchema>;
