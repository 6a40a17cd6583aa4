// Calls of offered tools as Python writes them, on lines of their own: alone, in a list, in a fence, in print(…).
import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import type { Taken } from '../formats/format.ts';
import { skipSpace } from '../text/json.ts';
import { mostCalls } from '../json-calls.ts';
import { toolName } from '../names.ts';
import { pythonCall, type PythonCall, pythonState } from '../text/python.ts';
import { assembled, propertyNames } from '../values.ts';
import { type Form, lineAfter, lineBefore, namesPattern } from './form.ts';

const spaces = '(?:default_api|functions?|tools?|api|client)\\.';
/** What a statement may have before its call. */
const statement = /^(?:[A-Za-z_]\w* *= *)?(?:await +|return +|print\( *)*[[(`]*(?:call: *)?$/;
const after = /^\s*[\])`]*[;,]?\s*(?:#.*|<[^<>\n]{0,60}>\s*)?$/;

/** `delete_file(path="/srv")`: the name is offered, every argument a literal, and the line has nothing else. */
export const pythonForm: Form = {
  name: 'python',
  opens(tools) {
    const names = namesPattern(tools);
    return names === undefined ? undefined : new RegExp(`(?<![\\w.])(?:${spaces})?${names}(?:\\.call)?[ \\t]*\\(`, 'g');
  },
  take(text, at, { tools }): Taken | undefined {
    const before = lineBefore(text, at).replace(/<[^<>\n]{0,80}>/g, '');
    if (!statement.test(before.trimStart()) || (/^\s/.test(before) && inBlock(text, at))) return undefined;
    const calls: ToolCall[] = [];
    let end = at;
    for (let next = at; calls.length < mostCalls; ) {
      const read = pythonCall(text, next, name => propertyNames(tools, plainName(name, tools)));
      if (read?.kind !== 'call') break;
      const call = offeredCall(read.call, tools);
      if (call === undefined) break;
      calls.push(call);
      end = read.call.end;
      const gap = skipSpace(text, end);
      if (text[gap] !== ',' && text[gap] !== ';') break;
      next = skipSpace(text, gap + 1);
    }
    if (calls.length === 0 || !after.test(lineAfter(text, end))) return undefined;
    return { calls, end, notes: [] };
  },
};

/** Code that is meant to be run as calls: ```tool_code, <tool_code>. Its tools need not be offered. */
export const toolCodeForm: Form = {
  name: 'tool-code',
  opens: () => /(?:```tool_(?:code|call)s?[ \t]*\n|<tool_code>)/g,
  take(text, at, { tools }): Taken | undefined {
    const opening = text.startsWith('<tool_code>', at) ? '<tool_code>' : text.slice(at, text.indexOf('\n', at) + 1);
    const close = opening.startsWith('<') ? '</tool_code>' : '```';
    const from = at + opening.length;
    const closed = text.indexOf(close, from);
    const stop = closed < 0 ? text.length : closed;
    const { calls, end } = statements(text, from, stop, tools);
    if (calls.length === 0) return undefined;
    // What is no statement is left as text.
    return { calls, notes: [], end: end < stop || closed < 0 ? end : closed + close.length };
  },
};

const codeCallStart = /\s*(?:[A-Za-z_]\w* *= *)?(?:await +|print\( *)*\[?(?=[A-Za-z_][\w.]*\()/y;
/** Lines between calls that do nothing. */
const idle = /\s*(?:#[^\n]*|(?:import|from) [^\n]*|print\(\s*\w*\s*\)[ \t]*)(?=\n|`|<|$)/y;
const statementEnd = /[ \t]*\)?\]?[;,]?/y;

/** Calls in a row, up to the first statement that is none. */
function statements(text: string, from: number, stop: number, tools: readonly ToolDefinition[]) {
  const calls: ToolCall[] = [];
  let at = from;
  const passed = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    return found === null ? undefined : at + found[0].length;
  };
  while (at < stop && calls.length < mostCalls) {
    const skipped = passed(idle);
    const start = skipped === undefined ? passed(codeCallStart) : undefined;
    if (skipped === undefined && start === undefined) break;
    if (start === undefined) {
      at = skipped as number;
      continue;
    }
    const read = pythonCall(text, start, name => propertyNames(tools, plainName(name, tools)));
    if (read?.kind !== 'call' || read.call.name === 'print') break;
    calls.push({
      name: plainName(read.call.name, tools),
      ...assembled(read.call.entries),
      state: pythonState(read.call),
    });
    at = read.call.end;
    at = passed(statementEnd) ?? at;
  }
  return { calls, end: Math.min(skipSpace(text, at), stop) };
}

/** `[drop_database(name="prod")]` and nothing else: of a tool that need not be offered. */
export const pythonListForm: Form = {
  name: 'python-list',
  opens: () => /^\s*\[\s*(?=[A-Za-z_][\w.-]*\()/g,
  take(text, at, { tools }): Taken | undefined {
    const calls: ToolCall[] = [];
    let next = skipSpace(text, text.indexOf('[', at) + 1);
    while (calls.length < mostCalls) {
      const read = pythonCall(text, next, name => propertyNames(tools, name));
      if (read?.kind !== 'call') return undefined;
      calls.push({
        name: plainName(read.call.name, tools),
        ...assembled(read.call.entries),
        state: pythonState(read.call),
      });
      next = skipSpace(text, read.call.end);
      if (text[next] !== ',') break;
      next = skipSpace(text, next + 1);
    }
    if (text[next] !== ']' || text.slice(next + 1).trim() !== '') return undefined;
    return { calls, end: next + 1, notes: [] };
  },
};

/** The call of an offered tool; without arguments only where the tool wants none. */
function offeredCall(call: PythonCall, tools: readonly ToolDefinition[]): ToolCall | undefined {
  const { name: written, entries } = call;
  const name = plainName(written, tools);
  const tool = tools.find(one => one.function.name === name);
  if (tool === undefined) return undefined;
  if (entries.length === 0 && wantsArguments(tool)) return undefined;
  return { name, ...assembled(entries), state: pythonState(call) };
}

/** Does a tool have to be given something? */
export function wantsArguments(tool: ToolDefinition): boolean {
  const required = tool.function.parameters?.required;
  return Array.isArray(required) && required.length > 0;
}

/** May an offered tool be called with nothing? */
export function takesNothing(name: string, tools: readonly ToolDefinition[]): boolean {
  const tool = tools.find(one => one.function.name === name);
  return tool !== undefined && !wantsArguments(tool);
}

function plainName(written: string, tools: readonly ToolDefinition[]): string {
  const named = toolName(written, tools);
  if (tools.some(tool => tool.function.name === named)) return named;
  const short = written.replace(new RegExp(`^${spaces}`), '').replace(/\.call$/, '');
  return toolName(short, tools);
}

/** Is an indented line part of something that the code defines, rather than the first of its text? */
function inBlock(text: string, at: number): boolean {
  const line = text.lastIndexOf('\n', at - 1);
  if (line < 0) return false;
  const before = text.slice(Math.max(0, line - 200), line).trimEnd();
  const last = before.slice(before.lastIndexOf('\n') + 1);
  return /^\s/.test(last) || /:\s*$/.test(last);
}
