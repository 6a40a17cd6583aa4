import type { ParseNote, ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import { Ahead } from '../text/ahead.ts';
import { codeCall, namedCall, partialArguments } from '../call.ts';
import { jsonEnd, parsed, skipSpace } from '../text/json.ts';
import { cutOff, mostCalls } from '../json-calls.ts';
import { nameOfRecipient } from '../names.ts';
import type { Format, FormatContext, Piece, Pieces, Taken } from './format.ts';
import { tagged } from './shared/tagged.ts';

/** One message of a reply that is a sequence of them. */
interface Message {
  readonly recipient: string | undefined;
  /** Other recipients that the header names: two headers ran together. */
  readonly others: readonly string[];
  readonly channel: string | undefined;
  readonly body: string;
  /** Text between the body and the message's end. */
  readonly rest: string;
  /** False where the reply ended inside the message. */
  readonly closed: boolean;
  /** Index after the message. */
  readonly end: number;
}

const ends = /<\|(?:end|call|return|eom|eot)\|>/g;
/** What ends a body; a new header does, where the end itself was left out. */
const bodyEnds = /<\|(?:end|call|return|eom|eot|start|channel)\|>/g;
/** So far may a recipient stand from its arguments where the marker between them is missing. */
const longestHeader = 160;
const noTool = /^(?:user|all|self|assistant)$/;

/**
 * Harmony: messages with a channel and a recipient (gpt-oss).
 * `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{…}<|call|>`
 */
export const harmony: Format = {
  families: 'gpt-oss',
  example: '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}<|call|>',
  signature: template => template.includes('<|channel|>') && template.includes('<|message|>'),
  opening: {
    from: ' to=',
    after: /(?:<\|start\|>assistant|<\|channel\|>commentary)$/,
    close: '<|end|><|start|>assistant',
  },
  opens: /<\|channel\|>\s*(?:analysis|commentary|final)|\bto=functions\./g,
  opensCall: /<\|channel\|>(?=[^{}<\n]{0,80}\bto=)|\bto=functions\./g,
  take(reply, at, context): Taken | undefined {
    const { tools } = context;
    const notes: ParseNote[] = [];
    for (const message of messages(reply.slice(at), notes)) {
      const { recipient, rest } = message;
      if (recipient === undefined) return undefined;
      const call = messageCall(recipient, message, context);
      return { calls: [call], notes: [...notes, ...merged(message, tools)], end: at + message.end - rest.length };
    }
    return notes.length === 0 ? undefined : { calls: [], notes, end: reply.length };
  },
  readWhole: (reply, context) => {
    return readMessages(reply, context, (message, { pieces, notes }) => {
      const { recipient, channel, body, rest } = message;
      const spoken = channel === 'analysis' ? 'thought' : 'content';
      if (recipient === undefined) pieces.push({ kind: spoken, text: `${body}\n` });
      else {
        pieces.push({ kind: 'calls', calls: [messageCall(recipient, message, context)] });
        notes.push(...merged(message, context.tools));
      }
      if (rest.trim() !== '') pieces.push({ kind: 'content', text: rest });
    });
  },
};

/** Muse: the recipient is the user, the model itself, or a tool whose call is tagged in the body. */
export const muse: Format = {
  families: 'Muse Glimmer',
  example:
    ' to=get_weather<|message|><atem:function_calls><atem:invoke name="get_weather"><atem:parameter name="city">Paris</atem:parameter></atem:invoke></atem:function_calls>',
  signature: template => template.includes('atem:'),
  opens: /<atem:function_calls>|<atem:invoke/g,
  quotes: true,
  // The header says the name that the call says again.
  twice: /\bto=(["']?[\w.-]+)(?=<\|message\|>\s*<atem:function_calls>\s*<atem:invoke[^<>]{0,60}name="\1")/g,
  take: (reply, at, context) => atem.take(reply, at, context),
  readWhole: (reply, context) =>
    readMessages(
      reply,
      context,
      (message, { pieces, notes }) => {
        const { recipient = 'user', body } = message;
        const start = noTool.test(recipient) ? -1 : body.search(atem.opens);
        const taken = start < 0 ? undefined : atem.take(body, start, context);
        if (taken === undefined && !noTool.test(recipient) && body.trimStart().startsWith('{')) {
          pieces.push({ kind: 'calls', calls: [messageCall(recipient, message, context)] });
        } else if (taken === undefined)
          pieces.push({ kind: recipient === 'self' ? 'thought' : 'content', text: `${body}\n` });
        else {
          pieces.push({ kind: 'content', text: body.slice(0, start) });
          pieces.push({ kind: 'calls', calls: taken.calls });
          pieces.push({ kind: 'content', text: body.slice(taken.end) });
          notes.push(...taken.notes);
        }
      },
      true,
    ),
};

const atem = tagged({
  families: '',
  example: '',
  signature: /atem:/,
  section: /<atem:function_calls>/,
  sectionCloses: ['</atem:function_calls>'],
  call: /<atem:invoke(?<attributes>\s[^<>]*)>/,
  callStart: '<atem:invoke',
  callClose: '</atem:invoke>',
  argument: /<atem:parameter(?<attributes>\s[^<>]*)>/,
  argumentClose: '</atem:parameter>',
});

interface Out {
  readonly pieces: Piece[];
  readonly notes: ParseNote[];
}

function readMessages(
  reply: string,
  context: FormatContext,
  put: (message: Message, out: Out) => void,
  keepsRecipient = false,
): Pieces {
  const out: Out = { pieces: [], notes: [] };
  // The generation prompt ends inside the first message's header.
  const prompt = context.generationPrompt ?? '';
  const opened = prompt.lastIndexOf('<|start|>');
  const text = (opened < 0 ? '' : prompt.slice(opened)) + reply;
  let count = 0;
  for (const message of messages(text, out.notes, keepsRecipient)) {
    if (++count > mostCalls) {
      // The rest is text, in which calls are looked for again.
      out.pieces.push({ kind: 'content', text: text.slice(message.end - message.body.length) });
      break;
    }
    put(message, out);
  }
  return out;
}

/** Header up to `<|message|>`, body up to an end marker or the next message's start. */
function* messages(text: string, notes: ParseNote[], keepsRecipient = false): Generator<Message> {
  const ahead = new Ahead(text);
  let at = 0;
  while (at < text.length) {
    const start = ahead.marker('<|message|>', at);
    const end = ahead.pattern(ends, at);
    if (end !== undefined && (start === undefined || end.at < start)) {
      // Most likely the marker between header and body was left out.
      yield* unmarked(text, at, end.at, end.at + end.text.length, true, notes);
      at = end.at + end.text.length;
      continue;
    }
    if (start === undefined) {
      yield* unmarked(text, at, text.length, text.length, false, notes);
      return;
    }
    // Of headers that ran together the last one has the body; what stands before it may be a message without marker.
    const last = Math.max(at, text.slice(at, start).lastIndexOf('<|start|>') + at);
    if (last > at) yield* unmarked(text, at, last, last, true, notes, true);
    const message = marked(text, ahead, last, start, keepsRecipient);
    yield* strange(text.slice(last, start));
    yield message;
    if (!message.closed) return;
    at = message.end;
  }
}

/** Text in a header that belongs to none: what another family's markers say is still there. */
function* strange(header: string): Generator<Message> {
  const text = header.replace(/<\|(?:start|channel|constrain)\|>\s*\w*|\bto=[^\s<]+/g, '').trim();
  if (!/[<{([]/.test(text)) return;
  yield { recipient: undefined, others: [], channel: undefined, body: text, rest: '', closed: true, end: 0 };
}

/** A message with a marker between its header and its body. */
function marked(text: string, ahead: Ahead, at: number, start: number, keepsRecipient: boolean): Message {
  const header = text.slice(at, start);
  const from = start + '<|message|>'.length;
  let end = ahead.pattern(bodyEnds, from);
  const { recipient, others } = recipientsOf(header, keepsRecipient);
  const first = skipSpace(text, from);
  const whole = recipient !== undefined && text[first] === '{' ? jsonEnd(text, first) : undefined;
  // A marker inside the arguments' strings belongs to them.
  const exact = whole !== undefined && parsed(text.slice(first, whole)) !== undefined ? whole : undefined;
  if (exact !== undefined && end !== undefined && end.at < exact) end = ahead.pattern(bodyEnds, exact);
  const stop = end?.at ?? text.length;
  const channel = header
    .match(/<\|channel\|>\s*(\w+)/g)
    ?.at(-1)
    ?.replace(/^<\|channel\|>\s*/, '');
  const passed = end !== undefined && !/start|channel/.test(end.text) ? stop + end.text.length : stop;
  const body = text.slice(from, exact ?? stop);
  const rest = exact === undefined ? '' : text.slice(exact, stop);
  return { recipient, others, channel, body, rest, closed: end !== undefined, end: passed };
}

/** Text without a marker of its body: a call where a recipient and JSON are there, else what it says. */
function* unmarked(
  text: string,
  from: number,
  to: number,
  end: number,
  closed: boolean,
  notes: ParseNote[],
  mayMerge = false,
): Generator<Message> {
  const part = text.slice(from, to);
  const { recipient, others, after } = recipientsOf(part, false);
  const body = recipient === undefined ? -1 : part.indexOf('{', after);
  const open = body - after > longestHeader ? -1 : body;
  if (recipient !== undefined && open >= 0 && !ownBody(part.slice(after, open), part.slice(open))) {
    // What stands between may be another call, and the JSON its arguments.
    notes.push({ ...cutOff(part), tool: recipient.replace(/^functions\./, '') });
    yield { recipient: undefined, others: [], channel: undefined, body: part.slice(after), rest: '', closed, end };
  } else if (recipient !== undefined && open >= 0) {
    const whole = jsonEnd(part, open) ?? part.length;
    const text = part.slice(open, whole);
    yield { recipient, others, channel: undefined, body: text, rest: part.slice(whole), closed, end };
  } else if (recipient !== undefined && /<\||to=functions/.test(part)) {
    if (!mayMerge) notes.push({ ...cutOff(part), tool: recipient.replace(/^functions\./, '') });
  } else {
    const said = part.replace(/<\|start\|>\s*(?:assistant)?|<\|channel\|>\s*\w*|<\|constrain\|>\s*\w*/g, '');
    if (said.trim() !== '') {
      const channel = part.match(/<\|channel\|>\s*(\w+)/)?.[1];
      yield { recipient: undefined, others: [], channel, body: said, rest: '', closed, end };
    }
  }
}

const headerWords =
  /<\|(?:start|channel|constrain|message)\|>|\b(?:json|code|text|assistant|commentary|analysis|final)\b/g;

/** Is JSON the body of the header before it? There is no marker between them, and nothing else may be. */
function ownBody(between: string, json: string): boolean {
  const left = between.replace(headerWords, '').replace(/[\s:>]/g, '');
  if (left === '') return true;
  // A marker that lost a part of its text, and no call in JSON after it.
  const call = /^\{\s*"(?:name|tool_name|tool|function|tool_calls|type|id|action)"/.test(json);
  return /^[<|>]{0,2}[a-z]{0,9}[<|>]{0,2}$/.test(left) && !call;
}

/** The recipient that stands last in a header, and the others; `after`: where the last one ends. */
function recipientsOf(header: string, keepsRecipient: boolean) {
  const found = [...header.matchAll(/\bto=["']?([A-Za-z_][^\s<>{}()"']*)/g)];
  const named = found.filter(one => keepsRecipient || !noTool.test(one[1] as string));
  const recipient = named.at(-1)?.[1];
  const others = [...new Set(named.map(one => one[1] as string))].filter(name => name !== recipient);
  const last = named.at(-1);
  return { recipient, others, after: last === undefined ? 0 : last.index + last[0].length };
}

/** The other tools that a merged header names, and second arguments. */
function merged({ others, recipient, rest }: Message, tools: readonly ToolDefinition[]): ParseNote[] {
  const name = nameOfRecipient(recipient ?? '', tools);
  const again: ParseNote[] = /^\s*\{/.test(rest)
    ? [{ code: 'unread-call', detail: rest.trim().slice(0, 200), tool: name }]
    : [];
  return others
    .map(
      (other): ParseNote => ({
        code: 'unread-call',
        detail: `to=${other} to=${String(recipient)}`.slice(0, 200),
        tool: nameOfRecipient(other, tools),
      }),
    )
    .concat(again);
}

function messageCall(recipient: string, { body, closed }: Message, { tools, cut = false }: FormatContext): ToolCall {
  const name = nameOfRecipient(recipient, tools);
  const text = body.trim();
  // Built-in tools such as `python` are given code as it is. A decoder may have left the last marker out.
  const code = /^(?:i?python|code_interpreter|container\.exec)$/.test(name) && !text.startsWith('{') && text !== '';
  if (code && (closed || !cut)) return codeCall(name, text, tools);
  // Arguments may be JSON inside of a JSON string.
  const whole = (text.startsWith('{') && jsonEnd(text, 0) === text.length) || typeof parsed(text) === 'string';
  return closed || whole ? namedCall(name, text) : partialArguments(name, text);
}
