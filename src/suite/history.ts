// A scenario's history -> messages as models are shown them: texts of the case, calls and results joined by ids.
import type { Message } from '../records/suites/case.ts';
import type { HistoryCall, HistoryMessage, Suite } from '../records/suites/suite.ts';
import { deepTexts, renderDeepArguments } from './arguments.ts';
import { renderText } from './texts.ts';

type Texts = Readonly<Record<string, string>>;

/** The messages of a sound history, see check-history.ts. Calls without an id are numbered as those of a trial are. */
export function historyMessages(suite: Suite, history: readonly HistoryMessage[], texts: Texts): Message[] {
  const ids = idsOf(history);
  return history.map((one): Message => {
    switch (one.role) {
      case 'assistant': {
        const content = renderText(one.content ?? '', texts);
        if (one.calls === undefined) return { role: 'assistant', content };
        const calls = one.calls.map(call => ({
          id: ids.get(call) as string,
          type: 'function' as const,
          function: { name: call.name, arguments: argumentsOf(suite, call, texts) },
        }));
        return { role: 'assistant', content, tool_calls: calls };
      }
      case 'tool': {
        const id = ids.get(one);
        const content = renderText(one.content, texts);
        return { role: 'tool', content, ...(id !== undefined && { tool_call_id: id }), name: one.name };
      }
      default:
        return { role: one.role, content: renderText(one.content, texts) };
    }
  });
}

/** One that was made wrong stays as it was made. */
function argumentsOf({ tools }: Suite, { name, arguments: args, unchecked }: HistoryCall, texts: Texts) {
  if (unchecked === true) return deepTexts(args, text => renderText(text, texts)) as Record<string, unknown>;
  return renderDeepArguments(args, tools[name]?.parameters.properties ?? {}, texts);
}

type Joined = HistoryCall | Extract<HistoryMessage, { role: 'tool' }>;

/** Ids of calls, and of results by the call that they answer: the one of their id, else the first open one of their tool. */
function idsOf(history: readonly HistoryMessage[]): Map<Joined, string> {
  const ids = new Map<Joined, string>();
  let count = 0;
  let open: HistoryCall[] = [];
  for (const one of history) {
    if (one.role === 'assistant') open = [...(one.calls ?? [])];
    for (const call of one.role === 'assistant' ? (one.calls ?? []) : []) {
      ids.set(call, call.id ?? callId(count));
      count++;
    }
    if (one.role !== 'tool') continue;
    const call = answeredBy(one, open);
    open = open.filter(other => other !== call);
    if (call !== undefined) ids.set(one, ids.get(call) as string);
  }
  return ids;
}

/** The open call that a result answers; undefined: it answers none. */
export function answeredBy(
  { id, name }: Pick<Extract<HistoryMessage, { role: 'tool' }>, 'id' | 'name'>,
  open: readonly HistoryCall[],
): HistoryCall | undefined {
  return id === undefined
    ? open.find(call => call.name === name)
    : open.find(call => call.id === id && call.name === name);
}

/** Nine letters and digits, as the strictest templates want it. */
export const callId = (at: number): string => `call${String(at).padStart(5, '0')}`;
