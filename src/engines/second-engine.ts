// The same prompts by other engines: where they disagree, the users of one get another prompt than was tested. A template
// that behaves in one engine alone shows here, and nowhere else.
import { type ChildProcess, fork } from 'node:child_process';
import { asLlamaReads } from '../prompt/llama-variables.ts';
import type { Chat, RenderOptions } from '../ports/template.ts';
import { programArguments } from './containment/launch.ts';
import type { NativeOutcome, NativeReply, NativeRequest } from './native-template.ts';
import type { ThreadRenderer } from './renderer.ts';
import type { Outcome, Tried } from './template-thread.ts';

/** How another engine's answer differs from the prompt that is used. */
export type Disagreement =
  | {
      readonly kind: 'text';
      /** Both texts from where they part, cut short. */
      readonly used: string;
      readonly other: string;
      /** Of the template, where it is known. */
      readonly line: number | undefined;
    }
  /** The other engine gives no prompt. */
  | { readonly kind: 'refuses'; readonly reason: string; readonly line: number | undefined }
  /** The other engine gives a prompt where there is none. */
  | { readonly kind: 'renders'; readonly reason: string; readonly line: number | undefined };

export interface FoundDisagreement {
  /** Of the chat. */
  readonly index: number;
  readonly engine: 'llama.cpp' | 'python';
  readonly disagreement: Disagreement;
}

export interface BothRendered {
  /** Whether llama.cpp's own engine could be had; Python's answers are always ours. */
  readonly native: { readonly state: 'ran' } | { readonly state: 'unavailable'; readonly why: string };
  readonly chats: number;
  readonly found: readonly FoundDisagreement[];
}

const chatsPerBatch = 100;
const batchTimeMs = 10_000;
const startTimeMs = 60_000;
/** Characters shown of each text. */
const shown = 80;
/** Formats of the time that a template may make up while it runs. */
const mostFormats = 30;

/** Renders chats with llama.cpp's own engine, and with ours as Python would; keeps a process until disposed. */
export class SecondEngine implements AsyncDisposable {
  readonly #renderer: ThreadRenderer;
  #native: Promise<NativeProcess | { readonly why: string }> | undefined;

  constructor(renderer: ThreadRenderer) {
    this.#renderer = renderer;
  }

  /** Starts llama.cpp's process, which takes a moment, before it is needed. */
  start(): void {
    this.#native ??= NativeProcess.start();
  }

  /**
   * What other engines make of chats, against the prompts that are used.
   * @throws UserError `template-…` where the template is broken, runs away or asks for what our engine lacks
   */
  async renderBoth(
    template: string,
    chats: readonly Chat[],
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<BothRendered> {
    this.start();
    const native = (await this.#native) as Awaited<ReturnType<typeof NativeProcess.start>>;
    const found: Found[] = [];
    for (let start = 0; start < chats.length; start += chatsPerBatch) {
      signal.throwIfAborted();
      const batch = chats.slice(start, start + chatsPerBatch);
      const tried = await this.#renderer.tried(template, batch, options, signal);
      const outcomes = native instanceof NativeProcess ? await native.outcomes(template, tried, signal) : [];
      for (const [index, { own, python }] of tried.entries()) {
        const others = { 'llama.cpp': outcomes[index], python } as const;
        for (const engine of ['llama.cpp', 'python'] as const) {
          const parted = disagreementOf(own, others[engine]);
          if (parted !== undefined) found.push({ index: start + index, engine, ...parted });
        }
      }
    }
    const located = await this.#located(found, template, chats, options, signal);
    const state =
      native instanceof NativeProcess ? { state: 'ran' as const } : { state: 'unavailable' as const, why: native.why };
    return { native: state, chats: chats.length, found: located };
  }

  /** Lines of the first differences: they are the same ones, mostly, for all chats. */
  async #located(
    found: readonly Found[],
    template: string,
    chats: readonly Chat[],
    options: RenderOptions,
    signal: AbortSignal,
  ): Promise<FoundDisagreement[]> {
    const lines = new Map<string, number | undefined>();
    const out: FoundDisagreement[] = [];
    for (const { index, engine, disagreement, start } of found) {
      const key = JSON.stringify([engine, disagreement]);
      if (start !== undefined && !lines.has(key) && lines.size < mostLocated) {
        lines.set(key, await this.#renderer.lineAfter(start, template, chats[index] as Chat, options, signal));
      }
      const line = disagreement.line ?? lines.get(key);
      out.push({ index, engine, disagreement: { ...disagreement, line } });
    }
    return out;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const native = await this.#native;
    if (native instanceof NativeProcess) await native.stop();
    this.#native = undefined;
  }
}

const mostLocated = 10;

interface Found extends FoundDisagreement {
  /** What both texts begin with. */
  readonly start?: string;
}

function disagreementOf(used: Outcome, other: Outcome | undefined): Pick<Found, 'disagreement' | 'start'> | undefined {
  if (other === undefined) return undefined;
  if (used.kind === 'refused') {
    if (other.kind === 'refused') return undefined;
    return { disagreement: { kind: 'renders', reason: used.reason, line: used.line } };
  }
  if (other.kind === 'refused') return { disagreement: { kind: 'refuses', reason: other.reason, line: other.line } };
  if (used.text === other.text) return undefined;
  const at = partingPoint(used.text, other.text);
  const parted = { used: used.text.slice(at, at + shown), other: other.text.slice(at, at + shown) };
  return { disagreement: { kind: 'text', ...parted, line: undefined }, start: used.text.slice(0, at) };
}

function partingPoint(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** The process of llama.cpp's engine. It dies with a template that runs away, and starts again for the next. */
class NativeProcess {
  #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<NativeProcess | { readonly why: string }> {
    const child = forked();
    const reply = await heard(child, startTimeMs).catch((error: Error): NativeReply => {
      return { kind: 'unavailable', why: error.message };
    });
    if (reply.kind === 'ready') return new NativeProcess(child);
    child.kill('SIGKILL');
    return { why: reply.kind === 'unavailable' ? reply.why : `unexpected reply ${reply.kind}` };
  }

  async outcomes(template: string, tried: readonly Tried[], signal: AbortSignal): Promise<Outcome[]> {
    const source = firstTextDropped(asLlamaReads(template));
    const usesTime = /strftime_now/.test(source);
    const name = `clock_${crypto.randomUUID().replaceAll('-', '')}`;
    const text = usesTime ? prelude(name) + source : source;
    const times = tried.map(one => ({ ...one.times }));
    const all: NativeOutcome[] = [];
    let open = tried.map((_, index) => index);
    for (let round = 0; open.length > 0 && round < mostFormats; round++) {
      signal.throwIfAborted();
      const variables = open.map(index => ({ ...tried[index]?.variables, ...(usesTime && { [name]: times[index] }) }));
      const outcomes = await this.#ask({ template: text, all: variables }, signal);
      for (const [place, index] of open.entries()) all[index] = outcomes[place] as NativeOutcome;
      open = open.filter(index => learned(all[index], times[index] ?? {}, tried[index]));
    }
    return all.map((one, index) => read(one, usesTime ? 1 : 0, tried[index]?.lackedLine));
  }

  async #ask(request: NativeRequest, signal: AbortSignal): Promise<readonly NativeOutcome[]> {
    const child = this.#child;
    try {
      const reply = heard(child, batchTimeMs, signal);
      child.send(request);
      const answer = await reply;
      return answer.kind === 'rendered' ? answer.outcomes : [];
    } catch (error) {
      await this.stop();
      signal.throwIfAborted();
      this.#child = forked();
      await heard(this.#child, startTimeMs);
      return request.all.map(() => ({ error: `Error: ${(error as Error).message}` }));
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise(resolve => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }
}

const forked = () =>
  fork(...programArguments('native-template', 'auto'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });

/** Whether llama.cpp's own engine can be had. @returns why not; undefined: it can */
export async function nativeEngineLacks(): Promise<string | undefined> {
  const native = await NativeProcess.start();
  if (!(native instanceof NativeProcess)) return native.why;
  await native.stop();
  return undefined;
}

/** The next message of a process. */
function heard(child: ChildProcess, patienceMs: number, signal?: AbortSignal): Promise<NativeReply> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      clearTimeout(timer);
      child.off('message', deliver).off('close', closed).off('error', failed);
      signal?.removeEventListener('abort', stop);
      act();
    };
    const deliver = (reply: unknown) => end(() => resolve(reply as NativeReply));
    const failed = (error: Error) => end(() => reject(error));
    const closed = () => failed(new Error("llama.cpp's engine ended, or took too much memory"));
    const stop = () => failed(new Error('stopped'));
    const timer = setTimeout(
      () => failed(new Error(`llama.cpp's engine took more than ${patienceMs / 1000} s`)),
      patienceMs,
    );
    child.on('message', deliver).on('close', closed).on('error', failed);
    signal?.addEventListener('abort', stop);
  });
}

/**
 * The case's time for an engine that asks the host: a macro of the same name, under a name beside it that no template can
 * know. The tag's own newline goes, so that the template starts a line.
 */
function prelude(name: string): string {
  const ask = `{{ ${name}[format] if format in ${name} else raise_exception('${name} ' ~ format) }}`;
  return `{% macro strftime_now(format) %}${ask}{% endmacro %}\n`;
}

/** llama.cpp loses a text of one character before the first tag of a template; behind the macro it would not. */
function firstTextDropped(source: string): string {
  return source.replace(/^[^{][ \t\v\f\r]*(?=\{[%#])/, '');
}

/** A format of the time that the engine asked for and does not know yet: then it is asked again. */
function learned(outcome: NativeOutcome | undefined, times: Record<string, string>, tried: Tried | undefined): boolean {
  if (outcome === undefined || !('error' in outcome)) return false;
  const format = outcome.error.match(/Jinja Exception: clock_[0-9a-f]{32} ([^]*)$/)?.[1];
  if (format === undefined || Object.hasOwn(times, format)) return false;
  times[format] = timeOf(format, tried);
  return true;
}

/** No engine asks for a format that ours did not, unless they disagree already: any text shows that. */
const timeOf = (format: string, tried: Tried | undefined): string => tried?.times[format] ?? `(${format})`;

/** What an outcome says, with the line in the model's own template. */
function read(outcome: NativeOutcome, before: number, lackedLine: number | undefined): Outcome {
  if ('text' in outcome) return { kind: 'prompt', text: outcome.text };
  const line = Number(outcome.error.match(/ at line (\d+), column/)?.[1]) - before;
  const reason =
    outcome.error
      .split(/\n?Error: /)
      .at(-1)
      ?.trim() ?? outcome.error;
  return { kind: 'refused', reason: reason.replace(/^AddonJinjaRenderer: /, ''), line: line > 0 ? line : lackedLine };
}
