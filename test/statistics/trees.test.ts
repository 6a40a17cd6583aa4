import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanTrees, type Subtree } from '../../src/statistics/index.ts';

const membersOf = ({ set }: Subtree) => [...set.order.subarray(set.from, set.to)].sort((a, b) => a - b).join();

test('subtrees by hand: parents first, siblings by name, what cannot be told apart in one', () => {
  const paths = ['/srv/app/a', '/srv/app/b', '/srv/app-x', '/etc/x', undefined, '/srv/app/a', 'rel/x', 'rel/x/y'];
  const found = scanTrees(paths).map(tree => [tree.prefix, tree.shallowest, membersOf(tree)]);
  expect(found).toEqual([
    ['/', '/', '0,1,2,3,5'],
    ['/srv', '/srv', '0,1,2,5'],
    ['/srv/app', '/srv/app', '0,1,5'],
    ['/srv/app/a', '/srv/app/a', '0,5'],
    ['rel/x', 'rel', '6,7'],
  ]);
});

test('repeated and trailing separators do not count; other separators work', () => {
  expect(scanTrees(['/a//b/', '/a/b', '/c']).map(tree => tree.prefix)).toEqual(['/a/b']);
  expect(scanTrees(['a.b', 'a.b.c', 'x'], { separator: '.' }).map(tree => tree.prefix)).toEqual(['a.b']);
});

test('the subtree of all observations is left out, small ones too', () => {
  expect(scanTrees(['/a/b', '/a/c'])).toEqual([]);
  expect(scanTrees(['/a/b', '/a/c'], { leastMembers: 1 }).map(tree => tree.prefix)).toEqual(['/a/b', '/a/c']);
  expect(scanTrees([])).toEqual([]);
});

test('exactly the memberships of all prefixes, each once, at most 2 m - 1', () => {
  const part = fc.constantFrom('a', 'b', 'a-b', 'c');
  const path = fc
    .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 }))
    .map(([root, parts]) => (root ? '/' : '') + parts.join('/'));
  const paths = fc.array(fc.option(path, { nil: undefined, freq: 9 }), { maxLength: 14 });
  fc.assert(
    fc.property(paths, fc.integer({ min: 1, max: 3 }), (list, leastMembers) => {
      const below = (prefix: string) =>
        list.flatMap((one, index) =>
          one !== undefined && `${one}/`.startsWith(prefix === '/' ? '/' : `${prefix}/`) ? [index] : [],
        );
      const prefixes = list.flatMap(one => {
        const parts = one?.split('/') ?? [];
        return parts.map((_, end) => parts.slice(0, end + 1).join('/') || '/');
      });
      const fits = (members: readonly number[]) => members.length >= leastMembers && members.length < list.length;
      const expected = new Set(
        prefixes
          .map(below)
          .filter(fits)
          .map(members => members.join()),
      );
      const found = scanTrees(list, { leastMembers });
      expect(new Set(found.map(membersOf))).toEqual(expected);
      expect(found.length).toBe(expected.size);
      expect(found.length).toBeLessThanOrEqual(Math.max(0, 2 * new Set(list).size - 1));
      for (const tree of found) {
        expect(below(tree.prefix).join()).toBe(membersOf(tree));
        expect(below(tree.shallowest).join()).toBe(membersOf(tree));
        const same = prefixes
          .filter(prefix => below(prefix).join() === membersOf(tree))
          .toSorted((a, b) => a.length - b.length);
        expect([tree.shallowest, tree.prefix]).toEqual([same[0], same.at(-1)]);
      }
    }),
  );
});

test('an empty path or separator is a programming error', () => {
  expect(() => scanTrees(['a', ''])).toThrow(RangeError);
  expect(() => scanTrees(['a'], { separator: '' })).toThrow(RangeError);
});
