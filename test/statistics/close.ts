import { expect } from 'vitest';

/** Asserts agreement to a relative error, or an absolute one where the expected value is smaller than `floor`. */
export function expectClose(actual: number, expected: number, relative = 1e-12, floor = 1e-290): void {
  const allowed = relative * Math.max(Math.abs(expected), floor);
  const within = Math.abs(actual - expected) <= allowed;
  expect(within ? expected : actual, `expected ${expected} within ${relative}, got ${actual}`).toBe(expected);
}
