// Suite text -> Suite, or one clear line that says where and what: file, line, what was expected.
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { type Suite, suiteSchema } from '../records/suite.ts';
import { findMistakes } from './check.ts';

/**
 * Reads a suite.
 * @param text YAML, format v1
 * @param file name used in messages
 * @throws UserError `bad-suite` naming file, line and what was expected
 */
export function readSuite(text: string, file: string): Suite {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    fail(file, broken.linePos?.[0].line ?? 1, (broken.message.split('\n')[0] as string).replace(/ at line .*$/, ''));
  }
  const parsed = suiteSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0] as z.core.$ZodIssue);
    fail(file, lineOf(document, lines, issue.path), `${placeText(issue.path)}: ${issue.message}`);
  }
  const mistake = findMistakes(parsed.data)[0];
  if (mistake !== undefined) {
    fail(file, lineOf(document, lines, mistake.path), `${placeText(mistake.path)}: ${mistake.message}`);
  }
  return parsed.data;
}

type Path = readonly PropertyKey[];

function fail(file: string, line: number, message: string): never {
  const hint = 'the format is described in docs/suites.md and in suites/suite.schema.json';
  throw new UserError('bad-suite', `${file}:${line}: ${message}`, hint, { file, line });
}

/** The most telling issue of a union: the branch that got furthest. */
function deepest(issue: z.core.$ZodIssue): { path: Path; message: string } {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const inner = issue.errors.flat().map(deepest);
  const best = inner.reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return { path: [...issue.path, ...best.path], message: best.message };
}

function placeText(path: Path): string {
  return path.length === 0 ? 'suite' : path.map(String).join('.');
}

/** Line of the innermost node that exists along a path. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
