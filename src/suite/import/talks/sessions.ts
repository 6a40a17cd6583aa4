// Requests of one session, each of which repeats what came before it -> its conversations, said once. Which tools were on offer
// stays with the turn that they were on offer at.
import type { SourceTool } from '../task.ts';
import type { Talk, TalkLine } from './talk.ts';

interface Conversation {
  talk: Talk;
  keys: readonly string[];
}

/** @param requests in the order of time, where it is known */
export function joined(requests: readonly Talk[]): Talk[] {
  const all: Conversation[] = [];
  const bySession = new Map<string, Conversation[]>();
  for (const talk of requests) {
    const keys = keysOf(talk.lines);
    const session = bySession.get(talk.id) ?? [];
    bySession.set(talk.id, session);
    if (session.some(one => beginsWith(one.keys, keys) && areSame(toolsAt(one.talk, keys.length), talk.tools)))
      continue;
    const [before] = session
      .filter(one => beginsWith(keys, one.keys))
      .toSorted((a, b) => b.keys.length - a.keys.length);
    if (before === undefined) {
      const conversation = { talk: withGiven(talk, keys, session), keys };
      session.push(conversation);
      all.push(conversation);
    } else Object.assign(before, { talk: continued(before.talk, talk), keys });
  }
  return all.map(({ talk }) => talk);
}

const beginsWith = (keys: readonly string[], start: readonly string[]) =>
  start.length <= keys.length && start.every((key, at) => key === keys[at]);

/**
 * A request whose history was changed (another system prompt, what came first summed up) still repeats earlier answers. Nobody
 * gave them to the prompt that they stand behind now: they are history, and no decisions.
 */
function withGiven(talk: Talk, keys: readonly string[], session: readonly Conversation[]): Talk {
  const known = new Set(session.flatMap(one => one.talk.lines.flatMap(line => answerOf(line) ?? [])));
  const lines = talk.lines.map((line, at): TalkLine => {
    const answer = answerOf(line);
    if (answer === undefined || at === talk.lines.length - 1 || !known.has(answer)) return line;
    return session.some(one => beginsWith(one.keys, keys.slice(0, at + 1))) ? line : { ...line, given: true };
  });
  return { ...talk, lines };
}

/** What an assistant's line says, whatever ids its calls have. */
function answerOf(line: TalkLine): string | undefined {
  if (line.role !== 'assistant') return undefined;
  return JSON.stringify([line.content, line.calls.map(call => ({ ...call, id: undefined }))]);
}

const areSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What is on offer after so many lines. */
function toolsAt({ lines, tools }: Talk, count: number): readonly SourceTool[] {
  return lines.slice(0, count).findLast(line => line.tools !== undefined)?.tools ?? tools;
}

/** The later request's lines, with the tools of the earlier one up to where that ended. */
function continued(before: Talk, { lines, tools, reduced }: Talk): Talk {
  const from = before.lines.length;
  const added = lines.slice(from);
  // An answer that the earlier log lacks was still given with the earlier tools.
  const next = added.findIndex(line => line.role !== 'assistant');
  const change = areSame(toolsAt(before, from), tools) ? -1 : Math.max(0, next);
  return {
    ...before,
    lines: [...before.lines, ...added.map((line, at) => (at === change ? { ...line, tools } : line))],
    reduced: [...new Set([...before.reduced, ...reduced])],
  };
}

/** Lines as texts that are the same where a model is shown the same: logs give calls new ids in each request. */
function keysOf(lines: readonly TalkLine[]): string[] {
  const ids = new Map<string, number>();
  const numbered = (id: string | undefined) => {
    if (id === undefined) return undefined;
    if (!ids.has(id)) ids.set(id, ids.size);
    return ids.get(id);
  };
  return lines.map(line => {
    const message = { ...line, tools: undefined, given: undefined };
    if (message.role === 'tool') return JSON.stringify({ ...message, id: numbered(message.id) });
    if (message.role !== 'assistant') return JSON.stringify(message);
    return JSON.stringify({ ...message, calls: message.calls.map(call => ({ ...call, id: numbered(call.id) })) });
  });
}
