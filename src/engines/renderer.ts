// Renders untrusted chat templates in a worker thread: a template that loops or allocates without end costs that
// thread, not the program.
import { UserError } from '../errors.ts';
import type { FormatRecord } from '../records/run.ts';
import type { TemplateStudy, Tryouts } from '../prompt/index.ts';
import type { Chat, Renderer, RenderOptions, TemplateReader } from '../ports/template.ts';
import { hint, TemplateThread } from './asked-thread.ts';
import type { TemplateReply, TemplateRequest, Tried } from './template-thread.ts';

const chatsPerBatch = 100;
/** Chats that try a template out are larger than real ones, and counting takes time too. */
export const chatsPerTrial = 20;

/** A renderer whose thread starts with the first use and again after a template killed it. */
export class ThreadRenderer implements Renderer, TemplateReader {
  #thread: TemplateThread | undefined;

  async render(
    template: string,
    chats: readonly Chat[],
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<string[]> {
    const prompts: string[] = [];
    for (let start = 0; start < chats.length; start += chatsPerBatch) {
      const batch = chats.slice(start, start + chatsPerBatch);
      const reply = await this.#ask({ kind: 'render', template, chats: batch, options }, signal);
      if (reply.kind === 'refused') throw refusedError(reply.message, start + reply.index);
      if (reply.kind === 'rendered') prompts.push(...reply.prompts);
    }
    return prompts;
  }

  async describe(template: string, options: RenderOptions, signal: AbortSignal): Promise<FormatRecord> {
    const reply = await this.#ask({ kind: 'describe', template, options }, signal);
    if (reply.kind !== 'described') throw new Error(`unexpected reply ${reply.kind}`);
    return reply.format;
  }

  /** Renders chats in both of our engines, with what a third needs for the same. Throws where the template is broken. */
  async tried(
    template: string,
    chats: readonly Chat[],
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<readonly Tried[]> {
    const reply = await this.#ask({ kind: 'try', template, chats, options }, signal);
    if (reply.kind !== 'tried') throw new Error(`unexpected reply ${reply.kind}`);
    return reply.tried;
  }

  /** Line of the template that prints what follows the start of a chat's prompt. */
  async lineAfter(
    start: string,
    template: string,
    chat: Chat,
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const reply = await this.#ask({ kind: 'locate', template, chat, options, start }, signal);
    return reply.kind === 'located' ? reply.line : undefined;
  }

  async study(template: string, signal: AbortSignal): Promise<TemplateStudy> {
    const reply = await this.#ask({ kind: 'study', template }, signal);
    if (reply.kind !== 'studied') throw new Error(`unexpected reply ${reply.kind}`);
    return reply.study;
  }

  async tryOut(
    template: string,
    chats: readonly Chat[],
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<Tryouts> {
    const batches: (readonly Chat[])[] = [];
    for (let start = 0; start < chats.length; start += chatsPerTrial) {
      batches.push(chats.slice(start, start + chatsPerTrial));
    }
    // All at once: the thread goes on with the next batch whatever this one is busy with.
    const replies = await Promise.all(
      batches.map(batch => this.#ask({ kind: 'count', template, chats: batch, options }, signal)),
    );
    return joined(
      replies.map(reply => {
        if (reply.kind !== 'counted') throw new Error(`unexpected reply ${reply.kind}`);
        return reply.tryouts;
      }),
    );
  }

  /** Starts the thread, which takes a moment, before it is needed. */
  start(): void {
    this.#thread ??= new TemplateThread();
  }

  async #ask(request: TemplateRequest, signal: AbortSignal): Promise<TemplateReply> {
    signal.throwIfAborted();
    this.start();
    const thread = this.#thread as TemplateThread;
    try {
      const reply = await thread.ask(request, signal);
      if (reply.kind === 'lacks') throw lacksError(reply.message, reply.line);
      if (reply.kind === 'broken') {
        throw new UserError('template-broken', `the chat template can't be read: ${reply.message}`, hint);
      }
      return reply;
    } catch (error) {
      if (this.#thread === thread) this.#thread = undefined;
      await thread.end(error);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.end(new Error('the renderer is closed'));
  }
}

/** What parts of a list of chats did -> what the list did. */
export function joined(parts: readonly Tryouts[]): Tryouts {
  const all: Tryouts = { prompts: [], refused: [], ran: [], compared: [] };
  for (const { prompts, refused, ran } of parts) {
    all.refused.push(...refused.map(index => index + all.prompts.length));
    all.prompts.push(...prompts);
    all.ran.push(...ran);
  }
  return { ...all, compared: [...new Set(parts.flatMap(({ compared }) => compared))] };
}

/** @param index of the chat that was refused */
function refusedError(message: string, index: number): UserError {
  return new UserError('template-refused', `the chat template fails: ${message}`, hint, { index });
}

function lacksError(message: string, line: number | undefined): UserError {
  const what = `the chat template asks for what turncoat's engine lacks: ${message}`;
  return new UserError('template-lacks', what, lacksHint, { line });
}

const lacksHint =
  'take another text of the template with --template-file; nothing is rendered in another form in its place';
