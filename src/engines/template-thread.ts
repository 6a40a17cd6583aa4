// A worker thread that renders chats with one untrusted template. Its parent limits memory and time.
import { parentPort } from 'node:worker_threads';
import {
  type ChatInput,
  type ChatTemplate,
  chatTemplate,
  describeFormat,
  type TemplateOptions,
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
  | { readonly kind: 'describe'; readonly template: string; readonly options: TemplateOptions };

export type TemplateReply =
  | { readonly kind: 'described'; readonly format: FormatRecord }
  | { readonly kind: 'rendered'; readonly prompts: string[] }
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
  const { template, options } = request;
  let parsed: ChatTemplate;
  try {
    parsed = read(template);
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message };
  }
  if (request.kind === 'describe') return { kind: 'described', format: describeFormat(template, parsed, options) };
  return render(parsed, request.chats, options);
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
