// Jobs -> observations on one loaded model. N sequences of one context step in lockstep, so that llama.cpp always
// decodes a full batch; a sequence that is done takes the next job, and what jobs share is evaluated once and copied.
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { Observation, Role } from '../../records/observation.ts';
import type { Job, Sampling } from '../../ports/engine.ts';
import { Feed } from './feed.ts';
import type { ForcedPass } from './forced-pass.ts';
import type { Fork } from './fork.ts';
import { observeJob } from './observe.ts';
import { spread } from './parts.ts';
import { commonLength, compareTokens } from './prefixes.ts';
import { windowsAhead } from '../protocol.ts';

/** Tokens that must be saved for a copy to pay; it takes about as long as one token of a small model. */
const worthCopying = 2;
/** Tokens that others must share for a pass of their own, outside the common batch, to pay. */
const worthEvaluating = 16;

/** Jobs handed over together; they are reported together. */
interface Window {
  readonly role: Role;
  readonly sampling: Sampling;
  readonly observations: Observation[];
  /** Parts not done yet. */
  pending: number;
  /** Reported or failed; what is left of it is not started. */
  over: boolean;
  finish(error?: Error): void;
}

interface Part {
  readonly job: Job;
  readonly prompt: Token[];
  readonly window: Window;
}

interface Slot {
  readonly sequence: LlamaContextSequence;
  active: { readonly part: Part; readonly work: AsyncGenerator<void, Observation[]> } | undefined;
}

/** The work of one context. */
export class Session {
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #fork: Fork;
  readonly #pass: ForcedPass;
  readonly #slots: Slot[];
  readonly #feed = new Feed<Part>();
  /** Windows handed over, from the oldest that is not done. */
  #handed: Window[] = [];
  #running = false;

  constructor(
    model: LlamaModel,
    context: LlamaContext,
    sequences: readonly LlamaContextSequence[],
    fork: Fork,
    pass: ForcedPass,
  ) {
    this.#model = model;
    this.#context = context;
    this.#fork = fork;
    this.#pass = pass;
    this.#slots = sequences.map(sequence => ({ sequence, active: undefined }));
  }

  /**
   * Observes jobs after all that were handed over before; `last`: no more follow, so that free sequences need not wait.
   * @throws Error when a prompt and its reply exceed the context, or the model computes NaN
   */
  async observe(role: Role, jobs: readonly Job[], sampling: Sampling, last: boolean): Promise<Observation[]> {
    return await new Promise((resolve, reject) => {
      const observations: Observation[] = [];
      const finish = (error?: Error) => {
        window.over = true;
        if (error === undefined) resolve(observations);
        else reject(error);
      };
      const window: Window = { role, sampling, observations, pending: jobs.length, over: false, finish };
      this.#handed.push(window);
      try {
        const parts = jobs.map(job => ({ job, prompt: this.#prepare(job, sampling), window }));
        this.#feed.push(
          parts.toSorted((a, b) => compareTokens(a.prompt, b.prompt)),
          last,
        );
      } catch (error) {
        this.#feed.push([], last);
        finish(error as Error);
      }
      if (jobs.length === 0) finish();
      if (!this.#running) void this.#run();
    });
  }

  /** Drops what has not started; its windows end with what they have. */
  cancel(): void {
    for (const { window } of this.#feed.drop()) window.finish();
  }

  /** A case that is being observed. */
  get caseUnderWay(): string | undefined {
    return this.#slots.find(({ active }) => active !== undefined)?.active?.part.job.caseId;
  }

  #prepare(job: Job, sampling: Sampling): Token[] {
    const prompt = promptTokens(this.#model, job.prompt);
    const longest = Math.max(sampling.maxTokens, ...job.likelihoods.map(({ tokens }) => tokens.length));
    if (prompt.length + longest > this.#context.contextSize) {
      throw new Error(`case ${job.caseId}: ${prompt.length} prompt tokens and ${longest} more exceed the context`);
    }
    return prompt;
  }

  /** Works until nothing is left. Never rejects: what fails belongs to a window. */
  async #run(): Promise<void> {
    this.#running = true;
    for (;;) {
      await this.#refill();
      const live = this.#slots.filter(({ active }) => active !== undefined);
      // Asked again: something may have been handed over since there was nothing to take.
      if (live.length === 0 && this.#feed.isEmpty) break;
      await Promise.all(live.map(slot => this.#step(slot)));
    }
    this.#running = false;
  }

  async #step(slot: Slot): Promise<void> {
    const { part, work } = slot.active as NonNullable<Slot['active']>;
    const { window } = part;
    try {
      const step = await work.next();
      if (!step.done) return;
      window.observations.push(...step.value);
      window.pending--;
      slot.active = undefined;
      if (window.pending === 0) window.finish();
    } catch (error) {
      await this.#fail(slot, part, error as Error);
    }
  }

  async #fail(slot: Slot, { window }: Part, error: Error): Promise<void> {
    slot.active = undefined;
    await slot.sequence.clearHistory();
    window.finish(error);
  }

  /** Gives each free sequence its next job. Low ones first: llama.cpp decodes consecutive sequence ids fastest. */
  async #refill(): Promise<void> {
    const free = this.#slots.filter(({ active }) => active === undefined);
    const taken: Part[] = [];
    while (taken.length < free.length) {
      if (this.#feed.isEmpty && !this.#moreIsOnItsWay()) break;
      const next = await this.#feed.take();
      if (next === undefined) break;
      if (!next.window.over) taken.push(next);
    }
    const parts = spread(taken, free.length);
    for (const { window } of parts) window.pending++;
    for (const { window } of taken) window.pending--;
    for (const [index, part] of parts.entries()) {
      const slot = free[index] as Slot;
      await this.#place(slot, part, parts.slice(index + 1)).catch(error => this.#fail(slot, part, error));
    }
  }

  /**
   * Is it worth waiting for jobs? With all windows under way the parent waits for the oldest one, and a long reply of
   * that one must go on: waiting for more would be waiting for each other.
   */
  #moreIsOnItsWay(): boolean {
    const oldest = this.#handed.findIndex(({ over }) => !over);
    this.#handed = oldest < 0 ? [] : this.#handed.slice(oldest);
    return this.#handed.length < windowsAhead;
  }

  /** Starts a job on a sequence; what it shares with jobs placed next is evaluated at once, for them to copy. */
  async #place(slot: Slot, part: Part, next: readonly Part[]): Promise<void> {
    const { sequence } = slot;
    const started = performance.now();
    const prefix = part.prompt.slice(0, -1);
    await this.#adopt(sequence, prefix);
    const reused = sequence.nextTokenIndex;
    const shared = Math.max(0, ...next.map(({ prompt }) => commonLength(prefix, prompt.slice(0, -1))));
    if (shared - reused >= worthEvaluating) {
      await sequence.evaluateWithoutGeneratingNewTokens(prefix.slice(reused, shared));
    }
    const work = observeJob(this.#model, sequence, { ...part, ...part.window, pass: this.#pass, reused, started });
    slot.active = { part, work };
  }

  /** Leaves the sequence with the longest start of `prefix` that any sequence holds. */
  async #adopt(sequence: LlamaContextSequence, prefix: Token[]): Promise<void> {
    const held = (of: LlamaContextSequence) => commonLength(of.contextTokens, prefix);
    const own = held(sequence);
    let best = { from: sequence, length: own };
    for (const { sequence: from } of this.#slots) {
      const length = held(from);
      if (length > best.length) best = { from, length };
    }
    if (best.length - own >= worthCopying) await this.#fork(sequence, best.from, best.length);
    // Never shifts: shifted state is wrong.
    await sequence.adaptStateToTokens(prefix, false);
  }
}

/** Tokens of a rendered prompt; the beginning-of-sequence token is added only where the model wants it and it is missing. */
export function promptTokens(model: LlamaModel, prompt: string): Token[] {
  const tokens = model.tokenize(prompt, true);
  const bos = model.tokens.bos;
  return model.tokens.shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}
