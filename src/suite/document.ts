// YAML text -> a checked value that remembers its lines, or one clear line that says where and what.
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { UserError } from '../errors.ts';

/** A place in a document: keys and indices from the root. */
export type Path = readonly PropertyKey[];

/** What messages say about a kind of document. */
export interface DocumentKind {
  /** Code of the error, e.g. `bad-suite`. */
  readonly code: string;
  readonly hint: string;
  /** What the root is called, e.g. `suite`. */
  readonly root: string;
}

/** A value that its schema accepted, and where its parts stand. */
export interface Checked<T> {
  readonly data: T;
  /** Line, from 1, of the innermost node that exists along a path. */
  line(path: Path): number;
  /** @throws UserError that names file and line of a mistake which the schema can't see */
  refuse(path: Path, message: string): never;
}

/**
 * Reads a YAML document.
 * @param file name used in messages
 * @throws UserError with the kind's code, naming file, line and what was expected
 */
export function readDocument<S extends z.ZodType>(
  text: string,
  file: string,
  schema: S,
  kind: DocumentKind,
): Checked<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const fail = (line: number, message: string): never => {
    throw new UserError(kind.code, `${file}:${line}: ${message}`, kind.hint, { file, line });
  };
  const broken = document.errors[0];
  if (broken !== undefined) {
    fail(broken.linePos?.[0].line ?? 1, (broken.message.split('\n')[0] as string).replace(/ at line .*$/, ''));
  }
  const line = (path: Path) => lineOf(document, lines, path);
  const place = (path: Path) => (path.length === 0 ? kind.root : path.map(String).join('.'));
  const refuse = (path: Path, message: string) => fail(line(path), `${place(path)}: ${message}`);
  const read = (): unknown => {
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      return fail(1, 'too many aliases (*name): write their content out');
    }
  };
  const parsed = schema.safeParse(read());
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0] as z.core.$ZodIssue);
    return refuse(issue.path, issue.message);
  }
  return { data: parsed.data, line, refuse };
}

/** The most telling issue of a union: the branch that got furthest. */
function deepest(issue: z.core.$ZodIssue): { path: Path; message: string } {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const inner = issue.errors.flat().map(deepest);
  const best = inner.reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return { path: [...issue.path, ...best.path], message: best.message };
}

function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
