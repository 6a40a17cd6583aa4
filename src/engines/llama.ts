// The parent side of a model: a context in its process, and the work that is sent there.
import type { Observation, Role } from '../records/observation.ts';
import type { ContainmentChoice } from './containment/launch.ts';
import { openModel } from './containment/opening.ts';
import type { Engine, EngineFacts, Job, Sampling } from '../ports/engine.ts';
import type { Heard, ModelProcess } from './model-process.ts';
import { type AdapterToLoad, type LoadRequest, type Reply, windowsAhead } from './protocol.ts';

/** Jobs handed over and reported together, in multiples of the sequences: few, so that little is lost to a kill. */
const jobsPerSequence = 2;

/** A model, and how its process is started. */
export interface ToLoad extends LoadRequest {
  readonly adapters?: readonly AdapterToLoad[] | undefined;
  /** absent: auto. */
  readonly containment?: ContainmentChoice | undefined;
}

/** A model loaded in a child process, without a context yet. */
export class LlamaEngine implements Engine {
  readonly #process: ModelProcess;
  readonly #adapters: readonly AdapterToLoad[];
  readonly #lane: number;
  #facts: EngineFacts | undefined;

  private constructor(process: ModelProcess, adapters: readonly AdapterToLoad[], lane: number) {
    this.#process = process;
    this.#adapters = adapters;
    this.#lane = lane;
  }

  /**
   * Loads a model in a process of its own.
   * @param heard what the process uses, about once a second; undefined once it is gone
   * @throws UserError `gpu-unavailable`; `model-not-loaded` when llama.cpp refuses the file, `model-process-died` when it aborts,
   *   `not-contained`
   */
  static async load(
    { adapters = [], containment = 'auto', ...request }: ToLoad,
    signal: AbortSignal,
    heard: Heard = () => {},
  ): Promise<LlamaEngine> {
    return new LlamaEngine(await openModel(request, containment, heard, signal), adapters, 0);
  }

  /**
   * The same model with other adapters, in the same process: its weights are in memory once. Whichever is disposed ends the
   * process, and with it the other.
   */
  beside(adapters: readonly AdapterToLoad[]): LlamaEngine {
    return new LlamaEngine(this.#process, adapters, this.#lane + 1);
  }

  /** Number of tokens of each text, and of the longest that the model was trained on. */
  async countTokens(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly tokens: readonly number[]; readonly trained: number }> {
    const reply = await this.#process.request({ kind: 'count', texts }, signal);
    if (reply.kind !== 'counted') throw new Error(`unexpected reply ${reply.kind}`);
    return reply;
  }

  /** Opens the context; `contextTokens` is the longest prompt and its reply. Replaces an open one. */
  async openContext(contextTokens: number, signal: AbortSignal): Promise<EngineFacts> {
    const reply = await this.#process.request(
      { kind: 'open-context', lane: this.#lane, contextTokens, adapters: this.#adapters },
      signal,
    );
    if (reply.kind !== 'opened') throw new Error(`unexpected reply ${reply.kind}`);
    this.#facts = reply.facts;
    return reply.facts;
  }

  /** The model's process, to see what it uses; undefined once it is gone. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  get facts(): EngineFacts {
    if (this.#facts === undefined) throw new Error('the context is not open');
    return this.#facts;
  }

  /**
   * Observes jobs in the order of their prompts, so that neighbours share prefixes. Windows of jobs are under way while
   * earlier ones are taken, and what has not started when the caller stops is dropped.
   */
  async *observe(
    role: Role,
    jobs: readonly Job[],
    sampling: Sampling,
    signal: AbortSignal,
  ): AsyncGenerator<Observation[]> {
    const size = jobsPerSequence * Math.max(8, this.facts.sequences);
    const sorted = jobs.toSorted((a, b) => (a.prompt < b.prompt ? -1 : Number(a.prompt > b.prompt)));
    const underWay: Promise<Reply>[] = [];
    let start = 0;
    try {
      while (start < sorted.length || underWay.length > 0) {
        for (; start < sorted.length && underWay.length < windowsAhead; start += size) {
          const last = start + size >= sorted.length;
          const window = sorted.slice(start, start + size);
          const reply = this.#process.request(
            { kind: 'observe', lane: this.#lane, role, jobs: window, sampling, last },
            signal,
          );
          reply.catch(() => {}); // Handled where it is taken; an earlier window may fail first.
          underWay.push(reply);
        }
        const reply = await underWay.shift();
        if (reply?.kind === 'observed') yield reply.observations;
      }
    } finally {
      if (start < sorted.length || underWay.length > 0) await this.#cancel();
    }
  }

  async #cancel(): Promise<void> {
    if (this.pid === undefined) return;
    await this.#process.request({ kind: 'cancel', lane: this.#lane }, new AbortController().signal).catch(() => {});
  }

  /** Ends the process, also where another engine shares it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}
