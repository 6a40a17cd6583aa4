import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import type { FormatContext, Taken } from '../formats/format.ts';
import { escaped } from '../text/text.ts';

/** A way of writing calls that belongs to no family: JSON alone, Python, elements. Without a marker, more is asked of it. */
export interface Form {
  /** For people. */
  readonly name: string;
  /** Where a call of an offered tool, or of any, may start; undefined: nowhere. With the global flag. */
  opens(tools: readonly ToolDefinition[]): RegExp | undefined;
  /** Reads the calls at `at`, where `opens` matched; undefined when the text there is no call, or only speaks of one. */
  take(text: string, at: number, context: FormatContext): Taken | undefined;
}

/** Offered names as alternatives of a pattern, longer ones first; undefined where no tool was offered. */
export function namesPattern(tools: readonly ToolDefinition[]): string | undefined {
  if (!knownNames.has(tools)) knownNames.set(tools, alternatives(tools));
  return knownNames.get(tools);
}

const knownNames = new WeakMap<readonly ToolDefinition[], string | undefined>();

function alternatives(tools: readonly ToolDefinition[]): string | undefined {
  const names = tools.map(tool => tool.function.name).filter(name => name !== '');
  if (names.length === 0) return undefined;
  return `(?:${names
    .toSorted((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')})`;
}

/** So much of a line is looked at. */
const longestLine = 200;

/** The text before a place on its line. */
export function lineBefore(text: string, at: number): string {
  const from = Math.max(0, at - longestLine);
  const line = text.slice(Math.max(from, text.lastIndexOf('\n', at - 1) + 1), at);
  return at === 0 ? '' : line;
}

/** The text after a place on its line. */
export function lineAfter(text: string, at: number): string {
  const part = text.slice(at, at + longestLine);
  const end = part.indexOf('\n');
  return end < 0 ? part : part.slice(0, end);
}

/** Is there nothing but marks in a part of a line: bullets, quotes, fences, brackets, tags? */
function onlyMarks(line: string): boolean {
  const plain = line
    .replace(/```[\w-]*/g, '')
    .replace(/<[^<>\n]{0,80}>|\[\/?[A-Z_]{1,30}\]/g, '')
    .replace(/\b\d{1,3}[.)]/g, '');
  return /^[\s\-*>+•[\](){}`"',;.]*$/.test(plain);
}

/** Does a text stand at its line's start or end, rather than inside a sentence? */
export function atLineEdge(text: string, at: number, end: number): boolean {
  return startsLine(text, at) || onlyMarks(lineAfter(text, end));
}

/**
 * Are calls without a marker meant as such? Where tools were offered and none of these is one, they must stand on lines of
 * their own: inside a sentence they are an example, or no calls at all.
 */
export function isMeant(
  calls: readonly ToolCall[],
  tools: readonly ToolDefinition[],
  text: string,
  { at, end }: { readonly at: number; readonly end: number },
): boolean {
  if (tools.length === 0 || calls.some(call => tools.some(tool => tool.function.name === call.name))) return true;
  const named = calls.every(({ name }) => /^[^\s(){}]+$/.test(name.trim()));
  return named && startsLine(text, at) && onlyMarks(lineAfter(text, end));
}

/** Is there nothing but marks before a place on its line? */
export function startsLine(text: string, at: number): boolean {
  return onlyMarks(lineBefore(text, at));
}
