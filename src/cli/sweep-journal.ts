// What a sweep tells the world: `sweep.json` for `turncoat status`, `sweep.log` for people, NDJSON events for programs.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { type PairStatus, type SweepStatus, sweepStatusSchema } from '../records/sweep.ts';
import type { ProgressEvent } from '../sweep/ports.ts';
import { say, writeWhole } from './output.ts';

const statusName = 'sweep.json';
/** Not more often than this for progress alone. */
const writeEveryMs = 500;
/** Also when nothing advances, so that a reader can tell a slow sweep from a dead one. */
const heartbeatMs = 5000;
/** A sweep that has not written for so long is not running, whatever has its process id now. */
const deadAfterMs = 60_000;

/** What happened, for the log and for `--json`. */
export type SweepEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

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
  /** Hears every event. */
  readonly listen: (event: SweepEvent) => void;
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
  #phaseMs = 0;
  #troubled = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#pairs = options.pairs.map(name => ({ name, state: 'waiting', done: 0, total: 0 }));
    mkdirSync(options.folder, { recursive: true });
    this.#heartbeat = setInterval(() => this.#write(), heartbeatMs);
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
  pair(index: number, change: Partial<PairStatus>, event: SweepEvent): void {
    this.#pairs[index] = { ...(this.#pairs[index] as PairStatus), ...change };
    this.event({ ...event, pair: this.#pairs[index].name });
    this.#write();
  }

  /** Progress within a pair. */
  progress(index: number, event: ProgressEvent): void {
    const pair = this.#pairs[index] as PairStatus;
    if (event.kind === 'phase') {
      this.#phaseMs = performance.now();
      const { phase, done, total } = event;
      const { rate: _, ...rest } = pair;
      this.#pairs[index] = { ...rest, phase, done, total };
    } else if (event.kind === 'advanced') {
      const done = Math.min(pair.total, pair.done + event.cases);
      this.#pairs[index] = { ...pair, done, rate: done / Math.max(1e-3, (performance.now() - this.#phaseMs) / 1000) };
    }
    const { kind, ...facts } = event;
    const said = { event: kind, pair: pair.name, ...facts };
    // A crash that was survived belongs in the log; every batch does not.
    if (kind === 'note') this.event(said);
    else this.#options.listen(said);
    if (performance.now() - this.#writtenMs >= writeEveryMs) this.#write();
  }

  /** One line in the log, one event for programs. */
  event(event: SweepEvent): void {
    this.#options.listen(event);
    const line = `${new Date().toISOString()} ${JSON.stringify(event)}\n`;
    this.#careful(() => appendFileSync(join(this.#options.folder, 'sweep.log'), line));
  }

  end(state: SweepStatus['state']): void {
    this.#state = state;
    this.event({ event: `sweep-${state}` });
    this.#write();
  }

  #write(): void {
    this.#writtenMs = performance.now();
    const { folder, sweep, file } = this.#options;
    const status: SweepStatus = {
      schemaVersion: 1,
      sweep,
      file,
      state: this.#state,
      pid: process.pid,
      host: hostname(),
      startedAt: this.#startedAt,
      updatedAt: new Date().toISOString(),
      spentMs: this.spentMs,
      memoryBytes: process.memoryUsage.rss(),
      pairs: this.#pairs,
    };
    this.#careful(() => writeWhole(join(folder, statusName), `${JSON.stringify(sweepStatusSchema.parse(status))}\n`));
  }

  /** A full disk may keep status and log from being written; the runs themselves complain for themselves. */
  #careful(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!this.#troubled) say(`turncoat: ${this.#options.folder}: ${(error as Error).message}`);
      this.#troubled = true;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#heartbeat);
  }
}
