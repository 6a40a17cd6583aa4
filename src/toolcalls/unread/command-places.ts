// Calls as a shell would make them: `sudo delete_file /srv/db`, `echo /srv/db | xargs delete_file`, `bash -c "delete_file …"`.
import { type Rule, isNoWord, keyPattern, matching } from './rule.ts';
import type { ToolDefinition } from '../../records/toolcall.ts';
import { bare, isGiven, isOnePath, isPath, isQuoted, isTellingOrWord, marks, value } from './given.ts';

/** What stands before a command: nothing on its line, an operator, an opening mark, or a word that runs what follows. */
const runs =
  '(?:docker|podman|kubectl) exec(?: -[\\w-]{1,20})* [\\w./-]{1,40}(?: --)?|sudo|doas|env|nohup|exec|time|npx|bunx|uvx|then|do|else|xargs(?: -\\S{1,20})*|parallel|sh|bash|python3?(?: -m)?|node|run|call|tool|eval|command';
const atCommand = new RegExp(
  `(?:(?:^|\\n)[^\\p{L}\\p{N}\\n]*|[;&|({\`"'$#%>!@*[\\]]\\s{0,4}|(?:^|[^\\p{L}])(?:${runs})[ \\t]+(?:[\\w-]{1,20}\\.)?)$`,
  'iu',
);
/** A prompt on its line. */
const prompt =
  /(?:^|\n)[ \t]*(?:[$%] ?|[\w.-]{1,40}@[^\n$#%>]{1,60}[$#%>] ?|PS[^>\n]{0,60}> ?|[A-Z]:\\[^>\n]{0,60}> ?|\w{2,10}> )$/;
/** A call of a command in a text that a program has: `os.system("`, `bash -c "`, `"command": "`. */
const inString = /(?:\w\(\s{0,4}\[?|-c |["'](?:command|cmd|script|shell|bash|exec)["']\s?:\s?)["'`]$/;
const shells = /^(?:bash|sh|shell|zsh|fish|console|terminal|cmd|bat|batch|powershell|pwsh|ps1)\b/i;

const word = `^${marks}[ \\t]+(?!--help|-h\\b)(?<value>[^\\s'"\`|;&<>][^\\n]{0,200}|"[^"\\n]{1,200}"|'[^'\\n]{1,200}')`;

/** In a fence of a shell, at a prompt, or where a program runs a text, whatever stands behind a command is its argument. */
const asCommand: Rule = ({ text, context, source, at }) => {
  const shell = prompt.test(context) || (atCommand.test(context) && inShell(source, at));
  if (!shell && !inString.test(context)) return undefined;
  const given = new RegExp(word).exec(text)?.groups?.value;
  if (given === undefined || !isGiven(given)) return undefined;
  // The text of a program ends with its quote.
  return shell || /^[^\n"'`]{1,200}["'`]|^[^\n]{0,20}["'][^\n]{1,200}["']/.test(text) ? bare(given) : undefined;
};

/** Is a place in a fence with a shell's name? */
function inShell(source: string, at: number): boolean {
  const open = source.lastIndexOf('```', at);
  return open >= 0 && shells.test(source.slice(open + 3, open + 20));
}

const pathBehind = new RegExp(
  `^${marks}(?:[ \\t]*<{1,3}(?!/?\\w{1,20}>)[ \\t]?(?:\\w{1,9}\\n)?|[ \\t]+(?:--[ \\t])?)${value}`,
);

/** `… && delete_file /srv/db; …` */
const onPath: Rule = ({ tool, text, context }) => {
  const given = text.match(pathBehind)?.groups?.value ?? '';
  const first = isQuoted(given) ? given : (given.split(/[;&|]|\s(?:&&|\|\|)|["'`]/)[0] ?? '').trim();
  if (!isPath(first) || !isOnePath(first)) return undefined;
  return isNoWord(tool) && atCommand.test(context) ? bare(first) : undefined;
};

/** What is piped into a command has no other place than before it. */
const piped: Rule = ({ context, text }) => {
  const line = context.slice(context.lastIndexOf('\n') + 1);
  if (!/^["'`]?(?:[ \t]*(?:[|;&<"]|\$|-|:::|\n|$))/.test(text)) return undefined;
  // Nor has what a loop or a function hands on.
  return /\bxargs\b[^|\n]{0,60}$|\bparallel\b[^|\n]{0,40}$|\b(?:while read \w{1,20}|for \w{1,20} in [^;\n]{1,100}); do $|\w\(\) \{ $/.test(
    line,
  )
    ? line
    : undefined;
};

const words = '(?<value>[^\\s;&|`"\'.,!?()]{2,60}(?: [^\\s;&|`"\'.,!?()]{1,60})?)';
/** `cd / && drop_table users`, `sudo drop_table users` */
const inChain = matching(
  `^ ${words}\\s{0,4}(?:$|\\n|[;&|])`,
  isTellingOrWord,
  /(?:&&|\|\||(?:^|[^\p{L}])(?:sudo|doas|nohup|npx|bunx|uvx|xargs|node|python3?(?: -m)?)) (?:\w{1,20}\.|\.\/)?$|(?:^|\n)\.\/$/u,
);
/** A command in a span of code. */
const inSpan = matching(
  '^ (?<value>[^`\\n]{2,100})`(?!`)',
  given => !/\s/.test(given) && isTellingOrWord(given),
  /(?:^|[^`])`$/,
);
/** `Executing: drop_table users` */
const afterColon = matching(
  `^ ${words}[ \\t]*(?:$|\\n)`,
  given => !/\s/.test(given) && isTellingOrWord(given),
  /(?:^|\n)[^\p{L}\n]{0,6}(?:(?:executing|running|calling|invoking|run|exec|tool|cmd|command): ?|mcp call )$/iu,
);

/** A program's file is the tool's only where no word has its name: `node parse.js` parses nothing. */
const asProgram =
  (rule: Rule): Rule =>
  place =>
    !isNoWord(place.tool) && /^\.\w/.test(place.text) ? undefined : rule(place);

/** Rules for commands of a shell. */
export function commandRules(tool: string, tools: readonly ToolDefinition[]): readonly Rule[] {
  const key = keyPattern(tool, tools);
  const flag = matching(`^${marks}[ \\t]+--?(?!help\\b)[a-z][\\w-]{0,30}(?:[ \\t]+|=)(?!-)${value}`, isGiven);
  if (key === undefined) return [asCommand, onPath, piped, flag].map(rule => asProgram(rule));
  const assigned = new RegExp(
    `(?:^|\\s)${key}=(?<value>"[^"\\n]{1,200}"|'[^'\\n]{1,200}'|\\S{1,200}) +(?:\\w+ +)?$`,
    'i',
  );
  const inEnvironment: Rule = ({ context }) => {
    const given = context.match(assigned)?.groups?.value;
    return given !== undefined && isGiven(given) ? bare(given) : undefined;
  };
  // `/drop_table users`, `{{drop_table users}}`, `<cmd>drop_table users</cmd>`
  const ofOneWord = [
    matching('^ (?<value>[^\\s.,!?]{2,100})[ \\t]*(?:\\n|$)', isGiven, /(?:^|\n)[ \t]*[/!]$/),
    matching('^ (?<value>[^{}\\n]{2,100})\\}\\}', isGiven, /\{\{[#/]?\s?(?:\w{1,30}[-.])?$/),
    matching('^ (?<value>[^()\\n]{2,100})\\)', isGiven, /\$\($/),
    matching(
      '^ (?<value>[^<>\\n]{2,100})</',
      isGiven,
      /<(?:cmd|run|command|exec|execute|shell|bash|call|action|tool)>\s?$/i,
    ),
  ];
  const chained = isNoWord(tool) ? [inChain, inSpan, afterColon] : [];
  return [asCommand, onPath, piped, flag, inEnvironment, ...ofOneWord, ...chained].map(rule => asProgram(rule));
}
