// JSON as models write it: where a value ends, and its exact text. Forensics needs the text itself: duplicate keys and
// big integers are lost by JSON.parse.
import { jsonrepair } from 'jsonrepair';

/** Deeper nesting than this is hostile, not a call. */
const deepest = 200;

/**
 * End of the JSON object or array that starts at `start`, or undefined when the text ends first.
 * @returns index after the closing bracket
 */
export function jsonEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = stringEnd(text, at);
    } else if (character === '{' || character === '[') {
      if (++depth > deepest) return undefined;
    } else if (character === '}' || character === ']') {
      if (--depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** Index of the quote that closes the string opened at `open`; the text's end when none does. */
function stringEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** End of the JSON string that starts at `start`, or undefined when the text ends first. */
export function textEnd(text: string, start: number): number | undefined {
  const end = stringEnd(text, start) + 1;
  return end > text.length ? undefined : end;
}

/** Texts of an object's members by key, first occurrence first; undefined when it is not a whole object. */
export function members(objectText: string): Map<string, string[]> | undefined {
  const text = objectText.trim();
  if (!text.startsWith('{') || jsonEnd(text, 0) !== text.length) return undefined;
  const found = new Map<string, string[]>();
  let at = skipSpace(text, 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at) + 1;
    const key = parsed(text.slice(at, keyEnd));
    const colon = skipSpace(text, keyEnd);
    if (typeof key !== 'string' || text[colon] !== ':') return undefined;
    const from = skipSpace(text, colon + 1);
    const to = valueEnd(text, from);
    const list = found.get(key);
    const value = text.slice(from, to).trimEnd();
    if (list === undefined) found.set(key, [value]);
    else list.push(value);
    at = skipSpace(text, to);
    if (text[at] !== ',') break;
    at = skipSpace(text, at + 1);
  }
  return text[at] === '}' ? found : undefined;
}

function valueEnd(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from) + 1;
  if (first === '{' || first === '[') return jsonEnd(text, from) ?? text.length;
  let at = from;
  while (at < text.length && !',}]'.includes(text[at] as string)) at++;
  return at;
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++;
  return at;
}

/** The value of JSON text; undefined when it is not JSON, or nested so deeply that it could not be written again. */
export function parsed(text: string): unknown {
  if (isDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Is a text's nesting hostile? What reads or writes its value later may recurse. */
function isDeep(text: string): boolean {
  if (text.length <= deepest) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at);
    else if (character === '{' || character === '[') {
      if (++depth > deepest) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

/** Longer texts are not repaired: repair takes time in proportion to what it mends. */
const longestRepair = 20_000;

/** The value of almost-JSON text after repair; undefined when there is nothing to repair it into. */
export function repaired(text: string): unknown {
  if (text.length > longestRepair) return undefined;
  try {
    // Models copy doubled braces from prompts that show a call inside a format string.
    const single = /^\s*\{\s*\{/.test(text) ? text.replace(/^\s*\{/, '').replace(/\}\s*$/, '') : text;
    return parsed(jsonrepair(withEscapes(withClosedString(single))));
  } catch {
    return undefined;
  }
}

/** `"C:\srv"`: a backslash that escapes nothing is one, and repair would drop it. */
function withEscapes(text: string): string {
  return text.replace(/\\(["'\\/bfnrt\n]|u[\da-fA-F]{4})|\\/g, (all, escape) => (escape === undefined ? '\\\\' : all));
}

/** `{"path": "/a}}` -> `{"path": "/a"}}`: the brackets that close what was opened before the string belong to that. */
function withClosedString(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (character !== '"') continue;
    const close = stringEnd(text, at);
    if (close < text.length) at = close;
    else {
      let end = text.length;
      for (let open = depth; open > 0; open--) {
        const closer = lastSolid(text, end);
        if (closer <= at || !'}]'.includes(text[closer] as string)) break;
        end = closer;
      }
      return `${text.slice(0, end)}"${text.slice(end)}`;
    }
  }
  return text;
}

/** Index of the last character before `end` that is no space. */
function lastSolid(text: string, end: number): number {
  let at = end - 1;
  while (at >= 0 && ' \t\r\n'.includes(text[at] as string)) at--;
  return at;
}

/** A JSON object, not an array and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
