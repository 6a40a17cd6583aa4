import { defineConfig } from 'vitest/config';

const all = 'test/**/*.test.ts';
const browser = ['test/review/**/*.test.ts'];
const cluster = ['test/clusters/**/*.test.ts', 'test/stores/postgres.test.ts'];
/** As pure, but thousands of cases each. */
const exhaustive = [
  'test/toolcalls/{surroundings,hostile,cases,docs,third,missed}.test.ts',
  'test/statistics/{betting-bounds,permutation}.test.ts',
  'test/conduct/suites.test.ts',
  'test/triggers/{explore,investigate,conversations}.test.ts',
];
/** No model, no process, no network: what one runs while writing. */
const pure = [
  'test/{conduct,divergence,evidence,factors,findings,occlusion,policy,records,report,sandbox,statistics,suite,toolcalls,triggers,verdict}/**/*.test.ts',
  'test/cli/{exit-codes,fitting,progress,settings}.test.ts',
  'test/engines/{feed,hazards,prefixes,seccomp}.test.ts',
  'test/prompt/chat.test.ts',
  'test/stores/{stores,migrations}.test.ts',
  'test/sweep/{plan,reach,shard,stages}.test.ts',
];
const model = [all];
const project = (name: string, include: string[], exclude: string[] = [], isolate = true) => ({
  extends: true as const,
  test: { name, include, exclude, isolate },
});

// Timeouts are for what hangs, not for what a loaded machine makes slow. Two cores: model tests fork their own processes, so files run one at a time in two workers at most.
export default defineConfig({
  test: {
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
    projects: [
      // What is pure shares its modules: loading them anew for each file took longer than the tests.
      project('pure', pure, exhaustive, false),
      project('exhaustive', exhaustive),
      project('browser', browser),
      project('cluster', cluster),
      project('model', model, [...pure, ...exhaustive, ...browser, ...cluster]),
    ],
  },
});
