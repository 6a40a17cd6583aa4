// What the first released version wrote is read by every later one. The SQL below is what it was, copied: released
// migrations never change.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../src/records/suites/case.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { postgresMigrations } from '../../src/stores/postgres-migrations.ts';
import { migrations } from '../../src/stores/migrations.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';
import type { RunStore } from '../../src/ports/store.ts';
import { sampleRun } from '../contracts/run.ts';
import { score } from '../contracts/store.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './postgres-server.ts';

const suite = readSuite(readFileSync('suites/files.yaml', 'utf8'), 'files');
const run = sampleRun(suite);
const cases = makeCases(suite, '1', 3) as [Case, Case, Case];
const observation = score(cases[0].id);
const key = `${cases[0].id} candidate score`;

const firstOfSqlite = `
  CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
  CREATE TABLE cases (id TEXT PRIMARY KEY, position INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TABLE observations (
    sequence INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    role TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
  )`;

/** A run file of the first schema, as far as its first migration goes. */
function firstSqliteFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'turncoat-first-')), 'run.sqlite');
  const database = new DatabaseSync(file);
  database.exec(`${firstOfSqlite}; PRAGMA user_version = 1`);
  database.prepare('INSERT INTO run VALUES (1, ?)').run(JSON.stringify(run));
  const insert = database.prepare('INSERT INTO cases VALUES (?, ?, ?)');
  for (const one of cases) insert.run(one.id, one.index, JSON.stringify(one));
  database
    .prepare('INSERT INTO observations (key, case_id, role, kind, body) VALUES (?, ?, ?, ?, ?)')
    .run(key, observation.caseId, observation.role, observation.kind, JSON.stringify(observation));
  database.close();
  return file;
}

async function stillReads(open: () => Promise<RunStore>): Promise<void> {
  {
    await using store = await open();
    expect(await store.run()).toEqual(run);
    expect(await store.cases()).toEqual(cases);
    expect(await store.keys()).toEqual(new Set([key]));
    await store.addObservations([observation, score(cases[1].id)]);
    await store.saveDerived('v1', [['head', '{}']]);
  }
  await using again = await open();
  expect((await again.keys()).size).toBe(2);
  expect(await again.derived('head', 'v1')).toBe('{}');
  expect(await again.addDecisions([])).toBe(0);
}

test('sqlite: a file of the first schema is brought to the newest and loses nothing', async () => {
  const file = firstSqliteFile();
  await stillReads(async () => openSqliteStore(file, { create: false }));
});

test('sqlite: a file of a newer version is refused and left alone', () => {
  const file = firstSqliteFile();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  expect(() => openSqliteStore(file, { create: false })).toThrow(/newer version/);
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
});

test('released migrations are what they were: append, never edit', () => {
  const fingerprint = ({ name, sql }: { name: string; sql: string }) =>
    `${name} ${createHash('sha256').update(sql).digest('hex').slice(0, 12)}`;
  expect(migrations.slice(0, 3).map(fingerprint)).toMatchInlineSnapshot(`
    [
      "001-runs-cases-observations 626f7f02235b",
      "002-decisions 92f0c54f5f7c",
      "003-derived 1787de1b406d",
    ]
  `);
  expect(postgresMigrations.slice(0, 2).map(fingerprint)).toMatchInlineSnapshot(`
    [
      "001-runs-cases-observations 09fc76860ade",
      "002-decisions-derived fc6416ad8151",
    ]
  `);
});

const firstOfPostgres = `
  CREATE SCHEMA turncoat;
  CREATE TABLE turncoat.migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now());
  CREATE TABLE turncoat.runs (
    id text COLLATE "C" PRIMARY KEY, body text NOT NULL, changed_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE turncoat.cases (
    run text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, position integer NOT NULL, body text NOT NULL,
    PRIMARY KEY (run, id)
  );
  CREATE TABLE turncoat.observations (
    sequence bigint GENERATED ALWAYS AS IDENTITY, run text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
    case_id text COLLATE "C" NOT NULL, role text NOT NULL, kind text NOT NULL, body text NOT NULL,
    PRIMARY KEY (run, key)
  );
  CREATE UNIQUE INDEX observations_in_order ON turncoat.observations (run, sequence);
  INSERT INTO turncoat.migrations (name) VALUES ('001-runs-cases-observations');`;

describe.skipIf(!hasPostgres)('postgres', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres()));
  afterAll(async () => await server[Symbol.asyncDispose]());

  test('a database of the first schema is brought to the newest and loses nothing', async () => {
    const url = await server.database();
    const text = (value: unknown) => `$json$${JSON.stringify(value)}$json$`;
    const rows = cases.map(one => `('${run.id}', '${one.id}', ${one.index}, ${text(one)})`);
    const { caseId, role, kind } = observation;
    await server.sql(
      url,
      `${firstOfPostgres}
       INSERT INTO turncoat.runs (id, body) VALUES ('${run.id}', ${text(run)});
       INSERT INTO turncoat.cases VALUES ${rows.join(', ')};
       INSERT INTO turncoat.observations (run, key, case_id, role, kind, body)
         VALUES ('${run.id}', '${key}', '${caseId}', '${role}', '${kind}', ${text(observation)})`,
    );
    await stillReads(async () => await openPostgresStore(`${url}#${run.id}`, { create: false }));
  });

  test('a database of a newer version is refused and left alone', async () => {
    const url = await server.database();
    await (await openPostgresStore(`${url}#${run.id}`, { create: true }))[Symbol.asyncDispose]();
    await server.sql(url, "INSERT INTO turncoat.migrations (name) VALUES ('098-x'), ('099-y')");
    await expect(openPostgresStore(`${url}#${run.id}`, { create: true })).rejects.toThrow(/newer version/);
  });

  test('several processes that open a new database at once all get it', async () => {
    const url = await server.database();
    const open = async () => {
      await using store = await openPostgresStore(`${url}#${run.id}`, { create: true });
      return (await store.keys()).size;
    };
    expect(await Promise.all(Array.from({ length: 6 }, open))).toEqual(Array(6).fill(0));
  });
});
