// One run, one SQLite file. A batch of observations is one durable commit: killed at any moment, nothing that was
// acknowledged is lost and nothing is half there.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { UserError } from '../errors.ts';
import { type Case, caseSchema } from '../records/suites/case.ts';
import { type Decision, decisionKey, decisionSchema } from '../records/decision.ts';
import { type Observation, observationKey, observationSchema } from '../records/observation.ts';
import { type RunRecord, runRecordSchema } from '../records/run.ts';
import type { RunStore } from '../ports/store.ts';
import { readBody } from './read.ts';
import { migrations } from './migrations.ts';

type Row = Record<string, unknown>;

/**
 * Opens the store of a run.
 * @param create true: make file and folder when missing; false: the file must be there
 * @throws UserError `store-missing`, `store-unusable`
 */
export function openSqliteStore(file: string, { create }: { create: boolean }): SqliteStore {
  if (!create && !existsSync(file)) {
    throw new UserError('store-missing', `${file}: no such run`, 'list the runs with `turncoat runs`');
  }
  try {
    if (create) makeFolder(dirname(file));
    // The timeout comes first: with it, a reader that opens the file while a run makes it waits instead of failing.
    const database = new DatabaseSync(file, { timeout: 10_000 });
    // WAL with FULL: a commit is on the disk when it returns.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    migrate(database);
    return new SqliteStore(file, database);
  } catch (error) {
    const hint = 'choose a folder that can be written with --out DIR; a run file must be one that turncoat made';
    throw new UserError('store-unusable', `${file}: ${(error as Error).message}`, hint, { file }, error);
  }
}

/** Makes a folder and its parents one by one: Node 20's recursive mkdir never returns on file systems such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

function schemaVersion(database: DatabaseSyncInstance): number {
  return Number((database.prepare('PRAGMA user_version').get() as Row).user_version);
}

/** Brings the file to the newest schema, in one transaction: of two processes that open it at once, one does it. */
function migrate(database: DatabaseSyncInstance): void {
  if (schemaVersion(database) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = schemaVersion(database);
    if (version > migrations.length) throw new Error('made by a newer version of turncoat');
    for (const migration of migrations.slice(version)) database.exec(migration.sql);
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

export class SqliteStore implements RunStore {
  readonly location: string;
  readonly #database: DatabaseSyncInstance;
  /** Of what is stored, while neither this connection nor another has written since. */
  #digest: { readonly others: string; readonly text: string } | undefined;

  constructor(location: string, database: DatabaseSyncInstance) {
    this.location = location;
    this.#database = database;
  }

  async run(): Promise<RunRecord | undefined> {
    const row = this.#database.prepare('SELECT body FROM run').get() as Row | undefined;
    return row === undefined ? undefined : readBody(runRecordSchema, row, this.location);
  }

  async saveRun(run: RunRecord): Promise<void> {
    const body = JSON.stringify(runRecordSchema.parse(run));
    this.#database
      .prepare('INSERT INTO run (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
      .run(body);
    this.#database.exec('DELETE FROM derived');
    this.#digest = undefined;
  }

  async addCases(cases: readonly Case[]): Promise<void> {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO cases (id, position, body) VALUES (?, ?, ?)');
    this.#transaction(() => {
      for (const added of cases) insert.run(added.id, added.index, JSON.stringify(caseSchema.parse(added)));
    });
    this.#digest = undefined;
  }

  async touch(): Promise<void> {
    const now = new Date();
    try {
      utimesSync(this.location, now, now);
    } catch {
      // Somebody else's file, which may be written to: only its owner sets its times.
    }
  }

  async cases(): Promise<Case[]> {
    const rows = this.#database.prepare('SELECT body FROM cases ORDER BY position, id').all() as Row[];
    return rows.map(row => readBody(caseSchema, row, this.location));
  }

  async case(id: string): Promise<Case | undefined> {
    const row = this.#database.prepare('SELECT body FROM cases WHERE id = ?').get(id) as Row | undefined;
    return row === undefined ? undefined : readBody(caseSchema, row, this.location);
  }

  async addObservations(observations: readonly Observation[]): Promise<void> {
    const insert = this.#database.prepare(
      'INSERT OR IGNORE INTO observations (key, case_id, role, kind, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.#transaction(() => {
      for (const observation of observations) {
        const body = JSON.stringify(observationSchema.parse(observation));
        insert.run(observationKey(observation), observation.caseId, observation.role, observation.kind, body);
      }
    });
    this.#digest = undefined;
  }

  async *observations(): AsyncGenerator<Observation> {
    for (const row of this.#database.prepare('SELECT body FROM observations ORDER BY sequence').iterate()) {
      yield readBody(observationSchema, row as Row, this.location);
    }
  }

  async keys(): Promise<Set<string>> {
    const rows = this.#database.prepare('SELECT key FROM observations').all() as Row[];
    return new Set(rows.map(row => String(row.key)));
  }

  async decisions(): Promise<Decision[]> {
    const rows = this.#database.prepare('SELECT body FROM decisions ORDER BY sequence').all() as Row[];
    return rows.map(row => readBody(decisionSchema, row, this.location));
  }

  async addDecisions(decisions: readonly Decision[]): Promise<number> {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO decisions (key, body) VALUES (?, ?)');
    let added = 0;
    this.#transaction(() => {
      for (const decision of decisions) {
        const body = JSON.stringify(decisionSchema.parse(decision));
        added += Number(insert.run(decisionKey(decision), body).changes);
      }
    });
    return added;
  }

  async derived(name: string, version: string): Promise<string | undefined> {
    const find = this.#database.prepare('SELECT body FROM derived WHERE name = ? AND stamp = ?');
    const row = find.get(name, this.#stamp(version)) as Row | undefined;
    return row === undefined ? undefined : String(row.body);
  }

  async *allDerived(prefix: string, version: string): AsyncGenerator<{ name: string; body: string }> {
    const find = this.#database.prepare(
      'SELECT name, body FROM derived WHERE name >= ? AND name < ? AND stamp = ? ORDER BY name',
    );
    for (const row of find.iterate(prefix, `${prefix}\uffff`, this.#stamp(version))) {
      const { name, body } = row as Row;
      yield { name: String(name), body: String(body) };
    }
  }

  async saveDerived(version: string, texts: Iterable<readonly [name: string, body: string]>): Promise<void> {
    const insert = this.#database.prepare('INSERT OR REPLACE INTO derived (name, stamp, body) VALUES (?, ?, ?)');
    const stamp = this.#stamp(version);
    this.#transaction(() => {
      this.#database.exec('DELETE FROM derived');
      for (const [name, body] of texts) insert.run(name, stamp, body);
    });
  }

  /**
   * Changes with everything that is added, edited or removed, by whatever program. Decisions are not in it: nothing is
   * computed from them. Read once in an opened file: 0.4 s for 100,000 observations of 800 bytes.
   */
  #stamp(version: string): string {
    const others = String((this.#database.prepare('PRAGMA data_version').get() as Row).data_version);
    if (this.#digest?.others !== others) this.#digest = { others, text: this.#digestNow() };
    return `${version} ${this.#digest.text}`;
  }

  #digestNow(): string {
    const hash = createHash('sha256');
    for (const rows of [
      "SELECT 'run' AS place, body FROM run",
      "SELECT 'case ' || position || ' ' || id AS place, body FROM cases ORDER BY position, id",
      "SELECT sequence || ' ' || key AS place, body FROM observations ORDER BY sequence",
    ]) {
      for (const row of this.#database.prepare(rows).iterate()) {
        const { place, body } = row as Row;
        hash.update(`${place}\n${body}\n`);
      }
    }
    return hash.digest('hex');
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // After a full disk SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw refused(this.location, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
  }
}

/** What the disk refused, as a clear line; anything else is a bug and stays what it is. */
function refused(location: string, error: unknown): unknown {
  const { message } = error as Error;
  if (!/database or disk is full|disk I\/O error|readonly database/.test(message)) return error;
  const hint =
    'nothing that was acknowledged is lost: make room, or make the folder writable, and run the same command';
  return new UserError('store-full', `${location}: ${message}`, hint, { location }, error);
}
