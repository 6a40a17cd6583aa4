import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/stores/memory.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { score, storeContract } from '../contracts/store.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'turncoat-store-'));

storeContract('memory', async () => new MemoryStore());
storeContract(
  'sqlite',
  async () => openSqliteStore(join(folder(), 'run.sqlite'), { create: true }),
  // While it is open: another program's edits are seen at once.
  async (store, statement) => {
    const database = new DatabaseSync(store.location);
    database.exec(statement({ run: 'run', cases: 'cases', observations: 'observations' }));
    database.close();
    return store;
  },
);

test('sqlite: what was committed is there after closing and opening again', async () => {
  const file = join(folder(), 'deep', 'run.sqlite');
  {
    await using store = openSqliteStore(file, { create: true });
    await store.addObservations([score('aaaaaaaa')]);
  }
  await using again = openSqliteStore(file, { create: false });
  expect([...(await again.keys())]).toEqual(['aaaaaaaa candidate score']);
});

test('sqlite: several processes that open a new file at once all get it', async () => {
  const file = join(folder(), 'run.sqlite');
  const script = `import { openSqliteStore } from './dist/stores/sqlite.js';
    const store = openSqliteStore(process.argv[1], { create: true });
    console.log((await store.keys()).size);`;
  const opened = Array.from({ length: 6 }, () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, file]),
  );
  expect((await Promise.all(opened)).map(({ stdout }) => stdout.trim())).toEqual(Array(6).fill('0'));
});

test.each(['{}', 'no JSON', '{"kind":"score","logOpen":50}'])(
  'sqlite: a damaged record is a clear error: %s',
  async body => {
    const file = join(folder(), 'run.sqlite');
    await using store = openSqliteStore(file, { create: true });
    await store.addObservations([score('aaaaaaaa')]);
    const database = new DatabaseSync(file);
    database.prepare('UPDATE observations SET body = ?').run(body);
    database.close();
    await expect(store.observations().next()).rejects.toMatchObject({
      code: 'store-damaged',
      message: expect.stringContaining(`${file}: a record is damaged: `),
    });
  },
);

test('sqlite: missing, foreign and unwritable files are clear errors', () => {
  const missing = join(folder(), 'none.sqlite');
  expect(() => openSqliteStore(missing, { create: false })).toThrow(expect.objectContaining({ code: 'store-missing' }));
  const foreign = join(folder(), 'foreign.sqlite');
  writeFileSync(foreign, 'not a database, but long enough to look like one '.repeat(40));
  expect(() => openSqliteStore(foreign, { create: true })).toThrow(expect.objectContaining({ code: 'store-unusable' }));
  expect(() => openSqliteStore('/proc/none/run.sqlite', { create: true })).toThrow(
    expect.objectContaining({ code: 'store-unusable' }),
  );
});
