// Line breaks that a model wrote as a backslash and a letter between its marks: `<tool_call>\n{…}\n</tool_call>`.
import { jsonEnd, parsed } from './json.ts';

/** After so many brackets that open no JSON, a text is left as it is. */
const mostTries = 200;
const place = /[{[]|\\{1,4}(?:r\\{1,4})?n(?:\s|\\{1,4}[nrt](?![\w:]))*/g;

/** A text with real breaks beside its marks; undefined where it has no others. Strings in JSON keep theirs. */
export function withRealBreaks(text: string): string | undefined {
  if (!/\\[rn]/.test(text)) return undefined;
  let out = '';
  let at = 0;
  let tries = 0;
  let mended = false;
  place.lastIndex = 0;
  for (let found = place.exec(text); found !== null; found = place.exec(text)) {
    const [written] = found;
    const next = found.index + written.length;
    if (/^[{[]/.test(written)) {
      if (++tries > mostTries) break;
      const end = jsonEnd(text, found.index);
      if (end !== undefined && parsed(text.slice(found.index, end)) !== undefined) place.lastIndex = end;
    } else if (besideMark(text, found.index, next)) {
      out += `${text.slice(at, found.index)}\n`;
      at = next;
      mended = true;
    }
  }
  return mended ? out + text.slice(at) : undefined;
}

function besideMark(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - 30), from).trimEnd();
  return (
    before === '' ||
    /[>\])}✿:]$|```\w{0,20}$/.test(before) ||
    to >= text.length ||
    /^[<{[✿\]`]/.test(text.slice(to, to + 1))
  );
}
