// Text that looks like a call and was not read as one: an offered tool's name where a call would have it, a family's marker.
import type { ParseNote, ToolDefinition } from '../../records/toolcall.ts';
import type { Format } from '../formats/format.ts';
import { formatNames, formats } from '../formats/index.ts';
import { barePlaces } from './bare-places.ts';
import { asItLooks, namedAsOffered } from '../text/lookalikes.ts';
import { mostOfOneTool, mostPlaces, namedPlaces } from './named-places.ts';

/** A second sign so close to the first is the same mention. */
const oneMention = 120;

/** The tag of an argument, or the close of a call behind its arguments, where what opens the call is not there. */
const leftArgument =
  /<(?:[\w｜]{1,20}:?)?(?:param(?:eter)?(?:=|\s{1,9}(?:name|string)=)|arg_(?:key|value)(?::\s?\w{1,20})?\s?>)|[}\])]\s{0,9}<\/(?:function|tool_call|invoke)[>:]/g;

/** Notes on what looks like a call in a text. @param seen canonical texts of calls that were read: they may be spoken of */
export function mentions(
  text: string,
  tools: readonly ToolDefinition[],
  own: Format | undefined,
  seen: readonly string[],
): ParseNote[] {
  if (text.trim() === '') return [];
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
  const looks = namedAsOffered(asItLooks(text), tools);
  if (looks !== text) for (const { at, tool } of namedPlaces(looks, tools, seen, true)) add(at, 'unread-call', tool);
  const rest = (from: number) => {
    for (const { function: tool } of tools) {
      const at = tool.name === '' ? -1 : text.indexOf(tool.name, from);
      if (at >= 0) add(at, 'unread-call', tool.name);
    }
  };
  for (const at of markedPlaces(text, own, rest)) {
    const ownMarker = own !== undefined && own.vague !== true && startsAt(own.opens, text, at);
    const near = text.slice(at, at + 300);
    const tool = tools.find(one => near.includes(one.function.name))?.function.name ?? writtenName(near);
    add(at, ownMarker ? 'malformed-call' : 'unread-call', tool);
  }
  for (const at of upTo(mostPlaces, text.matchAll(leftArgument), rest)) {
    add(at, 'unread-call', nameBeside(text, at, tools));
  }
  for (const { at, tool } of barePlaces(looks, tools, seen)) add(at, 'unread-call', tool);
  return found.toSorted((a, b) => a.at - b.at).map(({ note }) => note);
}

/** The offered name that stands last before a place, else first behind it. */
function nameBeside(text: string, at: number, tools: readonly ToolDefinition[]): string | undefined {
  const [before, after] = [text.slice(Math.max(0, at - oneMention), at), text.slice(at, at + oneMention)];
  const names = tools.map(tool => tool.function.name).filter(name => name !== '');
  const last = names
    .filter(name => before.includes(name))
    .toSorted((a, b) => before.lastIndexOf(b) - before.lastIndexOf(a));
  const first = names.filter(name => after.includes(name)).toSorted((a, b) => after.indexOf(a) - after.indexOf(b));
  return last[0] ?? first[0];
}

function toolOf(note: ParseNote): string | undefined {
  return note.tool;
}

function writtenName(near: string): string | undefined {
  return near.match(/"name"\s*:\s*"([\w.:-]{1,100})"/)?.[1];
}

const markers = formatNames
  .map(name => formats[name] as Format)
  .filter(format => format.vague !== true || format.opensCall !== undefined)
  .map(format => (format.opensCall ?? format.opens).source);
const anyMarker = new RegExp([...new Set(markers)].map(source => `(?:${source})`).join('|'), 'g');

/** The first places of some. @param more told where the search gave up: what stands behind it is not looked at */
function* upTo(most: number, places: Iterable<RegExpExecArray>, more: (from: number) => void): Generator<number> {
  let count = 0;
  for (const { index } of places) {
    if (++count > most) return more(index);
    yield index;
  }
}

/** Places where a family's marker was left. */
function* markedPlaces(text: string, own: Format | undefined, more: (from: number) => void): Generator<number> {
  const ownMarker = own === undefined || own.vague === true ? [] : [new RegExp(own.opens.source, 'g')];
  for (const pattern of [anyMarker, ...ownMarker]) {
    yield* upTo(mostPlaces, text.matchAll(pattern), more);
  }
}

function startsAt(pattern: RegExp, text: string, at: number): boolean {
  const here = new RegExp(pattern.source, 'y');
  here.lastIndex = at;
  return here.test(text);
}
