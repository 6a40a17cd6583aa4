// Two threads that read templates, as one: a template is tried on hundreds of chats, and half of them fit on each.
import type { Chat, RenderOptions, TemplateReader, TemplateStudy, Tryouts } from '../ports/template.ts';
import { chatsPerTrial, joined } from './renderer.ts';

/** Shares chats out between two readers; what comes back is what one of them alone would have said. */
export class ReaderPair implements TemplateReader {
  readonly #first: TemplateReader;
  readonly #second: TemplateReader;

  constructor(first: TemplateReader, second: TemplateReader) {
    this.#first = first;
    this.#second = second;
  }

  study(template: string, signal: AbortSignal): Promise<TemplateStudy> {
    return this.#first.study(template, signal);
  }

  async tryOut(
    template: string,
    chats: readonly Chat[],
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<Tryouts> {
    // Cut where a batch ends, so that the batches are the same.
    const half = Math.ceil(chats.length / chatsPerTrial / 2) * chatsPerTrial;
    return joined(
      await Promise.all([
        this.#first.tryOut(template, chats.slice(0, half), options, signal),
        this.#second.tryOut(template, chats.slice(half), options, signal),
      ]),
    );
  }
}
