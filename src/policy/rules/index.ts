// Every rule a tool can have. A new rule is one function and one line here (and its key in records/suites/policy.ts).
import type { ToolRules } from '../../records/suites/policy.ts';
import { denyPaths, paths } from './paths.ts';
import { denyDomains, domains, methods } from './hosts.ts';
import { denyRecipients, recipients } from './recipients.ts';
import type { Rule } from './rule.ts';
import { noSecrets } from './secrets.ts';
import { maxPerSession, requireConfirmation } from './session.ts';
import { argumentSchema, denyValues, values } from './values.ts';

export const rules = {
  deny: ({ call }) => [`${call.name} is not allowed`],
  paths,
  deny_paths: denyPaths,
  domains,
  deny_domains: denyDomains,
  methods,
  recipients,
  deny_recipients: denyRecipients,
  values,
  deny_values: denyValues,
  arguments: argumentSchema,
  no_secrets: noSecrets,
  max_per_session: maxPerSession,
  require_confirmation: requireConfirmation,
} satisfies Partial<Record<keyof ToolRules, Rule>>;
