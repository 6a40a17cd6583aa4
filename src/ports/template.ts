// What renders and studies untrusted templates.
import type { Message } from '../records/suites/case.ts';
import type { FormatRecord } from '../records/run.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import type { TemplateStudy, Tryouts } from '../prompt/index.ts';

/** A chat to render with a model's own template. */
export interface Chat {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** Local time that the template's clock shows, `2026-03-14T09:00`; absent: a fixed date, never the host's. */
  readonly clock?: string | undefined;
  /** Template variables beside the usual ones, or in their place, e.g. `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Renders chats with an untrusted template, within limits of memory and time. */
export interface Renderer extends AsyncDisposable {
  /**
   * @returns one prompt per chat, ending where the model's reply starts
   * @throws UserError `template-…` when the template is broken, runs away, or refuses the chat
   */
  render(template: string, chats: readonly Chat[], options: RenderOptions, signal: AbortSignal): Promise<string[]>;
  /** Which call format the template stands for, tested on the template itself. Throws as render does. */
  describe(template: string, options: RenderOptions, signal: AbortSignal): Promise<FormatRecord>;
}

export type { TemplateStudy, Tryouts };

/** Looks into untrusted templates, within the same limits; it may be asked ahead, and answers in the order of asking. */
export interface TemplateReader {
  /**
   * What a template is made of.
   * @throws UserError `template-…` when it is broken or runs away
   */
  study(template: string, signal: AbortSignal): Promise<TemplateStudy>;
  /** Renders chats and notes which parts of the template ran; a chat that it refuses is a result. Throws as study does. */
  tryOut(template: string, chats: readonly Chat[], options: RenderOptions, signal: AbortSignal): Promise<Tryouts>;
}

/** What a template sees beside the chat. */
export interface RenderOptions {
  readonly bosToken: string;
  readonly eosToken: string;
  /** Extra template variables, e.g. `enable_thinking: false`. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** false: the conversation so far; true (default): up to where the reply starts. */
  readonly addGenerationPrompt?: boolean;
}
