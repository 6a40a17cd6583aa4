import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dequantiser } from '../../src/gguf/weights/dequantise.ts';
import { tensorType } from '../../src/gguf/file/tensor-types.ts';

/** Random blocks and their numbers, as gguf-py and ggml read them: golden/make.py. */
const golden = JSON.parse(readFileSync(new URL('./golden/dequantised.json', import.meta.url), 'utf8')) as Record<
  string,
  { bytes: string; values: string }
>;

test.each(Object.keys(golden))('%s gives the numbers of gguf-py', type => {
  const { bytes, values } = golden[type] as { bytes: string; values: string };
  const raw = Buffer.from(values, 'base64');
  const expected = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  const found = new Float32Array(expected.length);
  dequantiser(type)?.(Buffer.from(bytes, 'base64'), found);
  expect(expected.length).toBeGreaterThanOrEqual(16);
  expect([...found]).toEqual([...expected]);
});

test('every type that a file may have is read', () => {
  const types = Array.from({ length: 64 }, (_, id) => tensorType(id)?.name).filter(name => name !== undefined);
  expect(types.length).toBeGreaterThanOrEqual(35);
  expect(types.filter(type => dequantiser(type) === undefined)).toEqual([]);
  expect(types.filter(type => golden[type] === undefined)).toEqual([]);
  expect(dequantiser('Q4_2')).toBeUndefined();
});
