import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/statistics/index.ts';
import { orthogonalRows, primeAtLeast } from '../../src/suite/design.ts';

test('primes', () => {
  expect([2, 4, 8, 14, 20, 24].map(primeAtLeast)).toEqual([2, 5, 11, 17, 23, 29]);
});

test('strength 2: every pair of symbols of any two columns meets exactly once in q^2 rows', () => {
  fc.assert(
    fc.property(fc.constantFrom(5, 7, 11, 13), fc.integer({ min: 2, max: 5 }), fc.string(), (q, columns, seed) => {
      const rows = orthogonalRows(q * q, columns, q, createRandom(seed));
      for (let a = 0; a < columns; a++) {
        for (let b = a + 1; b < columns; b++) expect(new Set(rows.map(row => `${row[a]} ${row[b]}`)).size).toBe(q * q);
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('every block of q rows holds every symbol of every column once', () => {
  const rows = orthogonalRows(23 * 3, 9, 23, createRandom('balance'));
  for (let block = 0; block < 3; block++) {
    for (let column = 0; column < 9; column++) {
      expect(new Set(rows.slice(23 * block, 23 * (block + 1)).map(row => row[column])).size).toBe(23);
    }
  }
});

test('too many columns are refused', () => {
  expect(() => orthogonalRows(5, 6, 5, createRandom(1))).toThrow(RangeError);
});
