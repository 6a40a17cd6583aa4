// The thread that renders untrusted templates, asked one thing after the other: it answers in that order, or is ended.
import { Worker } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import { builtFile } from './built.ts';
import type { TemplateReply, TemplateRequest } from './template-thread.ts';

const memoryMb = 256;
/** A real template renders a chat in about a millisecond; a batch that takes this long is running away. */
const batchTimeMs = 10_000;
const graceMs = 50;

export const hint = 'look at the template with `turncoat inspect`; a template is code, and this one does not behave';

interface Asked {
  readonly resolve: (reply: TemplateReply) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
}

export class TemplateThread {
  readonly #worker: Worker;
  /** What is not answered yet; the thread is at the first of it. */
  readonly #asked: Asked[] = [];
  readonly #heeded = new Map<AbortSignal, () => void>();
  #ended: { readonly error: unknown } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#worker = new Worker(builtFile('template-thread'), { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
    this.#worker.on('message', (reply: TemplateReply) => {
      this.#asked.shift()?.resolve(reply);
      this.#watch();
    });
    this.#worker.on('error', (error: Error) => void this.end(runawayError(error)));
  }

  /** Rejects with a UserError `template-runs-away` when the thread takes too long or too much, and with the signal's reason. */
  ask(request: TemplateRequest, signal: AbortSignal): Promise<TemplateReply> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.error);
    this.#heed(signal);
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject, signal });
      if (this.#asked.length === 1) this.#watch();
      this.#worker.postMessage(request);
    });
  }

  /** One listener for all that is asked with a signal: many questions at once would look like a leak. */
  #heed(signal: AbortSignal): void {
    if (this.#heeded.has(signal)) return;
    const stop = () => {
      if (this.#asked.some(one => one.signal === signal)) void this.end(signal.reason);
    };
    signal.addEventListener('abort', stop);
    this.#heeded.set(signal, stop);
  }

  /** The time of what the thread is at counts from here. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#asked.length === 0) return;
    const message = `the chat template did not end within ${batchTimeMs / 1000} s`;
    const runsAway = () => void this.end(new UserError('template-runs-away', message, hint));
    // The answer may be there, and we were too busy to hear it.
    this.#timer = setTimeout(() => (this.#timer = setTimeout(runsAway, graceMs)), batchTimeMs);
  }

  /** Ends the thread; all that is asked of it fails with the error. */
  async end(error: unknown): Promise<void> {
    this.#ended ??= { error };
    clearTimeout(this.#timer);
    for (const [signal, stop] of this.#heeded) signal.removeEventListener('abort', stop);
    this.#heeded.clear();
    for (const { reject } of this.#asked.splice(0)) reject(error);
    await this.#worker.terminate();
  }
}

function runawayError(error: Error & { code?: string }): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new UserError('template-runs-away', `the chat template needs more than ${memoryMb} MB`, hint);
}
