// A chat and a model's own chat template -> the prompt. Pure, and unsafe for untrusted templates on its own: they may
// loop or allocate without end, so the engines room runs this in a worker thread with limits.
import type { Message } from '../records/suites/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import { formatOfTemplate, genericFormat } from '../toolcalls/index.ts';
import { templateClock } from './clock.ts';
import { type Dialect, dialectOf, spoken, type SpokenChat } from './dialect.ts';
import {
  type EngineName,
  type JinjaTemplate,
  jinjaTemplate,
  type Printed,
  TemplateLacks,
  TemplateSyntax,
  type Visit,
} from './jinja/index.ts';
import { asLlamaReads, llamaVariables } from './llama-variables.ts';

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

/**
 * Whose answers count. `python`: Jinja2's. `llama.cpp`: its own engine's. `as-used`: llama.cpp's, as the users of GGUF files
 * run it, and Python's where llama.cpp lacks what the template asks for; then `lacking` says what.
 */
export type EngineChoice = EngineName | 'as-used';

/** What a template is rendered with: everything it sees. */
export interface Rendering {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly clock: string | undefined;
  /** Hears the formats that the template asks the time in. */
  readonly heard?: (format: string) => void;
}

/** A parsed template; parse once, render often. */
export interface ChatTemplate {
  /**
   * Renders a chat in the form that the template understands (see dialect.ts).
   * @throws TemplateLacks when the engine lacks something, TemplateRaised when the template refuses the chat,
   *   TemplateFails when it can't be done
   */
  render(chat: ChatInput, options: TemplateOptions): string;
  /** That form, found out on the first use with these options. */
  dialect(options: TemplateOptions): Dialect;
  /** The variables that `render` gives to the template. */
  rendering(chat: ChatInput, options: TemplateOptions): Rendering;
  /** The prompt of a rendering, with the lines that its pieces come from. Throws as `render` does. */
  print(rendering: Rendering): Printed;
  /** What llama.cpp's engine lacked so far, where Python's answer was taken instead. */
  readonly lacking: ReadonlyMap<string, TemplateLacks | TemplateSyntax>;
}

export interface EngineOptions {
  readonly engine?: EngineChoice;
  /** Hears of every statement that runs. */
  readonly visit?: Visit;
}

/**
 * Parses a chat template as Transformers and llama.cpp do (trim_blocks, lstrip_blocks).
 * @throws TemplateSyntax when it is no Jinja template, TemplateLacks for syntax that the engine does not have
 */
export function chatTemplate(source: string, { engine = 'python', visit }: EngineOptions = {}): ChatTemplate {
  const text = asLlamaReads(source);
  const lacking = new Map<string, TemplateLacks | TemplateSyntax>();
  const run = engine === 'as-used' ? asUsed(text, lacking, visit) : runner(jinjaTemplate(text, engine, visit), engine);
  const format = formatOfTemplate(source) ?? genericFormat;
  const dialects = new Map<string, Dialect>();
  /** A list of chats is rendered with one object. */
  const asBefore = new WeakMap<TemplateOptions, Dialect>();
  const rendering = (chat: SpokenChat, clock: string | undefined, options: TemplateOptions): Rendering => {
    return { variables: variables(chat, clock, options), clock };
  };
  const dialect = (options: TemplateOptions): Dialect => {
    const asked = asBefore.get(options);
    if (asked !== undefined) return asked;
    const known = { ...options, addGenerationPrompt: true };
    const key = JSON.stringify(known);
    const found = dialects.get(key) ?? dialectOf(chat => run(rendering(chat, undefined, known)).text, format);
    dialects.set(key, found);
    asBefore.set(options, found);
    return found;
  };
  const given = (chat: ChatInput, options: TemplateOptions) => {
    const known = { ...options, arguments: { ...options.arguments, ...chat.variables } };
    return rendering(spoken(chat, dialect(options), format), chat.clock, known);
  };
  return { dialect, lacking, rendering: given, print: run, render: (chat, options) => run(given(chat, options)).text };
}

type Run = (rendering: Rendering) => Printed;

const runner =
  (template: JinjaTemplate, form: EngineName): Run =>
  ({ variables: all, clock, heard }) => {
    const { strftimeNow } = templateClock(clock, form);
    return template.render(all, format => {
      heard?.(format);
      return strftimeNow(format);
    });
  };

/** llama.cpp's answer where it has one, else Python's; if neither has, Python says what is lacking. */
function asUsed(source: string, lacking: Map<string, TemplateLacks | TemplateSyntax>, visit: Visit | undefined): Run {
  const noted = (error: unknown): void => {
    if (!(error instanceof TemplateLacks || error instanceof TemplateSyntax)) throw error;
    if (lacking.size < mostNoted) lacking.set(error.message, error);
  };
  let own: Run | undefined;
  let python: Run | undefined;
  const inPython = () => (python ??= runner(jinjaTemplate(source, 'python', visit), 'python'));
  try {
    own = runner(jinjaTemplate(source, 'llama.cpp', visit), 'llama.cpp');
  } catch (error) {
    noted(error);
    // Broken for both: said here, before anything is rendered.
    inPython();
  }
  return rendering => {
    try {
      if (own !== undefined) return own(rendering);
    } catch (error) {
      noted(error);
    }
    return inPython()(rendering);
  };
}

const mostNoted = 20;

/** Everything a template sees. The clock is the case's: the host's time never reaches a prompt. */
function variables(chat: SpokenChat, time: string | undefined, options: TemplateOptions): Record<string, unknown> {
  return {
    ...llamaVariables(templateClock(time), options),
    messages: chat.messages,
    // Templates test `tools is defined` or `tools is not none`; no tools means neither.
    ...chat.variables,
    ...options.arguments,
  };
}
