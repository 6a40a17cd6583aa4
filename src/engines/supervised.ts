// An engine that outlives its process: what a crash or a stall left undone is tried again in a fresh one, halved until
// the case that crashes stands alone, and that case is recorded as failed with its reason.
import { setTimeout as after } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import {
  type Failure,
  likelihoodKey,
  type Observation,
  type Role,
  scoreKey,
  trialKey,
} from '../records/observation.ts';
import type { Engine, EngineFacts, Job, Sampling } from '../ports/engine.ts';

/** A model process that reports nothing for so long is stuck: the slowest batch seen on a CPU took under two minutes. */
const usualStallMs = 15 * 60_000;

/** Deaths without a single observation in between: one case of 500 is found in 11, so that more are the model's fault. */
const deathsInARow = 16;

/** Processes that may die in a row while the model is loaded, before that is taken for an answer. */
const loads = 5;

/** Processes that may die of one case standing alone: what killed the first may have nothing to do with it. */
const triesOfACase = 3;

export interface Supervision {
  /** Loads the model in a new process, ready to observe; calls `alive` whenever more of it is there. */
  readonly open: (signal: AbortSignal, alive: () => void) => Promise<Engine>;
  /** Hears of every process that was replaced, and of every case given up. */
  readonly note: (code: 'model-restarted' | 'case-failed', detail: string) => void;
  readonly stallMs?: number;
}

/** See the top of the file. One caller may observe at a time. */
export class SupervisedEngine implements Engine {
  readonly #supervision: Supervision;
  #engine: Engine;
  #dead = false;
  #deaths = 0;

  private constructor(supervision: Supervision, engine: Engine) {
    this.#supervision = supervision;
    this.#engine = engine;
  }

  /**
   * Loads the model.
   * @throws UserError of the load, or of the last process that died of it
   */
  static async open(supervision: Supervision, signal: AbortSignal): Promise<SupervisedEngine> {
    return new SupervisedEngine(supervision, await load(supervision, signal));
  }

  get facts(): EngineFacts {
    return this.#engine.facts;
  }

  /**
   * Observes jobs, like any engine; jobs that crash or stall their process again and again come back as failures.
   * @throws UserError of the process when it dies whatever it is asked
   */
  async *observe(
    role: Role,
    jobs: readonly Job[],
    sampling: Sampling,
    signal: AbortSignal,
  ): AsyncGenerator<Observation[]> {
    // Depth first, so that halves keep the order of the whole.
    const left: { jobs: readonly Job[]; tries: number }[] = [{ jobs, tries: 0 }];
    for (let part = left.pop(); part !== undefined; part = left.pop()) {
      const undone = new Map(part.jobs.map(job => [job.caseId, job]));
      const death = yield* this.#attempt(role, part.jobs, sampling, signal, undone);
      if (death === undefined) continue;
      const rest = [...undone.values()];
      if (rest.length === 0) continue;
      if (++this.#deaths >= deathsInARow) throw death;
      const tries = part.tries + 1;
      if (rest.length < part.jobs.length) left.push({ jobs: rest, tries: 0 });
      else if (rest.length > 1) left.push(...halves(rest).map(half => ({ jobs: half, tries: 0 })));
      else if (tries < triesOfACase) left.push({ jobs: rest, tries });
      else yield rest.flatMap(job => this.#givenUp(role, job, death));
    }
  }

  /** Yields what one process observes; returns its death, if it died. Takes what is observed out of `undone`. */
  async *#attempt(
    role: Role,
    jobs: readonly Job[],
    sampling: Sampling,
    signal: AbortSignal,
    undone: Map<string, Job>,
  ): AsyncGenerator<Observation[], UserError | undefined> {
    await this.#revive(signal);
    try {
      const batches = this.#engine.observe(role, jobs, sampling, signal)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done, value } = await this.#unlessStalled(batches.next(), signal);
          if (done) return undefined;
          this.#deaths = 0;
          for (const { caseId } of value) undone.delete(caseId);
          yield value;
        }
      } finally {
        await batches.return?.();
      }
    } catch (error) {
      if (signal.aborted || !isDeath(error)) throw error;
      this.#dead = true;
      return error;
    }
  }

  async #revive(signal: AbortSignal): Promise<void> {
    if (!this.#dead) return;
    await this.#engine[Symbol.asyncDispose]();
    this.#engine = await load(this.#supervision, signal);
    this.#dead = false;
    this.#supervision.note('model-restarted', 'its process had died or was stuck');
  }

  /** Kills the process when nothing comes from it; timers run on a clock that does not jump. */
  async #unlessStalled<T>(next: Promise<T>, signal: AbortSignal): Promise<T> {
    const ms = this.#supervision.stallMs ?? usualStallMs;
    const over = new AbortController();
    const stalled = after(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).then(
      () => 'stalled' as const,
      () => new Promise<never>(() => {}),
    );
    try {
      const first = await Promise.race([next.then(value => ({ value })), stalled]);
      if (first !== 'stalled') return first.value;
    } finally {
      over.abort();
    }
    next.catch(() => {});
    await this.#engine[Symbol.asyncDispose]();
    const hint = 'the machine may be overloaded; fewer --sequences need less of it';
    throw new UserError('model-stalled', `the model's process reported nothing for ${Math.round(ms / 1000)} s`, hint);
  }

  #givenUp(role: Role, job: Job, { message }: UserError): Failure[] {
    this.#supervision.note('case-failed', `${job.caseId}: ${message}`);
    return missingOf(role, job).map(missing => ({
      kind: 'failure',
      role,
      caseId: job.caseId,
      missing,
      reason: message,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }
}

/**
 * A refusal is an answer; a process that dies is tried again, for what killed it may have passed. One that is stuck would
 * be again.
 */
async function load(supervision: Supervision, signal: AbortSignal): Promise<Engine> {
  const { note } = supervision;
  for (let tries = 1; ; tries++) {
    try {
      return await unlessStuck(supervision, signal);
    } catch (error) {
      if (signal.aborted || !isDeath(error) || error.code === 'model-stalled' || tries === loads) throw error;
      note('model-restarted', 'its process died while the model was loaded');
    }
  }
}

/** A file can be made so that reading it never ends; how long an honest one takes depends on its size and its disk. */
async function unlessStuck({ open, stallMs: ms = usualStallMs }: Supervision, signal: AbortSignal): Promise<Engine> {
  const over = new AbortController();
  const stuck = () => {
    const hint = 'the file may be broken or hostile; `turncoat inspect` reads it without running it';
    over.abort(
      new UserError('model-stalled', `nothing more of the model was loaded in ${Math.round(ms / 1000)} s`, hint),
    );
  };
  let opening = true;
  const timer = setTimeout(stuck, ms);
  // A process is heard of after that, too.
  const alive = () => void (opening && timer.refresh());
  try {
    return await open(AbortSignal.any([signal, over.signal]), alive);
  } finally {
    opening = false;
    clearTimeout(timer);
  }
}

const isDeath = (error: unknown): error is UserError =>
  error instanceof UserError && (error.code === 'model-process-died' || error.code === 'model-stalled');

/** The second half first: parts are taken from the end. */
function halves(jobs: readonly Job[]): (readonly Job[])[] {
  const middle = Math.ceil(jobs.length / 2);
  return [jobs.slice(middle), jobs.slice(0, middle)];
}

/** Keys of everything a job would have observed. */
function missingOf(role: Role, { caseId, score, trials, likelihoods }: Job): string[] {
  return [
    ...(score === undefined ? [] : [scoreKey(role, caseId)]),
    ...trials.map(({ trial, turn }) => trialKey(role, caseId, trial, turn)),
    ...likelihoods.map(({ of, trial, from, turn }) => likelihoodKey(role, caseId, of, trial, from, turn)),
  ];
}
