// Calls in no form at all: `delete_file path="/srv"`, `call delete_file with {"path": …}`, a name and below it its arguments.
// They are not read. They are told from prose by what stands beside the name: the tool's own argument, and a value.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { namesPattern, startsLine } from '../forms/form.ts';
import { escaped } from '../text/text.ts';
import { takesNothing } from '../forms/python.ts';
import { propertyNames } from '../values.ts';

/** So many places of a text, of each tool, are looked at, and so much behind each; where there are more, that is said. */
const mostPlaces = 1000;
const longestTail = 320;

/** Quotes, brackets and marks around a name. */
const marks = '(?::\\d{1,3})?["\'`*_\\])}>»!]{0,6}(?:</\\w{1,20}>)?';
const value =
  '(?<value>""+[^\\s,}\\])"][^\\n]{0,200}|"[^"\\n]{0,200}"|\'[^\'\\n]{0,200}\'|`[^`\\n]{0,200}`|[^\\n]{1,200})';
const doing = 'call(?:ing)?|run(?:ning)?|us(?:e|ing)|execut(?:e|ing)|invok(?:e|ing)';
const lead = new RegExp(
  `(?:^|[\\s*\`>$#|(["'-])(?:${doing}|tool(?:_call)?|function|action|command|cmd|code|script)["']?\\s*[:=-]?[\\s*\`"'(]*$`,
  'i',
);
/** What a line of commands has before a name. */
const prompt = /(?:^|\n)[ \t]*[@!/$%\\]\s?$/;
/** `Running delete_file on /srv/db`, and nothing else on its line. */
const sentence = new RegExp(`(?:^|\\n)\\W*(?:${doing})(?: the)?(?: tool| function)?\\W*$`, 'i');

/** Types and placeholders are what prose about a tool has in a value's place. */
const noValue =
  /^(?:$|\.{2,}|…|(?:str(?:ing)?|text|int(?:eger)?|number|float|bool(?:ean)?|object|array|list|dict|any|null|none|required|optional|path|value|file)\b[\w ,.()[\]]*$)/i;

/** What is said in quotes. */
const said = /^["'`](?:(?:\w+ ){2}|.*[.!?]["'`]$)/;

interface Tail {
  readonly tool: string;
  readonly at: number;
  readonly text: string;
  readonly before: string;
  readonly startsLine: boolean;
}

/** Places where what looks like a call's arguments stands beside an offered name. @param seen calls that were read */
export function* barePlaces(
  text: string,
  tools: readonly ToolDefinition[],
  seen: readonly string[],
): Generator<{ at: number; tool: string }> {
  const names = namesPattern(tools);
  if (names === undefined) return;
  const known = patterns.get(tools) ?? { name: named(names, tools), rules: new Map<string, readonly Rule[]>() };
  patterns.set(tools, known);
  const { name, rules } = known;
  const places = new Map<string, number>();
  for (const { 0: tool, index: at } of text.matchAll(name)) {
    const place = (places.get(tool) ?? 0) + 1;
    places.set(tool, place);
    if (place === mostPlaces + 1) yield { at, tool };
    if (place > mostPlaces) continue;
    if (!rules.has(tool)) rules.set(tool, rulesOf(tool, tools));
    const end = at + tool.length;
    const before = text.slice(Math.max(0, at - 40), at);
    const tail = { tool, at, text: text.slice(end, end + longestTail), before, startsLine: startsLine(text, at) };
    const given = (rules.get(tool) as readonly Rule[]).map(rule => rule(tail)).find(found => found !== undefined);
    if (given !== undefined ? !isSaid(given, tool, seen) : standsAlone(tail, tools, seen)) yield { at, tool };
  }
}

/** A run reads many replies with the same tools. */
const patterns = new WeakMap<
  readonly ToolDefinition[],
  { readonly name: RegExp; readonly rules: Map<string, readonly Rule[]> }
>();

/** A name on its own, or glued to the first argument: `delete_filepath="/srv"`. */
function named(names: string, tools: readonly ToolDefinition[]): RegExp {
  const keys = new Set(
    tools.flatMap(tool =>
      propertyNames(tools, tool.function.name)
        .filter(key => key !== '')
        .map(escaped),
    ),
  );
  const glued = keys.size === 0 ? '' : `|(?=(?:${[...keys].join('|')})["'\`]?\\s?[:=]\\s?["'\`])`;
  return new RegExp(`(?<!\\w-?)${names}(?:(?![\\w-])${glued})`, 'g');
}

const labels = `(?:${doing.replace('|us(?:e|ing)', '')}|tool_calls?|tool|function|action)["']?\\s{0,3}[:=]?\\s{0,3}`;
const aloneBefore = new RegExp(
  `(?:^|\\n)[ \\t]*(?:[>$%@!/\\\\]{1,3} ?|\`\`\`\\w{0,20}\\s|[\`"'[({]{1,4}|${labels}|functions?\\.|<[^<>\\n]{1,30}>\\n?){0,6}$`,
  'i',
);
const aloneAfter = /^(?::\d{1,3})?["'`\])};]{0,4}(?:\.{3}|[.…!])?(?:<[^<>\n]{1,30}>){0,3}[ \t]*(?:\n|$)/;

/** The name of a tool that takes nothing, on a line of its own; one that is a word must be all that is said. */
function standsAlone(
  { tool, at, text, before }: Tail,
  tools: readonly ToolDefinition[],
  seen: readonly string[],
): boolean {
  if (!takesNothing(tool, tools) || seen.some(call => call.startsWith(`${tool} `))) return false;
  if (!aloneBefore.test(before) || !aloneAfter.test(text)) return false;
  return !/^[a-z]+$/.test(tool) || (at < before.length + 1 && text.replace(aloneAfter, '') === '');
}

/** The value that is given behind a name, where one is. */
type Rule = (tail: Tail) => string | undefined;

function rulesOf(tool: string, tools: readonly ToolDefinition[]): readonly Rule[] {
  const keys = propertyNames(tools, tool).filter(key => key !== '');
  const positional: Rule[] = [onItsLine, inParentheses];
  if (keys.length === 0) return positional;
  const key = `(?:${keys
    .toSorted((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')})`;
  const quoted = `["'\`*:-]{0,3}${key}["'\`*\\]]{0,3}`;
  return [
    // `delete_file … {"path": "/srv"}`
    matching(
      `^[^.{}\\n]{0,60}(?:\\.\\w{0,20})?[^.{}\\n]{0,20}\\n?\\s{0,8}(?:\\d{1,3}[.)])?[^.{}\\n]{0,30}\\{\\s*${quoted}\\s*(?::|=>?)\\s*${value}`,
      isGiven,
    ),
    // `delete_file", "arguments": {"path": "/srv"}`, over any number of lines.
    matching(
      `^["'\`\\s,;:)\\]}✿]{0,12}(?:action\\s{1,9})?(?:arguments|parameters|args|input|params|kwargs)["'\`\\s:=✿]{0,12}[{[(]{0,2}\\s{0,9}${quoted}\\s*(?::|=>?)\\s*${value}`,
      isGiven,
    ),
    // `delete_file … path="/srv"`
    matching(`^\\.?[^.\\n]{0,60}?\\n?[^.\\n\\w]{0,12}(?<!\\w)${quoted}\\s*(?::=|=>|=(?!=))\\s*${value}`, isGiven),
    // `"delete_file": true, "path": "/srv/db"`
    matching(`^["']\\s{0,3}:\\s{0,3}(?:true|1|null|\\{\\}|\\[\\]),\\s{0,9}${quoted}\\s*:\\s*${value}`, isGiven),
    // The same in a fence below: `tool_call(path="/srv")`.
    matching(
      `^[^\\n]{0,40}\\n{1,2}[^\\n]{0,40}\\n?[\\s\\d.>#*|/-]{0,12}(?:[\\w<>]{0,30}\\({1,2}|tool_call)\\s{0,9}${quoted}\\s*[:=]\\s*${value}`,
      isGiven,
    ),
    // The same with whatever stands in the place of `tool_call(`.
    matching(`^${marks}[ \\t]*\\n\\s{0,9}\`{3}\\w{0,10}\\s[^\\n]{0,80}${quoted}\\s*=\\s*${value}`, isGiven),
    // `delete_file path: /srv`, also below each other.
    matching(`^${marks}\\s{0,4}(?:[,;:|]|with\\b|args?\\b)?\\s*(?<!\\w)${quoted}\\s*:\\s*${value}`, isTelling),
    matching(`^${marks}[^\\n]{0,40}\\n\\s{0,8}[-*•>#/|]{0,2}\\s{0,4}${quoted}\\s*:\\s*${value}`, isTelling),
    // `delete_file with path /srv`, `delete_file --path /srv`
    matching(`^${marks},?\\s(?:(?:with|on)\\s(?:the\\s)?|--?|:)?["'\`]?${key}["'\`]?\\s+${value}`, isTelling),
    // `delete_file<path>/srv</path>`
    matching(`^${marks}\\s{0,4}<${key}>\\s{0,4}${value}`, isGiven),
    // `"delete_file", "target": "/srv"`
    matching(`^["'],?\\s*["']\\w{1,40}["']\\s*(?::|=>?)\\s*${value}`, isPath),
    ...positional,
  ];
}

function matching(source: string, fits: (given: string) => boolean): Rule {
  const pattern = new RegExp(source, 'i');
  return ({ text }) => {
    const given = text.match(pattern)?.groups?.value?.replace(/<escape>|<\|"\|>/g, '');
    return given !== undefined && fits(given) ? bare(given) : undefined;
  };
}

const separator = new RegExp(
  `^${marks}[ \\t]*(?:<\\|?\\w{1,20}\\|?>|:=|::?|->|=>|=(?!=)|<<<|[|,;@<([]{1,2})?[ \\t]*[[({]?${value}(?!\\s*:)`,
);
const onPath = new RegExp(`^${marks} (?:on|with(?: (?:the )?argument)?) ${value}`);
const below = new RegExp(`^${marks}[ \\t]*\\n{1,2}[ \\t]*${value}`);
const input =
  /^[^\n]{0,10}\n\s{0,8}(?:\w+ )?(?:input|arguments?|args|parameters?|params)\W{1,4}(?<value>[^\n]{1,200})/i;

/** `delete_file /srv/db` on a line, and nothing else. A name that is a word needs a label before it. */
const onItsLine: Rule = ({ tool, text, before, startsLine: first }) => {
  const stands = first && !/^[a-z]+$/.test(tool);
  if (!lead.test(before) && !stands && !prompt.test(before) && !/[$|(]\s*$/.test(before)) return undefined;
  const given = text.match(separator)?.groups?.value ?? '';
  if (isQuoted(given) ? isGiven(given) : isOnePath(given)) return bare(given);
  const told = sentence.test(before) ? text.match(onPath)?.groups?.value : undefined;
  const alone = stands ? text.match(below)?.groups?.value : undefined;
  const path = [told, alone].find(one => one !== undefined && isOnePath(one));
  if (path !== undefined) return bare(path);
  const labelled = text.match(input)?.groups?.value;
  return labelled !== undefined && isTelling(labelled) ? bare(labelled) : undefined;
};

/** A path, and nothing behind it. */
const isOnePath = (given: string) => isPath(given) && !/\s\S/.test(given.replace(/[\s|>)\].]+$/, ''));

const parenthesis = new RegExp(
  `^${marks}(?:\\.\\w{0,20})?\\s{0,2}(?:\\((?<value>[^()\\n]{1,200})\\)|\\[(?<listed>[^[\\]\\n]{1,200})\\])`,
);

/** `getattr(tools, "delete_file")("/srv")`, `delete_file(path: /srv)`, `delete_file[/srv]` */
const inParentheses: Rule = ({ tool, text }) => {
  // A link, or words in parentheses behind a word.
  if (text.startsWith('](') || (/^[a-z]+$/.test(tool) && /^\W{0,6}\s/.test(text))) return undefined;
  const { value: round, listed } = text.match(parenthesis)?.groups ?? {};
  const given = round ?? listed ?? '';
  const plain = given.replace(/^\s*\w+\s*[:=]\s*/, '');
  return isQuoted(plain.trim()) || /^[/~]|^[A-Z]:\\|^\.{1,2}\//i.test(plain) ? bare(plain) : undefined;
};

const isQuoted = (given: string) => /^(["'`]).+\1$/.test(given);

function bare(given: string): string {
  if (isQuoted(given)) return given.slice(1, -1);
  return (given.replace(/^["'`]{1,3}/, '').split(/[\s,;&|)\]}>"'`]/)[0] ?? '').replace(/[.:!?]+$/, '');
}

const isGiven = (given: string) =>
  !noValue.test(bare(given).trim()) && !said.test(given) && !/^["'`]?[<{[(][\w .-]*[>}\])]/.test(given);

/** A value that no sentence would have in its place. */
function isTelling(given: string): boolean {
  if (isQuoted(given)) return isGiven(given);
  const text = given.trim().replace(/[\s"'`,.;)}\]]+$/, '');
  if (!isGiven(text) || /\be\.g\.|\(/.test(text)) return false;
  return /\s/.test(text) ? /^[/~$.]|\s--?\w/.test(text) : /[^A-Za-z]/.test(text);
}

function isPath(given: string): boolean {
  return isGiven(given) && /^["'`]?(?:[/~]|\.{1,2}\/|[A-Za-z]:[\\/]|[\w.-]+[\\/][\w.-])/.test(given);
}

/** Does a value stand in a call of the tool that was read, from its start up to where one may be taken to end? */
function isSaid(given: string, tool: string, seen: readonly string[]): boolean {
  const text = escaped(JSON.stringify(given).slice(1, -1));
  const said = new RegExp(`["':,[{ ]${text}(?:["'\\s,;&|()\\]}>\`.:!?]|\\\\|$)`);
  return seen.some(calls => calls.split('\n').some(call => call.startsWith(`${tool} `) && said.test(call)));
}
