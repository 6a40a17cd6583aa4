import { type Bounds, firstOf, jsonCalls } from '../../json-calls.ts';
import { skipSpace } from '../../text/json.ts';
import type { Format, Taken } from '../format.ts';
import { escaped } from '../../text/text.ts';

/** What stands around a family's JSON calls. */
export interface JsonMarkers {
  readonly families: string;
  readonly example: string;
  readonly signature: RegExp;
  /** Opening marker; what follows is one object, a list, or objects in a row. */
  readonly open: RegExp;
  readonly closes?: readonly string[];
  readonly nameAsKey?: boolean;
  readonly clean?: (text: string) => string;
}

/** The texts around a call's JSON, found out from a template that no known format reads. */
export interface CallMarkers {
  readonly open: string;
  /** Empty: nothing closes a call. */
  readonly close: string;
}

/** The format of a template whose markers were found out. */
export function derivedFormat({ open, close }: CallMarkers): Format {
  const closes = close === '' ? [] : [close];
  return jsonAfterMarker({ families: '', example: '', signature: /^(?!)/, open: new RegExp(escaped(open)), closes });
}

/** A fence, or the word of one, inside the family's markers, which strict readers stumble over. */
const fence = /\s*(?:```(?:json|python|tool_calls?)?|json\b)\s*(?=[[{])/y;

function fencedBounds({ closes, stops }: Bounds): Bounds {
  return { closes: ['```', ...closes], ...(stops === undefined ? {} : { stops }) };
}

/** Calls in a fence, and the closing marker after it. */
function fenced(taken: Taken | undefined, reply: string, closes: readonly string[]): Taken | undefined {
  if (taken === undefined) return undefined;
  const next = skipSpace(reply, taken.end);
  const close = closes.find(marker => reply.startsWith(marker, next));
  const calls = taken.calls.map(call => (call.state === 'complete' ? { ...call, state: 'repaired' as const } : call));
  return { ...taken, calls, end: close === undefined ? taken.end : next + close.length };
}

/** How far a list may stand from its marker: models say a few words in between. */
const longestJunk = 200;

/** JSON calls after a marker: Hermes and Qwen, Granite, Mistral Nemo, Nemotron, Command R, Apertus, Hunyuan and more. */
export function jsonAfterMarker(markers: JsonMarkers): Format {
  const { families, example, signature, open, closes = [], nameAsKey = false, clean } = markers;
  const opens = new RegExp(open.source, 'g');
  const here = new RegExp(open.source, 'y');
  return {
    families,
    example,
    signature: template => signature.test(template),
    opens,
    ...(clean === undefined ? {} : { clean }),
    take(reply, at) {
      here.lastIndex = at;
      const marker = here.exec(reply)?.[0];
      if (marker === undefined) return undefined;
      const rules = { mayRepair: true, nameAsKey };
      const bounds = { closes, stops: [marker.trim()] };
      const from = at + marker.length;
      fence.lastIndex = from;
      const opening = fence.exec(reply)?.[0];
      if (opening !== undefined)
        return fenced(jsonCalls(reply, from + opening.length, fencedBounds(bounds), rules), reply, closes);
      const taken = jsonCalls(reply, from, bounds, rules);
      if (taken !== undefined || closes.length > 0) return taken;
      // A few words between the marker and its list.
      const list = firstOf(reply.slice(from, from + longestJunk), ['[{', '[ {'], 0);
      return list === undefined ? undefined : jsonCalls(reply, from + list, bounds, rules);
    },
  };
}
