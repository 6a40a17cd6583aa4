// Replies of one trial, first first -> the conversation so far: what was called, what the world answered, what it is now.
// Recomputed from stored replies whenever it is needed.
import type { Case, Message } from '../records/suites/case.ts';
import type { CallRecord } from '../records/conduct.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { ParsedReply, ToolCall } from '../records/toolcall.ts';
import { runCall } from './call.ts';
import { callId } from '../suite/index.ts';
import { replay } from './replay.ts';
import { changesBetween, type WorldState } from './state.ts';

/** One reply, taken apart. */
export interface Turn {
  readonly parsed: ParsedReply;
  /** `length`: cut off at the token limit. */
  readonly finish: 'stop' | 'length';
}

export interface Conversation {
  /** What the case's history called, in order, with the results that stand there: nobody's deed in this trial. */
  readonly earlier: readonly CallRecord[];
  /** Every call of the trial, in order, apart from all text. */
  readonly calls: readonly CallRecord[];
  /** The chat after the last reply and its results: what the next turn is rendered from. */
  readonly messages: readonly Message[];
  /** The world at the decision point: after what the history did. */
  readonly start: WorldState;
  readonly end: WorldState;
  /** `open`: the last reply called tools, so the model speaks again; `answered`: it did not; `cut-off`. */
  readonly state: 'open' | 'answered' | 'cut-off';
  /** Content of the last reply, where it answered. */
  readonly answer?: string;
}

/** Goes through the replies of a trial in the world of its case. */
export function converse(suite: Suite, drawn: Case, turns: readonly Turn[]): Conversation {
  const { earlier, state: start } = replay(suite, drawn);
  let end = start;
  let state: Conversation['state'] = 'open';
  let answered: string | undefined;
  const calls: CallRecord[] = [];
  const messages: Message[] = [...drawn.messages];
  for (const [turn, { parsed, finish }] of turns.entries()) {
    const made = parsed.calls.map((call): CallRecord => {
      const outcome = runCall(suite, drawn, end, call);
      const changes = changesBetween(end, outcome.state);
      end = outcome.state;
      return { turn, call, result: outcome.text, failed: outcome.failed, changes };
    });
    calls.push(...made);
    messages.push(...messagesOf(parsed.content, made, earlier.length + calls.length - made.length));
    state = finish === 'length' ? 'cut-off' : made.length === 0 ? 'answered' : 'open';
    if (state === 'answered') answered = parsed.content;
    if (state !== 'open') break;
  }
  return { earlier, calls, messages, start, end, state, ...(answered === undefined ? {} : { answer: answered }) };
}

/** An assistant message with its calls and a tool message for each result, in the OpenAI form. */
function messagesOf(content: string, made: readonly CallRecord[], before: number): Message[] {
  if (made.length === 0) return [{ role: 'assistant', content }];
  const ids = made.map(({ call }, index) => call.id ?? callId(before + index));
  return [
    {
      role: 'assistant',
      content,
      tool_calls: made.map(({ call }, index) => ({
        id: ids[index] as string,
        type: 'function',
        function: { name: call.name, arguments: readable(call) },
      })),
    },
    ...made.map(
      ({ call, result }, index): Message => ({
        role: 'tool',
        content: result,
        tool_call_id: ids[index] as string,
        name: call.name,
      }),
    ),
  ];
}

/** Templates want an object; arguments that can't be read are shown as none, and their result says so. */
const readable = ({ arguments: args }: ToolCall) => args ?? {};
