// What the JSON of a call says beside the call: a second name, second arguments, another call. A runner may take that one.
import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { argumentKeys, looseNameKeys } from '../call.ts';
import { isObject, members, parsed, repaired } from '../text/json.ts';

/** What these hold is a call by its name alone. */
const wrapperKey = /^(?:function|tool)_?(?:calls?|uses?)?$/;
/** Deeper calls are not looked for. */
const deepest = 6;
const most = 20;

/** A place that gives a call. */
interface Place {
  readonly name: string;
  readonly text: string;
  /** It has arguments of its own. */
  readonly whole: boolean;
}

/** Notes on the calls that a JSON text gives and that are not among those read from it. */
export function besideNotes(text: string, calls: readonly ToolCall[], tools: readonly ToolDefinition[]): ParseNote[] {
  const value = parsed(text) ?? repaired(text);
  if (!isObject(value)) return [];
  const offered = (name: string) => tools.some(tool => tool.function.name === name);
  const left = new Map<string, number>();
  for (const { name } of calls) left.set(name, (left.get(name) ?? 0) + 1);
  const notes: ParseNote[] = [];
  for (const { name, text: written, whole } of [...doubled(text), ...places(value, 0)]) {
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    else if (whole || offered(name)) notes.push({ code: 'unread-call', detail: written.slice(0, 200), tool: name });
  }
  return [...notes, ...doubledArguments(text, calls), ...otherArguments(value, calls)].slice(0, most);
}

/** Calls in a value, from the outside in. Arguments of a call are not looked into. */
function places(value: unknown, depth: number, key = ''): Place[] {
  if (depth > deepest) return [];
  if (Array.isArray(value)) return value.slice(0, most).flatMap(one => places(one, depth + 1, key));
  if (!isObject(value)) return [];
  const argumentKey = argumentKeys.find(key => key in value);
  const names = looseNameKeys.map(key => value[key]).filter(one => typeof one === 'string' && one !== '');
  const own = [...new Set(names as string[])].map(name => ({
    name,
    text: JSON.stringify(value),
    whole: argumentKey !== undefined || wrapperKey.test(key),
  }));
  const inner = Object.entries(value).filter(([key]) => own.length === 0 || !argumentKeys.includes(key));
  return [...own, ...inner.flatMap(([inside, one]) => places(one, depth + 1, inside))];
}

/** Names and calls under a key that is written again: the last one is read, another reader takes the first. */
function doubled(text: string): Place[] {
  return [...(members(text) ?? [])].flatMap(([key, values]): Place[] => {
    const others = values.slice(0, -1).filter(one => one !== values.at(-1));
    return others.slice(0, most).flatMap((written): Place[] => {
      const value = parsed(written);
      if (looseNameKeys.includes(key) && typeof value === 'string') return [{ name: value, text, whole: true }];
      return places(value, 1, key);
    });
  });
}

/** Arguments under a key that is written again. */
function doubledArguments(text: string, [call]: readonly ToolCall[]): ParseNote[] {
  if (call === undefined) return [];
  return [...(members(text) ?? [])].flatMap(([key, values]): ParseNote[] => {
    const others = values.slice(0, -1).filter(one => one !== values.at(-1));
    if (!argumentKeys.includes(key) || others.length === 0) return [];
    return [{ code: 'malformed-argument', detail: `${key}: ${others[0]}`.slice(0, 200), tool: call.name }];
  });
}

/** Arguments under a second key, whatever its name. */
function otherArguments(value: Record<string, unknown>, calls: readonly ToolCall[]): ParseNote[] {
  const [call] = calls;
  const named = looseNameKeys.some(key => typeof value[key] === 'string');
  if (call === undefined || !named) return [];
  const first = argumentKeys.find(key => key in value);
  return Object.entries(value)
    .filter(([key]) => key !== first)
    .map(([key, item]) => [key, typeof item === 'string' ? parsed(item) : item] as const)
    .filter(([key, item]) => isObject(item) && Object.keys(item).length > 0 && isGiven(key, item, call))
    .filter(([, item]) => JSON.stringify(item) !== JSON.stringify(call.arguments))
    .map(([key, item]) => ({
      code: 'malformed-argument',
      detail: `${key}: ${JSON.stringify(item)}`.slice(0, 200),
      tool: call.name,
    }));
}

/** `argumentsText`, `rawInput`, or an object with a key of the call's own arguments. */
function isGiven(key: string, value: Record<string, unknown>, call: ToolCall): boolean {
  const own = Object.keys(call.arguments ?? {});
  return argumentKeys.includes(key) || /arg|param|input/i.test(key) || own.some(name => Object.hasOwn(value, name));
}
