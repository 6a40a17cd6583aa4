// Runs of a folder, looked at without touching it: opening a run file in place would leave SQLite's own files beside it.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { RunRecord } from '../../records/run.ts';
import { openSqliteStore } from '../../stores/sqlite.ts';
import type { Store } from '../../ports/store.ts';
import { runLocations } from './runs.ts';

export interface PeekedRun {
  readonly location: string;
  readonly run: RunRecord;
  readonly store: Store;
}

/** Copies of run files, gone when disposed. */
export class PeekedRuns implements AsyncDisposable {
  readonly #folder: string;
  readonly #known = new Map<string, PeekedRun | undefined>();
  #copies: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The runs there are, newest first. What is no run is left out. */
  async all(): Promise<PeekedRun[]> {
    const runs: PeekedRun[] = [];
    for (const file of await runLocations({ out: this.#folder })) runs.push(...[(await this.at(file)) ?? []].flat());
    return runs;
  }

  /** The run at a location; undefined where there is none. */
  async at(location: string): Promise<PeekedRun | undefined> {
    const file = resolve(location);
    if (!this.#known.has(file)) this.#known.set(file, await this.#open(file));
    return this.#known.get(file);
  }

  async #open(file: string): Promise<PeekedRun | undefined> {
    if (!existsSync(file)) return undefined;
    this.#copies ??= mkdtempSync(join(tmpdir(), 'turncoat-plan-'));
    const copy = join(this.#copies, basename(file));
    // What was committed last is in the log beside the file.
    for (const end of ['', '-wal']) if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${copy}${end}`);
    try {
      const store = openSqliteStore(copy, { create: false });
      const run = await store.run();
      if (run !== undefined) return { location: file, run, store };
      await store[Symbol.asyncDispose]();
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peeked of this.#known.values()) await peeked?.store[Symbol.asyncDispose]();
    if (this.#copies !== undefined) rmSync(this.#copies, { recursive: true, force: true });
  }
}
