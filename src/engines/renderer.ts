// Renders untrusted chat templates in a worker thread: a template that loops or allocates without end costs that
// thread, not the program.
import { Worker } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import type { FormatRecord } from '../records/run.ts';
import type { TemplateStudy, Tryouts } from '../prompt/index.ts';
import type { Chat, Renderer, RenderOptions, TemplateReader } from '../ports/template.ts';
import { builtFile } from './built.ts';
import type { TemplateReply, TemplateRequest, Tried } from './template-thread.ts';

const memoryMb = 256;
/** A real template renders a chat in about a millisecond; a batch that takes this long is running away. */
const batchTimeMs = 10_000;
const chatsPerBatch = 100;
/** Chats that try a template out are larger than real ones, and counting takes time too. */
const chatsPerTrial = 20;

const hint = 'look at the template with `turncoat inspect`; a template is code, and this one does not behave';

/** A renderer whose thread starts with the first use and again after a template killed it. */
export class ThreadRenderer implements Renderer, TemplateReader {
  #worker: Worker | undefined;

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
    const prompts: string[] = [];
    const refused: number[] = [];
    const ran: Uint16Array[] = [];
    const compared = new Set<string | number>();
    for (let start = 0; start < chats.length; start += chatsPerTrial) {
      const batch = chats.slice(start, start + chatsPerTrial);
      const reply = await this.#ask({ kind: 'count', template, chats: batch, options }, signal);
      if (reply.kind !== 'counted') throw new Error(`unexpected reply ${reply.kind}`);
      prompts.push(...reply.tryouts.prompts);
      refused.push(...reply.tryouts.refused.map(index => index + start));
      ran.push(...reply.tryouts.ran);
      for (const value of reply.tryouts.compared) compared.add(value);
    }
    return { prompts, refused, ran, compared: [...compared] };
  }

  async #ask(request: TemplateRequest, signal: AbortSignal): Promise<TemplateReply> {
    signal.throwIfAborted();
    this.#worker ??= new Worker(builtFile('template-thread'), { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    const worker = this.#worker;
    const watch = new AbortController();
    try {
      const reply = await new Promise<TemplateReply>((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(
            new UserError('template-runs-away', `the chat template did not end within ${batchTimeMs / 1000} s`, hint),
          );
        }, batchTimeMs);
        const stop = () => reject(signal.reason);
        const fail = (error: Error) => reject(runawayError(error));
        signal.addEventListener('abort', stop);
        watch.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          worker.off('message', resolve).off('error', fail);
        });
        worker.once('message', resolve);
        worker.once('error', fail);
        worker.postMessage(request);
      });
      if (reply.kind === 'lacks') throw lacksError(reply.message, reply.line);
      if (reply.kind === 'broken') {
        throw new UserError('template-broken', `the chat template can't be read: ${reply.message}`, hint);
      }
      return reply;
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      throw error;
    } finally {
      watch.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
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

function runawayError(error: Error & { code?: string }): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new UserError('template-runs-away', `the chat template needs more than ${memoryMb} MB`, hint);
}
