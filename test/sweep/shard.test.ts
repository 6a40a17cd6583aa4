import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCases, readSuite } from '../../src/suite/index.ts';
import { casesOfShard } from '../../src/observe/shard.ts';

const suite = readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'devops');
const design = makeCases(suite, '1', 529);

test('the parts of a design are disjoint and make up the whole, whatever their number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 529 }), (of, count) => {
      const cases = design.slice(0, count);
      const parts = Array.from({ length: of }, (_, index) => casesOfShard(cases, { index: index + 1, of }));
      const all = parts.flat().toSorted((a, b) => a.index - b.index);
      expect(all).toEqual(cases);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test('parts are about equally large', () => {
  for (const of of [2, 4, 8]) {
    const sizes = Array.from({ length: of }, (_, index) => casesOfShard(design, { index: index + 1, of }).length);
    expect(Math.max(...sizes)).toBeLessThan((1.4 * design.length) / of);
    expect(Math.min(...sizes)).toBeGreaterThan((0.6 * design.length) / of);
  }
});

test('where a case goes does not depend on the others', () => {
  const [one] = design.slice(100, 101);
  const holds = (index: number) => casesOfShard([one as (typeof design)[number]], { index, of: 7 }).length;
  const index = [1, 2, 3, 4, 5, 6, 7].find(place => holds(place) === 1) as number;
  expect(casesOfShard(design, { index, of: 7 })).toContain(one);
});
