// A chat and a model's own chat template -> the prompt. Pure, and unsafe for untrusted templates on its own: they may
// loop or allocate without end, so the engines room runs this in a worker thread with limits.
import { Environment } from '@huggingface/jinja';
import type { Message } from '../records/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { anatomyOf } from './anatomy/anatomy.ts';
import { CountingInterpreter, Tally } from './anatomy/counting.ts';
import type { Anatomy } from './anatomy/part.ts';
import { type Syntax, syntaxOf } from './anatomy/syntax.ts';
import { templateClock } from './clock.ts';
import { type Dialect, dialectOf, spoken, type SpokenChat } from './dialect.ts';
import { TemplateInterpreter } from './jinja.ts';
import { formatOfTemplate, genericFormat } from '../toolcalls/index.ts';

export interface ChatInput {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly clock?: string | undefined;
  /** Variables beside the usual ones, or in their place, e.g. `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export interface TemplateOptions {
  readonly bosToken: string;
  readonly eosToken: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly addGenerationPrompt?: boolean;
}

/** Longest list `range()` may build; chat templates count messages and tools, not millions. */
const longestRange = 100_000;

/** A parsed template; parse once, render often. */
export interface ChatTemplate {
  /**
   * Renders a chat in the form that the template understands (see dialect.ts).
   * @param tally notes what ran
   * @throws Error when the template raises an exception or fails
   */
  render(chat: ChatInput, options: TemplateOptions, tally?: Tally): string;
  /** That form, found out on the first use with these options. */
  dialect(options: TemplateOptions): Dialect;
  readonly syntax: Syntax;
  /**
   * A new count of what runs.
   * @throws Error when the template has more parts than are looked at
   */
  tally(): Tally;
}

/**
 * Parses a chat template as Transformers does (trim_blocks, lstrip_blocks).
 * @throws Error when it is not a Jinja template that the engine reads
 */
export function chatTemplate(source: string): ChatTemplate {
  const syntax = syntaxOf(source);
  const format = formatOfTemplate(source) ?? genericFormat;
  const dialects = new Map<string, Dialect>();
  let anatomy: Anatomy | undefined;
  const run = (chat: SpokenChat, clock: string | undefined, options: TemplateOptions, tally?: Tally) => {
    const environment = new Environment();
    for (const [name, value] of Object.entries(variables(chat, clock, options))) environment.set(name, value);
    const interpreter =
      tally === undefined ? new TemplateInterpreter(environment) : new CountingInterpreter(environment, tally);
    return String(interpreter.run(syntax.program).value);
  };
  const dialect = (options: TemplateOptions): Dialect => {
    const known = { ...options, addGenerationPrompt: true };
    const key = JSON.stringify(known);
    const found = dialects.get(key) ?? dialectOf(chat => run(chat, undefined, known), format);
    dialects.set(key, found);
    return found;
  };
  return {
    dialect,
    render: (chat, options, tally) => {
      const known = { ...options, arguments: { ...options.arguments, ...chat.variables } };
      return run(spoken(chat, dialect(options), format), chat.clock, known, tally);
    },
    syntax,
    tally: () => {
      anatomy ??= anatomyOf(syntax);
      return new Tally(anatomy);
    },
  };
}

/** Everything a template sees. The clock is the case's: the host's time never reaches a prompt. */
function variables(chat: SpokenChat, time: string | undefined, options: TemplateOptions): Record<string, unknown> {
  const clock = templateClock(time);
  return {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range,
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    strftime_now: clock.strftimeNow,
    date_string: clock.dateString,
    bos_token: options.bosToken,
    eos_token: options.eosToken,
    add_generation_prompt: options.addGenerationPrompt ?? true,
    messages: chat.messages,
    // Templates test `tools is defined` or `tools is not none`; no tools means neither.
    ...chat.variables,
    // Firefunction's own pair of variables.
    ...('functions' in chat.variables ? { datetime: clock.datetime } : {}),
    ...options.arguments,
  };
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= longestRange)) throw new Error(`range() of ${length} numbers is refused`);
  return Array.from({ length }, (_, index) => from + index * step);
}
