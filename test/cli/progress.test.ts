// What a log of CI reads while a comparison runs: few lines, each with the time left.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { progressDisplay } from '../../src/cli/progress.ts';

let said: string[] = [];

beforeEach(() => {
  said = [];
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    said.push(String(text).trimEnd());
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Each case takes so long. */
function observe(total: number, before: number, eachMs: number) {
  const display = progressDisplay(false);
  display.report({ kind: 'phase', phase: 'observe', total, done: before });
  for (let at = before; at < total; at++) {
    vi.advanceTimersByTime(eachMs);
    display.report({ kind: 'advanced', role: 'candidate', cases: 1 });
  }
  display.stop();
}

const lefts = () => said.map(line => line.match(/ (\d+\/\d+)(?:, (.*) left)?$/)?.slice(1));

test('a line at each quarter, with the time that is left', () => {
  observe(100, 0, 1000);
  expect(lefts()).toEqual([
    ['0/100', undefined],
    ['25/100', '75 s'],
    ['50/100', '50 s'],
    ['75/100', '25 s'],
    ['100/100', undefined],
  ]);
});

test('a comparison that goes on does not count what was there as done in no time', () => {
  observe(100, 60, 1000);
  expect(lefts()).toEqual([
    ['60/100', undefined],
    ['75/100', '25 s'],
    ['100/100', undefined],
  ]);
});

test('a slow one says so every five minutes, and no more often', () => {
  observe(16, 0, 120_000);
  expect(said.length).toBeLessThan(12);
  expect(lefts()[1]).toEqual(['3/16', '26 min']);
});
