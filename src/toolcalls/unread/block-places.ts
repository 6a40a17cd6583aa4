// Calls laid out for the eye: labels in any language and their values below each other, tables, elements.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { bare, isGiven, isPath, isQuoted, isTelling, isTellingOrWord, marks, value } from './given.ts';
import { type Rule, keyPattern, matching } from './rule.ts';

const letters = "[\\p{L}\\p{N}'’_ -]{1,40}";
/** `Tool: `, `**Инструмент:** `, `- use = ` */
const label = new RegExp(
  `(?:^|\\n)[^\\p{L}\\n]{0,8}\\p{L}${letters}[*\`_ ]{0,4}[:：=]\\s?[^\\p{L}\\p{N}\\n]{0,6}$`,
  'u',
);
/** What comes out of a tool, or is said of it. */
const ofNoInput =
  /result|output|observ|error|status|descri|purpose|reason|return|respon|note|summar|decision|type|name|example|usage|why|beschreib|ergebnis|zweck|résultat|описан|результат|描述|结果/i;

/** What goes into one. */
const ofInput = /input|arg|param|with$|eingabe|entrada|entrée|аргум|парам|参数|引数|输入|入力/i;

const labelled = new RegExp(
  `^[^\\p{L}\\p{N}\\n]{0,8}\\n{1,2}(?:[^\\n:：]{1,30}[:：][^\\p{L}\\p{N}\\n]{0,6}\\n{1,2})?[^\\p{L}\\n]{0,8}(?<label>\\p{L}${letters}?)[*\`_ ]{0,4}[:：=]\\**\\s{0,4}(?:(?<key>\\w{1,40})\\s?[:=]\\s?)?${value}`,
  'u',
);

/** `Tool: delete_file`, and below it `Argument: /srv/db`: in whatever language. */
const underLabel: Rule = ({ text, context }) => {
  if (!label.test(context)) return undefined;
  const groups = text.match(labelled)?.groups;
  const given = groups?.value?.replace(/^\*{1,2}\s?/, '') ?? '';
  if (ofNoInput.test(groups?.label ?? '')) return undefined;
  const asked = groups?.key !== undefined || ofInput.test(groups?.label ?? '');
  const fits = isPath(given) || (isQuoted(given) && isGiven(given)) || (asked && isTellingOrWord(given));
  return fits ? bare(given) : undefined;
};

/** Elements of a page, which a text about tools has too. */
const ofPage = /^(?:t[dhr]|li|ul|ol|p|a|b|i|em|strong|code|pre|span|div|h\d|d[dlt]|summary|title|small|kbd|q|u)$/i;
const inElement = /<([\w:]{1,40})>\s{0,9}$/;
const contents =
  /^\s{0,9}<\/([\w:]{1,40})>(?<between>(?:\s{0,9}<[\w:]{1,40}>){1,6})\s{0,9}(?<value>[^<>\n]{1,200}?)\s{0,9}<\//;

/** `<methodName>delete_file</methodName> … <string>/srv/db</string>` */
const inElements: Rule = ({ text, context }) => {
  const tag = inElement.exec(context)?.[1];
  const found = contents.exec(text);
  if (tag === undefined || found === null || found[1] !== tag || ofPage.test(tag)) return undefined;
  const { between = '', value: given = '' } = found.groups ?? {};
  return ofNoInput.test(between) || !isGiven(given) || given.split(' ').length > 3 ? undefined : bare(given);
};

const cells = (line: string, separator: string) =>
  line.split(separator).map(cell => cell.replace(/^[\s"'`*|]+|[\s"'`*|]+$/g, ''));

/** A table's row whose head names the tool's own argument. */
function inTable(key: string): Rule {
  const isKey = new RegExp(`^${key}$`, 'i');
  return ({ tool, source, at, text, context }) => {
    const separator = /^["'`*]{0,3}[ ]{0,40}([|\t,;])/.exec(text)?.[1];
    if (separator === undefined) return undefined;
    const above = context.split('\n');
    const end = text.indexOf('\n');
    const row = `${above.pop() ?? ''}${source.slice(at, at + tool.length + (end < 0 ? text.length : end))}`;
    const column = above
      .slice(-3)
      .map(line => cells(line, separator).findIndex(cell => isKey.test(cell)))
      .find(index => index >= 0);
    const given = column === undefined ? '' : (cells(row, separator)[column] ?? '');
    return given === tool || !isGiven(given) || (given.split(' ').length > 2 && !isTelling(given)) ? undefined : given;
  };
}

/** Rules for what is laid out. */
export function blockRules(tool: string, tools: readonly ToolDefinition[]): readonly Rule[] {
  const key = keyPattern(tool, tools);
  if (key === undefined) return [underLabel, inElements];
  const quoted = `["'\`*:-]{0,3}${key}["'\`*\\]]{0,3}`;
  const oneLine = '(?<value>[A-Za-z]{2,40}["\'`]?)[ \\t]*(?:\\n|$)';
  return [
    underLabel,
    inElements,
    inTable(key),
    // `drop_table:\n  table: users`, `Tool: drop_table, table: users`: one word, and the line ends.
    matching(
      `^${marks}:?[ \\t]*(?:[,;]|\\n)[\\s>*•-]{0,12}${quoted}\\s?[:=]\\s?\\**\\s?["'\`]?${oneLine}`,
      isTellingOrWord,
    ),
  ];
}
