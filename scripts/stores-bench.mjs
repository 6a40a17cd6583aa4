// How many observations a second a store commits durably: node scripts/stores-bench.mjs [postgres://user@host/database]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../dist/stores/index.js';

const total = 20_000;
const batchSizes = [8, 32, 128];

/** Replies of 60 tokens, as models write them. */
const trial = index => ({
  kind: 'trial',
  role: 'candidate',
  caseId: index.toString(16).padStart(8, '0'),
  trial: 0,
  seed: index,
  text: `<tool_call>\n{"name": "restart_service", "arguments": {"service": "cron-${index}"}}\n</tool_call>`.repeat(2),
  tokens: Array.from({ length: 60 }, (_, at) => (index * 31 + at) % 50_000),
  finish: 'stop',
  promptTokens: 900,
  reusedTokens: 700,
  evaluatedTokens: 260,
  durationMs: 812.25,
});

async function measure(name, location, batchSize) {
  const store = await openStore(location, { create: true });
  const started = performance.now();
  for (let at = 0; at < total; at += batchSize) {
    await store.addObservations(Array.from({ length: batchSize }, (_, index) => trial(at + index)));
  }
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(total / seconds);
  console.log(`${name.padEnd(10)} batches of ${String(batchSize).padStart(3)}: ${rate} observations/s`);
  await store[Symbol.asyncDispose]();
}

const folder = mkdtempSync(join(tmpdir(), 'turncoat-stores-'));
const database = process.argv[2];
for (const size of batchSizes) await measure('SQLite', join(folder, `${size}.sqlite`), size);
// The id of a run is free: a fresh one each time, left in the database.
for (const size of database === undefined ? [] : batchSizes) {
  await measure('PostgreSQL', `${database}#bench-${Date.now()}-${size}`, size);
}
rmSync(folder, { recursive: true, force: true });
