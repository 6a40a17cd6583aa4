// Arguments of a call, held against what they should be: a program's mistake is one line that names it, never a TypeError
// from somewhere inside, nor an option that is silently ignored.
import { z } from 'zod';
import { UserError } from '../errors.ts';

/** What a position holds; the name is what messages call it. Mistakes in an `open` one are named by its keys alone. */
interface Argument {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly open?: boolean;
}

type Schemas<A extends readonly unknown[]> = {
  readonly [K in keyof Required<A>]: readonly [name: string, schema: z.ZodType];
};

/** Names that messages leave out: what they hold is said by its keys. */
const open = new Set(['request', 'choices', 'options', 'weighing', 'context']);

export const argumentsOf = (parts: readonly (readonly [name: string, schema: z.ZodType])[]): Argument[] =>
  parts.map(([name, schema]) => ({ name, schema, open: open.has(name) }));

export function door<A extends readonly unknown[], R>(call: string, use: (...given: A) => R, parts: Schemas<A>) {
  const expected = argumentsOf(parts);
  return (...given: A): R => {
    checkArguments(call, expected, given);
    return use(...given);
  };
}

/** The same where the answer is a promise: a wrong argument is its rejection, not a throw. */
export function promised<A extends readonly unknown[], R>(
  call: string,
  use: (...given: A) => Promise<R>,
  parts: Schemas<A>,
) {
  const checked = door(call, use, parts);
  return async (...given: A): Promise<R> => await checked(...given);
}

/** @throws UserError `bad-request` for what is no such argument, or has keys that nobody reads */
export function checkArguments(call: string, expected: readonly Argument[], given: readonly unknown[]): void {
  const found = expected.flatMap(({ name, schema, open }, index) => {
    const { error } = schema.safeParse(given[index]);
    return (error?.issues ?? []).map(issue => mistakeOf(issue, schema, open && issue.path.length > 0 ? [] : [name]));
  });
  if (found.length === 0) return;
  const near = found.flatMap(({ meant }) => meant ?? []);
  const hint = `${near.length === 0 ? '' : `did you mean ${near.join(', ')}? `}see docs/library.md and docs/settings.md`;
  throw new UserError('bad-request', found.map(({ text }) => text).join('; '), hint, { call });
}

interface Mistake {
  readonly text: string;
  /** The known name that is nearest to one that is not. */
  readonly meant?: readonly string[];
}

function mistakeOf(issue: z.core.$ZodIssue, schema: z.ZodType, above: readonly string[]): Mistake {
  const place = [...above, ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return { text: `${place}: ${issue.message}` };
  const known = keysAt(schema, issue.path);
  const meant = issue.keys.flatMap(key => nearest(key, known) ?? []);
  return { text: `${place}: unknown: ${issue.keys.join(', ')}`, meant };
}

/** Keys that an object of the schema may have. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return keysAt(schema.unwrap(), path);
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Readonly<Record<string, unknown>>;
  return key === undefined ? Object.keys(shape) : keysAt(shape[String(key)], rest);
}

/** undefined where none is near. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const far = Math.max(2, Math.floor(key.length / 3));
  const [best] = known
    .map(name => ({ name, edits: editsBetween(key.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= far ? best.name : undefined;
}

/** Levenshtein's distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= b.length; to++) {
      const same = (row[to - 1] as number) + (letter === b[to - 1] ? 0 : 1);
      next.push(Math.min(same, (row[to] as number) + 1, (next[to - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
