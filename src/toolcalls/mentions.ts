// Text that looks like a call and was not read as one: an offered tool's name where a call would have it, a family's marker.
import type { ParseNote, ToolDefinition } from '../records/toolcall.ts';
import { strictCall } from './call.ts';
import { canonicalReply } from './canonical.ts';
import type { Format } from './formats/format.ts';
import { formatNames, formats } from './formats/index.ts';
import { namesPattern } from './forms/form.ts';
import { wantsArguments } from './forms/python.ts';
import { jsonEnd } from './json.ts';
import { pythonCall } from './python.ts';
import { assembled, propertyNames } from './values.ts';

/** So many places of a text are looked at. */
const mostPlaces = 2000;
/** Notes on one tool say no more when there are more of them; another tool's are not lost behind them. */
const mostOfOneTool = 5;
/** A second sign so close to the first is the same mention. */
const oneMention = 120;

const argumentKey = /["']?\b(?:arguments|parameters|args|input|tool_input|action_input|params|kwargs)\b["']?\s*[:=]/i;
const nameLabel = `["']?\\b(?:name|tool|tool_name|function|function_name|action|recipient_name)["']?\\s*[:=]\\s*["'\`]?`;

/** Notes on what looks like a call in a text. @param seen canonical texts of calls that were read: they may be spoken of */
export function mentions(
  text: string,
  tools: readonly ToolDefinition[],
  own: Format | undefined,
  seen: readonly string[],
): ParseNote[] {
  if (!/[({<[:=]/.test(text)) return [];
  const found: { at: number; note: ParseNote }[] = [];
  const counts = new Map<string | undefined, number>();
  const add = (at: number, code: 'unread-call' | 'malformed-call', tool: string | undefined) => {
    const count = counts.get(tool) ?? 0;
    if (count >= mostOfOneTool) return;
    if (found.some(one => Math.abs(one.at - at) < oneMention && (tool === undefined || tool === toolOf(one.note))))
      return;
    const detail = text.slice(Math.max(0, at), at + 200).trim();
    counts.set(tool, count + 1);
    found.push({ at, note: { code, detail, ...(tool === undefined ? {} : { tool }) } });
  };
  for (const { at, tool } of namedPlaces(text, tools, seen)) add(at, 'unread-call', tool);
  for (const at of markedPlaces(text, own)) {
    const ownMarker = own !== undefined && own.vague !== true && startsAt(own.opens, text, at);
    const near = text.slice(at, at + 300);
    const tool = tools.find(one => near.includes(one.function.name))?.function.name ?? writtenName(near);
    add(at, ownMarker ? 'malformed-call' : 'unread-call', tool);
  }
  return found.toSorted((a, b) => a.at - b.at).map(({ note }) => note);
}

function toolOf(note: ParseNote): string | undefined {
  return note.tool;
}

function writtenName(near: string): string | undefined {
  return near.match(/"name"\s*:\s*"([\w.:-]{1,100})"/)?.[1];
}

/** Places where an offered tool stands as the name of a call. */
function* namedPlaces(
  text: string,
  tools: readonly ToolDefinition[],
  seen: readonly string[],
): Generator<{ at: number; tool: string | undefined }> {
  const names = namesPattern(tools);
  if (names !== undefined) {
    const pattern = namedPattern(tools, names);
    let places = 0;
    const counts = new Map<string, number>();
    for (const match of text.matchAll(pattern)) {
      if (++places > mostPlaces) break;
      const { label, named, bare, tag, value, to } = match.groups as Record<string, string | undefined>;
      const tool = (named ?? bare ?? tag ?? value ?? to) as string;
      const count = counts.get(tool) ?? 0;
      if (count >= mostOfOneTool * 2) continue;
      const at = match.index;
      const nameAt = at + (label ?? '').length;
      if (named !== undefined && !labelled(text, at, nameAt + tool.length, label as string, tool, tools)) continue;
      if (bare !== undefined && spokenOf(text, at, tool, tools, seen)) continue;
      if (isRead(text, at, tools, seen)) continue;
      counts.set(tool, count + 1);
      yield { at, tool };
    }
  }
  // A tool that nobody offered, in a call's own keys.
  let places = 0;
  for (const match of text.matchAll(
    /\{\s*["'](?:name|tool_name|tool)["']\s*:\s*["']([\w.:-]{1,100})["']\s*,\s*["'](?:arguments|args)["']\s*:/g,
  )) {
    if (++places > mostPlaces) break;
    if (!isRead(text, match.index, tools, seen)) yield { at: match.index, tool: match[1] };
  }
}

const knownPatterns = new WeakMap<readonly ToolDefinition[], RegExp>();

function namedPattern(tools: readonly ToolDefinition[], names: string): RegExp {
  const known = knownPatterns.get(tools);
  if (known !== undefined) return known;
  const places = [
    `(?<label>${nameLabel}(?:functions?\\.)?)(?<named>${names})(?![\\w-])`,
    `(?<![\\w-])(?<bare>${names})(?=["'\`]?\\s*(?:[({]|:\\s*\\{))`,
    `<(?<tag>${names})(?=[\\s/>])`,
    `(?<!\\w)[=:](?<value>${names})(?=["']?\\s*>)`,
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
  if (label.includes('=')) return true;
  const near = text.slice(Math.max(0, at - 300), end + 400);
  if (/["'](?:description|properties)["']\s*:/.test(near)) return false;
  if (argumentKey.test(near)) return true;
  const tool = tools.find(one => one.function.name === name);
  if (tool !== undefined && !wantsArguments(tool)) return /^["'`]?\s*[},]?/.test(text.slice(end, end + 5));
  return propertyNames(tools, name).some(key => new RegExp(`["']${key.replace(/\W/g, '.')}["']\\s*:`).test(near));
}

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
  if (given === undefined) return /^["'`]?\s*:?\s*\{[^{}]{0,200}["'](?:description|type|properties)["']\s*:/.test(rest);
  if (given.trim() === '') return tool !== undefined && wantsArguments(tool);
  const properties = propertyNames(tools, name);
  const signature = given
    .split(',')
    .every(part => properties.includes(part.split(/[:=]/)[0]?.trim() ?? '') && !/=\s*\S|["']/.test(part));
  if (signature) return true;
  const read = pythonCall(text, at, key => propertyNames(tools, key));
  if (read?.kind !== 'call') return false;
  return seen.includes(canonicalReply([{ name, ...assembled(read.call.entries), state: 'complete' }], tools));
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

const markers = formatNames
  .map(name => formats[name] as Format)
  .filter(format => format.vague !== true || format.opensCall !== undefined)
  .map(format => (format.opensCall ?? format.opens).source);
const anyMarker = new RegExp([...new Set(markers)].map(source => `(?:${source})`).join('|'), 'g');

/** Places where a family's marker was left. */
function* markedPlaces(text: string, own: Format | undefined): Generator<number> {
  const ownMarker = own === undefined || own.vague === true ? [] : [new RegExp(own.opens.source, 'g')];
  for (const pattern of [anyMarker, ...ownMarker]) {
    let places = 0;
    for (const match of text.matchAll(pattern)) {
      if (++places > mostPlaces) break;
      yield match.index;
    }
  }
}

function startsAt(pattern: RegExp, text: string, at: number): boolean {
  const here = new RegExp(pattern.source, 'y');
  here.lastIndex = at;
  return here.test(text);
}
