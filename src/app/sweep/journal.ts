// What a sweep tells the world: `sweep.json` for `turncoat status`, `sweep.log` for people, NDJSON events for programs.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { type PairStatus, type SweepStatus, sweepStatusSchema } from '../../records/sweeps/sweep.ts';
import type { SweepEventName } from '../../records/sweeps/sweep-event.ts';
import type { ProgressEvent } from '../../ports/progress.ts';
import { effectText } from '../../words/wording.ts';
import { writeWhole } from '../whole-file.ts';
import { PairProgress } from './pair-progress.ts';

const statusName = 'sweep.json';
/** Not more often than this for progress alone. */
const writeEveryMs = 500;
/** Also when nothing advances, so that a reader can tell a slow sweep from a dead one. */
const heartbeatMs = 5000;
/** A sweep that has not written for so long is not running, whatever has its process id now. */
const deadAfterMs = 60_000;

/** What happened, for the log and for `--json`: see records/sweeps/sweep-event.ts, by which tests check what is printed. */
export type SweepEvent = { readonly at: string; readonly event: SweepEventName } & Readonly<Record<string, unknown>>;

/** An event without its time. */
type Happening = { readonly event: SweepEventName } & Readonly<Record<string, unknown>>;

/** Progress that a program may follow, but that would fill a log. */
const unlogged = new Set<SweepEventName>(['phase', 'advanced', 'alive']);

/**
 * Reads where a sweep stands.
 * @throws UserError `no-sweep`, `bad-sweep-status`
 */
export function readStatus(folder: string): SweepStatus {
  const file = join(folder, statusName);
  if (!existsSync(file)) {
    throw new UserError('no-sweep', `${folder}: no sweep ran here`, 'give the folder that `turncoat sweep` named');
  }
  try {
    return sweepStatusSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const hint = 'run the sweep again: its runs are kept, and the file is written anew';
    throw new UserError('bad-sweep-status', `${file}: ${(error as Error).message.slice(0, 200)}`, hint, {}, error);
  }
}

/** Whether the process that wrote a status is still at work; from another machine only its last sign of life counts. */
export function isAlive({ state, pid, host, updatedAt }: SweepStatus): boolean {
  const recent = Math.abs(Date.now() - Date.parse(updatedAt)) < deadAfterMs;
  return state === 'running' && recent && (host !== hostname() || processExists(pid));
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Refuses a folder in which a sweep is at work. @throws UserError `sweep-running` */
export function refuseRunning(folder: string): void {
  if (!existsSync(join(folder, statusName))) return;
  let status: SweepStatus;
  try {
    status = readStatus(folder);
  } catch {
    return;
  }
  if (status.pid === process.pid || !isAlive(status)) return;
  const message = `${folder}: a sweep is running here already (process ${status.pid} on ${status.host})`;
  throw new UserError(
    'sweep-running',
    message,
    `look at it with \`turncoat status ${folder}\`, or choose another --out`,
  );
}

export interface JournalOptions {
  readonly folder: string;
  readonly sweep: string;
  readonly file: string;
  readonly pairs: readonly string[];
  readonly budgetMs?: number | undefined;
  /** Hears every event. */
  readonly listen: (event: SweepEvent) => void;
}

/** Progress as an event for programs. */
function happening(event: Exclude<ProgressEvent, { kind: 'cases' | 'usage' }>): Happening {
  if (event.kind !== 'effects') {
    const { kind, ...facts } = event;
    return { event: kind, ...facts };
  }
  const { count, strongest } = event;
  return { event: 'effects', count, ...(strongest !== undefined && { strongest: effectText(strongest) }) };
}

/** Keeps the status file and the log of a sweep. Trouble with either is said once and stops nothing. */
export class SweepJournal implements Disposable {
  readonly #options: JournalOptions;
  readonly #startedAt = new Date().toISOString();
  readonly #startedMs = performance.now();
  readonly #pairs: PairStatus[];
  readonly #heartbeat: NodeJS.Timeout;
  #state: SweepStatus['state'] = 'running';
  #writtenMs = Number.NEGATIVE_INFINITY;
  #running = new PairProgress();
  #troubled = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#pairs = options.pairs.map(name => ({ name, state: 'waiting', done: 0, total: 0 }));
    mkdirSync(options.folder, { recursive: true });
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
    this.#write();
  }

  get pairs(): readonly PairStatus[] {
    return this.#pairs;
  }

  /** Time since the sweep began, by a clock that does not jump. */
  get spentMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Changes what is known of a pair, and says why. */
  pair(index: number, change: Partial<PairStatus>, event: Happening): void {
    const { case: _, ...before } = this.#pairs[index] as PairStatus;
    this.#pairs[index] = { ...before, ...change };
    this.#running = new PairProgress();
    this.event({ ...event, pair: this.#pairs[index].name });
    this.#write();
  }

  /** Progress within a pair. */
  progress(index: number, event: ProgressEvent): void {
    const pair = this.#pairs[index] as PairStatus;
    this.#pairs[index] = this.#running.after(pair, event, performance.now());
    // What models use is said all at once, every few seconds.
    if (event.kind !== 'cases' && event.kind !== 'usage') {
      this.event({ pair: pair.name, ...happening(event) });
    }
    if (performance.now() - this.#writtenMs >= writeEveryMs) this.#write();
  }

  /** One line in the log, one event for programs. */
  event(event: Happening): void {
    const at = new Date().toISOString();
    this.#options.listen({ at, ...event });
    if (unlogged.has(event.event)) return;
    const line = `${at} ${JSON.stringify(event)}\n`;
    this.#careful(() => appendFileSync(join(this.#options.folder, 'sweep.log'), line));
  }

  end(state: Exclude<SweepStatus['state'], 'running'>): void {
    this.#state = state;
    this.event({ event: `sweep-${state}` });
    this.#write();
  }

  #beat(): void {
    const { spentMs, budgetMs, memoryBytes, engines = [] } = this.status();
    this.event({ event: 'alive', spentMs, ...(budgetMs !== undefined && { budgetMs }), memoryBytes, engines });
    this.#write();
  }

  /** Where the sweep stands now. */
  status(): SweepStatus {
    const { sweep, file, budgetMs } = this.#options;
    const { engines } = this.#running;
    return {
      schemaVersion: 1,
      sweep,
      file,
      state: this.#state,
      pid: process.pid,
      host: hostname(),
      startedAt: this.#startedAt,
      updatedAt: new Date().toISOString(),
      spentMs: this.spentMs,
      ...(budgetMs !== undefined && { budgetMs }),
      memoryBytes: process.memoryUsage.rss(),
      ...(engines.length > 0 && { engines }),
      pairs: this.#pairs,
    };
  }

  #write(): void {
    this.#writtenMs = performance.now();
    const text = `${JSON.stringify(sweepStatusSchema.parse(this.status()))}\n`;
    this.#careful(() => writeWhole(join(this.#options.folder, statusName), text));
  }

  /** A full disk may keep status and log from being written; the runs themselves complain for themselves. */
  #careful(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (this.#troubled) return;
      this.#troubled = true;
      const message = `${this.#options.folder}: ${(error as Error).message}`;
      this.#options.listen({ at: new Date().toISOString(), event: 'trouble', message });
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#heartbeat);
  }
}
