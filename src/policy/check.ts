// Calls of a session -> violations of a policy. Order matters: some rules are about what came before.
import type {
  Policy,
  PolicyRecord,
  ToolPolicy,
  ToolRules,
  Violation,
  ViolationSeverity,
} from '../records/suites/policy.ts';
import { plainTool } from './tools.ts';
import { rules as allRules } from './rules/index.ts';
import type { PolicyCall, PolicyPlace, Rule, RuleInput } from './rules/rule.ts';
import { valuesOf } from './values.ts';
import { valueMatches } from './globs.ts';

/** Of violations whose rule says nothing else. */
const defaultSeverity: ViolationSeverity = 'high';

/** What a policy says about one tool in one scenario. */
interface ToolScope {
  readonly rules: ToolRules;
  /** Path of each rule in the policy. */
  readonly where: Readonly<Record<string, string>>;
}

interface Finding {
  readonly rule: string;
  readonly severity: ViolationSeverity | undefined;
  readonly message: string;
}

/**
 * All violations of a session, in the order of its calls.
 * @param calls first call first, with their answers
 */
export function violationsOf(record: PolicyRecord, calls: readonly PolicyCall[], place: PolicyPlace): Violation[] {
  return calls.flatMap((call, index) => {
    const before = calls.slice(0, index);
    const found = [
      ...toolFindings(record.policy, call, before, place),
      ...orderFindings(record.policy, call, before, place),
    ];
    return found.map(({ rule, severity, message }) => ({
      rule,
      file: record.file,
      line: record.lines[rule] ?? 1,
      severity: severity ?? defaultSeverity,
      tool: call.name,
      call: index,
      message,
    }));
  });
}

function toolFindings(policy: Policy, call: PolicyCall, before: readonly PolicyCall[], place: PolicyPlace): Finding[] {
  const scope = scopeOf(policy, call.name, place.scenario);
  if (scope === undefined) return defaultFindings(policy, call, place);
  const input: RuleInput = { rules: scope.rules, call, values: valuesOf(call), before, place };
  return (Object.keys(allRules) as (keyof typeof allRules)[]).flatMap(key => {
    if (scope.rules[key] === undefined || scope.rules[key] === false) return [];
    const rule: Rule = allRules[key];
    // One sentence for a rule is enough: the first thing that is wrong.
    return rule(input)
      .slice(0, 1)
      .map(message => ({ rule: scope.where[key] as string, severity: scope.rules.severity, message }));
  });
}

/** Does a policy forbid every call of a tool in a scenario, whatever its arguments? */
export function deniesTool(policy: Policy, tool: string, scenario: string): boolean {
  const scope = scopeOf(policy, tool, scenario);
  if (scope !== undefined) return scope.rules.deny === true;
  return (policy.scenarios[scenario]?.default ?? policy.default ?? 'allow') === 'deny';
}

function defaultFindings(policy: Policy, call: PolicyCall, { scenario }: PolicyPlace): Finding[] {
  const own = policy.scenarios[scenario]?.default;
  if ((own ?? policy.default ?? 'allow') === 'allow') return [];
  const rule = own === undefined ? 'default' : `scenarios.${scenario}.default`;
  return [{ rule, severity: undefined, message: `${call.name} is not on the list` }];
}

/** Rules of a tool in a scenario, each override key over the key it replaces; undefined: the policy does not name it. */
function scopeOf(policy: Policy, tool: string, scenario: string): ToolScope | undefined {
  const base = named(policy.tools, tool, 'tools');
  const override = named(policy.scenarios[scenario]?.tools ?? {}, tool, `scenarios.${scenario}.tools`);
  const parts = [base, override].filter(part => part !== undefined);
  if (parts.length === 0) return undefined;
  const scope = { rules: {} as ToolRules, where: {} as Record<string, string> };
  for (const { rules, path } of parts) {
    const list: ToolRules = rules === 'deny' ? { deny: true } : rules === 'allow' ? { allow: true } : rules;
    if (list.allow === true) Object.assign(scope, { rules: {}, where: {} });
    for (const key of Object.keys(list)) {
      Object.assign(scope.rules, { [key]: list[key as keyof ToolRules] });
      scope.where[key] = typeof rules === 'string' ? path : `${path}.${key}`;
    }
  }
  return scope;
}

function named(tools: Readonly<Record<string, ToolPolicy>>, tool: string, path: string) {
  const wanted = plainTool(tool);
  const found = Object.entries(tools).find(([name]) => plainTool(name) === wanted);
  return found === undefined ? undefined : { rules: found[1], path: `${path}.${found[0]}` };
}

/** "No delete before list": what is asked for first must have been answered without an error. */
function orderFindings(
  policy: Policy,
  call: PolicyCall,
  before: readonly PolicyCall[],
  { scenario }: PolicyPlace,
): Finding[] {
  const own = policy.scenarios[scenario]?.order;
  const path = own === undefined ? 'order' : `scenarios.${scenario}.order`;
  return (own ?? policy.order ?? []).flatMap(({ no, before: needed, severity }, index) => {
    if (!matchesAny(call.name, no)) return [];
    if (before.some(({ name, failed }) => failed !== true && matchesAny(name, needed))) return [];
    return [{ rule: `${path}.${index}`, severity, message: `${call.name} before ${needed.join(' or ')}` }];
  });
}

function matchesAny(tool: string, globs: readonly string[]): boolean {
  return globs.some(glob => valueMatches(plainTool(tool), glob));
}
