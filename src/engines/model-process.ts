// The parent side of a model's process: forks it, sends requests, and turns its death into one clear error.
import { type ChildProcess, fork } from 'node:child_process';
import { UserError } from '../errors.ts';
import type { Containment, ModelUse } from '../ports/engine.ts';
import { type ContainmentChoice, programArguments } from './containment/launch.ts';
import type { Numbered, Pulse, Reply, Request, Started } from './protocol.ts';

interface Waiting {
  readonly deliver: (reply: Reply) => void;
  readonly fail: (error: Error) => void;
}

/** What a message to a process that has just ended fails with. */
const brokenPipe = new Set(['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED']);

/** Hears what a process uses, about once a second; undefined once it is gone. */
export type Heard = (use: ModelUse | undefined) => void;

export class ModelProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #path: string;
  #stderr = '';
  #exit: { code: number | null; signal: string | null } | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #start: (containment: Containment) => void = () => {};
  /** Settles once the process can be asked; before, the channel belongs to what takes its rights away. */
  readonly #started = new Promise<Containment>(resolve => (this.#start = resolve));

  /** @param variables of its environment, over this process's own */
  constructor(
    path: string,
    heard: Heard,
    containment: ContainmentChoice,
    variables: Readonly<Record<string, string>> = {},
  ) {
    this.#path = path;
    this.#child = fork(...programArguments('worker', containment), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      // What was taken away the launcher alone says.
      env: { ...process.env, ...variables, TURNCOAT_CONTAINED: undefined },
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-8000);
    });
    this.#child.on('message', ({ id, body }: Numbered<Reply | Pulse | Started>) => {
      if (body.kind === 'pulse') heard(body.use);
      else if (body.kind === 'started') this.#start(body.containment);
      else this.#waiting.get(id)?.deliver(body);
    });
    this.#child.on('error', error => this.#failAll(error));
    this.#child.on('close', (code, signal) => {
      this.#exit = { code, signal };
      heard(undefined);
      this.#failAll(this.#deathError());
    });
  }

  /** To see what it uses; undefined once it is gone. */
  get pid(): number | undefined {
    return this.#exit === undefined ? this.#child.pid : undefined;
  }

  /**
   * What it can reach beside the model.
   * @throws UserError when it dies before it can say
   */
  async containment(signal: AbortSignal): Promise<Containment> {
    await this.request({ kind: 'hello' }, signal);
    return await this.#started;
  }

  /** Sends a request and waits for its reply. */
  async request(request: Request, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    if (this.#exit !== undefined) throw this.#deathError();
    const id = this.#requests++;
    let stop = () => {};
    try {
      return await new Promise<Reply>((resolve, reject) => {
        stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
        signal.addEventListener('abort', stop, { once: true });
        const deliver = (reply: Reply) => (reply.kind === 'failed' ? reject(this.#refusal(reply)) : resolve(reply));
        this.#waiting.set(id, { fail: reject, deliver });
        const sent: Numbered<Request> = { id, body: request };
        void this.#started.then(() => this.#child.send(sent, error => error && this.#sendFailed(error, reject)));
      });
    } finally {
      this.#waiting.delete(id);
      signal.removeEventListener('abort', stop);
    }
  }

  /** The pipe can break before 'close' says how the process ended: then that is waited for, and fails the request. */
  #sendFailed(error: NodeJS.ErrnoException, reject: (error: Error) => void): void {
    if (this.#exit !== undefined) reject(this.#deathError());
    else if (!brokenPipe.has(error.code ?? '')) reject(error);
    // Of no use any more, should it still live.
    else this.#child.kill('SIGKILL');
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error);
  }

  #refusal({ code, message, log, hint: known }: Extract<Reply, { kind: 'failed' }>): Error {
    if (known !== undefined) return new UserError(code, message, known);
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
