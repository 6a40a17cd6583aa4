// A recorded conversation -> its decision points: every turn of the assistant, with all that came before it. What can't be
// joined or shown ends the conversation there; the turns after it are named with the reason.
import type { Row } from '../rows.ts';
import type { Remark, SourceTool } from '../task.ts';
import type { Talk, TalkCall, TalkLine, TalkMessage } from './talk.ts';

export interface PastCall {
  readonly name: string;
  readonly id: string | undefined;
  readonly arguments: Row;
}

/** What came before a decision: every result has its call. */
export type PastMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly calls: readonly PastCall[] }
  | { readonly role: 'tool'; readonly content: string; readonly name: string; readonly id: string | undefined };

/** What was done there, as far as it can be read. */
export interface Answer {
  readonly content: string;
  readonly calls: readonly TalkCall[];
}

/** A point at which the assistant spoke. */
export interface Decision {
  /** Id of the conversation in the source. */
  readonly talk: string;
  /** From 1. */
  readonly step: number;
  readonly system: string | undefined;
  readonly past: readonly PastMessage[];
  readonly tools: readonly SourceTool[];
  readonly answer: Answer | undefined;
  /** Why the answer is undefined. */
  readonly unread?: string;
  readonly reduced: readonly string[];
}

export interface Decisions {
  readonly decisions: readonly Decision[];
  readonly left: readonly Remark[];
}

/** How messages and ids name a decision point. */
export const stepName = (talk: string, step: number): string => `${talk} step ${step}`;

const speaks = new Set(['assistant', 'gpt', 'chatgpt', 'model', 'function_call']);

export function decisionsOf(talk: Talk): Decisions {
  const walk = new Walk(talk);
  for (const [at, line] of talk.lines.entries()) walk.take(line, at);
  return walk.end();
}

/** JSON has numbers of any length, programs have not: one beyond what counts exactly may be another than was written. */
export function isRounded(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isRounded);
}

type Turn = Extract<TalkLine, { role: 'assistant' | 'unread' }>;

function isTurnOf(line: TalkMessage): boolean {
  return line.role === 'assistant' || (line.role === 'unread' && speaks.has(line.of));
}

class Walk {
  readonly #talk: Talk;
  readonly #decisions: (Decision & { answer: Answer | undefined })[] = [];
  readonly #left: Remark[] = [];
  readonly #system: string[] = [];
  readonly #past: PastMessage[] = [];
  readonly #reduced: Set<string>;
  readonly #uniqueIds: boolean;
  #tools: readonly SourceTool[];
  #open: { readonly call: PastCall; readonly recorded: string | undefined }[] = [];
  #step = 0;
  #count = 0;
  /** Nothing but an empty message was said since the assistant spoke. */
  #unsaid = false;
  /** Why nothing after this can be shown. */
  #broken: string | undefined;

  constructor(talk: Talk) {
    this.#talk = talk;
    this.#tools = talk.tools;
    this.#reduced = new Set(talk.reduced);
    const ids = talk.lines.flatMap(line => (line.role === 'assistant' ? line.calls.map(({ id }) => id) : []));
    this.#uniqueIds = ids.every(id => id !== undefined) && new Set(ids).size === ids.length;
  }

  take(line: TalkLine, at: number): void {
    if (line.tools !== undefined) this.#tools = line.tools;
    const isTurn = isTurnOf(line);
    const goesOn = this.#goesOn(line);
    if (isTurn && (!goesOn || this.#unsaid)) this.#step++;
    // What can't be shown is its own reason, whatever would have been answered by it.
    const isOther = line.role === 'unread' && !isTurn;
    if (this.#broken === undefined && line.role !== 'tool' && !isOther && !goesOn) this.#expectNoOpen(at);
    if (this.#broken !== undefined) {
      if (isTurn) this.#leave(this.#broken);
      return;
    }
    if (line.role === 'assistant' || (line.role === 'unread' && isTurn)) this.#turn(line, at);
    else if (line.role === 'unread') this.#break(line.why, at);
    else if (line.role === 'tool') this.#result(line, at);
    else this.#say(line);
  }

  end(): Decisions {
    if (this.#step === 0) this.#left.push({ task: this.#talk.id, reason: 'no answer was recorded' });
    return { decisions: this.#decisions, left: this.#left };
  }

  /** A second message of the assistant in a row is the same turn. */
  #goesOn(line: TalkMessage): boolean {
    return line.role === 'assistant' && this.#past.at(-1)?.role === 'assistant' && this.#broken === undefined;
  }

  #turn(line: Turn, at: number): void {
    if (line.role === 'unread') {
      if (this.#past.length === 0 || this.#past.at(-1)?.role === 'assistant') this.#leave(line.why);
      else this.#decide(undefined, line.why);
      this.#break(line.why, at);
      return;
    }
    const { content, calls } = line;
    const isEmpty = content.trim() === '' && calls.length === 0;
    if (this.#goesOn(line)) this.#join(content, calls, at);
    else if (isEmpty) this.#leave('its answer has neither call nor text');
    else {
      if (this.#past.length === 0) this.#leave('it does not begin with a request');
      else if (line.given === true) this.#leave('an earlier request got this answer, to another prompt');
      else this.#decide({ content, calls });
      const made = this.#callsOf(calls, at);
      if (made !== undefined) this.#past.push({ role: 'assistant', content, calls: made });
    }
    if (isEmpty) this.#reduced.add('an empty message was left out of what came before');
  }

  #join(content: string, calls: readonly TalkCall[], at: number): void {
    if (this.#unsaid) this.#leave('what it answers is an empty message');
    const before = this.#past.pop() as Extract<PastMessage, { role: 'assistant' }>;
    const made = this.#callsOf(calls, at);
    const texts = [before.content, content].filter(text => text.trim() !== '').join('\n\n');
    const last = this.#decisions.at(-1);
    if (last?.answer !== undefined && last.step === this.#step) {
      last.answer = { content: texts, calls: [...last.answer.calls, ...calls] };
    }
    if (made === undefined) return;
    this.#past.push({ role: 'assistant', content: texts, calls: [...before.calls, ...made] });
    this.#reduced.add('messages of the assistant in a row were joined');
  }

  /** Calls as a prompt can show them; undefined where one has no arguments that could be shown. */
  #callsOf(calls: readonly TalkCall[], at: number): PastCall[] | undefined {
    const made: PastCall[] = [];
    for (const { name, id: recorded, arguments: args } of calls) {
      if (args === undefined || JSON.stringify(args).includes('"__proto__":')) {
        this.#break('the arguments of a recorded call are not a JSON object', at);
        return undefined;
      }
      if (isRounded(args)) this.#reduced.add('a number of a call has more digits than are kept: it was rounded');
      const call = { name, arguments: args, id: this.#idOf(recorded) };
      made.push(call);
      this.#open.push({ call, recorded });
    }
    return made;
  }

  /** Ids as recorded where they tell calls apart; else none, where none has one, or numbers. */
  #idOf(recorded: string | undefined): string | undefined {
    const number = `recorded-${this.#count++}`;
    if (this.#uniqueIds) return recorded;
    return this.#talk.lines.some(line => line.role === 'assistant' && line.calls.some(({ id }) => id))
      ? number
      : undefined;
  }

  #result({ content, id, name }: Extract<TalkMessage, { role: 'tool' }>, at: number): void {
    const found =
      this.#open.find(({ recorded }) => id !== undefined && recorded === id) ??
      this.#unnamed(name, id === undefined ? this.#open : this.#open.filter(({ recorded }) => recorded === undefined));
    if (found === undefined) return this.#break('a result answers no call', at);
    this.#open = this.#open.filter(one => one !== found);
    this.#past.push({ role: 'tool', content, name: found.call.name, id: found.call.id });
  }

  /** Results without ids come in the order of the calls. */
  #unnamed<T extends { readonly call: PastCall }>(name: string | undefined, open: readonly T[]): T | undefined {
    return open.find(({ call }) => name !== undefined && call.name === name) ?? open[0];
  }

  #say(line: Extract<TalkMessage, { role: 'system' | 'user' }>): void {
    const { role, content } = line;
    this.#unsaid = content.trim() === '' && role === 'user' && this.#past.at(-1)?.role === 'assistant';
    if (content.trim() === '') this.#reduced.add('an empty message was left out of what came before');
    else if (role === 'system' && this.#past.length === 0) {
      if (this.#system.push(content) > 1) this.#reduced.add('its system messages were joined to one');
    } else {
      this.#past.push({ role, content });
      if (role === 'system') {
        this.#reduced.add('a system message stands among the others, which some chat templates refuse');
      }
    }
  }

  #decide(answer: Answer | undefined, unread?: string): void {
    this.#decisions.push({
      talk: this.#talk.id,
      step: this.#step,
      system: this.#system.length === 0 ? undefined : this.#system.join('\n\n'),
      past: [...this.#past],
      tools: this.#tools,
      answer,
      ...(unread !== undefined && { unread }),
      reduced: [...this.#reduced],
    });
  }

  #expectNoOpen(at: number): void {
    const [first] = this.#open;
    if (first !== undefined) this.#break(`the call of ${first.call.name} was never answered`, at);
  }

  #break(why: string, at: number): void {
    this.#broken = `${why} (message ${at + 1})`;
  }

  #leave(reason: string): void {
    this.#left.push({ task: stepName(this.#talk.id, this.#step), reason });
  }
}
