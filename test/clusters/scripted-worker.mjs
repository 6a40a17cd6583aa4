// A worker whose models are scripted: node scripted-worker.mjs ADDRESS RUN [fails]
import { setTimeout as sleep } from 'node:timers/promises';
import { openBoss } from '../../dist/queue/boss.js';
import { work } from '../../dist/queue/work.js';
import { openPostgresStore } from '../../dist/stores/postgres.js';

const [address, run, fails] = process.argv.slice(2);
const store = await openPostgresStore(`${address}#${run}`, { create: true });
const { connection } = store;
const boss = await openBoss(connection);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

async function observe({ role, jobs }) {
  await sleep(150);
  if (fails) throw new Error('no such luck');
  const observations = jobs.map(({ caseId }) => ({
    kind: 'score',
    role,
    caseId,
    logOpen: -0.5,
    tools: { a: -0.5 },
    promptTokens: 10,
    reusedTokens: 0,
    durationMs: 1,
  }));
  // In halves, so that a kill may come between them.
  await store.addObservations(observations.slice(0, 8));
  await sleep(150);
  await store.addObservations(observations);
  return observations;
}

const options = { boss, connection, observe, done: () => {}, idleMs: undefined, signal: stop.signal };
while (!stop.signal.aborted) await work(options).catch(() => {});
await store[Symbol.asyncDispose]();
