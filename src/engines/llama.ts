// The parent side of a model: forks its process, sends work, and turns its death into one clear error.
import { type ChildProcess, fork } from 'node:child_process';
import { UserError } from '../errors.ts';
import type { Observation, Role } from '../records/observation.ts';
import type { Engine, EngineFacts, Job, Sampling } from '../sweep/ports.ts';
import { builtFile } from './built.ts';
import type { LoadRequest, Reply, Request } from './protocol.ts';

/** Jobs handed over at once: enough to keep slots full and prefixes shared, few enough to stop promptly. */
const jobsPerRequest = 64;

/** A model loaded in a child process, without a context yet. */
export class LlamaEngine implements Engine {
  readonly #child: ChildProcess;
  readonly #path: string;
  #stderr = '';
  #exit: { code: number | null; signal: string | null } | undefined;
  #facts: EngineFacts | undefined;
  #waiting: { deliver: (reply: Reply) => void; fail: (error: Error) => void } | undefined;

  private constructor(path: string) {
    this.#path = path;
    this.#child = fork(builtFile('worker'), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-8000);
    });
    this.#child.on('message', (reply: Reply) => this.#waiting?.deliver(reply));
    this.#child.on('error', error => this.#waiting?.fail(error));
    this.#child.on('close', (code, signal) => {
      this.#exit = { code, signal };
      this.#waiting?.fail(this.#deathError());
    });
  }

  /**
   * Loads a model in a process of its own.
   * @throws UserError `model-not-loaded` when llama.cpp refuses the file, `model-process-died` when it aborts
   */
  static async load(request: LoadRequest, signal: AbortSignal): Promise<LlamaEngine> {
    const engine = new LlamaEngine(request.path);
    try {
      await engine.#request({ kind: 'load', load: request }, signal);
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Number of tokens of each text. */
  async countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    const reply = await this.#request({ kind: 'count', texts }, signal);
    return reply.kind === 'counted' ? reply.tokens : [];
  }

  /** Opens the context; `contextTokens` is the longest prompt and its reply. Replaces an open one. */
  async openContext(contextTokens: number, signal: AbortSignal): Promise<EngineFacts> {
    const reply = await this.#request({ kind: 'open-context', contextTokens }, signal);
    if (reply.kind !== 'opened') throw new Error(`unexpected reply ${reply.kind}`);
    this.#facts = reply.facts;
    return reply.facts;
  }

  /** The model's process, to see what it uses; undefined once it is gone. */
  get pid(): number | undefined {
    return this.#exit === undefined ? this.#child.pid : undefined;
  }

  get facts(): EngineFacts {
    if (this.#facts === undefined) throw new Error('the context is not open');
    return this.#facts;
  }

  async *observe(
    role: Role,
    jobs: readonly Job[],
    sampling: Sampling,
    signal: AbortSignal,
  ): AsyncGenerator<Observation[]> {
    for (let start = 0; start < jobs.length; start += jobsPerRequest) {
      const batch: Observation[] = [];
      const request: Request = { kind: 'observe', role, jobs: jobs.slice(start, start + jobsPerRequest), sampling };
      await this.#request(request, signal, reply => {
        if (reply.kind === 'observations') batch.push(...reply.observations);
      });
      yield batch;
    }
  }

  /** One request at a time; interim replies go to `each`, the last one is returned. */
  async #request(request: Request, signal: AbortSignal, each?: (reply: Reply) => void): Promise<Reply> {
    signal.throwIfAborted();
    if (this.#exit !== undefined) throw this.#deathError();
    const stop = () => this.#waiting?.fail(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
    try {
      return await new Promise<Reply>((resolve, reject) => {
        signal.addEventListener('abort', stop, { once: true });
        this.#waiting = {
          fail: reject,
          deliver: reply => {
            if (reply.kind === 'failed') reject(this.#refusal(reply));
            else if (reply.kind === 'observations') each?.(reply);
            else resolve(reply);
          },
        };
        this.#child.send(request, error => error && reject(this.#exit === undefined ? error : this.#deathError()));
      });
    } finally {
      this.#waiting = undefined;
      signal.removeEventListener('abort', stop);
    }
  }

  #refusal({ code, message, log }: Extract<Reply, { kind: 'failed' }>): Error {
    const reason = log.split('\n').findLast(line => /error|failed|invalid|unsupported|unknown/i.test(line));
    const detail = reason === undefined ? message : `${message} (${reason.trim()})`;
    if (code === 'load') {
      const hint = 'check the file with `turncoat inspect`, or download it again';
      return new UserError('model-not-loaded', `${this.#path}: llama.cpp can't load this model: ${detail}`, hint);
    }
    const hint = 'with less memory, try a smaller quantisation or --gpu off';
    return new UserError(`model-${code}-failed`, `${this.#path}: ${detail}`, hint);
  }

  #deathError(): UserError {
    const assertion = this.#stderr.match(/(?:GGML_ASSERT\(|error:|terminate called)[^\n]*/)?.[0];
    const how = this.#exit?.signal ?? `exit code ${this.#exit?.code}`;
    return new UserError(
      'model-process-died',
      `${this.#path}: the model's process ended (${how})${assertion === undefined ? '' : `: ${assertion}`}`,
      'the file may be broken or hostile, or memory ran out; `turncoat inspect` reads it without running it',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exit !== undefined) return;
    const closed = new Promise<void>(resolve => this.#child.once('close', () => resolve()));
    this.#child.kill('SIGKILL');
    await closed;
  }
}
