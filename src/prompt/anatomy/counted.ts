// A chat template whose parts are counted while it runs. Prompts come from the engine that every run uses; what ran comes
// from a library interpreter that walks a syntax tree with lines, given the same variables. Where that one stops, what ran
// until then counts, and the rest is unreached: it is never taken for reached.
import { Environment } from '@huggingface/jinja';
import type { ChatInput, ChatTemplate, TemplateOptions } from '../chat.ts';
import { templateClock } from '../clock.ts';
import { anatomyOf } from './anatomy.ts';
import { CountingInterpreter, Tally } from './counting.ts';
import type { Anatomy } from './part.ts';
import { type Syntax, syntaxOf } from './syntax.ts';

export interface CountedTemplate {
  readonly syntax: Syntax;
  /**
   * A new count of what runs.
   * @throws Error when the template has more parts than are looked at
   */
  tally(): Tally;
  /**
   * The prompt of a chat, as every run renders it; what ran is noted.
   * @throws what the template's own rendering throws
   */
  render(chat: ChatInput, options: TemplateOptions, tally: Tally): string;
}

/** @throws Error for syntax that the library does not read */
export function countedTemplate(source: string, template: ChatTemplate): CountedTemplate {
  const syntax = syntaxOf(source);
  let anatomy: Anatomy | undefined;
  return {
    syntax,
    tally: () => {
      anatomy ??= anatomyOf(syntax);
      return new Tally(anatomy);
    },
    render: (chat, options, tally) => {
      const rendering = template.rendering(chat, options);
      count(syntax, rendering.variables, rendering.clock, tally);
      return template.print(rendering).text;
    },
  };
}

function count(
  { program }: Syntax,
  variables: Readonly<Record<string, unknown>>,
  clock: string | undefined,
  tally: Tally,
): void {
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...globals(clock), ...variables })) environment.set(name, value);
  try {
    new CountingInterpreter(environment, tally).run(program);
  } catch {
    // Refused, or beyond the library: what ran until here counts.
  }
}

/** A template could ask for a list that no memory holds. */
const longestRange = 100_000;

function globals(clock: string | undefined): Record<string, unknown> {
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
    strftime_now: templateClock(clock, 'llama.cpp').strftimeNow,
  };
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= longestRange)) throw new Error(`range() of ${length} numbers is refused`);
  return Array.from({ length }, (_, index) => from + index * step);
}
