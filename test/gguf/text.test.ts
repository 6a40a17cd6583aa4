import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, isUtf8, textOf } from '../../src/gguf/file/text.ts';

const read = (...bytes: number[]): string => textOf(Buffer.from(bytes), 0, bytes.length);

/** Bytes as files have them: mostly text, with pieces that are no UTF-8. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).map(text => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }).map(bytes => Buffer.from(bytes)),
      fc.constantFrom(
        [0xef, 0xbb, 0xbf],
        [0xef, 0xbf, 0xbd],
        [0xed, 0xa0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xc0, 0x80],
      ),
    ),
    { maxLength: 8 },
  )
  .map(pieces => Buffer.concat(pieces.map(piece => Buffer.from(piece))));

test('any bytes come back from their text', () => {
  fc.assert(
    fc.property(anyBytes, bytes => {
      expect(bytesOf(textOf(bytes, 0, bytes.length)).equals(bytes)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('UTF-8 is read as everyone reads it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const bytes = Buffer.from(text);
      const found = textOf(bytes, 0, bytes.length);
      expect(found).toBe(new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes));
      expect(isUtf8(found)).toBe(true);
    }),
  );
});

test('a byte order mark stays, and bytes that are no UTF-8 are told apart', () => {
  expect(read(0xef, 0xbb, 0xbf, 0x61)).toBe('\ufeffa');
  expect(read(0xe2, 0x28)).not.toBe(read(0xe3, 0x28));
  expect(read(0xff)).not.toBe(read(0xef, 0xbf, 0xbd));
  expect(isUtf8(read(0xff))).toBe(false);
  expect(isUtf8(read(0xef, 0xbf, 0xbd))).toBe(true);
  // A surrogate half in the file's bytes is no UTF-8 either.
  expect(read(0xed, 0xb2, 0x80)).not.toBe(read(0x80));
});

test('a part of a buffer is read, not what lies behind it', () => {
  expect(textOf(Buffer.from([0x61, 0xc3, 0xa9]), 0, 2)).toBe('a\udcc3');
});
