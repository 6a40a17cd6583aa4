// A worker thread that renders chats with one untrusted template. Its parent limits memory and time.
import { parentPort } from 'node:worker_threads';
import {
  type ChatInput,
  type ChatTemplate,
  chatTemplate,
  describeFormat,
  type EngineChoice,
  TemplateLacks,
  templateClock,
  type CountedTemplate,
  countedTemplate,
  studyOf,
  type TemplateOptions,
  type TemplateStudy,
  triedOut,
  type Tryouts,
} from '../prompt/index.ts';
import type { FormatRecord } from '../records/run.ts';

interface OfTemplate {
  readonly template: string;
  readonly options: TemplateOptions;
}

/** A template, and chats to render with it or a question about it. */
export type TemplateRequest =
  | (OfTemplate & { readonly kind: 'render'; readonly chats: readonly ChatInput[] })
  | (OfTemplate & { readonly kind: 'describe' })
  /** Rendered with a note of which parts ran. */
  | (OfTemplate & { readonly kind: 'count'; readonly chats: readonly ChatInput[] })
  | { readonly kind: 'study'; readonly template: string }
  /** As Python's engine renders it beside, with everything that another engine needs to do the same. */
  | (OfTemplate & { readonly kind: 'try'; readonly chats: readonly ChatInput[] })
  /** Which line prints what follows the first characters of a prompt. */
  | (OfTemplate & { readonly kind: 'locate'; readonly chat: ChatInput; readonly start: string });

/** A prompt, or why there is none. */
export type Outcome =
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly line?: number | undefined };

export interface Tried {
  readonly own: Outcome;
  readonly python: Outcome;
  /** Line of what llama.cpp's engine lacks, if it lacks something. */
  readonly lackedLine: number | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What `strftime_now` answers, by its format, as far as the template asked. */
  readonly times: Readonly<Record<string, string>>;
}

export type TemplateReply =
  | { readonly kind: 'described'; readonly format: FormatRecord }
  | { readonly kind: 'rendered'; readonly prompts: string[] }
  | { readonly kind: 'tried'; readonly tried: readonly Tried[] }
  | { readonly kind: 'located'; readonly line: number | undefined }
  | { readonly kind: 'counted'; readonly tryouts: Tryouts }
  | { readonly kind: 'studied'; readonly study: TemplateStudy }
  | { readonly kind: 'broken' | 'lacks'; readonly message: string; readonly line: number | undefined }
  | { readonly kind: 'refused'; readonly message: string; readonly index: number };

/** Templates read lately: two models' templates are asked in turn, and each knows its dialect once. */
const known = new Map<string, ChatTemplate>();
const mostKnown = 8;

function read(source: string, engine: EngineChoice = 'as-used'): ChatTemplate {
  const key = `${engine} ${source}`;
  const found = known.get(key) ?? chatTemplate(source, { engine });
  known.delete(key);
  known.set(key, found);
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  return found;
}

const lineOf = (error: unknown): number | undefined => (error as { line?: number }).line;

function answer(request: TemplateRequest): TemplateReply {
  const { template } = request;
  let parsed: ChatTemplate;
  try {
    parsed = read(template);
  } catch (error) {
    const kind = error instanceof TemplateLacks ? 'lacks' : 'broken';
    return { kind, message: (error as Error).message, line: lineOf(error) };
  }
  if (request.kind === 'study') return study(template, parsed);
  const { options } = request;
  try {
    switch (request.kind) {
      case 'describe':
        return { kind: 'described', format: describeFormat(template, parsed, options) };
      case 'render':
        return render(parsed, request.chats, options);
      case 'try':
        return { kind: 'tried', tried: request.chats.map(chat => tried(parsed, template, chat, options)) };
      case 'count':
        return { kind: 'counted', tryouts: triedOut(counted(template, parsed), request.chats, options) };
      case 'locate': {
        const printed = parsed.print(parsed.rendering(request.chat, options));
        return { kind: 'located', line: printed.lineAfter(request.start) };
      }
    }
  } catch (error) {
    if (error instanceof TemplateLacks) return { kind: 'lacks', message: error.message, line: error.line };
    throw error;
  }
}

/** Templates whose parts were looked at lately. */
const looked = new WeakMap<ChatTemplate, CountedTemplate>();

function counted(source: string, template: ChatTemplate): CountedTemplate {
  const known = looked.get(template) ?? countedTemplate(source, template);
  looked.set(template, known);
  return known;
}

function study(source: string, template: ChatTemplate): TemplateReply {
  try {
    return { kind: 'studied', study: studyOf(counted(source, template)) };
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message, line: lineOf(error) };
  }
}

function render(template: ChatTemplate, chats: readonly ChatInput[], options: TemplateOptions): TemplateReply {
  const prompts: string[] = [];
  for (const chat of chats) {
    try {
      prompts.push(template.render(chat, options));
    } catch (error) {
      if (error instanceof TemplateLacks) throw error;
      return { kind: 'refused', message: (error as Error).message, index: prompts.length };
    }
  }
  return { kind: 'rendered', prompts };
}

function tried(template: ChatTemplate, source: string, chat: ChatInput, options: TemplateOptions): Tried {
  const rendering = template.rendering(chat, options);
  const times = new Map<string, string>();
  const { strftimeNow } = templateClock(chat.clock, 'llama.cpp');
  const heard = (format: string) => times.set(format, strftimeNow(format));
  const own = outcome(() => template.print({ ...rendering, heard }).text);
  const [lacked] = template.lacking.values();
  return {
    own,
    lackedLine: lacked?.line,
    python: outcome(() => read(source, 'python').print(rendering).text),
    variables: rendering.variables,
    times: Object.fromEntries(times),
  };
}

function outcome(prompt: () => string): Outcome {
  try {
    return { kind: 'prompt', text: prompt() };
  } catch (error) {
    return { kind: 'refused', reason: (error as Error).message, line: lineOf(error) };
  }
}

parentPort?.on('message', (request: TemplateRequest) => parentPort?.postMessage(answer(request)));
