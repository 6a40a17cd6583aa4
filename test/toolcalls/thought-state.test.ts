// Is a reply that still grows inside a thought? In whatever pieces it comes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ThoughtState } from '../../src/toolcalls/index.ts';

function after(text: string, generationPrompt = '', cuts: readonly number[] = []): ThoughtState {
  const state = new ThoughtState(generationPrompt);
  const ends = [...new Set(cuts.map(cut => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  [0, ...ends].forEach((start, index) => state.feed(text.slice(start, ends[index] ?? text.length)));
  return state;
}

describe('a thought', () => {
  test.each<[string, string, boolean]>([
    ['I look.', '', false],
    ['<think>\nI look', '', true],
    ['<think>\nI look.\n</think>\n\n', '', false],
    ['I look.\n</think>\n\n<tool_call>', '<|im_start|>assistant\n<think>\n', false],
    ['I look', '<|im_start|>assistant\n<think>\n', true],
    ['<think>a</think>b<think>c', '', true],
    ['[THINK]so', '', true],
    ['[THINK]so[/THINK]', '', false],
    // What closes another family's thought closes none.
    ['<think>so[/THINK]', '', true],
    // Nothing was open.
    ['so</think>', '', false],
  ])('%j after %j: %s', (text, generationPrompt, inside) => {
    expect(after(text, generationPrompt).inside).toBe(inside);
  });

  test('says what closes it', () => {
    expect(after('<think>so').close).toBe('</think>');
    expect(after('so', '[THINK]').close).toBe('[/THINK]');
    expect(after('so').close).toBeUndefined();
  });

  test('does not depend on the pieces', () => {
    const parts = fc.constantFrom(
      '<think>',
      '</think>',
      '[THINK]',
      '[/THINK]',
      'so ',
      '<',
      '\n',
      '</thi',
      '<seed:think>',
    );
    const texts = fc.array(parts, { maxLength: 12 }).map(all => all.join(''));
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200), { maxLength: 30 }), (text, cuts) => {
        expect(after(text, '', cuts).inside).toBe(after(text).inside);
      }),
      { seed: 24, numRuns: 2000 },
    );
  });
});
