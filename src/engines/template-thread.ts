// A worker thread that renders chats with one untrusted template. Its parent limits memory and time.
import { parentPort } from 'node:worker_threads';
import { type ChatInput, type ChatTemplate, chatTemplate, type TemplateOptions } from '../prompt/index.ts';

/** One request: a template and the chats to render with it. */
export interface RenderRequest {
  readonly template: string;
  readonly chats: readonly ChatInput[];
  readonly options: TemplateOptions;
}

export type RenderReply =
  | { readonly kind: 'rendered'; readonly prompts: string[] }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string; readonly index: number };

let last: { source: string; template: ChatTemplate } | undefined;

function answer({ template, chats, options }: RenderRequest): RenderReply {
  try {
    if (last?.source !== template) last = { source: template, template: chatTemplate(template) };
  } catch (error) {
    return { kind: 'broken', message: (error as Error).message };
  }
  const prompts: string[] = [];
  for (const chat of chats) {
    try {
      prompts.push(last.template.render(chat, options));
    } catch (error) {
      return { kind: 'refused', message: (error as Error).message, index: prompts.length };
    }
  }
  return { kind: 'rendered', prompts };
}

parentPort?.on('message', (request: RenderRequest) => parentPort?.postMessage(answer(request)));
