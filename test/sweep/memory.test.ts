// The command itself over 100,000 observations: everything real but the models, which are scripted.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('memory of the command stays flat, and under 300 MB', async () => {
  const args = ['scripts/memory-bench.mjs', '--observations', '100000', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { rows, peakMb } = JSON.parse(stdout) as {
    rows: { observations: number; residentMb: number }[];
    peakMb: number;
  };
  expect(rows.at(-1)?.observations).toBeGreaterThanOrEqual(100_000);
  expect(peakMb).toBeLessThan(300);
  const most = (from: number, to: number) =>
    Math.max(...rows.slice(from * rows.length, to * rows.length).map(({ residentMb }) => residentMb));
  expect(most(2 / 3, 1)).toBeLessThan(1.15 * most(1 / 3, 2 / 3));
});
