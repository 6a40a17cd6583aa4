import type { ParsedReply, ParseNote, ToolCall } from '../../records/toolcall.ts';
import { namedCall, partialArguments } from '../call.ts';
import { jsonEnd } from '../json.ts';
import { cutOff } from '../json-calls.ts';
import type { Format, FormatContext } from './format.ts';
import { tagged } from './tagged.ts';

/** One message of a reply that is a sequence of them. */
interface Message {
  readonly recipient: string | undefined;
  readonly channel: string | undefined;
  readonly body: string;
  /** False where the reply ended inside the body. */
  readonly closed: boolean;
}

const ends = /<\|(?:end|call|return|eom|eot|start)\|>/g;

/**
 * Harmony: messages with a channel and a recipient (gpt-oss).
 * `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{…}<|call|>`
 */
export const harmony: Format = {
  families: 'gpt-oss',
  example: '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}<|call|>',
  signature: template => template.includes('<|channel|>') && template.includes('<|message|>'),
  opens: /<\|channel\|>\s*(?:analysis|commentary|final)|\bto=functions\./g,
  take: () => undefined,
  readWhole: (reply, context) => {
    const { tools } = context;
    return readMessages(reply, context, (message, out) => {
      const { recipient, channel, body } = message;
      if (recipient === undefined) {
        if (channel === 'analysis') out.reasoning.push(body);
        else out.content.push(body);
        return;
      }
      const name = recipient.replace(/^functions\./, '');
      const offered = recipient.startsWith('functions.') || tools.some(tool => tool.function.name === name);
      // Built-in tools (`container.exec`, `browser.search`) that nobody offered are run by nobody.
      if (!offered) out.notes.push({ code: 'unoffered-builtin', detail: `${recipient} ${body}`.slice(0, 200) });
      else out.calls.push(messageCall(name, message));
    });
  },
};

/** Muse: the recipient is the user, the model itself, or a tool whose call is tagged in the body. */
export const muse: Format = {
  families: 'Muse Glimmer',
  example:
    ' to=get_weather<|message|><atem:function_calls><atem:invoke name="get_weather"><atem:parameter name="city">Paris</atem:parameter></atem:invoke></atem:function_calls>',
  signature: template => template.includes('atem:'),
  opens: /<atem:function_calls>/g,
  take: () => undefined,
  readWhole: (reply, context) =>
    readMessages(reply, context, ({ recipient = 'user', body }, out) => {
      if (recipient === 'self') out.reasoning.push(body);
      else if (recipient === 'user') out.content.push(body);
      else {
        const start = body.search(atem.opens);
        const taken = start < 0 ? undefined : atem.take(body, start, context);
        if (taken === undefined) out.content.push(body);
        else {
          out.calls.push(...taken.calls);
          out.notes.push(...taken.notes);
        }
      }
    }),
};

const atem = tagged({
  families: '',
  example: '',
  signature: /atem:/,
  section: /<atem:function_calls>/,
  sectionCloses: ['</atem:function_calls>'],
  call: /<atem:invoke name="(?<name>[^"]+)">/,
  callStart: '<atem:invoke',
  callClose: '</atem:invoke>',
  argument: /<atem:parameter name="(?<key>[^"]+)"[^>]*>/,
  argumentClose: '</atem:parameter>',
});

interface Out {
  readonly content: string[];
  readonly reasoning: string[];
  readonly calls: ToolCall[];
  readonly notes: ParseNote[];
}

function readMessages(reply: string, context: FormatContext, put: (message: Message, out: Out) => void): ParsedReply {
  const out: Out = { content: [], reasoning: [], calls: [], notes: [] };
  // The generation prompt ends inside the first message's header.
  const prompt = context.generationPrompt ?? '';
  const opened = prompt.lastIndexOf('<|start|>');
  const text = (opened < 0 ? '' : prompt.slice(opened)) + reply;
  if (!text.includes('<|message|>')) {
    const headed = /<\|channel\|>|\bto=/.test(text);
    if (headed) out.notes.push(cutOff(reply));
    else out.content.push(reply);
  } else for (const message of messages(text, out.notes)) put(message, out);
  const joined = (texts: readonly string[]) => texts.join('\n').trim();
  return { content: joined(out.content), reasoning: joined(out.reasoning), calls: out.calls, notes: out.notes };
}

/** Header up to `<|message|>`, body up to an end marker or the next message's start. */
function* messages(text: string, notes: ParseNote[]): Generator<Message> {
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<|message|>', at);
    const header = text.slice(at, start < 0 ? text.length : start);
    if (start < 0) {
      if (/to=/.test(header)) notes.push(cutOff(header));
      return;
    }
    const from = start + '<|message|>'.length;
    ends.lastIndex = from;
    const end = ends.exec(text);
    const recipient = header.match(/\bto=([^\s<]+)/)?.[1];
    const channel = header.match(/<\|channel\|>\s*(\w+)/)?.[1];
    yield { recipient, channel, body: text.slice(from, end?.index), closed: end !== null };
    if (end === null) return;
    at = end[0] === '<|start|>' ? end.index : end.index + end[0].length;
  }
}

function messageCall(name: string, { body, closed }: Message): ToolCall {
  const text = body.trim();
  const whole = text.startsWith('{') && jsonEnd(text, 0) === text.length;
  return closed || whole ? namedCall(name, text) : partialArguments(name, text);
}
