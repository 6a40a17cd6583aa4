// An address -> a pool of connections that survives a restart of the server and never says a password.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { UserError } from '../errors.ts';
import { postgresMigrations } from './postgres-migrations.ts';

/** A database, and a run in it where the address ends in `#ID`. */
export interface PostgresAddress {
  /** As given, with its password, without the run. */
  readonly url: string;
  /** The same to be shown: no password, no parameters. */
  readonly shown: string;
  readonly run: string | undefined;
  readonly secrets: readonly string[];
}

/** Does a location name a PostgreSQL database, rather than a file? */
export const isPostgres = (location: string): boolean => /^postgres(ql)?:\/\//i.test(location);

/** @throws UserError `bad-store` */
export function readAddress(location: string): PostgresAddress {
  const hint = 'write postgres://user@host:5432/database; passwords belong into PGPASSWORD or ~/.pgpass';
  if (!URL.canParse(location)) throw new UserError('bad-store', 'the address of the PostgreSQL store is no URL', hint);
  const url = new URL(location);
  const run = url.hash === '' ? undefined : url.hash.slice(1);
  url.hash = '';
  const passwords = [url.password, ...url.searchParams.getAll('password'), ...url.searchParams.getAll('sslpassword')];
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  const secrets = passwords.flatMap(text => [text, decoded(text)]).filter(text => text !== '');
  return { url: url.href, shown: shown.href, run, secrets };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is gone for a moment when a server restarts or two batches cross: the same statement may work a second later. */
const transientCodes = new Set(['40001', '40P01', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** A server that crashed reads its log before it answers: on a busy machine that takes more than a few seconds. */
const patienceMs = 120_000;
const delayMs = { first: 250, most: 5000 };

/** @returns true for errors after which the same statement is tried again: lost connections, restarts, deadlocks */
function isTransient(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return transientCodes.has(code) || /^(08|57P)/.test(code) || /^Connection terminated|timeout/i.test(message);
}

/** Statements on one database. Every statement sent through `query` must be harmless when it runs twice. */
export class Connection implements AsyncDisposable {
  readonly address: PostgresAddress;
  readonly #pool: Pool;

  private constructor(address: PostgresAddress, pool: Pool) {
    this.address = address;
    this.#pool = pool;
  }

  /**
   * @param create true: makes turncoat's tables where there are none
   * @returns undefined when there are none and none are to be made
   * @throws UserError `postgres-missing`, `store-unusable`
   */
  static async open(address: PostgresAddress, { create }: { create: boolean }): Promise<Connection | undefined> {
    const { default: pg } = await loadOptional(() => import('pg'), 'PostgreSQL stores', 'npm install pg');
    const pool = new pg.Pool({
      connectionString: address.url,
      max: 2,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      application_name: 'turncoat',
      // A commit is on the disk when it returns, whatever the server's default is.
      onConnect: async client => void (await client.query('SET synchronous_commit = on')),
    });
    // An idle connection that breaks is replaced by the next statement.
    pool.on('error', () => {});
    // What breaks while a statement runs is the statement's error.
    pool.on('connect', client => void client.on('error', () => {}));
    const connection = new Connection(address, pool);
    try {
      if (await connection.#migrate(create)) return connection;
    } catch (error) {
      await pool.end();
      throw connection.#explained(error);
    }
    await pool.end();
    return undefined;
  }

  /** Rows of one statement, tried again for two minutes while the server is away. */
  async query(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<{ rows: Record<string, unknown>[]; count: number }> {
    return await this.#retried(async () => {
      const { rows, rowCount } = await this.#pool.query(text, [...values]);
      return { rows, count: rowCount ?? 0 };
    });
  }

  /** All or nothing; as a whole it must be harmless when it runs twice. */
  async transaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    await this.#retried(() => this.#inTransaction(work));
  }

  /**
   * Takes locks by name on a connection of their own; they are free again when it ends, also by the death of this process
   * (at once) or of its machine (within half a minute).
   * @returns undefined when one is taken and this is not to wait
   */
  async hold(names: readonly string[], options: { wait: true }): Promise<AsyncDisposable>;
  async hold(names: readonly string[], options: { wait: false }): Promise<AsyncDisposable | undefined>;
  async hold(names: readonly string[], { wait }: { wait: boolean }): Promise<AsyncDisposable | undefined> {
    const { default: pg } = await import('pg');
    return await this.#retried(async () => {
      const client = new pg.Client({
        connectionString: this.address.url,
        keepAlive: true,
        application_name: 'turncoat',
      });
      client.on('error', () => {});
      await client.connect();
      try {
        const keepAlive = { idle: 10, interval: 5, count: 3 };
        for (const [name, value] of Object.entries(keepAlive))
          await client.query(`SET tcp_keepalives_${name} = ${value}`);
        const lock = wait ? 'pg_advisory_lock' : 'pg_try_advisory_lock';
        for (const name of names) {
          const { rows } = await client.query(`SELECT ${lock}(hashtextextended($1, 0)) AS taken`, [name]);
          if (wait || rows[0].taken === true) continue;
          await client.end();
          return undefined;
        }
        return { [Symbol.asyncDispose]: () => client.end() };
      } catch (error) {
        await client.end().catch(() => {});
        throw error;
      }
    });
  }

  /** Does nobody hold a lock? */
  async isFree(name: string): Promise<boolean> {
    const { rows } = await this.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS free', [name]);
    return rows[0]?.free === true;
  }

  async #inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      // The connection is closed instead of rolled back: it may be what failed.
      client.release(true);
      throw error;
    }
  }

  async #retried<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    for (let delay = delayMs.first; ; delay = Math.min(2 * delay, delayMs.most)) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || performance.now() - started > patienceMs) throw this.#explained(error);
        await sleep(delay);
      }
    }
  }

  /** Brings the database to the newest schema; of several processes that open it at once, one does it. */
  async #migrate(create: boolean): Promise<boolean> {
    const known = async () => {
      const { rows } = await this.#pool.query("SELECT to_regclass('turncoat.migrations') IS NOT NULL AS there");
      return rows[0]?.there === true;
    };
    const there = await known();
    if (!there && !create) return false;
    if (there && (await this.#applied(this.#pool)) === postgresMigrations.length) return true;
    await this.#inTransaction(async client => {
      await client.query("SELECT pg_advisory_xact_lock(hashtext('turncoat.migrations'))");
      await client.query('CREATE SCHEMA IF NOT EXISTS turncoat');
      await client.query(
        'CREATE TABLE IF NOT EXISTS turncoat.migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())',
      );
      for (const { name, sql } of postgresMigrations.slice(await this.#applied(client))) {
        await client.query(sql);
        await client.query('INSERT INTO turncoat.migrations (name) VALUES ($1)', [name]);
      }
    });
    return true;
  }

  async #applied(client: Pool | PoolClient): Promise<number> {
    const { rows } = await client.query('SELECT count(*)::int AS applied FROM turncoat.migrations');
    const applied = Number(rows[0]?.applied);
    if (applied > postgresMigrations.length) throw new Error('made by a newer version of turncoat');
    return applied;
  }

  /** What went wrong, for a person, without a password. */
  #explained(error: unknown): UserError {
    if (error instanceof UserError) return error;
    const { message, code } = error as { message?: string; code?: string };
    const { shown, secrets } = this.address;
    const text = secrets.reduce((said, secret) => said.replaceAll(secret, '…'), message || code || 'no connection');
    const hint = 'check address, user and password (PGPASSWORD or ~/.pgpass), and that the server runs';
    return new UserError('store-unusable', `${shown}: ${text}`, hint, { code: code ?? '' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

/**
 * Loads an optional dependency: whoever keeps runs in files does without.
 * @throws UserError `postgres-missing`
 */
export async function loadOptional<T>(load: () => Promise<T>, what: string, hint: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const lost = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND';
    const name = hint.split(' ').slice(2).join(' and ');
    throw lost ? new UserError('postgres-missing', `${what} need ${name}`, hint, {}, error) : error;
  }
}
