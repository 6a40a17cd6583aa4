import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freshFolder, organism } from '../cli/run.ts';

/** Writes a sweep of organisms against the base: small enough to run in seconds. */
export function sweepFile(candidates: readonly string[], more = ''): string {
  const file = join(freshFolder(), 'night.yaml');
  const paths = candidates.map(name => `  - ${name.includes('/') ? name : resolve(organism(name))}\n`).join('');
  writeFileSync(
    file,
    `schemaVersion: 1
candidates:
${paths}baselines: [${resolve(organism('base'))}]
suites: [files]
defaults: {cases: 40, trials: 1, maxTokens: 24, probes: 20, gpu: 'off'}
${more}`,
  );
  return file;
}

/** What the runs of a folder hold, by candidate: observations by key without what varies with time and machine load. */
export async function contents(folder: string): Promise<Record<string, Record<string, unknown>>> {
  const runs: Record<string, Record<string, unknown>> = {};
  for (const name of readdirSync(folder).filter(file => file.endsWith('.sqlite'))) {
    await using store = openSqliteStore(join(folder, name), { create: false });
    const observations: Record<string, unknown> = {};
    for await (const observation of store.observations()) {
      const { kind, role, caseId } = observation;
      const trial = 'trial' in observation ? [observation.trial, 'of' in observation ? observation.of : ''] : [];
      const from = 'from' in observation ? observation.from : '';
      observations[[kind, role, caseId, ...trial, from].join(' ')] = said(observation);
    }
    runs[name] = observations;
  }
  return runs;
}

function said(observation: object): unknown {
  const { durationMs: _, reusedTokens: __, evaluatedTokens: ___, ...rest } = observation as Record<string, unknown>;
  return rest;
}
