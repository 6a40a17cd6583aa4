// Two comparisons of the same pair are the same up to rounding: which prompts are decoded together, and which prefix is
// there to be reused, moves probabilities in the sixth digit.
import { expect } from 'vitest';

/** Relative, and absolute near zero; far above rounding, far below anything a verdict turns on. */
const tolerance = 1e-3;

/** Log probabilities below `deep` nats (p < 1e-4) add the rounding of many logits: .038 nats were seen at -21. */
const deep = { below: -9, tolerance: 0.2 };

/** Everything but where the run lies and what it cost. */
function content(json: string) {
  const { run, ...rest } = JSON.parse(json);
  return { ...rest, run: { ...run, location: '', cost: undefined } };
}

/** Expects equality up to rounding, in plain data. */
export function expectSame(actual: unknown, expected: unknown): void {
  expect(rounded(actual, expected)).toEqual(expected);
}

/** Numbers of `actual` that are those of `expected` up to rounding become them, so that what is left differs. */
function rounded(actual: unknown, expected: unknown): unknown {
  if (typeof actual === 'number' && typeof expected === 'number') {
    return Math.abs(actual - expected) <= toleranceAt(expected) ? expected : actual;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) return actual.map((one, at) => rounded(one, expected[at]));
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return actual;
  const other = expected as Record<string, unknown>;
  return Object.fromEntries(Object.entries(actual).map(([name, value]) => [name, rounded(value, other[name])]));
}

function toleranceAt(expected: number): number {
  return expected < deep.below ? deep.tolerance : tolerance * Math.max(1, Math.abs(expected));
}

/** @param actual as printed with --json, like `wanted` */
export function expectSameComparison(actual: string, wanted: string): void {
  expectSame(content(actual), content(wanted));
}
