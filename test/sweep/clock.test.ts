// The machine's clock jumps while a sweep runs: what it has spent and whether it is alive must not jump with it.
import { afterEach, expect, test, vi } from 'vitest';
import { isAlive, readStatus, SweepJournal } from '../../src/app/sweep/journal.ts';
import { freshFolder } from '../cli/run.ts';

afterEach(() => void vi.useRealTimers());

test.each([-3_600_000, 3_600_000, 400 * 86_400_000])('the clock jumps by %i ms', jumpMs => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const folder = freshFolder();
  const options = { folder, sweep: 'night', file: 'night.yaml', budgetMs: 60_000, listen: () => {} };
  using journal = new SweepJournal({ ...options, pairs: ['a b'] });
  vi.setSystemTime(Date.now() + jumpMs);
  const progress = { kind: 'phase', phase: 'observe', total: 10, done: 0 } as const;
  journal.progress(0, progress);
  journal.progress(0, { kind: 'advanced', role: 'candidate', cases: 5 });
  journal.pair(0, { state: 'running' }, { event: 'pair-started', number: 1, of: 1 });
  const status = readStatus(folder);
  expect(isAlive(status)).toBe(true);
  expect(status.spentMs).toBeLessThan(30_000);
  expect(status.pairs[0]?.rate).toBeGreaterThan(0.1);
});
