// Can a call be opened where a reply that still grows has come to? In whatever pieces it comes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openingFrame, type ReplyState, replyState } from '../../src/toolcalls/index.ts';

const frame = { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' };

function after(
  text: string,
  generationPrompt = '',
  { cuts = [], format = 'hermes', of = frame }: { cuts?: readonly number[]; format?: string; of?: typeof frame } = {},
): ReplyState {
  const state = replyState(format, generationPrompt, of);
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
    expect(after('<think>so').close).toBe('</think>\n\n');
    expect(after('so', '[THINK]').close).toBe('[/THINK]\n\n');
    expect(after('so').close).toBeUndefined();
  });

  test('is closed as its own template closes it', () => {
    const glm = { lead: '</think>', prefix: '\n<tool_call>', suffix: '\n<arg_key>' };
    expect(after('so', '<|assistant|><think>', { format: 'glm', of: glm }).close).toBe('</think>\n');
    const deepseek = { lead: '</think>\n\n', prefix: '<｜tool▁calls▁begin｜>', suffix: '' };
    expect(after('so', '<think>\n', { format: 'deepseek', of: deepseek }).close).toBe('</think>\n\n');
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
        expect(after(text, '', { cuts }).inside).toBe(after(text).inside);
      }),
      { seed: 24, numRuns: 2000 },
    );
  });
});

describe('messages with headers', () => {
  const harmony = {
    format: 'harmony',
    of: { prefix: ' to=functions.', suffix: '<|channel|>commentary json<|message|>{"' },
  };

  test.each<[string, boolean]>([
    ['', false],
    ['<|channel|>analysis<|message|>We want', true],
    ['<|channel|>analysis<|message|>We want<|end|>', true],
    ['<|channel|>analysis<|message|>We want<|end|><|start|>assistant', false],
    ['<|channel|>commentary', false],
    ['<|channel|>final<|message|>I want', true],
  ])('a call of Harmony after %j: %s', (text, inside) => {
    expect(after(text, '<|start|>assistant', harmony).inside).toBe(inside);
  });

  test('its thoughts are closed up to the next header', () => {
    const state = after('<|channel|>analysis<|message|>We', '<|start|>assistant', harmony);
    state.feed(state.close ?? '');
    expect(state.inside).toBe(false);
  });
});

test.each([
  ['hermes', '\n\n<tool_call>\n{"name": "', '<tool_call>\n{"name": "'],
  ['harmony', ' to=functions.', ' to=functions.'],
  ['harmony', '<|channel|>commentary to=functions.', ' to=functions.'],
  [
    'kimi-k3',
    '<|close|>think<|sep|><|open|>response<|sep|><|close|>response<|sep|><|open|>tools<|sep|><|open|>call tool="',
    'tools<|sep|><|open|>call tool="',
  ],
])('what opens a call of %s in %j', (format, prefix, opening) => {
  expect(openingFrame(format, { prefix, suffix: '' }).prefix).toBe(opening);
});
