// A model and its adapters in one text: where it is split, and what becomes of paths that have a + of their own.
import { expect, test } from 'vitest';
import {
  adaptedText,
  adaptersKey,
  baseReference,
  identityText,
  shortName,
  splitAdapted,
} from '../../src/records/adapted.ts';

const split = (text: string, ...files: string[]) => {
  const { base, adapters } = splitAdapted(text, path => files.includes(path));
  return [base, ...adapters.map(({ reference, scale }) => (scale === undefined ? reference : [reference, scale]))];
};

test.each([
  ['base.gguf', ['base.gguf']],
  ['base.gguf+a.gguf', ['base.gguf', 'a.gguf']],
  ['base.gguf+a.gguf:0.5+b.gguf', ['base.gguf', ['a.gguf', '0.5'], 'b.gguf']],
  ['a/b.GGUF+c/d.gguf:-2', ['a/b.GGUF', ['c/d.gguf', '-2']]],
  ['hf:u/base:Q4_K_M+hf:u/lora/x.gguf:.5', ['hf:u/base:Q4_K_M', ['hf:u/lora/x.gguf', '.5']]],
  ['hf:u/base+hf:u/lora:F16+c.gguf', ['hf:u/base', 'hf:u/lora:F16', 'c.gguf']],
  ['hf:u/base#v1+b.gguf#refs/pr/1:2', ['hf:u/base#v1', ['b.gguf#refs/pr/1', '2']]],
  ['https://example.org/a.gguf+b.gguf', ['https://example.org/a.gguf', 'b.gguf']],
  ['base.gguf+peft', ['base.gguf', 'peft']],
  ['base.gguf+a.gguf:much', ['base.gguf', ['a.gguf', 'much']]],
  ['base.gguf+', ['base.gguf', '']],
  // A + inside of a path.
  ['c++/base.gguf', ['c++/base.gguf']],
  ['c++/base.gguf+c++/a.gguf:2', ['c++/base.gguf', ['c++/a.gguf', '2']]],
  ['hf:u/r/a+b.gguf+c.gguf', ['hf:u/r/a+b.gguf', 'c.gguf']],
])('%s', (text, pieces) => expect(split(text)).toEqual(pieces));

test('a file that is there keeps its +, as a base and as an adapter', () => {
  expect(split('a.gguf+b.gguf', 'a.gguf+b.gguf')).toEqual(['a.gguf+b.gguf']);
  expect(split('a.gguf+b.gguf+c.gguf:2', 'a.gguf+b.gguf')).toEqual(['a.gguf+b.gguf', ['c.gguf', '2']]);
  expect(split('a.gguf+b.gguf+c.gguf', 'b.gguf+c.gguf')).toEqual(['a.gguf', 'b.gguf+c.gguf']);
  expect(split('a.gguf+b.gguf+c.gguf:2', 'a.gguf', 'b.gguf+c.gguf')).toEqual(['a.gguf', ['b.gguf+c.gguf', '2']]);
  expect(split('blob+lora', 'blob', 'lora')).toEqual(['blob', 'lora']);
  expect(split('a.gguf+b.gguf:2', 'b.gguf:2')).toEqual(['a.gguf', 'b.gguf:2']);
});

const one = { reference: 'x/a.gguf', path: '/x/a.gguf', sizeBytes: 1, sha256: 'a'.repeat(64), scale: 0.5, rank: 4 };
const other = { ...one, reference: 'b.gguf', sha256: 'b'.repeat(64), scale: 1 };

test('what was recorded is told apart by bytes, scale and order', () => {
  const reference = adaptedText('m/base.gguf', [one, other]);
  expect(reference).toBe('m/base.gguf+x/a.gguf:0.5+b.gguf');
  expect(baseReference({ reference, adapters: [one, other] })).toBe('m/base.gguf');
  expect(shortName(reference)).toBe('base+a:0.5+b');
  const sha256 = 'c'.repeat(64);
  expect(identityText({ sha256 })).toBe(sha256);
  const texts = [[one], [{ ...one, scale: 1 }], [one, other], [other, one]].map(adapters =>
    identityText({ sha256, adapters }),
  );
  expect(new Set(texts).size).toBe(4);
  expect(adaptersKey({ adapters: [one] })).toEqual([[one.sha256, 0.5]]);
});
