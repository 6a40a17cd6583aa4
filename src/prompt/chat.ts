// A chat and a model's own chat template -> the prompt. Pure, and unsafe for untrusted templates on its own: they may
// loop or allocate without end, so the engines room runs this in a worker thread with limits.
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import type { Message } from '../records/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { templateClock } from './clock.ts';

export interface ChatInput {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly clock?: string | undefined;
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
  /** @throws Error when the template raises an exception or fails */
  render(chat: ChatInput, options: TemplateOptions): string;
}

/**
 * Parses a chat template as Transformers does (trim_blocks, lstrip_blocks).
 * @throws Error when it is not a Jinja template that the engine reads
 */
export function chatTemplate(source: string): ChatTemplate {
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  return {
    render(chat, options) {
      const environment = new Environment();
      for (const [name, value] of Object.entries(variables(chat, options))) environment.set(name, value);
      return (new Interpreter(environment).run(program) as { value: string }).value;
    },
  };
}

/** Everything a template sees. The clock is the case's: the host's time never reaches a prompt. */
function variables(chat: ChatInput, options: TemplateOptions): Record<string, unknown> {
  const clock = templateClock(chat.clock);
  const values: Record<string, unknown> = {
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
    ...options.arguments,
  };
  // Templates test `tools is defined` or `tools is not none`; no tools means neither.
  if (chat.tools.length > 0) values.tools = chat.tools;
  return values;
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= longestRange)) throw new Error(`range() of ${length} numbers is refused`);
  return Array.from({ length }, (_, index) => from + index * step);
}
