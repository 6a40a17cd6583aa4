// Many runs, one PostgreSQL database: any number of machines write into it. A batch of observations is one durable
// statement; one that is there already is left as it is, so that a batch sent twice is harmless.
import { UserError } from '../errors.ts';
import { type Case, caseSchema } from '../records/suites/case.ts';
import { type Decision, decisionKey, decisionSchema } from '../records/decision.ts';
import { type Observation, observationKey, observationSchema } from '../records/observation.ts';
import { type RunRecord, runRecordSchema } from '../records/run.ts';
import type { RunStore } from '../ports/store.ts';
import { readBody } from './read.ts';
import { Connection, readAddress } from './postgres-connection.ts';

/** Rows read or written at once. */
const pageRows = 1000;

/**
 * Opens the store of one run.
 * @param location `postgres://user@host/database#RUN`
 * @param create true: tables and run may be new; false: the run must be there
 * @throws UserError `bad-store`, `store-missing`, `store-unusable`, `postgres-missing`
 */
export async function openPostgresStore(location: string, { create }: { create: boolean }): Promise<PostgresStore> {
  const address = readAddress(location);
  const { run, shown } = address;
  if (run === undefined) throw new UserError('bad-store', `${shown}: names no run`, `write ${shown}#RUN`);
  const missing = () =>
    new UserError(
      'store-missing',
      `${shown}#${run}: no such run`,
      `list the runs with \`turncoat runs --store ${shown}\``,
    );
  const connection = await Connection.open(address, { create });
  if (connection === undefined) throw missing();
  const store = new PostgresStore(connection, run);
  if (create || (await store.run()) !== undefined) return store;
  await store[Symbol.asyncDispose]();
  throw missing();
}

/** Ids of the runs in a database, the one changed last first. */
export async function postgresRuns(url: string): Promise<string[]> {
  await using connection = await Connection.open(readAddress(url), { create: false });
  if (connection === undefined) return [];
  const { rows } = await connection.query('SELECT id FROM turncoat.runs ORDER BY changed_at DESC, id');
  return rows.map(({ id }) => String(id));
}

export class PostgresStore implements RunStore {
  readonly location: string;
  /** For what else the database does for the run. */
  readonly connection: Connection;
  readonly #run: string;
  /** Of what is stored, while this connection has written nothing and others no observation since. */
  #digest: { readonly last: string; readonly text: string } | undefined;

  constructor(connection: Connection, run: string) {
    this.location = `${connection.address.shown}#${run}`;
    this.connection = connection;
    this.#run = run;
  }

  async run(): Promise<RunRecord | undefined> {
    const [row] = await this.#rows('SELECT body FROM turncoat.runs WHERE id = $1');
    return row === undefined ? undefined : readBody(runRecordSchema, row, this.location);
  }

  async saveRun(run: RunRecord): Promise<void> {
    const body = JSON.stringify(runRecordSchema.parse(run));
    await this.#rows(
      `WITH saved AS (
         INSERT INTO turncoat.runs (id, body) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body, changed_at = now()
       ) DELETE FROM turncoat.derived WHERE run = $1`,
      [body],
    );
    this.#digest = undefined;
  }

  async touch(): Promise<void> {
    await this.#rows('UPDATE turncoat.runs SET changed_at = now() WHERE id = $1');
  }

  async addCases(cases: readonly Case[]): Promise<void> {
    const bodies = cases.map(added => JSON.stringify(caseSchema.parse(added)));
    for (let at = 0; at < cases.length; at += pageRows) {
      const page = cases.slice(at, at + pageRows);
      await this.#rows(
        `INSERT INTO turncoat.cases (run, id, position, body)
         SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[]) ON CONFLICT DO NOTHING`,
        [page.map(({ id }) => id), page.map(({ index }) => index), bodies.slice(at, at + pageRows)],
      );
    }
    this.#digest = undefined;
  }

  async cases(): Promise<Case[]> {
    const rows = await this.#rows('SELECT body FROM turncoat.cases WHERE run = $1 ORDER BY position, id');
    return rows.map(row => readBody(caseSchema, row, this.location));
  }

  async case(id: string): Promise<Case | undefined> {
    const [row] = await this.#rows('SELECT body FROM turncoat.cases WHERE run = $1 AND id = $2', [id]);
    return row === undefined ? undefined : readBody(caseSchema, row, this.location);
  }

  async addObservations(observations: readonly Observation[]): Promise<void> {
    if (observations.length === 0) return;
    const bodies = observations.map(observation => JSON.stringify(observationSchema.parse(observation)));
    await this.#rows(
      `INSERT INTO turncoat.observations (run, key, case_id, role, kind, body)
       SELECT $1, key, case_id, role, kind, body
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         WITH ORDINALITY AS added (key, case_id, role, kind, body, place)
       ORDER BY place ON CONFLICT DO NOTHING`,
      [
        observations.map(observationKey),
        observations.map(({ caseId }) => caseId),
        observations.map(({ role }) => role),
        observations.map(({ kind }) => kind),
        bodies,
      ],
    );
    this.#digest = undefined;
  }

  async *observations(): AsyncGenerator<Observation> {
    for (let last = '0'; ; ) {
      const rows = await this.#rows(
        `SELECT sequence, body FROM turncoat.observations WHERE run = $1 AND sequence > $2
         ORDER BY sequence LIMIT ${pageRows}`,
        [last],
      );
      for (const row of rows) yield readBody(observationSchema, row, this.location);
      if (rows.length < pageRows) return;
      last = String(rows.at(-1)?.sequence);
    }
  }

  /** Observations by their keys, those that are there. */
  async observationsOf(keys: readonly string[]): Promise<Observation[]> {
    const rows = await this.#rows('SELECT body FROM turncoat.observations WHERE run = $1 AND key = ANY ($2::text[])', [
      keys,
    ]);
    return rows.map(row => readBody(observationSchema, row, this.location));
  }

  async keys(): Promise<Set<string>> {
    const rows = await this.#rows('SELECT key FROM turncoat.observations WHERE run = $1');
    return new Set(rows.map(({ key }) => String(key)));
  }

  async decisions(): Promise<Decision[]> {
    const rows = await this.#rows('SELECT body FROM turncoat.decisions WHERE run = $1 ORDER BY sequence');
    return rows.map(row => readBody(decisionSchema, row, this.location));
  }

  async addDecisions(decisions: readonly Decision[]): Promise<number> {
    const { count } = await this.connection.query(
      `INSERT INTO turncoat.decisions (run, key, body)
       SELECT $1, key, body FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS added (key, body, place)
       ORDER BY place ON CONFLICT DO NOTHING`,
      [
        this.#run,
        decisions.map(decisionKey),
        decisions.map(decision => JSON.stringify(decisionSchema.parse(decision))),
      ],
    );
    return count;
  }

  async derived(name: string, version: string): Promise<string | undefined> {
    const [row] = await this.#rows('SELECT body FROM turncoat.derived WHERE run = $1 AND name = $2 AND stamp = $3', [
      name,
      await this.#stamp(version),
    ]);
    return row === undefined ? undefined : String(row.body);
  }

  async *allDerived(prefix: string, version: string): AsyncGenerator<{ name: string; body: string }> {
    const stamp = await this.#stamp(version);
    for (let last = ''; ; ) {
      const rows = await this.#rows(
        `SELECT name, body FROM turncoat.derived
         WHERE run = $1 AND name > $2 AND starts_with(name, $3) AND stamp = $4 ORDER BY name LIMIT ${pageRows}`,
        [last, prefix, stamp],
      );
      for (const { name, body } of rows) yield { name: String(name), body: String(body) };
      if (rows.length < pageRows) return;
      last = String(rows.at(-1)?.name);
    }
  }

  async saveDerived(version: string, texts: Iterable<readonly [name: string, body: string]>): Promise<void> {
    const stamp = await this.#stamp(version);
    const all = [...new Map(texts)];
    await this.connection.transaction(async client => {
      await client.query('DELETE FROM turncoat.derived WHERE run = $1', [this.#run]);
      for (let at = 0; at < all.length; at += pageRows) {
        const page = all.slice(at, at + pageRows);
        await client.query(
          `INSERT INTO turncoat.derived (run, stamp, name, body)
           SELECT $1, $2, * FROM unnest($3::text[], $4::text[])
           ON CONFLICT (run, name) DO UPDATE SET stamp = excluded.stamp, body = excluded.body`,
          [this.#run, stamp, page.map(([name]) => name), page.map(([, body]) => body)],
        );
      }
    });
  }

  /**
   * Changes with everything that is added, edited or removed. Decisions are not in it: nothing is computed from them. The
   * database sums its own hashes of all rows, once in an opened run and again when there are new observations.
   */
  async #stamp(version: string): Promise<string> {
    const [row] = await this.#rows('SELECT max(sequence) AS last FROM turncoat.observations WHERE run = $1');
    const last = String(row?.last ?? 0);
    if (this.#digest?.last !== last) this.#digest = { last, text: await this.#digestNow() };
    return `${version} ${this.#digest.text}`;
  }

  async #digestNow(): Promise<string> {
    const sums = await this.#rows(
      `SELECT count(*) AS rows, sum(hashtextextended(body, 0)) AS hash FROM turncoat.runs WHERE id = $1
       UNION ALL SELECT count(*), sum(hashtextextended(id || ' ' || body, position)) FROM turncoat.cases WHERE run = $1
       UNION ALL SELECT count(*), sum(hashtextextended(key || ' ' || body, sequence)) FROM turncoat.observations WHERE run = $1`,
    );
    return sums.map(({ rows, hash }) => `${rows}/${hash}`).join(' ');
  }

  /** Rows of a statement whose first value is the run. */
  async #rows(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.connection.query(text, [this.#run, ...values])).rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}
