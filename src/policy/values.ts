// A call's arguments -> its strings with the names they stand under, duplicate keys included.
import type { ToolCall } from '../records/toolcall.ts';
import { isObject, members, parsed } from '../toolcalls/text/json.ts';

/** One value of the arguments and the name of the member it stands under; array items have their array's name. */
export interface NamedValue {
  /** Lower case, without `-` and `_`. */
  readonly name: string;
  readonly value: unknown;
}

/** Names are compared so: `File-Path`, `file_path` and `filePath` are one. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[-_\s]/g, '');
}

/** More values than any honest call has. */
const mostValues = 10_000;

/**
 * All leaves of a call's arguments. A key that is written twice counts twice: which one a tool takes is its own affair.
 * @returns undefined when the arguments can't be read, or are too many to be honest
 */
export function valuesOf({
  arguments: read,
  argumentsText,
}: Pick<ToolCall, 'arguments' | 'argumentsText'>): NamedValue[] | undefined {
  if (read === undefined) return undefined;
  const out: NamedValue[] = [];
  const walk = (name: string, value: unknown): void => {
    if (out.length > mostValues) return;
    if (Array.isArray(value)) for (const item of value) walk(name, item);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) walk(plainName(key), item);
    else out.push({ name, value });
  };
  walk('', read);
  for (const { name, value } of repeated(argumentsText)) walk(name, value);
  return out.length > mostValues ? undefined : out;
}

/** Values of keys that an object at any depth has more than once. */
function repeated(text: string): NamedValue[] {
  const found = members(text);
  if (found === undefined) return [];
  return [...found].flatMap(([key, texts]) => [
    ...(texts.length > 1 ? texts.map(each => ({ name: plainName(key), value: parsed(each) })) : []),
    ...texts.flatMap(repeated),
  ]);
}
