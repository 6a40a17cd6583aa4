// Debian's PostgreSQL, started by the tests on a free port as an unprivileged user (it refuses root). Where it is missing
// tests say so, and fail in CI.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const root = '/usr/lib/postgresql';
const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
const programs = versions.map(version => join(root, version, 'bin')).find(bin => existsSync(join(bin, 'initdb')));
export const hasPostgres = programs !== undefined;

if (!hasPostgres) {
  const what = `no PostgreSQL under ${root}: apt-get install postgresql; PostgreSQL stores are NOT tested`;
  if (process.env.CI) throw new Error(what);
  console.error(`\n!!! ${what}\n`);
}

const user = 'postgres';
/** Hostile enough for an address: must be escaped there, and never be seen anywhere. */
export const password = 'p@ss:w0rd/%?#';

export interface PostgresServer extends AsyncDisposable {
  /** Address of a fresh, empty database, with its password. */
  database(): Promise<string>;
  /** One statement in a database. */
  sql(url: string, text: string): Promise<Record<string, unknown>[]>;
  /** Stops the server at once, cutting all connections. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a server with a data folder of its own. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-postgres-'));
  const [data, secret] = [join(folder, 'data'), join(folder, 'password')];
  writeFileSync(secret, password);
  if (process.getuid?.() === 0) for (const path of [folder, secret]) chownSync(path, idOf('-u'), idOf('-g'));
  chmodSync(folder, 0o700);
  const [command, ...args] = asUser(['initdb', '-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${secret}`]);
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const addressOf = (name: string) => `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  const sql = async (url: string, text: string) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  let server: { readonly stop: () => Promise<void> } | undefined;
  const start = async () => {
    server = await serve(data, port, () => sql(addressOf('postgres'), 'SELECT 1'));
  };
  const stop = async () => await server?.stop();
  let databases = 0;
  await start();
  return {
    start,
    stop,
    sql,
    database: async () => {
      const name = `test_${++databases}`;
      await sql(addressOf('postgres'), `CREATE DATABASE ${name}`);
      return addressOf(name);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve(data: string, port: number, ask: () => Promise<unknown>): Promise<{ stop: () => Promise<void> }> {
  const settings = ['-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
  const [command, ...args] = asUser(['postgres', '-D', data, ...settings]);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => (said = `${said}${text}`.slice(-2000)));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  while (child.exitCode === null) {
    try {
      await ask();
      // SIGQUIT: stops at once, as a crash does.
      return { stop: async () => (child.kill('SIGQUIT'), await ended) };
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`PostgreSQL did not start: ${said}`);
}

const idOf = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));

/** A command of PostgreSQL, run as its own user where the tests run as root; `setpriv` passes signals on by exec. */
function asUser([program, ...args]: readonly [string, ...string[]]): [string, ...string[]] {
  const path = join(programs as string, program);
  if (process.getuid?.() !== 0) return [path, ...args];
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', path, ...args];
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
