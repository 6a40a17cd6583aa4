// Calls in no form at all: `delete_file path="/srv"`, `call delete_file with {"path": …}`, a name and below it its arguments.
// They are not read. They are told from prose by what stands beside the name: the tool's own argument, and a value.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { namesPattern, startsLine } from '../forms/form.ts';
import { escaped } from '../text/text.ts';
import { takesNothing } from '../forms/python.ts';
import { propertyNames } from '../values.ts';
import { beforeRules } from './before-places.ts';
import { blockRules } from './block-places.ts';
import { codeRules } from './code-places.ts';
import { commandRules } from './command-places.ts';
import {
  bare,
  isGiven,
  isOnePath,
  isPath,
  isQuoted,
  isTelling,
  isTellingOrWord,
  marks,
  saysNothing,
  value,
} from './given.ts';
import { keyPattern, isNoWord, matching, type Place, type Rule } from './rule.ts';

/** So many places of a text, of each tool, are looked at, and so much behind each; where there are more, that is said. */
const mostPlaces = 1000;
const longestTail = 320;

const doing = 'call(?:ing)?|run(?:ning)?|us(?:e|ing)|execut(?:e|ing)|invok(?:e|ing)';
const lead = new RegExp(
  `(?:^|[\\s*\`>$#|(["'-])(?:${doing}|tool(?:_call)?|function|action|command|cmd|code|script)["']?\\s*[:=-]?[\\s*\`"'(]*$`,
  'i',
);
/** What a line of commands has before a name. */
const prompt = /(?:^|\n)[ \t]*[@!/$%\\]\s?$/;
/** `Running delete_file on /srv/db`, and nothing else on its line. */
const sentence = new RegExp(
  `(?:^|\\n)[^\\p{L}\\n]*(?:(?:action|act|step|next|tool|call|cmd|command)[^\\p{L}\\n]{1,6})?(?:${doing}|calls|runs|uses|executes|invokes)(?: the)?(?: tool| function)?[^\\p{L}\\n]*$`,
  'iu',
);
/** Somebody does it, or says that it is done now. */
const about = new RegExp(
  `(?:^|[^\\p{L}])(?:calling|running|using|executing|invoking|(?:will|’ll|'ll|let me|now) (?:${doing}))\\s?(?:the )?["'\`*]{0,2}$|[^\\x00-\\x7f]\\s?$`,
  'iu',
);
const isPathOrQuoted = (given: string) => isPath(given) || (isQuoted(given) && isGiven(given));

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
    const count = (places.get(tool) ?? 0) + 1;
    places.set(tool, count);
    if (count === mostPlaces + 1) yield { at, tool };
    if (count > mostPlaces) continue;
    if (!rules.has(tool)) rules.set(tool, rulesOf(tool, tools));
    const end = at + tool.length;
    // What a name is taken out of is a part of it.
    const from = at - (space.exec(text.slice(Math.max(0, at - 20), at))?.[0].length ?? 0);
    const before = text.slice(Math.max(0, from - 40), from);
    const place = {
      tool,
      at,
      source: text,
      text: text.slice(end, end + longestTail),
      before,
      context: text.slice(Math.max(0, from - longestTail), from),
      startsLine: startsLine(text, from) || signsAlone.test(before),
    };
    const given = firstGiven(rules.get(tool) as readonly Rule[], place, tools);
    if (given !== undefined ? !isSaid(given, tool, seen) : standsAlone(place, tools, seen)) yield { at, tool };
  }
}

const space = /(?<![\w.])(?:functions?|tools?|default_api|api|client)\.$/;
/** Signs of any kind, such as a bullet or an emoji, and no letter. */
const signsAlone = /(?:^|\n)[^\p{L}\p{N}\n]{0,30}$/u;

/** The first value that is given; another tool's name is none, but the next of a list. */
function firstGiven(rules: readonly Rule[], place: Place, tools: readonly ToolDefinition[]): string | undefined {
  for (const rule of rules) {
    const given = rule(place);
    if (given === undefined) continue;
    const word = given.replace(/^\W+/, '');
    if (!tools.some(one => one.function.name === word)) return given;
  }
  return undefined;
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
  // A plugin's name goes before it in Handlebars: `{{files-delete_file path="/srv"}}`.
  return new RegExp(`(?:(?<!\\w-?)|(?<=\\{\\{[#/]?\\w{1,30}-))${names}(?:(?![\\w-])${glued})`, 'g');
}

const labels = `(?:${doing.replace('|us(?:e|ing)', '')}|tool_calls?|tool|function|action)["']?\\s{0,3}[:=]?\\s{0,3}`;
const aloneBefore = new RegExp(
  `(?:^|\\n)[ \\t]*(?:[>$%@!/\\\\]{1,3} ?|\`\`\`\\w{0,20}\\s|[\`"'[({]{1,4}|${labels}|functions?\\.|<[^<>\\n]{1,30}>\\n?){0,6}$`,
  'i',
);
const aloneAfter = /^(?::\d{1,3})?["'`\])};]{0,4}(?:\.{3}|[.…!])?(?:<[^<>\n]{1,30}>){0,3}[ \t]*(?:\n|$)/;

/** The name of a tool that takes nothing, on a line of its own; one that is a word must be all that is said. */
function standsAlone(
  { tool, at, text, before }: Place,
  tools: readonly ToolDefinition[],
  seen: readonly string[],
): boolean {
  if (!takesNothing(tool, tools) || seen.some(call => call.startsWith(`${tool} `))) return false;
  if (!aloneBefore.test(before) || !aloneAfter.test(text)) return false;
  return !/^[a-z]+$/.test(tool) || (at < before.length + 1 && text.replace(aloneAfter, '') === '');
}

function rulesOf(tool: string, tools: readonly ToolDefinition[]): readonly Rule[] {
  const positional: Rule[] = [
    onItsLine,
    inParentheses,
    ...[commandRules, codeRules, blockRules, beforeRules].flatMap(rules => rules(tool, tools)),
  ];
  const key = keyPattern(tool, tools);
  if (key === undefined) return positional;
  const quoted = `["'\`*:-]{0,3}${key}["'\`*\\]]{0,3}`;
  // A colon, an arrow, or nothing between what is in quotes.
  const is = '(?:\\s*(?::|=>?)\\s*|\\s{0,4}(?=["\']))';
  return [
    // `delete_file … {"path": "/srv"}`
    matching(
      `^[^.{}\\n]{0,60}(?:\\.\\w{0,20})?[^.{}\\n]{0,20}\\n?\\s{0,8}(?:\\d{1,3}[.)])?[^.{}\\n]{0,30}(?:\`{3}\\w{0,10}\\s)?\\{\\s*${quoted}${is}${value}`,
      isGiven,
    ),
    // `delete_file", "arguments": {"path": "/srv"}`, over any number of lines.
    matching(
      `^["'\`\\s,;:)\\]}✿]{0,12}(?:action\\s{1,9})?(?:arguments|parameters|args|input|params|kwargs)["'\`\\s:=✿]{0,12}[{[(]{0,2}\\s{0,9}${quoted}${is}${value}`,
      given => (/^["'`]/.test(given) ? isGiven(given) : isTellingOrWord(given)),
    ),
    // `delete_file … path="/srv"`; not where the name is a part of a text: `msg="delete_file denied" path="/srv"`
    matching(
      `^(?! [\\w ]{1,40}["'])\\.?[^.\\n]{0,60}?\\n?[^.\\n\\w]{0,12}(?<!\\w)${quoted}\\s*(?::=|=>|=(?!=))\\s*${value}`,
      isGiven,
    ),
    // Sections of a text: the name alone on its line, labels, and then its arguments.
    matching(
      `^${marks}[ \\t]*\\n(?:[^\\n.]{0,20}(?:arg|param|input)[^\\n.]{0,20}\\n|\\s{0,9}\\n){1,3}\\s{0,8}(?:\`{3}\\w{0,10}\\s)?\\{\\s*${quoted}${is}${value}`,
      isGiven,
    ),
    // `TOOL_NAME: delete_file`, and below it `BEGIN_ARG: path` over the value
    matching(`^${marks}[ \\t]*\\n{1,2}[^\\n.]{0,30}?(?<!\\w)${quoted}:?[ \\t]*\\n\\s{0,8}${value}`, isTelling),
    // `delete_file|path|/srv/db`
    matching(`^${marks}\\s?(?<by>[|,;/])\\s?${quoted}\\s?\\k<by>\\s?${value}`, isTelling),
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
    // `delete_file … with path set to "/srv"`, also in Chinese
    matching(
      `^${marks}[^.\\n]{0,40}?(?<![a-z])${quoted}\\s?(?:(?:set|equal|bound) to|as|is|being|[^\\x00-\\x7f]{1,4})\\s?(?<value>"[^"\\n]{1,200}"|'[^'\\n]{1,200}'|\`[^\`\\n]{1,200}\`|[/~][^\\n]{1,200})`,
      isPathOrQuoted,
      about,
    ),
    // `delete_file<path>/srv</path>`
    matching(`^${marks}\\s{0,4}<${key}>\\s{0,4}${value}`, isGiven),
    // `"delete_file", "target": "/srv"`, `delete_file, target = /srv`
    matching(`^["']?[,;]?\\s*["']?\\w{1,40}["']?\\s*(?::|=>?)\\s*${value}`, isPath),
    ...positional,
  ];
}

const separator = new RegExp(
  `^${marks}[ \\t]*(?:<\\|?\\w{1,20}\\|?>|:=|::?|->|=>|=(?!=)|<<<|<-|\\.{3}|[|,;@<([$*]{1,2})?[ \\t]*[[({*_@]{0,3}${value}(?!\\s*:)`,
);
const onPath = new RegExp(
  `^${marks} (?:on|(?:with|and)(?: the)?(?: (?:argument|input|parameter|value)s?:?)?) ${value}`,
);
const below = new RegExp(`^${marks}[ \\t]*\\n{1,2}[ \\t]*(?:\`{3}\\w{0,10}\\n)?${value}`);
/** `Ejecutando delete_file en /srv/db`: a word, the name, at most a word between, and a path is all of the line. */
const oneWord = /(?:^|\n)[^\p{L}\n]{0,6}(?:[^\x00-\x7f]{1,8}|\p{L}{2,20})[:,]? ?$/u;
const inAnyLanguage = new RegExp(
  `^${marks}[,:]? ?(?:[\\p{L}\\p{M}]{1,7}[:,]? )?(?<value>[^\\s\\n]{2,200})[ \\t]*(?:\\n|$)`,
  'u',
);

const input =
  /^[^\n]{0,10}\n\s{0,8}(?:\w+ )?(?:input|arguments?|args|parameters?|params)\W{1,4}(?<value>[^\n]{1,200})/i;

/** `delete_file /srv/db` on a line, and nothing else. A name that is a word needs a label before it. */
const onItsLine: Rule = ({ tool, text, before, startsLine: first }) => {
  const stands = first && isNoWord(tool);
  const other =
    stands || (isNoWord(tool) && oneWord.test(before)) ? inAnyLanguage.exec(text)?.groups?.value : undefined;
  const whole = other?.replace(/[.。…!]+$/, '') ?? '';
  if (isOnePath(whole)) return bare(whole);
  if (!lead.test(before) && !sentence.test(before) && !stands && !prompt.test(before) && !/[$|(]\s*$/.test(before))
    return undefined;
  const given = text.match(separator)?.groups?.value ?? '';
  if (isQuoted(given) ? isGiven(given) && !saysNothing.test(bare(given)) : isOnePath(given)) return bare(given);
  const told = sentence.test(before) ? text.match(onPath)?.groups?.value : undefined;
  const alone = stands ? text.match(below)?.groups?.value : undefined;
  // The argument that is spoken of may be in quotes.
  if (told !== undefined && isQuoted(told.replace(/\W*$/, end => end.slice(0, 1))) && isGiven(told)) return bare(told);
  const path = [told, alone].find(one => one !== undefined && isOnePath(one));
  if (path !== undefined) return bare(path);
  const labelled = text.match(input)?.groups?.value;
  return labelled !== undefined && isTelling(labelled) ? bare(labelled) : undefined;
};

const parenthesis = new RegExp(
  `^${marks}(?:\\.\\w{0,20})?\\s{0,2}(?:\\((?<value>[^()\\n]{1,200})\\)|\\[(?<listed>[^[\\]\\n]{1,200})\\])`,
);

/** `getattr(tools, "delete_file")("/srv")`, `delete_file(path: /srv)`, `delete_file[/srv]` */
const inParentheses: Rule = ({ tool, text }) => {
  // A link, or words in parentheses behind a word.
  if (/^(?:\.\w{1,20}|`)?\]\((?!["'`])/.test(text) || (/^[a-z]+$/.test(tool) && /^\W{0,6}\s/.test(text)))
    return undefined;
  const { value: round, listed } = text.match(parenthesis)?.groups ?? {};
  const given = round ?? listed ?? '';
  const plain = given.replace(/^\s*\w+\s*[:=]\s*/, '');
  if (plain !== given && !/\w\s*,|=\s*$/.test(given) && isTellingOrWord(plain)) return bare(plain);
  return isQuoted(plain.trim()) || /^[/~]|^[A-Z]:\\|^\.{1,2}\//i.test(plain) ? bare(plain) : undefined;
};

/** Does a value stand in a call of the tool that was read, from its start up to where one may be taken to end? */
function isSaid(given: string, tool: string, seen: readonly string[]): boolean {
  const text = escaped(JSON.stringify(given).slice(1, -1));
  const said = new RegExp(`["':,[{ ]${text}(?:["'\\s,;&|()\\]}>\`.:!?]|\\\\|$)`);
  return seen.some(calls => calls.split('\n').some(call => call.startsWith(`${tool} `) && said.test(call)));
}
