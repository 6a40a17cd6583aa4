// What a reply leaves to be said: calls that were read with help, calls in thoughts, and text that only looks like a call.
import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { canonicalReply } from '../canonical.ts';
import type { Format } from '../formats/format.ts';
import { namesPattern } from '../forms/form.ts';
import { members } from '../text/json.ts';
import { escaped } from '../text/text.ts';
import { mentions } from './mentions.ts';
import { asItLooks, namedAsOffered, namesWithin, resembled } from '../text/lookalikes.ts';
import { type Finder, takenFrom } from '../text/pieces.ts';
import { thinkMarkers } from '../reasoning.ts';
import { propertyNames } from '../values.ts';
import { vanishedNotes } from './vanished.ts';

const excerpt = (text: string) => text.trim().slice(0, 200);

/** Notes on calls that are there, but not as the family writes them, or not whole. */
export function callNotes(
  calls: readonly ToolCall[],
  finish: 'stop' | 'length' | 'unfinished' | undefined,
  alone?: readonly ParseNote['code'][],
): ParseNote[] {
  const said = calls.flatMap(({ name, state, argumentsText, otherFormat }): ParseNote[] => {
    const about = { detail: excerpt(argumentsText), tool: name };
    const notes: ParseNote[] = doubledKeys(argumentsText).map(detail => ({
      code: 'malformed-argument',
      detail: excerpt(detail),
      tool: name,
    }));
    if (otherFormat !== undefined)
      notes.push({ code: 'other-format', detail: excerpt(`${otherFormat}: ${argumentsText}`), tool: name });
    if (state === 'repaired') notes.push({ code: 'repaired-call', ...about });
    if (state === 'partial') {
      notes.push(finish === 'stop' ? { code: 'stopped-inside-call', ...about } : { code: 'cut-off-call', ...about });
    }
    return notes;
  });
  return alone === undefined ? said : said.filter(({ code }) => alone.includes(code));
}

/** Keys of arguments that were written again with another value: which one counts, tools disagree on. */
function doubledKeys(argumentsText: string): string[] {
  return [...(members(argumentsText) ?? [])]
    .filter(([, values]) => new Set(values).size > 1)
    .map(([key, values]) => `${key}: ${values.join(' | ')}`);
}

/** Calls whose name nobody offered, and that looks like an offered one: a host may take them for that. */
export function nameNotes(calls: readonly ToolCall[], tools: readonly ToolDefinition[]): ParseNote[] {
  return calls.flatMap(({ name, argumentsText }): ParseNote[] => {
    const alike = new Set([resembled(name, tools), ...namesWithin(name, tools)]);
    return [...alike].flatMap(tool =>
      tool === undefined ? [] : [{ code: 'unread-call', detail: excerpt(`${name} ${argumentsText}`), tool }],
    );
  });
}

/** Arguments under a key that the tool has not, with signs that no key has: what stands there may be a mark and a key. */
export function keyNotes(calls: readonly ToolCall[], tools: readonly ToolDefinition[]): ParseNote[] {
  return calls.flatMap(({ name, arguments: given }): ParseNote[] => {
    const known = propertyNames(tools, name);
    const strange = Object.entries(given ?? {}).find(
      ([key]) => !known.includes(key) && /[^\p{L}\p{N}_.$@:/-]/u.test(key),
    );
    // `{"path": "/a", "delete_file": "/srv/db"}`: another tool, and what it would be given.
    const second = Object.entries(given ?? {}).flatMap(([key, value]): ParseNote[] => {
      const tool = namedAsOffered(key, tools);
      if (known.includes(key) || tool === name || !tools.some(one => one.function.name === tool)) return [];
      return [{ code: 'unread-call', detail: excerpt(`${key}: ${JSON.stringify(value)}`), tool }];
    });
    // `{"path": "/a", "Path": "/srv/db"}`: some hosts ask no more of a key than its letters.
    for (const [key, value] of Object.entries(given ?? {})) {
      const like = known.find(one => one !== key && asItLooks(one).toLowerCase() === asItLooks(key).toLowerCase());
      if (known.includes(key) || like === undefined || !Object.hasOwn(given ?? {}, like)) continue;
      second.push({ code: 'malformed-argument', detail: excerpt(`${key}: ${JSON.stringify(value)}`), tool: name });
    }
    if (known.length === 0 || strange === undefined) return second;
    return [
      ...second,
      { code: 'malformed-argument', detail: excerpt(`${strange[0]}: ${JSON.stringify(strange[1])}`), tool: name },
    ];
  });
}

/** A thought, and whether it was closed: one that was not is looked through as content is. */
interface Thought {
  readonly text: string;
  readonly doubtful?: boolean;
}

/** What thoughts hold that would be counted in content: calls that the reply does not make as well, and what looks like one. */
export function thoughtNotes(
  thoughts: readonly Thought[],
  made: readonly ToolCall[],
  tools: readonly ToolDefinition[],
  finder: Finder,
  own: Format,
): ParseNote[] {
  const seen = made.map(call => canonicalReply([call], tools));
  const known = new Set(seen);
  const notes: ParseNote[] = [];
  for (const { text, doubtful } of thoughts) {
    const read = takenFrom({ pieces: [{ kind: 'content', text }], notes: [] }, finder);
    const found = read.pieces.flatMap(one => (one.kind === 'calls' ? one.calls : []));
    const calls = found.filter(call => !known.has(canonicalReply([call], tools)) && !begins(call, made));
    const [first] = calls;
    if (first !== undefined) notes.push({ code: 'call-in-thought', detail: excerpt(text), tool: first.name, calls });
    notes.push(...nameNotes(calls, tools), ...keyNotes(calls, tools));
    if (doubtful === true || notes.length >= mostNotes) continue;
    const accounted = [...seen, ...found.map(call => canonicalReply([call], tools))];
    const left = read.pieces.flatMap(one => (one.kind === 'content' ? [one.text] : []));
    // A thought may speak of a marker: what counts names a tool.
    const looks = left
      .flatMap(part => mentions(part, tools, own, accounted))
      .concat(swallowedNotes(calls, tools, accounted))
      .filter(({ tool }) => tool !== undefined);
    const said = [...read.notes, ...looks, ...notes.filter(({ code }) => code === 'call-in-thought').slice(-1)];
    notes.push(...read.notes, ...looks, ...vanishedNotes(text, read.pieces, said, tools));
  }
  return notes.slice(0, mostNotes);
}

/** Is a cut-off call the beginning of one that was made? */
function begins({ name, state, argumentsText }: ToolCall, made: readonly ToolCall[]): boolean {
  return state === 'partial' && made.some(one => one.name === name && one.argumentsText.startsWith(argumentsText));
}

/**
 * Text that looks like a call and was not read as one: in what is left as content, and in the arguments of calls that
 * are not whole, or of a tool that nobody offered, which may have swallowed the next one.
 */
export function leftNotes(
  contents: readonly string[],
  made: readonly ToolCall[],
  tools: readonly ToolDefinition[],
  own: Format,
): ParseNote[] {
  const seen = made.map(call => canonicalReply([call], tools));
  const left = contents.flatMap(text => mentions(text, tools, own, seen));
  const behind = made.flatMap(({ argumentsText }) => {
    const text = behindClose(unescaped(argumentsText));
    return text === undefined ? [] : mentions(text, tools, own, seen).filter(({ tool }) => tool !== undefined);
  });
  return [...left, ...swallowedNotes(made, tools, seen), ...behind].slice(0, mostNotes);
}

/** What looks like a call in the arguments of calls that are not whole, or of a tool that nobody offered. */
function swallowedNotes(
  calls: readonly ToolCall[],
  tools: readonly ToolDefinition[],
  seen: readonly string[],
): ParseNote[] {
  const offered = new Set(tools.map(one => one.function.name));
  return calls
    .filter(call => call.state !== 'complete' || !offered.has(call.name) || !fits(call, tools))
    .flatMap(({ argumentsText }) => mentions(unescaped(argumentsText), tools, undefined, seen));
}

const anyClose = new RegExp(
  thinkMarkers
    .flatMap(({ closes }) => closes.map(escaped))
    .concat('</(?:\\w{1,20}:)?(?:param(?:eter)?|arg(?:_value)?|value|invoke|function|tool_call)(?::\\w{1,20})?>')
    .join('|'),
);

/** An argument's text behind what closes a thought, an argument or a call: there it closes nothing, but it may be meant to. */
function behindClose(text: string): string | undefined {
  const close = anyClose.exec(text);
  return close === null ? undefined : text.slice(close.index);
}

/** Has a call no arguments but the tool's own? */
function fits({ name, arguments: given }: ToolCall, tools: readonly ToolDefinition[]): boolean {
  const known = propertyNames(tools, name);
  return known.length === 0 || Object.keys(given ?? {}).every(key => known.includes(key));
}

/** More notes on one reply say no more. */
export const mostNotes = 200;

/** Text inside a JSON string as it was before. */
function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\"', '"');
}

const ofNoCall: ReadonlySet<ParseNote['code']> = new Set(['unread-call', 'malformed-call', 'cut-off-call']);

/** Notes with the name of the offered tool that their text gives, or that their own name of what is no call looks like. */
export function withTools(notes: readonly ParseNote[], tools: readonly ToolDefinition[]): ParseNote[] {
  const names = namesPattern(tools);
  if (names === undefined) return [...notes];
  const pattern = new RegExp(`(?<!\\w-?)${names}(?![\\w-])`);
  return notes.map(note => {
    const written = note.tool ?? note.detail.match(pattern)?.[0];
    if (written === undefined) return note;
    return { ...note, tool: (ofNoCall.has(note.code) ? resembled(written, tools) : undefined) ?? written };
  });
}
