import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanWindows, type WindowOptions } from '../../src/statistics/index.ts';

const spans = (positions: readonly (number | undefined)[], options: WindowOptions) =>
  scanWindows(positions, options).map(({ low, high, set }) => `${low}-${high}:${set.to - set.from}`);

test('days with both ends included: widths, gaps and members by hand', () => {
  const days = [1, 5, 5, 9, undefined, 20];
  const options = { leastWidth: 3, mostWidth: 10, unit: 1 };
  expect(spans(days, { ...options, leastMembers: 1 })).toEqual([
    '1-1:1',
    '1-5:3',
    '1-9:4',
    '5-5:2',
    '5-9:3',
    '9-9:1',
    '20-20:1',
  ]);
  expect(spans(days, options)).toEqual(['1-5:3', '1-9:4', '5-5:2', '5-9:3']);
  // Days 4 and 6 leave no room for three days around 5 alone.
  expect(spans([1, 4, 5, 5, 6, 9], options)).not.toContain('5-5:2');
});

test('on a continuous axis the neighbours are not part of the window', () => {
  const options = { leastWidth: 2, mostWidth: 9, leastMembers: 1 };
  expect(spans([0, 1, 2], options)).not.toContain('1-1:1');
  expect(spans([0, 1, 2.1], options)).toContain('1-1:1');
});

test('members are those between low and high; all windows share one order', () => {
  const positions = [7, 3, undefined, 5, 3];
  const windows = scanWindows(positions, { leastWidth: 0, mostWidth: 2 });
  expect(windows.map(({ set }) => Array.from(set.order.subarray(set.from, set.to)))).toEqual([
    [1, 4],
    [1, 4, 3],
    [3, 0],
  ]);
  expect(new Set(windows.map(({ set }) => set.order)).size).toBe(1);
});

test('exactly the memberships that some allowed window of days has, each once, and no more than the stated bound', () => {
  const days = fc.array(fc.option(fc.nat(25), { nil: undefined, freq: 9 }), { minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(
      days,
      fc.integer({ min: 1, max: 6 }),
      fc.nat(12),
      fc.integer({ min: 1, max: 3 }),
      (list, least, more, members) => {
        const options = { leastWidth: least, mostWidth: least + more, leastMembers: members, unit: 1 };
        const found = scanWindows(list, options).map(({ set }) =>
          [...set.order.subarray(set.from, set.to)].sort().join(),
        );
        const expected = new Set<string>();
        for (let width = least; width <= least + more; width++) {
          for (let from = -width - 8; from <= 40; from++) {
            const inside = list.flatMap((day, index) =>
              day !== undefined && day >= from && day < from + width ? [index] : [],
            );
            if (inside.length >= members && inside.length < list.length) expected.add(inside.sort().join());
          }
        }
        expect(new Set(found)).toEqual(expected);
        expect(found.length).toBe(expected.size);
        const distinct = new Set(list.filter(day => day !== undefined)).size;
        expect(found.length).toBeLessThanOrEqual((distinct * (distinct + 1)) / 2);
      },
    ),
  );
});

test('impossible input is a programming error, no positions give no windows', () => {
  expect(scanWindows([], { leastWidth: 0, mostWidth: 1 })).toEqual([]);
  expect(scanWindows([undefined, undefined], { leastWidth: 0, mostWidth: 1 })).toEqual([]);
  expect(() => scanWindows([1, Number.NaN], { leastWidth: 0, mostWidth: 1 })).toThrow(RangeError);
  expect(() => scanWindows([1], { leastWidth: 2, mostWidth: 1 })).toThrow(RangeError);
});
