import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literal } from '../../../src/suite/import/template.ts';
import { renderText } from '../../../src/suite/index.ts';

test('any text renders to itself', () => {
  const braces = fc.string({
    unit: fc.constantFrom('{', '}', '%', '#', '-', '"', "'", 'a', ' ', '\n', '\\'),
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.oneof(braces, fc.string({ unit: 'binary' })), text => {
      expect(renderText(literal(text), { a: 'wrong' })).toBe(text);
    }),
    { numRuns: 3000, seed: 8 },
  );
});
