// One template under trial: rendered chat by chat, with a memory of what ran and of what it compared with.
import { createHash } from 'node:crypto';
import { UserError } from '../../errors.ts';
import type { Chat, RenderOptions, TemplateReader, TemplateStudy } from '../../ports/template.ts';

/** Characters; the longest template of llama.cpp's bundle has 46,000. */
export const longestTemplate = 300_000;

/** A template with what it is rendered with. */
export interface TemplateSource {
  readonly template: string;
  readonly options: RenderOptions;
}

/** Starts what stands for the prompt of a chat that the template refuses. */
export const refused = '[refused] ';

/** What one chat did. */
export interface Tried {
  readonly prompt: string;
  /** Indexes of the parts of the template that ran. */
  readonly ran: Uint16Array;
  /** Whether some of them ran for the first time. */
  readonly fresh: boolean;
}

export class Trial {
  readonly study: TemplateStudy;
  /** Parts that ran in any chat. */
  readonly reached = new Set<number>();
  /** What the template was seen to compare with. */
  readonly compared = new Set<string | number>();
  readonly #reader: TemplateReader;
  readonly #source: TemplateSource;
  readonly #signal: AbortSignal;

  constructor(reader: TemplateReader, source: TemplateSource, study: TemplateStudy, signal: AbortSignal) {
    this.#reader = reader;
    this.#source = source;
    this.study = study;
    this.#signal = signal;
  }

  /** @throws UserError `template-…` when the template is broken, runs away, or is larger than any known one */
  static async of(reader: TemplateReader, source: TemplateSource, signal: AbortSignal): Promise<Trial> {
    const { length } = source.template;
    if (length > longestTemplate) {
      throw new UserError(
        'template-oversized',
        `the chat template has ${length} characters; known ones have up to 50000`,
        'a template is code: look at this one, which is not tried',
      );
    }
    return new Trial(reader, source, await reader.study(source.template, signal), signal);
  }

  async run(chats: readonly Chat[]): Promise<Tried[]> {
    const { template, options } = this.#source;
    const tryouts = await this.#reader.tryOut(template, chats, options, this.#signal);
    for (const value of tryouts.compared) this.compared.add(value);
    const refusals = new Set(tryouts.refused);
    return tryouts.prompts.map((prompt, index) => {
      const ran = tryouts.ran[index] as Uint16Array;
      const before = this.reached.size;
      for (const part of ran) this.reached.add(part);
      const text = refusals.has(index) ? `${refused}${prompt.slice(0, 500)}` : bounded(prompt);
      return { prompt: text, ran, fresh: this.reached.size > before };
    });
  }
}

/** Longer prompts are kept as their start and the hash of all, so that a template can't fill the memory. */
const longestPrompt = 32_768;

function bounded(prompt: string): string {
  if (prompt.length <= longestPrompt) return prompt;
  const hash = createHash('sha256').update(prompt).digest('hex');
  // Copied, or the slice would keep the whole.
  return `${Buffer.from(prompt.slice(0, longestPrompt)).toString()}\n… sha256 ${hash} of ${prompt.length} characters`;
}
