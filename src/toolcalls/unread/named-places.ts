// Places of a text where an offered tool stands as the name of a call would, and is not only spoken of.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { argumentKeys, looseNameKeys } from '../call.ts';
import { canonicalReply } from '../canonical.ts';
import { namesPattern, startsLine } from '../forms/form.ts';
import { takesNothing, wantsArguments } from '../forms/python.ts';
import { isObject, jsonEnd, parsed } from '../text/json.ts';
import { pythonCall } from '../text/python.ts';
import { describes, isSchema, strictCall } from '../strict-call.ts';
import { assembled, propertyNames } from '../values.ts';
import { saysNothing } from './given.ts';

/** So many places of a text, of each tool, are looked at; where there are more, that is said of the tool. */
export const mostPlaces = 2000;
/** Notes on one tool say no more when there are more of them; another tool's are not lost behind them. */
export const mostOfOneTool = 5;

const argumentKey = new RegExp(`["']?\\b(?:${argumentKeys.join('|')})\\b["']?\\s{0,20}\\d{0,2}\\s{0,20}[:={]`, 'i');
const labels = [...looseNameKeys, 'method', 'toolName', 'functionName'];
const nameLabel = `["']?\\b(?:${[...labels, 'Name', 'Tool', 'Function', 'Action', 'TOOL', 'FUNCTION', 'ACTION'].join('|')})["']?\\s{0,20}\\d{0,2}\\s{0,20}[:=]\\s{0,20}(?:[>|][+-]?\\s{1,20})?["'\`]{0,3}`;

/** Places where an offered tool stands as the name of a call. @param wholeAlone Python must be a whole call */
export function* namedPlaces(
  text: string,
  tools: readonly ToolDefinition[],
  seen: readonly string[],
  wholeAlone = false,
): Generator<{ at: number; tool: string | undefined }> {
  const names = namesPattern(tools);
  if (names !== undefined) {
    const pattern = namedPattern(tools, names);
    const places = new Map<string, number>();
    const counts = new Map<string, number>();
    let first: number | undefined;
    const isBehindArguments = (at: number) => {
      first ??= text.search(quotedArguments);
      return first >= 0 && first < at;
    };
    for (const match of text.matchAll(pattern)) {
      const { label, named, bare, glued, keyed, tag, value, to } = match.groups as Record<string, string | undefined>;
      const tool = (named ?? bare ?? glued ?? keyed ?? tag ?? value ?? to) as string;
      const count = counts.get(tool) ?? 0;
      if (count >= mostOfOneTool * 2) continue;
      const at = match.index;
      const place = (places.get(tool) ?? 0) + 1;
      places.set(tool, place);
      if (place > mostPlaces) {
        // Whatever else stands there is not looked at: as good as unread.
        counts.set(tool, mostOfOneTool * 2);
        yield { at, tool };
        continue;
      }
      const nameAt = at + (label ?? '').length;
      const spoken = (from: number) => spokenOf(text, from, tool, tools, seen);
      // A label says no more than Python would without it.
      const python = /^["'`]?\s*\(/.test(text.slice(nameAt + tool.length, nameAt + tool.length + 20));
      const end = nameAt + tool.length;
      // The name is the last thing in its object, however long its arguments are.
      const isLast = () => /^"\s{0,20}\}/.test(text.slice(end, end + 30)) && isBehindArguments(at);
      const isNamed = () => isLast() || labelled(text, at, end, label as string, tool, tools);
      if (named !== undefined && !isNamed() && !(python && !spoken(nameAt))) continue;
      if (bare !== undefined && spoken(at)) continue;
      if (bare !== undefined && wholeAlone && !isWhole(text, at, tool, tools)) continue;
      if (glued !== undefined && (spoken(at) || !/[_-]|[a-z][A-Z]/.test(tool) || !isWhole(text, at, tool, tools)))
        continue;
      // `{"delete_file": "denied"}`
      if (keyed !== undefined && saysNothing.test(/(\w+)["']\s*\}$/.exec(match[0])?.[1] ?? '')) continue;
      if (isRead(text, at, tools, seen)) continue;
      counts.set(tool, count + 1);
      yield { at, tool };
    }
  }
  // A tool that nobody offered, in a call's own keys.
  let places = 0;
  for (const match of text.matchAll(
    /\{\s*["'](?:name|tool_name|tool)["']\s*:\s*["']([\w.:-]{1,100})["']\s*,\s*["'](?:(?:arguments|args)["']\s*:|parameters["']\s*:\s*\{(?!\s*["'](?:type|properties|\$schema|required)["']))/g,
  )) {
    if (++places > mostPlaces) {
      yield { at: match.index, tool: match[1] };
      break;
    }
    if (!isRead(text, match.index, tools, seen)) yield { at: match.index, tool: match[1] };
  }
}

const knownPatterns = new WeakMap<readonly ToolDefinition[], RegExp>();

function namedPattern(tools: readonly ToolDefinition[], names: string): RegExp {
  const known = knownPatterns.get(tools);
  if (known !== undefined) return known;
  const places = [
    `(?<label>${nameLabel}(?:functions?\\.)?)(?<named>${names})(?![\\w-])`,
    `(?<!\\w-?)(?<bare>${names})(?=["'\`]?\\s{0,20}(?:[({]|:\\d*\\s{0,20}\\{))`,
    // Behind a word, with no space between: only a whole call is one.
    `(?<=[A-Za-z\\d])(?<glued>${names})(?=["'\`]?\\s{0,3}[({])`,
    // The only key of an object, with a value that may be the only argument.
    `\\{\\s{0,20}["'](?<keyed>${names})["']\\s{0,20}:\\s{0,20}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|\\[[^\\]\n]{0,300}\\]|null|None)\\s{0,20}\\}`,
    `</?(?:[\\w.-]{1,20}:)?(?<tag>${names})(?=[\\s/>])`,
    `(?<!\\w)[=:](?<value>${names})(?=["']?\\s{0,20}>)`,
    `\\bto=["']?(?:functions?\\.)?(?<to>${names})`,
  ];
  const pattern = new RegExp(places.join('|'), 'g');
  knownPatterns.set(tools, pattern);
  return pattern;
}

/** `"name": "delete_file"` stands in results and descriptions too: arguments must be near, or an attribute's `=`. */
function labelled(
  text: string,
  at: number,
  end: number,
  label: string,
  name: string,
  tools: readonly ToolDefinition[],
): boolean {
  if (label.includes('=') && inMarks(text, at, label)) return true;
  const near = text.slice(Math.max(0, at - 300), end + 400);
  if (/["'](?:description|properties)["']\s*:/.test(near) && isDescription(text, at, near, name, tools)) return false;
  // `Action: delete_file[/srv]`
  if (/^(?:\(\))? ?\[/.test(text.slice(end, end + 4))) return true;
  if (argumentKey.test(near)) return true;
  // The reply ends in the object that has the name, or behind the name of an action.
  if (/^\s*Action\b/.test(label) && startsLine(text, at) && endsAction.test(text.slice(end, end + 60))) return true;
  if (label.startsWith('"') && endsInside.test(text.slice(end, end + 60)) && text.lastIndexOf('{', at) >= 0)
    return true;
  if (takesNothing(name, tools)) return /^["'`]?\s*[},]?/.test(text.slice(end, end + 5));
  return propertyNames(tools, name).some(key =>
    new RegExp(`["']${key.replace(/\W/g, '.')}["']\\s*:|\\n\\s*${key.replace(/\W/g, '.')}\\s*=\\s*["']`).test(near),
  );
}

/** Is `tool=delete_file` in a tag, in brackets or in quotes, rather than a field of a log? */
function inMarks(text: string, at: number, label: string): boolean {
  const line = text.slice(Math.max(0, at - 200, text.lastIndexOf('\n', at - 1) + 1), at);
  return /[<[({][^>\])}]*$/.test(line) || /=["'`]/.test(label);
}

const quotedArguments = new RegExp(`"(?:${argumentKeys.join('|')})"\\s{0,20}:`);

const endsAction = /^["'`*\s]*(?:A(?:c(?:t(?:i(?:o(?:n(?: I?(?:n(?:p(?:ut?)?)?)?)?)?)?)?)?)?)?\s*$/;
const endsInside = /^"\s*(?:,\s*(?:"\w{0,30}(?:"\s*:?\s*)?)?)?\s*$/;

/** Prose about a tool, `delete_file()` or `delete_file(path: str)`, and a description of one. */
function spokenOf(
  text: string,
  at: number,
  name: string,
  tools: readonly ToolDefinition[],
  seen: readonly string[],
): boolean {
  const rest = text.slice(at + name.length, at + name.length + 400);
  const given = rest.match(/^["'`]?\s*\(([^()]*)\)/)?.[1];
  const tool = tools.find(one => one.function.name === name);
  if (given === undefined) return describedAfter(text, at + name.length, name, tools);
  // `delete_file (deletes a file)`
  if (/^ \((?:[A-Za-z][\w'’-]*[,;]? ){1,30}[\w'’-]+[.!?]?\)/.test(rest)) return true;
  if (given.trim() === '') return tool !== undefined && wantsArguments(tool);
  const properties = propertyNames(tools, name);
  const signature = given
    .split(',')
    .every(part => properties.includes(part.split(/[:=]/)[0]?.trim() ?? '') && !/=\s*\S|["']|:\s*[^\w\s<[]/.test(part));
  if (signature) return !isAssigned(text, at, given);
  const read = pythonCall(text, at, key => propertyNames(tools, key));
  if (read?.kind !== 'call') return false;
  return seen.includes(canonicalReply([{ name, ...assembled(read.call.entries), state: 'complete' }], tools));
}

/** `path = "/srv"` on a line before `delete_file(path)`: code that makes the call, and no signature of the tool. */
function isAssigned(text: string, at: number, given: string): boolean {
  const before = text.slice(Math.max(0, at - 1000), at);
  return given
    .split(',')
    .map(part => part.split(/[:=]/).at(-1)?.trim() ?? '')
    .some(name => /^\w+$/.test(name) && new RegExp(`(?:^|\\n|>)[ \\t]*${name}[ \\t]*=[ \\t]*["'\\d[{]`).test(before));
}

/** Is a place in the definition of a tool? What can't be read is one where it has a definition's keys. */
function isDescription(
  text: string,
  at: number,
  near: string,
  name: string,
  tools: readonly ToolDefinition[],
): boolean {
  const open = text.lastIndexOf('{', at);
  const end = open < 0 ? undefined : jsonEnd(text.slice(open, open + 4000), 0);
  const value = end === undefined || open + end < at ? undefined : parsed(text.slice(open, open + end));
  if (isObject(value)) {
    if (describes(value) === 'surely') return !saysMore(value, name, tools);
    return !argumentKeys.some(key => key in value);
  }
  return /["'](?:parameters|input_?schema)["']\s*:\s*\{\s*["'](?:type|properties|\$schema|required)["']/i.test(near);
}

/** Values in a definition that the offered tool's own has not: `{"path": {"type": "string", "default": "/srv"}}`. */
function saysMore(value: Record<string, unknown>, name: string, tools: readonly ToolDefinition[]): boolean {
  const own = JSON.stringify(tools.find(one => one.function.name === name) ?? {});
  return [...JSON.stringify(value).matchAll(/"(?:default|const|examples?|value|enum)":(\[[^\]]{0,200}|"[^"]{0,200}")/g)]
    .map(([, given = '']) => given.replace(/^[["]+|"+$/g, ''))
    .some(given => given !== '' && !own.includes(given));
}

/** `delete_file: {"description": …}`, and no arguments of its own. */
function describedAfter(text: string, from: number, name: string, tools: readonly ToolDefinition[]): boolean {
  const lead = text.slice(from, from + 40).match(/^["'`]?\s*:?\s*(?=\{)/)?.[0];
  if (lead === undefined) return false;
  const body = text.slice(from + lead.length, from + lead.length + 4000);
  const value = parsed(body.slice(0, jsonEnd(body, 0)));
  if (!isObject(value)) return /^\{[^{}]{0,200}["'](?:description|type|properties)["']\s*:/.test(body);
  if (propertyNames(tools, name).some(key => key in value)) return false;
  const schema = isSchema(value, false);
  if (schema === 'surely') return !saysMore(value, name, tools);
  // Settings of a tool: `delete_file: {"enabled": false}`
  const values = Object.values(value);
  if (values.length > 0 && values.every(one => typeof one === 'boolean' || typeof one === 'number')) return true;
  return schema === undefined && ('description' in value || 'type' in value);
}

/** Is there a whole call at a place, in Python or with JSON of the tool's own arguments behind the name? */
function isWhole(text: string, at: number, tool: string, tools: readonly ToolDefinition[]): boolean {
  const read = pythonCall(text, at, key => propertyNames(tools, key));
  if (read?.kind === 'call') return read.call.entries.length > 0 || takesNothing(tool, tools);
  const open = text.slice(at, at + tool.length + 10).indexOf('{');
  const body = open < 0 ? '' : text.slice(at + open, at + open + 4000);
  const value = parsed(body.slice(0, jsonEnd(body, 0)));
  const keys = isObject(value) ? Object.keys(value) : [];
  return keys.length > 0 && keys.every(key => propertyNames(tools, tool).includes(key));
}

/** Is a place inside JSON that says no more than a call which was read? */
function isRead(text: string, at: number, tools: readonly ToolDefinition[], seen: readonly string[]): boolean {
  if (seen.length === 0) return false;
  const open = text.lastIndexOf('{', at);
  if (open < 0 || at - open > 400) return false;
  const end = jsonEnd(text.slice(open, open + 4000), 0);
  const call = end === undefined ? undefined : strictCall(text.slice(open, open + end));
  return call !== undefined && seen.includes(canonicalReply([call], tools));
}
