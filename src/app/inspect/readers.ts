// What reads the untrusted templates of an inspection. It takes a moment to start, in which files and suites can be read.
import { ReaderPair } from '../../engines/reader-pair.ts';
import { ThreadRenderer } from '../../engines/renderer.ts';
import { SecondEngine } from '../../engines/second-engine.ts';
import type { TemplateReader } from '../../ports/template.ts';

export class TemplateReaders implements AsyncDisposable {
  /** Two threads as one. */
  readonly own: TemplateReader;
  /** llama.cpp's own engine, in a process of its own. */
  readonly second: SecondEngine;
  readonly #threads = [new ThreadRenderer(), new ThreadRenderer()] as const;

  constructor() {
    const [first, beside] = this.#threads;
    this.own = new ReaderPair(first, beside);
    this.second = new SecondEngine(beside);
    for (const one of [first, beside, this.second]) one.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.second[Symbol.asyncDispose]();
    await Promise.all(this.#threads.map(thread => thread[Symbol.asyncDispose]()));
  }
}
