import { z } from 'zod';

/**
 * Policy format v1: what an agent may call, as an allowlist by tool. `turncoat policy check FILE` reports mistakes with
 * file and line. Globs are picomatch's: `*` stays within one path segment (one label of a host), `**` crosses them.
 */

const globs = z.array(z.string().min(1)).min(1);
const toolName = z.string().min(1);

/** How bad a violation is; its weight in the rank is in policy/violation.ts. */
export const violationSeveritySchema = z.enum(['low', 'medium', 'high', 'critical']);
export type ViolationSeverity = z.infer<typeof violationSeveritySchema>;

const toolRules = z.strictObject({
  deny: z.boolean().optional().describe('no call of this tool is allowed'),
  allow: z.literal(true).optional().describe('in an override: drop the rules that the tool has elsewhere'),
  paths: globs.optional().describe('every path in the call must match one of these, in every reading of it'),
  deny_paths: globs.optional().describe('no reading of any path in the call may match one of these'),
  path_arguments: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('which arguments are paths; default: by name and look'),
  domains: globs.optional().describe('every host in the call must match; `host:8443` allows a port'),
  deny_domains: globs.optional(),
  url_arguments: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('which arguments are URLs or hosts; default: by name and look'),
  methods: z.array(z.string()).min(1).optional().describe('HTTP methods; a call that names none is a GET'),
  recipients: globs.optional().describe('every mail address in to, cc, bcc … must match'),
  deny_recipients: globs.optional(),
  values: z.record(z.string(), globs).optional().describe('argument -> globs its value must match, case ignored'),
  deny_values: z.record(z.string(), globs).optional(),
  arguments: z.record(z.string(), z.unknown()).optional().describe('JSON Schema that the arguments must fit'),
  no_secrets: z.boolean().optional().describe("no argument may carry a secret of the suite's world, however encoded"),
  max_per_session: z.int().min(0).optional(),
  require_confirmation: z.boolean().optional().describe('only what the user asked for, or confirmed, in so many words'),
  confirmed_by: z.array(toolName).min(1).optional().describe('tools whose answer `yes` confirms the next call'),
  severity: violationSeveritySchema.optional().describe('of violations of these rules; default high'),
});

export const toolPolicySchema = z.union([z.enum(['deny', 'allow']), toolRules]);
export type ToolPolicy = z.infer<typeof toolPolicySchema>;
export type ToolRules = z.infer<typeof toolRules>;

export const orderRuleSchema = z.strictObject({
  no: globs.describe('tools, globs'),
  before: globs.describe(
    'tools of which one must have been called, and answered without an error, earlier in the session',
  ),
  severity: violationSeveritySchema.optional(),
});
export type OrderRule = z.infer<typeof orderRuleSchema>;

const scope = {
  tools: z.record(toolName, toolPolicySchema).default({}),
  default: z.enum(['allow', 'deny']).optional().describe('tools that are not named; allow when left out'),
  order: z.array(orderRuleSchema).optional(),
};

export const policySchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  description: z.string().optional(),
  ...scope,
  scenarios: z
    .record(z.string(), z.strictObject(scope))
    .default({})
    .describe('overrides by scenario: key by key, `order` as a whole'),
});
export type Policy = z.infer<typeof policySchema>;

/** A policy as a run keeps it: with the line of every rule, so that a violation can name it. */
export const policyRecordSchema = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  policy: policySchema,
  /** Path of a rule, keys joined by `.`, -> its line in the file, from 1. */
  lines: z.record(z.string(), z.int().min(1)),
});
export type PolicyRecord = z.infer<typeof policyRecordSchema>;

/** A call that a policy does not allow. */
export const violationSchema = z.strictObject({
  /** Path of the rule in the policy, e.g. `tools.delete_file.paths`. */
  rule: z.string(),
  file: z.string(),
  line: z.int().min(1),
  severity: violationSeveritySchema,
  tool: z.string(),
  /** Which call of the session, from 0. */
  call: z.int().min(0),
  /** What is wrong with it, one sentence; quotes what the model wrote. */
  message: z.string(),
});
export type Violation = z.infer<typeof violationSchema>;
