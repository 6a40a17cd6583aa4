import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ExactTest,
  fisherExact,
  hypergeometricPmf,
  mcnemarExact,
  type TwoByTwo,
} from '../../src/statistics/index.ts';
import { expectClose } from './close.ts';

const p = (outcome: ExactTest) => (outcome.kind === 'tested' ? outcome.pValue : undefined);
const counts = fc.nat(25);
const tables = fc.tuple(counts, counts, counts, counts).map(
  ([a, b, c, d]): TwoByTwo => [
    [a, b],
    [c, d],
  ],
);

test("Fisher: the lady tasting tea and Johnson's twins", () => {
  // Fisher (1935): 3 of 4 cups right is 17/70 one-sided, 34/70 two-sided.
  const tea: TwoByTwo = [
    [3, 1],
    [1, 3],
  ];
  expectClose(p(fisherExact(tea, 'greater'))!, 17 / 70);
  expectClose(p(fisherExact(tea, 'two-sided'))!, 34 / 70);
  // R's ?fisher.test, Convictions: p = 0.0004652 one-sided (less), 0.0005367 two-sided.
  const twins: TwoByTwo = [
    [2, 15],
    [10, 3],
  ];
  expect(p(fisherExact(twins, 'less'))).toBeCloseTo(0.0004652, 7);
  expect(p(fisherExact(twins, 'two-sided'))).toBeCloseTo(0.0005367, 7);
});

test('Fisher: p in (0, 1], tails overlap in the table seen, rows and columns may be swapped together', () => {
  fc.assert(
    fc.property(tables, table => {
      const [[a, b], [c, d]] = table;
      const [greater, less, both] = (['greater', 'less', 'two-sided'] as const).map(side =>
        p(fisherExact(table, side)),
      );
      if (greater === undefined || less === undefined || both === undefined) return;
      for (const value of [greater, less, both]) expect(value > 0 && value <= 1).toBe(true);
      const seen = hypergeometricPmf(a, { population: a + b + c + d, marked: a + c, drawn: a + b });
      expectClose(greater + less, 1 + seen, 1e-10);
      expect(both).toBeGreaterThanOrEqual(Math.min(greater, less) - 1e-9);
      const turned: TwoByTwo = [
        [d, c],
        [b, a],
      ];
      expectClose(p(fisherExact(turned, 'greater'))!, greater, 1e-9);
      expectClose(p(fisherExact(turned, 'two-sided'))!, both, 1e-9);
    }),
  );
});

test('Fisher: margins that allow one table only say nothing', () => {
  for (const table of [
    [
      [0, 9],
      [0, 4],
    ],
    [
      [0, 0],
      [3, 4],
    ],
  ] as const) {
    expect(fisherExact(table, 'greater')).toEqual({ kind: 'undetermined' });
  }
});

test('McNemar: a published pair of surveys, and by hand', () => {
  // Agresti (1990), p. 350: 150 against 86; exact2x2::mcnemar.exact gives 3.716e-05 (Fay 2010).
  expectClose(p(mcnemarExact(150, 86, 'two-sided'))!, 3.716e-5, 1e-4);
  expectClose(p(mcnemarExact(5, 1, 'greater'))!, 7 / 64);
  expectClose(p(mcnemarExact(1, 5, 'less'))!, 7 / 64);
  expect(p(mcnemarExact(3, 3, 'two-sided'))).toBe(1);
  expect(mcnemarExact(0, 0, 'two-sided')).toEqual({ kind: 'undetermined' });
});

test('impossible counts are programming errors', () => {
  const wrong: TwoByTwo = [
    [1, -1],
    [2, 2],
  ];
  expect(() => fisherExact(wrong, 'greater')).toThrow(RangeError);
  expect(() => mcnemarExact(1.5, 2, 'greater')).toThrow(RangeError);
});
