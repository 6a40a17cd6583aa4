// A call's JSON that was escaped once more: as a JSON string, or with a backslash before every quote.
import type { Taken } from '../formats/format.ts';
import { jsonEnd, parsed } from '../text/json.ts';
import { atLineEdge, type Form } from './form.ts';
import { callsOfText } from './json.ts';

/** Longer texts are data. */
const longest = 20_000;
/** A string is unpacked so often. */
const deepest = 3;

export const escapedForm: Form = {
  name: 'escaped-json',
  opens: () => /"?(?:\[\s*)?\{(?:\s|\\[nrt])*\\+"\w{1,40}\\+"(?:\s|\\[nrt])*:/g,
  take(text, at, { tools }): Taken | undefined {
    const quoted = text[at] === '"';
    const { plain, offsets } = unescaped(text, quoted ? at + 1 : at);
    const inner = jsonEnd(plain, 0);
    if (inner === undefined) return undefined;
    const stop = offsets[inner] ?? text.length;
    const end = quoted && text[stop] === '"' ? stop + 1 : stop;
    let json = plain.slice(0, inner);
    for (let depth = 0; depth < deepest && parsed(json) === undefined; depth++) json = unescaped(json, 0).plain;
    const calls = callsOfText(json, tools).map(call => ({ ...call, state: 'repaired' as const }));
    return calls.length === 0 || !atLineEdge(text, at, end) ? undefined : { calls, end, notes: [] };
  },
};

const meanings: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A text without one layer of backslashes; `offsets`: where each of its characters stood. */
function unescaped(text: string, from: number): { plain: string; offsets: number[] } {
  const offsets: number[] = [];
  const stop = Math.min(text.length, from + longest);
  let plain = '';
  for (let at = from; at < stop; at++) {
    offsets.push(at);
    const next = text[at + 1] ?? '';
    if (text[at] !== '\\' || !/["\\/nrt]/.test(next)) plain += text[at];
    else {
      plain += meanings[next] ?? next;
      at++;
    }
  }
  return { plain, offsets };
}
