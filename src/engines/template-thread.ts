// A worker thread that renders chats with one untrusted template. Its parent limits memory and time.
import { parentPort } from 'node:worker_threads';
import {
  type ChatInput,
  type ChatTemplate,
  chatTemplate,
  describeFormat,
  studyOf,
  type TemplateOptions,
  type TemplateStudy,
  triedOut,
  type Tryouts,
} from '../prompt/index.ts';
import type { FormatRecord } from '../records/run.ts';

/** A template, and chats to render with it or the question which call format it stands for. */
export type TemplateRequest =
  | {
      readonly kind: 'render';
      readonly template: string;
      readonly chats: readonly ChatInput[];
      readonly options: TemplateOptions;
    }
  | {
      readonly kind: 'try';
      readonly template: string;
      readonly chats: readonly ChatInput[];
      readonly options: TemplateOptions;
    }
  | { readonly kind: 'study'; readonly template: string }
  | { readonly kind: 'describe'; readonly template: string; readonly options: TemplateOptions };

export type TemplateReply =
  | { readonly kind: 'described'; readonly format: FormatRecord }
  | { readonly kind: 'rendered'; readonly prompts: string[] }
  | { readonly kind: 'tried'; readonly tryouts: Tryouts }
  | { readonly kind: 'studied'; readonly study: TemplateStudy }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string; readonly index: number };

/** Templates read lately: two models' templates are asked in turn, and each knows its dialect once. */
const known = new Map<string, ChatTemplate>();
const mostKnown = 4;

function read(source: string): ChatTemplate {
  const found = known.get(source) ?? chatTemplate(source);
  known.delete(source);
  known.set(source, found);
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  return found;
}

function answer(request: TemplateRequest): TemplateReply {
  const { template } = request;
  let parsed: ChatTemplate;
  try {
    parsed = read(template);
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message };
  }
  switch (request.kind) {
    case 'describe':
      return { kind: 'described', format: describeFormat(template, parsed, request.options) };
    case 'render':
      return render(parsed, request.chats, request.options);
    case 'try':
      return { kind: 'tried', tryouts: triedOut(parsed, request.chats, request.options) };
    case 'study':
      return study(parsed);
  }
}

function study(template: ChatTemplate): TemplateReply {
  try {
    return { kind: 'studied', study: studyOf(template) };
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message };
  }
}

function render(template: ChatTemplate, chats: readonly ChatInput[], options: TemplateOptions): TemplateReply {
  const prompts: string[] = [];
  for (const chat of chats) {
    try {
      prompts.push(template.render(chat, options));
    } catch (error) {
      return { kind: 'refused', message: (error as Error).message, index: prompts.length };
    }
  }
  return { kind: 'rendered', prompts };
}

parentPort?.on('message', (request: TemplateRequest) => parentPort?.postMessage(answer(request)));
