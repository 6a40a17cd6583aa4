import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ToolCall, ToolDefinition } from '../../src/records/toolcall.ts';
import { canonicalReply } from '../../src/toolcalls/index.ts';

const made = (name: string, args: Record<string, unknown>): ToolCall => {
  return { name, arguments: args, argumentsText: JSON.stringify(args), state: 'complete' };
};
const same = (a: ToolCall[], b: ToolCall[], tools: ToolDefinition[] = []) =>
  canonicalReply(a, tools) === canonicalReply(b, tools);

test('key order and the order of parallel calls do not matter', () => {
  expect(same([made('a', { x: 1, y: { p: 1, q: 2 } })], [made('a', { y: { q: 2, p: 1 }, x: 1 })])).toBe(true);
  expect(same([made('a', {}), made('b', {})], [made('b', {}), made('a', {})])).toBe(true);
});

test('values, names, array order and missing calls do matter', () => {
  expect(same([made('a', { x: 1 })], [made('a', { x: 2 })])).toBe(false);
  expect(same([made('a', { x: '1' })], [made('a', { x: 1 })])).toBe(false);
  expect(same([made('a', { x: [1, 2] })], [made('a', { x: [2, 1] })])).toBe(false);
  expect(same([made('a', {})], [made('a', {}), made('a', {})])).toBe(false);
});

test('a schema default counts as left out', () => {
  const tool: ToolDefinition = {
    type: 'function',
    function: {
      name: 'list',
      parameters: { type: 'object', properties: { all: { type: 'boolean', default: false } } },
    },
  };
  expect(same([made('list', { all: false })], [made('list', {})], [tool])).toBe(true);
  expect(same([made('list', { all: true })], [made('list', {})], [tool])).toBe(false);
});

test('integers too big for a double stay different', () => {
  const big = (text: string): ToolCall => ({
    name: 'a',
    arguments: JSON.parse(text),
    argumentsText: text,
    state: 'complete',
  });
  expect(same([big('{"n": 12345678901234567890}')], [big('{"n": 12345678901234567891}')])).toBe(false);
});

test('any arguments equal themselves with their keys in another order', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), args => {
      const reversed = Object.fromEntries(Object.entries(args).toReversed());
      // The text may differ in order; digits beyond a double's reach are compared as written, so leave them out here.
      fc.pre(!/\d{16,}/.test(JSON.stringify(args)));
      expect(same([made('a', args)], [made('a', reversed)])).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});
