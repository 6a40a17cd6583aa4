// Equality of calls: key order, 1 and 1.0, schema defaults and the order of parallel calls do not matter. Paths and white
// space matter, unless the tool's schema says what an argument is.
import type { ToolCall, ToolDefinition } from '../records/toolcall.ts';
import { isObject, members, parsed } from './text/json.ts';
import { exactNumber, markedNumbers } from './text/numbers.ts';

/**
 * One text for a reply's calls: equal for equal calls, empty for none.
 * A call whose arguments can't be read stands for itself, by its exact text.
 */
export function canonicalReply(calls: readonly ToolCall[], tools: readonly ToolDefinition[]): string {
  return calls
    .map(call =>
      canonicalCall(
        call,
        tools.find(tool => tool.function.name === call.name),
      ),
    )
    .toSorted()
    .join('\n');
}

/** Deeper arguments are compared by their text. */
const deepest = 200;

/**
 * One text for a call. Arguments equal to their schema's default count as left out, at every depth. A key that was
 * written twice with different values makes a call of its own: tools disagree on which one counts.
 */
export function canonicalCall(call: ToolCall, tool: ToolDefinition | undefined): string {
  const asWritten = `${call.name} ?${call.argumentsText.trim()}`;
  if (call.arguments === undefined) return asWritten;
  const exact = parsed(markedNumbers(call.argumentsText));
  const given = isObject(exact) ? exact : call.arguments;
  const schema = tool?.function.parameters;
  const text = canonicalValue(given, schema, 0);
  if (text === undefined) return asWritten;
  return `${call.name} ${text}${repeatedKeys(call)
    .map(([key, values]) => ` ${JSON.stringify(key)}=${values.join('|')}`)
    .join('')}`;
}

/** Keys of a call's arguments that were written more than once, with different values; texts of these. */
export function repeatedKeys({ argumentsText }: Pick<ToolCall, 'argumentsText'>): [key: string, values: string[]][] {
  return [...(members(argumentsText) ?? [])].filter(([, values]) => new Set(values).size > 1);
}

/** undefined: too deep. */
function canonicalValue(value: unknown, schema: unknown, depth: number): string | undefined {
  if (depth > deepest) return undefined;
  const known = isObject(schema) ? schema : {};
  if (typeof value === 'string') return exactNumber(value) ?? JSON.stringify(comparedText(value, known));
  if (Array.isArray(value)) {
    const items = value.map(item => canonicalValue(item, known.items, depth + 1));
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const properties = isObject(known.properties) ? known.properties : {};
  const entries: string[] = [];
  for (const [key, item] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const about = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const text = canonicalValue(item, about, depth + 1);
    if (text === undefined) return undefined;
    const isDefault = isObject(about) && 'default' in about && canonicalValue(about.default, about, depth + 1) === text;
    if (!isDefault) entries.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${entries.join(',')}}`;
}

/**
 * A string as its schema wants it compared: `format: path` (or `file-path`, `directory-path`) without needless slashes and
 * dots, `"x-compare": "words"` with single spaces, else as it is.
 */
function comparedText(text: string, { format, 'x-compare': compare }: Record<string, unknown>): string {
  if (compare === 'words') return text.trim().split(/\s+/).join(' ');
  const isPath = compare === 'path' || ['path', 'file-path', 'directory-path'].includes(String(format));
  return isPath ? plainPath(text) : text;
}

/** `/srv//a/./b/` -> `/srv/a/b`. `..` stays: behind a link it leads elsewhere. */
function plainPath(path: string): string {
  const steps = path.split('/').filter((step, index) => (step !== '' || index === 0) && (step !== '.' || path === '.'));
  const plain = steps.join('/');
  return plain === '' && path !== '' ? (path.startsWith('/') ? '/' : '.') : plain;
}
