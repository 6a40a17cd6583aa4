import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { isMeant } from '../forms/form.ts';
import { skipSpace } from '../text/json.ts';
import { cutOff, jsonCalls, malformedCall, mostCalls } from '../json-calls.ts';
import { toolName } from '../names.ts';
import { pythonCall, pythonState } from '../text/python.ts';
import { assembled, propertyNames } from '../values.ts';
import type { Format, Taken } from './format.ts';

/** So often is a call looked for inside a broken one. */
const mostTries = 20;

/** What stands around a family's Python calls. */
export interface PythonMarkers {
  readonly families: string;
  readonly example: string;
  readonly signature: RegExp;
  /** Opening marker, without the list's bracket; absent where a bracket alone opens the calls. */
  readonly open?: RegExp;
  readonly close?: RegExp;
  /** Where a bracket alone may open the calls: the marker that tells them from a list in another family's text. */
  readonly marker?: RegExp;
}

/** Calls as Python writes them: Llama 4, LFM2, OLMo 3, Gemma 3 as prompted for Python. */
export function pythonic({ families, example, signature, open, close, marker: own }: PythonMarkers): Format {
  const bare = open === undefined;
  const lead = new RegExp(open?.source ?? '(?:<\\|python_start\\|>\\s*)?(?=\\[)', 'y');
  const tail = new RegExp(close?.source ?? '(?:<\\|python_end\\|>)?', 'y');
  return {
    families,
    example,
    signature: template => signature.test(template),
    opens: new RegExp(open?.source ?? '(?:<\\|python_start\\|>\\s*)?\\[\\s*(?=[A-Za-z_][\\w.-]*\\s*\\()', 'g'),
    ...(bare ? { vague: true as const } : {}),
    ...(own === undefined ? {} : { opensCall: new RegExp(own.source, 'g') }),
    take(reply, at, { tools }) {
      lead.lastIndex = at;
      const marker = lead.exec(reply)?.[0];
      if (marker === undefined) return undefined;
      const from = skipSpace(reply, at + marker.length);
      if (!bare && /^\[?\s*\{/.test(reply.slice(from, from + 40))) {
        const taken = jsonCalls(reply, from, { closes: [] }, { mayRepair: true });
        return taken && { ...taken, end: passed(reply, taken.end, tail) };
      }
      const taken = calls(reply, from, tools, bare);
      if (taken === undefined) return undefined;
      const end = passed(reply, taken.end, tail);
      const unmarked = bare && marker === '' && taken.calls.length > 0;
      return unmarked && !isMeant(taken.calls, tools, reply, { at, end }) ? undefined : { ...taken, end };
    },
  };
}

function passed(reply: string, at: number, pattern: RegExp): number {
  const next = skipSpace(reply, at);
  pattern.lastIndex = next;
  const found = pattern.exec(reply)?.[0] ?? '';
  return found === '' ? at : next + found.length;
}

/** Calls in a list or in a row, split by commas, semicolons or line breaks. */
function calls(reply: string, from: number, tools: readonly ToolDefinition[], bare: boolean): Taken | undefined {
  const found: ToolCall[] = [];
  const notes: ParseNote[] = [];
  const inList = reply[from] === '[';
  let at = inList ? skipSpace(reply, from + 1) : from;
  let cut = at >= reply.length;
  while (!cut && found.length + notes.length < mostCalls) {
    const read = pythonCall(reply, at, name => propertyNames(tools, name));
    if (read === undefined) {
      cut = !bare && /^[A-Za-z_][\w.-]*$/.test(reply.slice(at, at + 200));
      break;
    }
    if (read.kind === 'call') {
      const state = pythonState(read.call);
      found.push({ name: toolName(read.call.name, tools), ...assembled(read.call.entries), state });
      at = read.call.end;
    } else {
      const stop = read.kind === 'bad' ? read.end : reply.length;
      // A quote that is missing takes the next call into a string.
      const next = nextOffered(reply, at, stop, tools);
      const text = reply.slice(at, next ?? stop);
      if (read.kind === 'bad') notes.push({ ...malformedCall(text), tool: toolName(read.name, tools) });
      else {
        const state = next === undefined ? 'partial' : 'repaired';
        found.push({ name: toolName(read.name, tools), argumentsText: text.slice(read.from - at), state });
      }
      at = next ?? stop;
      if (read.kind === 'cut' && next === undefined) return { calls: found, end: reply.length, notes };
    }
    at = skipSpace(reply, at);
    if (reply[at] === ',' || reply[at] === ';') at = skipSpace(reply, at + 1);
  }
  if (cut) return { calls: found, end: reply.length, notes: [...notes, cutOff(reply.slice(at))] };
  if (found.length === 0) return undefined;
  return { calls: found, end: inList && reply[at] === ']' ? at + 1 : at, notes };
}

/** Where the next call of an offered tool starts inside text that could not be read. */
function nextOffered(reply: string, at: number, stop: number, tools: readonly ToolDefinition[]): number | undefined {
  let tries = 0;
  for (const found of reply.slice(at, stop).matchAll(/[,;\n][ \t]{0,40}(?=([A-Za-z_][\w.-]{0,200})\()/g)) {
    const name = found[1] as string;
    const start = at + found.index + found[0].length;
    if (!tools.some(tool => tool.function.name === name)) continue;
    if (++tries > mostTries) return undefined;
    if (pythonCall(reply, start, key => propertyNames(tools, key))?.kind === 'call') return start;
  }
  return undefined;
}
