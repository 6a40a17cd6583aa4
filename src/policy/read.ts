// Policy text -> Policy with the line of every rule, or one clear line that says where and what.
import { Ajv } from 'ajv';
import picomatch from 'picomatch/posix.js';
import { z } from 'zod';
import { type Policy, policySchema, type ToolPolicy, toolPolicySchema } from '../records/suites/policy.ts';
import { type Checked, readDocument } from '../suite/document.ts';

const kind = { code: 'bad-policy', hint: 'the format is described in docs/policies.md', root: 'policy' };

/** The short form: nothing but tools, `delete_file: {paths: [/tmp/*]}`. */
const shortForm = z.record(z.string(), toolPolicySchema);
const globKeys = ['paths', 'deny_paths', 'domains', 'deny_domains', 'recipients', 'deny_recipients'] as const;

export interface ReadPolicy {
  readonly policy: Policy;
  /** Path of a rule -> its line. */
  readonly lines: Record<string, number>;
}

/**
 * Reads a policy, in full or in its short form.
 * @param file name used in messages
 * @throws UserError `bad-policy` naming file, line and what was expected
 */
export function readPolicy(text: string, file: string): ReadPolicy {
  const short = !/^(schemaVersion|["']schemaVersion["'])\s*:/m.test(text);
  const read = short ? readShort(text, file) : readDocument(text, file, policySchema, kind);
  const lines: Record<string, number> = {};
  const at = (path: readonly (string | number)[]) => {
    // In the short form the document's root is what `tools` is in the full form.
    lines[path.join('.')] = read.line(short ? path.slice(1) : path);
  };
  for (const scope of scopesOf(read.data)) checkScope(read, scope, short, at);
  return { policy: read.data, lines };
}

function readShort(text: string, file: string): Checked<Policy> {
  const read = readDocument(text, file, shortForm, kind);
  const name =
    file
      .split('/')
      .at(-1)
      ?.replace(/\.ya?ml$/, '') ?? 'policy';
  return { ...read, data: { schemaVersion: 1, name, tools: read.data, scenarios: {} } };
}

interface Scope {
  readonly path: readonly (string | number)[];
  readonly scope: Pick<Policy, 'tools' | 'order' | 'default'>;
}

function scopesOf(policy: Policy): Scope[] {
  const overrides = Object.entries(policy.scenarios).map(([id, scope]) => ({ path: ['scenarios', id], scope }));
  return [{ path: [], scope: policy }, ...overrides];
}

function checkScope(
  read: Checked<Policy>,
  { path, scope }: Scope,
  short: boolean,
  at: (path: readonly (string | number)[]) => void,
): void {
  if (scope.default !== undefined) at([...path, 'default']);
  scope.order?.forEach((_, index) => at([...path, 'order', index]));
  for (const [tool, rules] of Object.entries(scope.tools)) {
    const place = [...path, 'tools', tool];
    at(place);
    if (typeof rules === 'string') continue;
    for (const key of Object.keys(rules)) at([...place, key]);
    checkRules(read, short ? place.slice(1) : place, rules);
  }
}

/** Globs that can't be read or that would turn an allowlist around, and argument schemas that are none. */
function checkRules(
  read: Checked<Policy>,
  place: readonly (string | number)[],
  rules: Exclude<ToolPolicy, string>,
): void {
  const globs = [
    ...globKeys.map(key => ({ key, list: rules[key] ?? [] })),
    ...Object.values(rules.values ?? {}).map(list => ({ key: 'values', list })),
    ...Object.values(rules.deny_values ?? {}).map(list => ({ key: 'deny_values', list })),
  ];
  for (const { key, list } of globs) {
    for (const glob of list) {
      if (glob.startsWith('!')) {
        read.refuse([...place, key], `'${glob}' starts with !; write what is forbidden under deny_${key}`);
      }
      if (key.endsWith('paths') && /^~|\$/.test(glob)) {
        read.refuse([...place, key], `'${glob}': write the path out; ~ and $ mean another place for every user`);
      }
      if (!compiles(glob)) read.refuse([...place, key], `'${glob}' is not a glob`);
    }
  }
  const { confirmed_by: by, require_confirmation: asks, arguments: schema } = rules;
  if (by !== undefined && asks !== true) {
    read.refuse([...place, 'confirmed_by'], 'means nothing without require_confirmation: true');
  }
  if (schema === undefined) return;
  try {
    new Ajv({ strict: false }).compile(schema);
  } catch (error) {
    read.refuse([...place, 'arguments'], `not a JSON Schema: ${(error as Error).message}`);
  }
}

function compiles(glob: string): boolean {
  try {
    picomatch(glob, { strictBrackets: true });
    return true;
  } catch {
    return false;
  }
}
