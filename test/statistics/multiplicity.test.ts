import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benjaminiHochberg, bonferroni, createRandom, holm } from '../../src/statistics/index.ts';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });

test('published example: Benjamini & Hochberg (1995), section 3.2, 15 tests', () => {
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];
  // At 5%, Bonferroni and the step-down reject three of them, the false-discovery procedure four.
  expect(bonferroni(p).filter(value => value <= 0.05).length).toBe(3);
  expect(holm(p).filter(value => value <= 0.05).length).toBe(3);
  expect(benjaminiHochberg(p).filter(value => value <= 0.05).length).toBe(4);
});

test('by hand, in the order given', () => {
  const p = [0.04, 0.01, 0.03];
  expect(bonferroni(p).map(value => value.toFixed(4))).toEqual(['0.1200', '0.0300', '0.0900']);
  expect(bonferroni([0.01], 40)).toEqual([0.4]);
  expect(holm(p).map(value => value.toFixed(4))).toEqual(['0.0600', '0.0300', '0.0600']);
  expect(benjaminiHochberg(p).map(value => value.toFixed(4))).toEqual(['0.0400', '0.0300', '0.0400']);
  expect([bonferroni([]), holm([]), benjaminiHochberg([])]).toEqual([[], [], []]);
});

test('p <= Benjamini-Hochberg <= Holm <= Bonferroni <= 1', () => {
  fc.assert(
    fc.property(pValues, p => {
      const [fdr, step, single] = [benjaminiHochberg(p), holm(p), bonferroni(p)];
      p.forEach((value, index) => {
        expect(fdr[index]!).toBeGreaterThanOrEqual(value);
        expect(step[index]!).toBeGreaterThanOrEqual(fdr[index]! - 1e-12);
        expect(single[index]!).toBeGreaterThanOrEqual(step[index]!);
        expect(single[index]!).toBeLessThanOrEqual(1);
      });
    }),
  );
});

test('adjusting keeps order and does not depend on the order given', () => {
  fc.assert(
    fc.property(pValues, fc.integer(), (p, seed) => {
      const places = createRandom(seed).shuffle(p.map((_, index) => index));
      for (const adjust of [holm, benjaminiHochberg]) {
        const plain = adjust(p);
        expect(adjust(places.map(place => p[place]!))).toEqual(places.map(place => plain[place]!));
        const sorted = p.map((value, index) => [value, plain[index]!] as const).toSorted((a, b) => a[0] - b[0]);
        sorted.forEach(([, value], index) => expect(value).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0));
      }
    }),
  );
});

test('impossible p-values are programming errors', () => {
  expect(() => holm([0.1, 1.2])).toThrow(RangeError);
  expect(() => benjaminiHochberg([Number.NaN])).toThrow(RangeError);
  expect(() => bonferroni([0.1, 0.2], 1)).toThrow(RangeError);
});
