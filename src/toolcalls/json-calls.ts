// JSON calls behind a marker: one object, a list, or several objects in a row. Good calls beside broken ones are kept.
import type { ParseNote, ToolCall } from '../records/toolcall.ts';
import { besideNotes } from './unread/beside.ts';
import { type CallRules, callFromJson, partialCall } from './call.ts';
import type { Taken } from './formats/format.ts';
import { jsonEnd, skipSpace } from './text/json.ts';

/** More calls in a reply are not read: reading must stay quick whatever a model writes. */
export const mostCalls = 100;

/** What may stand around JSON calls. */
export interface Bounds {
  /** Markers that close the calls; none may be there. */
  readonly closes: readonly string[];
  /** Markers that a broken call can't reach beyond: the next call's opening. */
  readonly stops?: readonly string[];
}

/**
 * Reads JSON calls from `from`, up to the closing marker where there is one.
 * @returns undefined when no call and no beginning of one is there
 */
export function jsonCalls(reply: string, from: number, bounds: Bounds, rules: CallRules): Taken | undefined {
  const calls: ToolCall[] = [];
  const notes: ParseNote[] = [];
  let at = skipSpace(reply, from);
  const inList = reply[at] === '[';
  if (inList) at = skipSpace(reply, at + 1);
  // A list that does not begin with an object holds no call of this form: it stays text, and is seen as such.
  if (inList && at < reply.length && reply[at] !== '{' && reply[at] !== ']') return undefined;
  if (!inList && reply[at] !== '{') return at >= reply.length ? { calls, end: at, notes: [cutOff('')] } : undefined;
  let malformed = false;
  while (reply[at] === '{' && calls.length < mostCalls) {
    const one = jsonObject(reply, at, bounds, rules);
    if (one.call !== undefined) {
      calls.push(one.call);
      notes.push(...besideNotes(reply.slice(at, one.end).trim(), [one.call], []));
    } else if (!inList && !one.cut && calls.length > 0)
      break; // JSON after a call, perhaps in another form: left as text.
    else {
      malformed ||= !one.cut;
      notes.push(one.cut ? cutOff(reply.slice(at)) : malformedCall(reply.slice(at, one.end)));
    }
    at = one.end;
    const next = gap(reply, at);
    if (reply[next] !== '{') break;
    at = next;
  }
  // Nothing but broken text: it stays content.
  if (calls.length === 0 && malformed) return undefined;
  return { calls, end: closedAt(reply, at, inList, bounds.closes), notes };
}

/**
 * One object, cut at its own end, else at the closing marker (and repaired), else at the reply's end. Where it is broken,
 * its end may be one of a later call: a quote that is missing turns text into strings and strings into text.
 */
function jsonObject(reply: string, at: number, { closes, stops = [] }: Bounds, rules: CallRules) {
  const end = jsonEnd(reply, at);
  const exact = end === undefined ? undefined : callFromJson(reply.slice(at, end), { ...rules, mayRepair: false });
  if (exact !== undefined) return { call: exact, end: end as number, cut: false };
  const close = firstOf(reply, [...closes, ...stops], at);
  if (close !== undefined && (end === undefined || close < end)) {
    const body = reply.slice(at, close).trimEnd();
    // In a list the bracket may be the only one that is whole.
    const call = callFromJson(body, rules) ?? callFromJson(body.replace(/\]$/, ''), rules);
    return { call, end: close, cut: false };
  }
  if (end !== undefined) return { call: callFromJson(reply.slice(at, end), rules), end, cut: false };
  const partial = partialCall(reply.slice(at), rules);
  return { call: partial?.call, end: partial === undefined ? reply.length : at + partial.length, cut: true };
}

function gap(reply: string, at: number): number {
  let next = skipSpace(reply, at);
  if (reply[next] === ',' || reply[next] === ';') next = skipSpace(reply, next + 1);
  return next;
}

function closedAt(reply: string, at: number, inList: boolean, closes: readonly string[]): number {
  let end = at;
  // Doubled braces and brackets that close more than was opened belong to the call.
  const junk = skipSpace(reply, end);
  const extra = reply.slice(junk).match(inList ? /^(?:[}\s]|\](?!<\]minimax))*/ : /^\}*/)?.[0].length ?? 0;
  if (inList || closes.some(close => reply.startsWith(close, skipSpace(reply, junk + extra)))) end = junk + extra;
  const close = closes.find(marker => reply.startsWith(marker, skipSpace(reply, end)));
  return close === undefined ? end : skipSpace(reply, end) + close.length;
}

/** Index of the first of several markers. */
export function firstOf(reply: string, markers: readonly string[], from: number): number | undefined {
  const found = markers.map(marker => reply.indexOf(marker, from)).filter(at => at >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}

type TextNote = Exclude<ParseNote, { code: 'call-in-thought' }>;

/** The reply ended before a call had a name. */
export function cutOff(text: string): TextNote {
  return { code: 'cut-off-call', detail: text.slice(0, 200) };
}

/** Text in a call's place that is no call. */
export function malformedCall(text: string): TextNote {
  return { code: 'malformed-call', detail: text.slice(0, 200) };
}
