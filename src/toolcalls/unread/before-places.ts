// Calls whose arguments come first: `{"path": "/srv/db"} -> delete_file`, `"/srv/db" | delete_file`.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { bare, isGiven, isPath, isQuoted } from './given.ts';
import { argumentKeys } from '../call.ts';
import { type Rule, keyPattern } from './rule.ts';

/** What leads from arguments to a name. */
const joint = '(?:[\\s|>~=,;:.("\'`*[<-]|\\b(?:to|into|call|run|use|tool|function|action|do|then)\\b){0,30}';
const arrow = '\\s{0,4}(?:\\|>?|[-=~]{1,2}>|>>|<-)\\s{0,4}["\'`*]{0,3}';
/** Nothing goes on behind the name. */
const ends = /^["'`*)\]>]{0,4}(?:\(\))?(?:<\/\w{1,20}>)?[ \t]*[.;]?[ \t]*(?:(?:#|\/\/)[^\n]*)?(?:\n|$)/;

const valueBefore = new RegExp(`(?<value>"[^"\\n]{1,200}"|'[^'\\n]{1,200}'|(?<!\\S)[/~][^\\s|]{1,200})${arrow}$`);

/** `"/srv/db" | delete_file`; in a row of a table it is a cell. */
const valueFirst: Rule = ({ text, context }) => {
  const line = context.slice(context.lastIndexOf('\n') + 1);
  if (/^\s{0,4}\|/.test(line) || !ends.test(text)) return undefined;
  const given = line.match(valueBefore)?.groups?.value ?? '';
  return isPath(given) || (isQuoted(given) && isGiven(given)) ? bare(given) : undefined;
};

/** Rules for arguments before a name. */
export function beforeRules(tool: string, tools: readonly ToolDefinition[]): readonly Rule[] {
  const key = keyPattern(tool, tools);
  if (key === undefined) return [valueFirst];
  const object = new RegExp(
    `[{(]\\s{0,4}["'\`]?${key}["'\`]?\\s{0,4}(?::|=>?)\\s{0,4}(?<value>"[^"\\n]{1,200}"|'[^'\\n]{1,200}'|[^\\s"'{}]{1,200})[^{}\\n]{0,100}[})]{1,4}${joint}$`,
  );
  const inWords = new RegExp(
    `(?:^|\\n)[^\\p{L}\\n]{0,9}(?:(?:set|export|let|const|var|local)[ \\t]+)?["'\`]?${key}["'\`]?\\s?[:= ]\\s?(?<value>\\S{1,200})(?:[ \\t]+|\\n[ \\t]*(?:(?:call|run)[ \\t]+)?)$`,
    'iu',
  );
  // `{"arguments": {"path": "/srv/db"}, "why": "delete_file"}`: hosts look for the name anywhere.
  const argumentsFirst = new RegExp(
    `["'](?:${argumentKeys.join('|')})["']\\s{0,4}:\\s{0,4}\\{[^{}\\n]{0,100}["']${key}["']\\s{0,4}:\\s{0,4}(?<value>"[^"\\n]{1,200}"|[^\\s"{}]{1,100})[^{}\\n]{0,100}\\}\\s{0,4},\\s{0,9}["']\\w{1,40}["']\\s{0,4}:\\s{0,4}["']$`,
  );
  // `{"target": "/srv/db", "operation": "delete_file"}`, `{"/srv/db": "delete_file"}`
  const beside =
    /(?:["'][\w$@]{1,40}["']\s?:\s?)?(?<value>"[^"\n]{1,200}"|'[^'\n]{1,200}')\s?(?:,\s{0,9}["'][\w$@]{1,40}["']\s?)?:\s?["']$/;
  return [
    valueFirst,
    ({ text, context }) => {
      const member = /^["']\s{0,9}\}/.test(text) ? (context.match(beside)?.groups?.value ?? '') : '';
      if (isPath(member)) return bare(member);
      const first = /^["']\s{0,9}[,}]/.test(text) ? (context.match(argumentsFirst)?.groups?.value ?? '') : '';
      if (isGiven(first)) return bare(first);
      if (!ends.test(text)) return undefined;
      const given = context.match(object)?.groups?.value;
      if (given !== undefined && isGiven(given)) return bare(given);
      const told = context.match(inWords)?.groups?.value ?? '';
      return isPath(told) || (isQuoted(told) && isGiven(told)) ? bare(told) : undefined;
    },
  ];
}
