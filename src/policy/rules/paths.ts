// Rules about paths: every reading of every path in a call.
import { pathMatches } from '../globs.ts';
import { readPath } from '../paths.ts';
import { type NamedValue, plainName } from '../values.ts';
import { onValues, quoted, type Rule, type RuleInput } from './rule.ts';

/** Names that arguments with paths go by; `paths` and `files` count as well. */
const pathNames =
  /^(?:(?:abs|absolute|full|old|new|input|output|target|source|src|dst|dest|local|remote|base|root|working|current)?(?:path|file|filename|filepath|dir|directory|folder|pathname)s?|source|src|target|destination|dest|dst|cwd|workdir|from|to|root|location|oldname|newname)$/;
/** What looks like a path under any name. */
const pathLook = /^\s*(?:\/|~|\.{1,2}[/\\]|file:|[a-z]:[/\\]|\\\\|%2f|%2e%2e)/i;

/** Arguments that are paths: the ones the rule names, else by their names and looks. */
function pathValues(values: readonly NamedValue[], { rules }: RuleInput): NamedValue[] {
  const named = rules.path_arguments?.map(plainName);
  if (named !== undefined) return values.filter(({ name }) => named.includes(name));
  return values.filter(
    ({ name, value }) => pathNames.test(name) || (typeof value === 'string' && pathLook.test(value)),
  );
}

/** `paths`: an allowlist. A call without any path is not allowed either: it may act on a default one. */
export const paths: Rule = onValues((values, input) => {
  const found = pathValues(values, input);
  if (found.length === 0) return ['names no path'];
  const globs = input.rules.paths ?? [];
  return found.flatMap(({ value }) => {
    if (typeof value !== 'string') return [`path ${quoted(value)} is not a text`];
    const read = readPath(value, input.place);
    if ('problem' in read) return [`path ${quoted(value)} ${read.problem}`];
    const outside = read.paths.find(path => !globs.some(glob => pathMatches(path, glob)));
    return outside === undefined
      ? []
      : [`path ${quoted(value)}${asRead(value, outside)} matches none of ${globs.join(', ')}`];
  });
});

/** `deny_paths`: case is ignored, as some file systems do. */
export const denyPaths: Rule = onValues((values, input) =>
  pathValues(values, input).flatMap(({ value }) => {
    if (typeof value !== 'string') return [];
    const read = readPath(value, input.place);
    if ('problem' in read) return [`path ${quoted(value)} ${read.problem}`];
    for (const glob of input.rules.deny_paths ?? []) {
      const hit = read.paths.find(
        path => pathMatches(path.replace(/[. ]+$/, ''), glob, true) || pathMatches(path, glob, true),
      );
      if (hit !== undefined) return [`path ${quoted(value)}${asRead(value, hit)} matches ${glob}`];
    }
    return [];
  }),
);

function asRead(value: string, path: string): string {
  return value === path ? '' : `, read as ${quoted(path)},`;
}
