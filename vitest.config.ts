import { defineConfig } from 'vitest/config';

// Timeouts are for what hangs, not for what a loaded machine makes slow. Two cores: model tests fork their own processes, so files run one at a time in two workers at most.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 900_000, maxWorkers: 2 },
});
