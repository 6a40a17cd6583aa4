// Calls as elements: `<delete_file path="/srv"/>`, `<tool name="delete_file"><path>/srv</path></tool>`.
import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import type { Taken } from '../formats/format.ts';
import { attributes } from '../formats/shared/attributes.ts';
import { isObject, jsonEnd, parsed, repaired, skipSpace } from '../text/json.ts';
import { toolName } from '../names.ts';
import { escaped } from '../text/text.ts';
import { argumentSchema, assembled, coerced, propertyNames, type Value } from '../values.ts';
import { type Form, namesPattern } from './form.ts';
import { wantsArguments } from './python.ts';

const callTags = 'invoke|tool|tool_use|tool_call|function|function_call|call|action|use_tool|use_mcp_tool|execute';
const nameAttributes = ['name', 'tool', 'tool_name', 'function', 'id'];
const inputTags = 'arguments|parameters|args|input|tool_input|params';
const nameTags = 'name|tool_name|tool|function';

/** Longer elements are hostile, or no calls. */
const longestElement = 100_000;
const mostChildren = 100;

export const elementForm: Form = {
  name: 'element',
  opens(tools) {
    const names = namesPattern(tools);
    return new RegExp(`<(?:${callTags}${names === undefined ? '' : `|${names}`})(?=[\\s>/])`, 'g');
  },
  take(text, at, { tools }): Taken | undefined {
    const element = elementAt(text, at);
    if (element === undefined) return undefined;
    const call = callOfElement(element, tools);
    // A call inside is one of its own, and must not be taken for an argument.
    return call === undefined || holdsCall(element.body, tools, this.opens(tools))
      ? undefined
      : { calls: [call], end: element.end, notes: [] };
  },
};

function holdsCall(body: string, tools: readonly ToolDefinition[], opens: RegExp | undefined): boolean {
  if (opens === undefined) return false;
  const places = new TagPlaces(body);
  let looked = 0;
  for (const { index } of body.matchAll(opens)) {
    if (++looked > mostChildren) return false;
    const inner = elementAt(body, index, places);
    if (inner !== undefined && callOfElement(inner, tools) !== undefined) return true;
  }
  return false;
}

interface Element {
  readonly tag: string;
  readonly given: ReadonlyMap<string, string>;
  readonly body: string;
  readonly closed: boolean;
  /** Nothing closes it: where its body ends, nobody says. */
  readonly open?: true;
  readonly end: number;
}

const opening = /<([\w.:-]+)((?:[^<>"']|"[^"]*"|'[^']*')*)>/y;

/** Where a text's tags of each name close, and where they open with attributes: found once for all elements in it. */
class TagPlaces {
  readonly #places = new Map<string, number[]>();

  constructor(text: string) {
    for (const { 0: tag, index } of text.matchAll(/<\/[\w.:-]+>|<[\w.:-]+ /g)) {
      const known = this.#places.get(tag);
      if (known === undefined) this.#places.set(tag, [index]);
      else known.push(index);
    }
  }

  /** The first place at or after `from`; asked from left to right, each place is passed once. */
  next(tag: string, from: number): number {
    const places = this.#places.get(tag) ?? [];
    while (places.length > 0 && (places[0] as number) < from) places.shift();
    return places[0] ?? -1;
  }
}

/** The element that opens at a place, up to its closing tag, the next one of its kind, or the end. */
function elementAt(text: string, at: number, places?: TagPlaces): Element | undefined {
  opening.lastIndex = at;
  const found = opening.exec(text.length > at + longestElement ? text.slice(0, at + longestElement) : text);
  if (found === null) return undefined;
  const [all, tag = '', inside = ''] = found;
  const given = attributes(inside);
  const from = at + all.length;
  if (inside.trimEnd().endsWith('/')) return { tag, given, body: '', closed: true, end: from };
  const place = (mark: string) => places?.next(mark, from) ?? text.indexOf(mark, from);
  const close = place(`</${tag}>`);
  const again = place(`<${tag} `);
  const ends = [close, again].filter(end => end >= 0 && end - from < longestElement);
  const stop = ends.length === 0 ? undefined : Math.min(...ends);
  if (stop === undefined)
    return given.size === 0 ? undefined : { tag, given, body: '', closed: true, open: true, end: from };
  const closed = stop === close;
  return { tag, given, body: text.slice(from, stop), closed, end: closed ? stop + tag.length + 3 : stop };
}

function callOfElement({ tag, given, body, closed }: Element, tools: readonly ToolDefinition[]): ToolCall | undefined {
  const offered = (name: string) => tools.some(tool => tool.function.name === name);
  const inTag = offered(tag) ? tag : undefined;
  const nameKey = nameAttributes.find(key => given.has(key));
  const named = inTag ?? (nameKey === undefined ? childText(body, nameTags) : given.get(nameKey));
  if (named === undefined || named.trim() === '') return undefined;
  const name = toolName(named, tools);
  // Elements such as <function name="x"> stand in documents too: without arguments it must be an offered tool.
  const entries = [
    ...inAttributes(given, inTag === undefined ? nameKey : undefined, name, tools),
    ...inBody(body, name, tools),
  ];
  const tool = tools.find(one => one.function.name === name);
  const bare = entries.length === 0 && (tool === undefined || wantsArguments(tool));
  if (bare || !/^[\w.:/-]+$/.test(name)) return undefined;
  // `<tool>` alone says little: its arguments are the tool's own, or the tool is not known.
  return { name, ...assembled(entries), state: closed ? 'complete' : 'repaired' };
}

type Entries = [string, Value][];

function inAttributes(
  given: ReadonlyMap<string, string>,
  nameKey: string | undefined,
  name: string,
  tools: readonly ToolDefinition[],
): Entries {
  const properties = propertyNames(tools, name);
  return [...given].flatMap(([key, text]): Entries => {
    if (key === nameKey) return [];
    if (!properties.includes(key) && new RegExp(`^(?:${inputTags})$`).test(key)) return objectEntries(text) ?? [];
    if (properties.length > 0 && !properties.includes(key)) return [];
    return [[key, coerced(text, argumentSchema(tools, name, key))]];
  });
}

/** Arguments inside an element: JSON, `<parameter name="path">…</parameter>`, or `<path>…</path>`. */
function inBody(body: string, name: string, tools: readonly ToolDefinition[]): Entries {
  const inner = childText(body, inputTags) ?? body;
  const json = objectEntries(inner);
  if (json !== undefined) return json;
  const properties = propertyNames(tools, name);
  const entries: Entries = [];
  const places = new TagPlaces(inner);
  for (let at = inner.indexOf('<'); at >= 0 && entries.length < mostChildren; at = inner.indexOf('<', at)) {
    const child = elementAt(inner, at, places);
    if (child === undefined || child.end <= at) {
      at++;
      continue;
    }
    const key = child.given.get('name') ?? child.given.get('key') ?? child.tag;
    // Without a close of its own, its text ends before the next tag.
    const next = child.open === true ? inner.indexOf('<', child.end) : -1;
    const body = child.open === true ? inner.slice(child.end, next < 0 ? undefined : next) : child.body;
    const text = child.given.get('value') ?? body.replace(/^\n|\n$/g, '');
    const known = properties.includes(key) || (properties.length === 0 && !new RegExp(`^(?:${nameTags})$`).test(key));
    if (known) entries.push([key, coerced(text, argumentSchema(tools, name, key))]);
    at = child.end;
  }
  return entries;
}

/** Members of a text that is a JSON object. */
function objectEntries(text: string): Entries | undefined {
  const from = skipSpace(text, 0);
  if (text[from] !== '{') return undefined;
  const end = jsonEnd(text, from);
  const value = parsed(text.slice(from, end)) ?? repaired(text.slice(from, end));
  if (!isObject(value)) return undefined;
  return Object.entries(value).map(([key, item]) => [key, { value: item, json: JSON.stringify(item) }]);
}

function childText(body: string, tags: string): string | undefined {
  const found = body.slice(0, 4000).match(new RegExp(`<(${tags})>\\s*`));
  if (found === null) return undefined;
  const from = (found.index ?? 0) + found[0].length;
  const close = body.indexOf(`</${escaped(found[1] as string)}>`, from);
  return close < 0 ? undefined : body.slice(from, close).trim();
}
