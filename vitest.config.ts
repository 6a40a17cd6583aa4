import { defineConfig } from 'vitest/config';

// Two cores: model tests fork their own processes, so files run one at a time in two workers at most.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 },
});
