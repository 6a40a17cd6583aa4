// Text that looks like a call and was not read as one: an offered tool's name where a call would have it, a family's marker.
import type { ParseNote, ToolDefinition } from '../../records/toolcall.ts';
import type { Format } from '../formats/format.ts';
import { formatNames, formats } from '../formats/index.ts';
import { barePlaces } from './bare-places.ts';
import { decoded } from '../text/encodings.ts';
import { asItLooks, namedAsOffered } from '../text/lookalikes.ts';
import { mostOfOneTool, mostPlaces, namedPlaces } from './named-places.ts';

/** A second sign so close to the first is the same mention. */
const oneMention = 120;

/** The tag of an argument, or the close of a call behind its arguments, where what opens the call is not there. */
const leftArgument =
  /<(?:[\w｜]{1,20}:?)?(?:param(?:eter)?(?:=|\s{1,9}(?:name|string)=)|arg_(?:key|value)(?::\s?\w{1,20})?\s?>)|[}\])]\s{0,9}<\/(?:function|tool_call|invoke)[>:]/gi;

/** What opens a message, where nothing stands between it and a name. */
const roleHead = /<\|(?:start|im_start)\|>(?:assistant|user|system|tool)(?=\w)/g;

const hidden = /\p{Default_Ignorable_Code_Point}|\u001b/u;

type Sign = { readonly at: number; readonly tool: string | undefined; readonly marked?: boolean };

/** Notes on what looks like a call in a text. @param seen canonical texts of calls that were read: they may be spoken of */
export function mentions(
  text: string,
  tools: readonly ToolDefinition[],
  own: Format | undefined,
  seen: readonly string[],
): ParseNote[] {
  if (text.trim() === '') return [];
  const notes = notesOn(text, tools, own, seen);
  // As a page shows it; what is the same there is not said again.
  const shown = decoded(text).replace(roleHead, '\n');
  if (shown === text) return notes;
  const named = new Set(notes.map(toolOf));
  const more = notesOn(shown, tools, own, seen).filter(({ tool }) => tool !== undefined && !named.has(tool));
  return [...notes, ...more];
}

function notesOn(
  text: string,
  tools: readonly ToolDefinition[],
  own: Format | undefined,
  seen: readonly string[],
): ParseNote[] {
  const found: { at: number; note: ParseNote }[] = [];
  const counts = new Map<string | undefined, number>();
  const add = (source: string, { at, tool, marked }: Sign) => {
    const count = counts.get(tool) ?? 0;
    if (count >= mostOfOneTool) return;
    if (found.some(one => Math.abs(one.at - at) < oneMention && (tool === undefined || tool === toolOf(one.note))))
      return;
    const detail = source.slice(Math.max(0, at), at + 200).trim();
    const code = marked === true ? 'malformed-call' : 'unread-call';
    counts.set(tool, count + 1);
    found.push({ at, note: { code, detail, ...(tool === undefined ? {} : { tool }) } });
  };
  const looks = namedAsOffered(asItLooks(text), tools);
  for (const sign of namedPlaces(text, tools, seen)) add(text, sign);
  if (looks !== text) for (const sign of namedPlaces(looks, tools, seen, true)) add(looks, sign);
  for (const sign of markedPlaces(text, tools, own)) add(text, sign);
  // Signs without width inside of a marker.
  const marked = hidden.test(text) ? markedPlaces(looks, tools, own) : [];
  for (const sign of marked) if (sign.tool !== undefined && !counts.has(sign.tool)) add(looks, sign);
  const close = withoutFilling(looks);
  for (const sign of barePlaces(close, tools, seen)) add(close, sign);
  for (const sign of computedPlaces(text)) add(text, sign);
  return found.toSorted((a, b) => a.at - b.at).map(({ note }) => note);
}

/** A text without long space in it, and without comments where arguments may stand. */
function withoutFilling(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      .replace(/\s{9,}/g, space => (space.includes('\n') ? '\n' : ' '))
      // A line of a shell that goes on below.
      .replace(/ ?\\\n\s{0,40}/g, ' ')
      .replace(/([({,]\s?)(?:\/\*[^*]{0,200}\*\/|(?:\/\/|#)[^\n]{0,200}\n)/g, '$1')
  );
}

/** The offered name that stands last before a place, else first behind it. */
function nameBeside(text: string, at: number, tools: readonly ToolDefinition[]): string | undefined {
  const [before, after] = [text.slice(Math.max(0, at - oneMention), at), text.slice(at, at + oneMention)].map(part =>
    namedAsOffered(asItLooks(part), tools),
  ) as [string, string];
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
const anyMarker = new RegExp([...new Set(markers)].map(source => `(?:${source})`).join('|'), 'gi');

/** Places where a family's marker was left, or the tag of an argument. */
function* markedPlaces(text: string, tools: readonly ToolDefinition[], own: Format | undefined): Generator<Sign> {
  const ownOpens = own === undefined || own.vague === true ? undefined : own.opens;
  for (const pattern of [anyMarker, ...(ownOpens === undefined ? [] : [new RegExp(ownOpens.source, 'g')])]) {
    yield* upTo(mostPlaces, text, pattern, tools, at => {
      const near = namedAsOffered(asItLooks(text.slice(at, at + 300)), tools);
      const tool = tools.find(one => near.includes(one.function.name))?.function.name ?? writtenName(near);
      return { at, tool, marked: ownOpens !== undefined && startsAt(ownOpens, text, at) };
    });
  }
  yield* upTo(mostPlaces, text, leftArgument, tools, at => ({ at, tool: nameBeside(text, at, tools) }));
}

/** The first places of some; where the search gives up, every tool that is named behind it. */
function* upTo(
  most: number,
  text: string,
  pattern: RegExp,
  tools: readonly ToolDefinition[],
  sign: (at: number) => Sign,
): Generator<Sign> {
  let count = 0;
  for (const { index } of text.matchAll(pattern)) {
    if (++count <= most) {
      yield sign(index);
      continue;
    }
    for (const { function: tool } of tools) {
      const at = tool.name === '' ? -1 : text.indexOf(tool.name, index);
      if (at >= 0) yield { at, tool: tool.name };
    }
    return;
  }
}

/** What puts a name together in a program. */
const computed =
  '(?:"[^"\\n]{0,80}"|\'[^\'\\n]{0,80}\')\\s{0,4}(?:\\+|%|\\.(?:join|format|replace|lower|strip|translate)\\(|\\[::-1\\])' +
  '|[fF]["\'][^\\n]{0,80}?\\{|`[^`\\n]{0,80}\\$\\{|\\b(?:chr|fromCharCode|unhexlify|b64decode|atob|reversed|fromhex)\\b';
/** A program that runs what it has put together: which tool that is, only running it would tell. */
const computedCallee = new RegExp(
  `(?:(?:globals|locals|vars)\\(\\)|\\b(?:tools|functions|default_api|api|client|self|this|window|globalThis))\\s?(?:\\.get\\(|\\[)[^\\n]{0,60}?(?:${computed})[^\\n]{0,300}?[\\])]\\s?\\(` +
    `|\\b(?:exec|eval|Function|compile|getattr|__import__)\\([^\\n]{0,60}?(?:${computed})`,
  'g',
);

/** Places where a program calls what it computes. */
function* computedPlaces(text: string): Generator<Sign> {
  if (!/globals|locals|vars|\]\s?\(|\)\s?\(|exec|eval|Function|compile|getattr|__import__/.test(text)) return;
  let count = 0;
  for (const { index: at } of text.matchAll(computedCallee)) {
    if (++count > mostOfOneTool) return;
    yield { at, tool: undefined };
  }
}

function startsAt(pattern: RegExp, text: string, at: number): boolean {
  const here = new RegExp(pattern.source, 'y');
  here.lastIndex = at;
  return here.test(text);
}
