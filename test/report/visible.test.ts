import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, visible } from '../../src/words/visible.ts';

test('escape sequences are shown, not obeyed', () => {
  expect(visible('\u001b[2J\u001b]0;owned\u0007')).toBe('\\e[2J\\e]0;owned\\u{7}');
  expect(visible('a\rb\nc\td')).toBe('a\\rb\\nc\\td');
  expect(visible('\u009b31m')).toBe('\\u{9b}31m');
});

test('text that fools the eye is shown', () => {
  expect(visible('user\u202egnp.exe')).toBe('user\\u{202e}gnp.exe');
  expect(visible('a\u200bb\ufeffc\u2066d')).toBe('a\\u{200b}b\\u{feff}c\\u{2066}d');
  expect(visible('\u{e0041}')).toBe('\\u{e0041}');
});

test('lone surrogates are shown, pairs are kept', () => {
  expect(visible('\ud83d')).toBe('\\u{d83d}');
  expect(visible('😀 ok')).toBe('😀 ok');
});

test('nothing that a terminal obeys comes through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters under test
      expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('cut counts characters, not code units', () => {
  expect(cut('😀😀😀', 2)).toBe('😀…');
  expect(cut('abc', 3)).toBe('abc');
});
