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

const written = (text: string): ToolCall => ({
  name: 'a',
  arguments: JSON.parse(text) as Record<string, unknown>,
  argumentsText: text,
  state: 'complete',
});
const sameText = (a: string, b: string) => same([written(a)], [written(b)]);

test('numbers are compared by value, also those that no double holds', () => {
  expect(sameText('{"n": 12345678901234567890}', '{"n": 12345678901234567891}')).toBe(false);
  expect(sameText('{"n": 12345678901234567890, "b": 1}', '{"b": 1.0, "n": 12345678901234567890.0}')).toBe(true);
  expect(sameText('{"n": 100000000000000000000}', '{"n": 1e20}')).toBe(true);
  expect(sameText('{"n": 0.1234567890123456789}', '{"n": 1.234567890123456789e-1}')).toBe(true);
  expect(sameText('{"n": 1e999}', '{"n": 1e998}')).toBe(false);
  expect(sameText('{"id": "12345678901234567890", "b": 1}', '{"b": 1, "id": "12345678901234567890"}')).toBe(true);
  expect(sameText('{"n": "12345678901234567890"}', '{"n": 12345678901234567890}')).toBe(false);
});

test('a key written twice makes another call, whichever value counts', () => {
  expect(sameText('{"to": "alice", "to": "mallory"}', '{"to": "mallory"}')).toBe(false);
  expect(sameText('{"to": "mallory", "to": "mallory"}', '{"to": "mallory"}')).toBe(true);
});

test('paths and white space are plain text unless the schema says what they are', () => {
  const parameters = {
    type: 'object',
    properties: {
      plain: { type: 'string' },
      path: { type: 'string', format: 'path' },
      query: { type: 'string', 'x-compare': 'words' },
      list: { type: 'array', items: { type: 'string', format: 'path' } },
      options: { type: 'object', properties: { depth: { type: 'integer', default: 1 } } },
    },
  };
  const tools: ToolDefinition[] = [{ type: 'function', function: { name: 'a', parameters } }];
  const equal = (a: Record<string, unknown>, b: Record<string, unknown>) => same([made('a', a)], [made('a', b)], tools);
  expect(equal({ plain: '/a//b' }, { plain: '/a/b' })).toBe(false);
  expect(equal({ path: '/a//b/./c/' }, { path: '/a/b/c' })).toBe(true);
  expect(equal({ path: '/a/../b' }, { path: '/b' })).toBe(false);
  expect(equal({ path: '/' }, { path: '' })).toBe(false);
  expect(equal({ path: './a' }, { path: 'a' })).toBe(true);
  expect(equal({ list: ['a/'] }, { list: ['a'] })).toBe(true);
  expect(equal({ query: '  rain \n today' }, { query: 'rain today' })).toBe(true);
  expect(equal({ options: { depth: 1 } }, { options: {} })).toBe(true);
  expect(equal({ options: { depth: 2 } }, { options: {} })).toBe(false);
});

test('any arguments equal themselves with their keys in another order', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), args => {
      const reversed = Object.fromEntries(Object.entries(args).toReversed());
      expect(same([made('a', args)], [made('a', reversed)])).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});
