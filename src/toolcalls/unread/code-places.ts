// Calls that a program makes by another name or another's hand: `f = delete_file; f("/srv")`, `submit(delete_file, "/srv")`.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { escaped } from '../text/text.ts';
import { bare, isGiven, isPath, isTelling } from './given.ts';
import { type Rule, keyPattern, matching } from './rule.ts';

/** How far behind a name its other name is looked for. */
const longestReach = 4000;

const literal = '(?<value>"[^"\\n]{1,200}"|\'[^\'\\n]{1,200}\'|`[^`\\n]{1,200}`|-?\\d{1,20}\\b)';
/** Functions that call what they are given. */
const caller =
  /(?:call|run|exec|invoke|dispatch|submit|apply|perform|thread|partial|map|spawn|system|popen|process|command|emit|trigger|task|schedule|use_?tool|tool_?use|request|send)\w{0,20}\(\s{0,4}(?:\w{1,20}\s?[=:]\s?)?\[?\s{0,4}["'`]?(?:[\w$]{1,20}\.){0,3}$/i;
/** An object, a list or a text whose method is called, or a function in parentheses. */
const onLiteral = /(?:["'\])}]\s{0,4}\.\w{1,20}\(|["'][^\n]{0,40}\)\)\()\s{0,4}(?:[\w$]{1,20}\.){0,3}$/;

/** `["/srv/db"].forEach(delete_file)` */
const asMethod: Rule = ({ text, context }) =>
  /^\s{0,4}\)/.test(text) && onLiteral.test(context) ? context.slice(context.lastIndexOf('\n') + 1) : undefined;

/** `f = delete_file; f("/srv/db")`, `import { delete_file as f }`, `const { delete_file: f } = tools` */
const byAnotherName: Rule = ({ tool, source, at, text, context }) => {
  const assigned = /(?:^|[\s;({,"'`])([\w$]{1,40})\s{0,4}:?=\s{0,4}(?:[\w$.]{1,60}\.|[\w$.]{1,40}\[["'])?$/.exec(
    context,
  )?.[1];
  const renamed = /^\s{1,4}as\s{1,4}([\w$]{1,40})/.exec(text)?.[1];
  const taken = /[{,]\s{0,9}$/.test(context) ? /^\s{0,4}:\s{0,4}([\w$]{1,40})\s{0,4}[,}]/.exec(text)?.[1] : undefined;
  const ends = /^(?:["']\])?[ \t]*(?:[;,)\n]|$)/.test(text);
  const name = renamed ?? taken ?? (ends ? assigned : undefined);
  if (name === undefined || name === tool) return undefined;
  const behind = source.slice(at + tool.length, at + longestReach);
  const call = new RegExp(`(?<![\\w.$])${escaped(name)}(?:\\.\\w{1,20})?\\(\\s{0,9}([^)\\s][^\\n]{0,200})`).exec(
    behind,
  );
  return call === null ? undefined : (call[1] as string);
};

/** `@delete_file` over what a program defines: it is called with that. */
const asDecorator: Rule = ({ context, text }) =>
  /(?:^|\n)[ \t]*@ ?(?:\w{1,20}\.)?$/.test(context) &&
  /^(?:\([^\n]{0,80}\))?[ \t]*\n[ \t]*(?:@|def |class |async def )/.test(text)
    ? '@'
    : undefined;

/** Rules for programs. */
export function codeRules(tool: string, tools: readonly ToolDefinition[]): readonly Rule[] {
  const offered = new Set(tools.map(one => one.function.name));
  const fits = (given: string) => isGiven(given) && !offered.has(bare(given));
  const rules: Rule[] = [
    // `dispatch("delete_file", "/srv/db")`
    matching(
      `^["'\`]?\\s{0,4},\\s{0,9}(?:(?:null|None|nil|this|self|undefined|tools),\\s{0,4})?(?:\\w{1,20}\\s?[=:]\\s?)?[[({]{0,2}\\s{0,4}(?:\\w{1,20}\\s?[=:]\\s?)?${literal}`,
      fits,
      caller,
    ),
    // `["rm", "delete_file", "/srv/db"]`, `\call{delete_file}{/srv/db}`
    matching(`^["'],\\s{0,9}${literal}\\s{0,4}[\\],]`, given => isPath(given) && fits(given), /[[,]\s{0,9}["']$/),
    matching(
      `^["'],\\s{0,9}${literal}\\s{0,4}[\\],]`,
      fits,
      /["'](?:command|cmd|argv|args|call)["']\s{0,4}:\s{0,4}\[\s{0,9}["']$/,
    ),
    matching('^\\}\\{(?<value>[^{}\\n]{1,200})\\}', fits, /\\\w{1,20}\{$/),
    // `{"run": "delete_file", "args": ["/srv/db"]}`, `<tool id="delete_file"><input>/srv/db</input>`
    matching(
      `^["'],\\s{0,9}["'][$@]?\\w{0,10}(?:arg|param|input|with|value)\\w{0,10}["']\\s?:\\s?\\[\\s{0,9}${literal}`,
      fits,
      /["'][$@]?\w{1,20}["']\s?:\s?["']$/,
    ),
    matching(
      '^["\'][^<>\\n]{0,40}>\\s{0,9}(?:<[\\w:]{1,40}>\\s{0,9}){1,4}(?<value>[^<>\\n]{1,200})</',
      fits,
      /<[\w:]{1,40}\s[^<>\n]{0,80}=["']$/,
    ),
    // `When I call "delete_file" with "/srv/db"`
    matching(
      '^["\'] (?:with|on|for) (?:the )?(?:\\w{1,20} )?(?<value>"[^"\\n]{1,200}"|\'[^\'\\n]{1,200}\')',
      isPath,
      /["']$/,
    ),
    // `delete_file.apply(null, ["/srv/db"])`
    matching(
      `^(?:["'\`]\\])?(?:\\?\\.|::<[^<>()\\n]{1,20}>|(?:\\.\\w{1,20}){1,2})\\((?:[^()\\n]{0,60}?[,[{]\\s{0,4})?(?:\\w{1,20}\\s?[:=]\\s?)?${literal}`,
      fits,
    ),
    // `DELETE /delete_file/srv/db`
    matching('^/(?<value>[^\\s"\']{2,200})', fits, /(?:GET|POST|PUT|PATCH|DELETE) \S{0,60}\/$/),
    asMethod,
    asDecorator,
    byAnotherName,
  ];
  const key = keyPattern(tool, tools);
  return key === undefined ? rules : [...rules, atAddress(key)];
}

/** The tool is the end of an address, and its argument stands near it: `fetch("/tools/delete_file", {… path: "/srv" …})`. */
function atAddress(key: string): Rule {
  const given = new RegExp(
    `(?<!\\w)${key}["']?(?:\\s{0,4}[:=]\\s{0,4}|\\s{1,4}value=)(?<value>"[^"\\n]{1,200}"|'[^'\\n]{1,200}'|[^\\s"'][^\\n"',}&]{0,200})`,
    'i',
  );
  return ({ text, context }) => {
    if (!/\/$/.test(context) || !/^(?:["'?\s)>]|$)/.test(text)) return undefined;
    const found = [text, context].map(part => part.match(given)?.groups?.value);
    const telling = found.find(one => one !== undefined && isTelling(one));
    return telling === undefined ? undefined : bare(telling);
  };
}
