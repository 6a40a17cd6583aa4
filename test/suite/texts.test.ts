// Texts that only print names are rendered without the library's interpreter: to the very same text.
import { Template } from '@huggingface/jinja';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderText } from '../../src/suite/index.ts';

const piece = fc.constantFrom(
  '{{ file }}',
  '{{user}}',
  '{{ n\n}}',
  '{',
  '}',
  '}}',
  '%',
  '#',
  ' ',
  '\n',
  '\r\n',
  'é',
  'a',
  '-',
);
const values = fc.record({
  file: fc.string({ unit: 'binary' }),
  user: fc.oneof(
    fc.constant('{{ file }}'),
    fc.constant('$1 $& $$'),
    fc.integer(),
    fc.boolean(),
    fc.constant(undefined),
  ),
  n: fc.oneof(fc.double(), fc.string()),
});

function outcome(render: () => string): string {
  try {
    return `text ${render()}`;
  } catch {
    return 'refused';
  }
}

test('what a suite text prints is what the library prints', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), values, (pieces, variables) => {
      const text = pieces.join('');
      // Plain text passes through, with a last line break too.
      const theirs = text.includes('{') ? outcome(() => new Template(text).render({ ...variables })) : `text ${text}`;
      expect(outcome(() => renderText(text, variables))).toBe(theirs);
    }),
    { numRuns: 3000, seed: 28 },
  );
});
