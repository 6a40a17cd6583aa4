// Python literals and keyword calls, as models write them: `f(a='x', b=[1, 2], c=None)`. Read, never evaluated.
import { isObject, members } from './json.ts';
import { NotPython, PythonReader } from './python-reader.ts';
import type { Value } from '../values.ts';

/** A call as written in Python: its name, its arguments in order, and where it ends. */
export interface PythonCall {
  readonly name: string;
  readonly entries: readonly (readonly [string, Value])[];
  readonly end: number;
  /** Its arguments came in one object, as Python does not take them. */
  readonly loose?: true;
}

/** The state of a call that was read as Python. */
export function pythonState({ loose }: Pick<PythonCall, 'loose'>): 'complete' | 'repaired' {
  return loose === true ? 'repaired' : 'complete';
}

/** The value of a whole text that is one Python literal. */
export function pythonLiteral(text: string): Value | undefined {
  if (text.length > 20_000) return undefined;
  const reader = new PythonReader(text, 0);
  try {
    const value = reader.literal(0);
    reader.space();
    return reader.at === text.length ? value : undefined;
  } catch {
    return undefined;
  }
}

const callHead = /([A-Za-z_][\w.-]*)[ \t]*\(/y;

/**
 * The call that starts at `at`.
 * @returns undefined when there is none; `cut` with what is known when the text ends inside it; `bad` when an argument
 *   is no literal, with the end of the call's parentheses
 */
export function pythonCall(
  text: string,
  at: number,
  positional: (name: string) => readonly string[],
):
  | { kind: 'call'; call: PythonCall }
  | { kind: 'cut'; name: string; from: number }
  | { kind: 'bad'; name: string; end: number }
  | undefined {
  callHead.lastIndex = at;
  const head = callHead.exec(text);
  if (head === null) return undefined;
  const name = head[1] as string;
  const reader = new PythonReader(text, at + head[0].length);
  try {
    const names = positional(name);
    const entries = reader.keywords(names);
    const spread = inOneObject(entries, names);
    return {
      kind: 'call',
      call: { name, entries: spread ?? entries, end: reader.at, ...(spread === undefined ? {} : { loose: true }) },
    };
  } catch (error) {
    if (error instanceof NotPython && error.cut) return { kind: 'cut', name, from: at + head[0].length };
    return { kind: 'bad', name, end: callEnd(text, at + head[0].length) };
  }
}

/** Keywords that models give all arguments with. */
const ofAll = /^(?:kw|tool_)?(?:args?|arguments?|params?|parameters?|input)$/;

/** `f({"path": "/srv"})`, `f(arguments={…})`: the members of the only argument, where they have the names of the tool's arguments. */
function inOneObject(
  entries: readonly (readonly [string, Value])[],
  names: readonly string[],
): [string, Value][] | undefined {
  const [first, ...others] = entries;
  if (first === undefined || others.length > 0) return undefined;
  const [keyword] = first;
  if (keyword !== names[0] && (names.includes(keyword) || !ofAll.test(keyword))) return undefined;
  const [, { value, json }] = first;
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  if (keys.length === 0 || !keys.every(key => names.includes(key))) return undefined;
  const exact = members(json);
  return keys.map(key => [key, { value: value[key], json: exact?.get(key)?.at(-1) ?? JSON.stringify(value[key]) }]);
}

/** Just after the parenthesis that closes a call, quotes minded; the text's end when none does. */
function callEnd(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\') at++;
    else if (character === "'" || character === '"') {
      const close = text.indexOf(character, at + 1);
      if (close < 0) return text.length;
      at = close;
    } else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}
