import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dequantiser } from '../../src/gguf/dequantise.ts';

/** Random blocks and their numbers, made once by gguf-py (llama.cpp's Python package). */
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

test('does not know types it has no layout for', () => {
  expect(dequantiser('IQ2_XS')).toBeUndefined();
});
