import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { isObject } from '../text/json.ts';
import { cutOff } from '../json-calls.ts';
import { toolName } from '../names.ts';
import { allowedTypes, argumentSchema, assembled, coerced, type Value } from '../values.ts';
import { withoutWrongClose } from './shared/argument-text.ts';
import { attribute } from './shared/attributes.ts';
import type { Format, Taken } from './format.ts';

/** Every tag that is not text has this before it. */
const mark = ']<]minimax[>[';
const deepest = 60;

interface Element {
  readonly tag: string;
  readonly children: Element[];
  text: string;
  closed: boolean;
  /** Ended by the next call, or by the close of what it stands in. */
  mended: boolean;
}

/** MiniMax M3: nested tags, told from text by a marker before each. */
export const minimaxM3: Format = {
  families: 'MiniMax M3',
  example: `${mark}<tool_call>${mark}<invoke name="get_weather">${mark}<city>Paris${mark}</city>${mark}</invoke>${mark}</tool_call>`,
  signature: template => template.includes(mark),
  opens: /\]<\]minimax\[>\[<(?:tool_call|invoke)/g,
  take(reply, at, { tools }): Taken | undefined {
    const { root, end } = elements(reply, at);
    const invokes = root.children.flatMap(child => (child.tag === 'tool_call' ? child.children : [child]));
    const calls: ToolCall[] = [];
    const notes: ParseNote[] = [];
    for (const invoke of invokes) {
      const written = attribute(invoke.tag, 'name');
      if (!/^invoke\s/.test(invoke.tag) || written === undefined || written === '') continue;
      const name = toolName(written, tools);
      calls.push(elementCall(name, invoke, tools));
      // Text beside the arguments belongs to none of them.
      const detail = invoke.text.trim().slice(0, 200);
      if (detail !== '') notes.push({ code: 'malformed-argument', detail, tool: name });
    }
    if (calls.length > 0) return { calls, end, notes };
    return end >= reply.length ? { calls, end, notes: [cutOff(reply.slice(at))] } : undefined;
  },
};

/** The tree of marked tags from `at`, up to the end of its last closed element. */
function elements(reply: string, at: number): { root: Element; end: number } {
  const root: Element = { tag: '', children: [], text: '', closed: true, mended: false };
  const stack: Element[] = [root];
  let end = at;
  for (let next = at; reply.startsWith(mark, next); ) {
    const open = next + mark.length;
    const close = reply.indexOf('>', open);
    if (close < 0) return { root, end: reply.length };
    const tag = reply.slice(open, close + 1).match(/^<(\/?)([^<>]*)>$/);
    if (tag === null) break;
    const following = reply.indexOf(mark, close);
    const inside = following < 0 ? reply.length : following;
    if (tag[1] === '/') leave(stack, tag[2] as string);
    else if (!enter(stack, tag[2] as string)) break;
    end = close + 1;
    // Text after the last element is content again.
    if (stack.length === 1 && reply.slice(end, inside).trim() !== '') break;
    (stack.at(-1) as Element).text += reply.slice(end, inside);
    if (following < 0) return { root, end: stack.length === 1 ? end : reply.length };
    next = following;
  }
  return { root, end };
}

function enter(stack: Element[], tag: string): boolean {
  if (stack.length > deepest) return false;
  // A call inside a call: the first one was not closed.
  const open = /^(?:invoke |tool_call$)/.test(tag) ? stack.findIndex(one => one.tag.startsWith('invoke ')) : -1;
  if (open > 0) for (const one of stack.splice(tag === 'tool_call' ? 1 : open)) one.mended = true;
  const element: Element = { tag, children: [], text: '', closed: false, mended: false };
  (stack.at(-1) as Element).children.push(element);
  stack.push(element);
  return true;
}

function leave(stack: Element[], tag: string): void {
  const index = stack.findLastIndex(element => element.tag === tag || element.tag.startsWith(`${tag} `));
  if (index < 1) return;
  for (const [depth, element] of stack.splice(index).entries()) {
    element.closed = true;
    // Its own close was forgotten, or is another's.
    if (depth > 0) element.mended = true;
  }
}

function elementCall(name: string, invoke: Element, tools: readonly ToolDefinition[]): ToolCall {
  const entries = invoke.children.map(
    child => [child.tag, elementValue(child, argumentSchema(tools, name, child.tag))] as const,
  );
  const { arguments: args, argumentsText } = assembled(entries);
  if (invoke.closed && !isMended(invoke)) return { name, arguments: args, argumentsText, state: 'complete' };
  if (invoke.closed || invoke.mended) return { name, arguments: args, argumentsText, state: 'repaired' };
  return { name, argumentsText: argumentsText.slice(0, -1), state: 'partial' };
}

/** Was it, or one in it, ended otherwise than by its close, or has its text the tag without the marker? */
function isMended({ mended, children, tag, text }: Element): boolean {
  const bare = text.split(`<${tag}>`).length !== text.split(`</${tag}>`).length;
  return mended || (tag !== '' && bare) || withoutWrongClose(text, tag) !== text || children.some(isMended);
}

/** Children named `item` are a list, others an object, none a text typed by the schema. */
function elementValue(element: Element, schema: unknown): Value {
  const branch = (type: string) => branchOf(schema, type);
  if (element.children.length === 0) {
    const types = allowedTypes(schema);
    if (element.text.trim() === '' && types.size === 1 && types.has('array')) return { value: [], json: '[]' };
    if (element.text.trim() === '' && types.size === 1 && types.has('object')) return { value: {}, json: '{}' };
    return coerced(element.mended ? withoutWrongClose(element.text, element.tag) : element.text, schema);
  }
  if (element.children.every(child => child.tag === 'item')) {
    const items = element.children.map(child => elementValue(child, branch('array')?.items));
    return { value: items.map(({ value }) => value), json: `[${items.map(({ json }) => json).join(', ')}]` };
  }
  const properties = branch('object')?.properties;
  const entries = element.children.map(
    child => [child.tag, elementValue(child, isObject(properties) ? properties[child.tag] : undefined)] as const,
  );
  const { arguments: value, argumentsText: json } = assembled(entries);
  return { value, json };
}

/** The branch of a union that describes lists or objects. */
function branchOf(schema: unknown, type: string): Record<string, unknown> | undefined {
  if (!isObject(schema)) return undefined;
  const branches = [
    schema,
    ...['anyOf', 'oneOf', 'allOf'].flatMap(key => (Array.isArray(schema[key]) ? schema[key] : [])),
  ];
  return branches.find(
    (branch): branch is Record<string, unknown> =>
      isObject(branch) && (branch.type === type || (Array.isArray(branch.type) && branch.type.includes(type))),
  );
}
