// Which words does an effect need? Scripted models answer; what they need is planted.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/records/suites/case.ts';
import { filler } from '../../src/occlusion/filler.ts';
import { type Hidden, neededWords, type Needed, type Place } from '../../src/occlusion/search.ts';
import { spansOf, withFillers, type Word, wordsOf } from '../../src/occlusion/words.ts';

/** Goes through the questions with a model that answers from what it still sees. */
function search(
  words: readonly Word[],
  fires: (visible: ReadonlySet<number>, asked: Hidden) => boolean,
  { among = [[[0, words.length]]], most = 40 }: { among?: readonly (readonly Place[])[]; most?: number } = {},
): Needed {
  const asking = neededWords(words, among, most);
  let asked = 0;
  let step = asking.next();
  while (!step.done) {
    asked += step.value.length;
    const gone = step.value.map(one => {
      const visible = new Set(words.keys());
      for (const index of one.words) visible.delete(index);
      return !fires(visible, one);
    });
    step = asking.next(gone);
  }
  expect(step.value.asked).toBe(asked);
  return step.value;
}

const message = (role: Message['role'], content: string): Message => ({ role, content });
const lines = (count: number, width = 8) =>
  Array.from({ length: count }, (_, line) =>
    Array.from({ length: width }, (_, word) => `w${line}x${word}`).join(' '),
  ).join('\n');

describe('one planted word', () => {
  test('among 200 lines is named, to the word, in at most 40 prompts, wherever it stands', () => {
    const words = wordsOf([message('tool', lines(200))]);
    fc.assert(
      fc.property(fc.nat(words.length - 1), planted => {
        const found = search(words, visible => visible.has(planted));
        expect(found).toMatchObject({ words: [planted], alternatives: [], coarse: false, everywhere: false });
        expect(found.asked).toBeLessThanOrEqual(40);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('a whole line that is needed is named, in at most 40 prompts', () => {
    const words = wordsOf([message('tool', lines(200))]);
    fc.assert(
      fc.property(fc.nat(199), line => {
        const needed = words.flatMap((word, index) => (word.line === line ? [index] : []));
        const found = search(words, visible => needed.every(index => visible.has(index)));
        expect(found.asked).toBeLessThanOrEqual(40);
        expect(found.words.every(index => needed.includes(index))).toBe(true);
        expect(found.words.length).toBeGreaterThan(0);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

test('words that are needed together are all named', () => {
  const words = wordsOf([message('system', lines(8, 4)), message('user', 'do it now')]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(31), { minLength: 2, maxLength: 3 }), planted => {
      const found = search(words, visible => planted.every(index => visible.has(index)), { most: 200 });
      expect([...found.words].sort((a, b) => a - b)).toEqual([...planted].sort((a, b) => a - b));
      expect(found).toMatchObject({ alternatives: [], coarse: false });
    }),
    { numRuns: 200, seed: 3 },
  );
});

test('where either of two words would do, both are named and it is said', () => {
  const words = wordsOf([message('system', lines(8, 4))]);
  const found = search(words, visible => visible.has(3) || visible.has(29), { most: 200 });
  expect(found).toMatchObject({ words: [3, 29], alternatives: [3, 29], everywhere: false });
});

test('what is needed beside either of two words is none of these', () => {
  const words = wordsOf([message('system', lines(8, 4))]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(31), { minLength: 3, maxLength: 3 }), ([always = 0, one = 0, other = 0]) => {
      const fires = (visible: ReadonlySet<number>) => visible.has(always) && (visible.has(one) || visible.has(other));
      const found = search(words, fires, { most: 200 });
      // The two may go unseen: the checks tell that what was found is not all.
      expect(found.words.filter(word => !found.alternatives.includes(word))).toContain(always);
      expect([always, one, other]).toEqual(expect.arrayContaining([...found.words]));
    }),
    { numRuns: 200, seed: 5 },
  );
});

test('what no word turns shows everywhere, whatever fillers are tried', () => {
  const words = wordsOf([message('system', lines(8, 4))]);
  const turns: number[] = [];
  const found = search(words, (_, { turn }) => {
    turns.push(turn);
    return true;
  });
  expect(found).toMatchObject({ words: [], everywhere: true });
  expect(new Set(turns)).toEqual(new Set([0, 1]));
  expect(found.asked).toBeLessThanOrEqual(40);
});

test('a text that turns the model because it is like none it knows is taken apart line by line', () => {
  const words = wordsOf([message('system', lines(8, 4))]);
  // With more than half of the words replaced it fires by itself.
  const found = search(words, visible => visible.has(13) || visible.size < 16, { most: 100 });
  expect(found.words).toEqual([13]);
});

test('a filler that turns the model as the word does is not the only one tried', () => {
  const words = wordsOf([message('system', lines(4, 4))]);
  const found = search(words, (visible, { turn }) => visible.has(6) || turn === 0, { most: 100 });
  expect(found.words).toEqual([6]);
});

test('all of the context that it is in is looked into, and the request where it is not in the context', () => {
  const words = wordsOf([
    message('system', lines(4, 4)),
    message('user', 'please do it'),
    message('tool', lines(3, 4)),
  ]);
  const among: Place[][] = [
    [
      [0, 16],
      [19, 31],
    ],
    [[16, 19]],
  ];
  const asked = { among, most: 200 };
  // An instruction before the request and a line of a result after it, both needed.
  const both = search(words, visible => visible.has(5) && visible.has(17) && visible.has(22), asked).words;
  expect(both.toSorted((a, b) => a - b)).toEqual([5, 22]);
  expect(search(words, visible => visible.has(17), asked).words).toEqual([17]);
});

test('what is beyond the budget is told as coarse', () => {
  const words = wordsOf([message('system', lines(4, 4))]);
  const coarse = search(words, visible => visible.has(5), { most: 5 });
  expect(coarse.coarse).toBe(true);
  expect(coarse.words).toContain(5);
  expect(coarse.words.length).toBeLessThan(16);
});

describe('words and fillers', () => {
  const text = 'Date: Friday, 12 June 2026, 09:05\n/srv/payments_eu (café, 你好)';

  test('what stands between words stays, and every word becomes another of its form', () => {
    const words = wordsOf([message('system', text)]);
    expect(words.map(one => one.text)).toContain('payments_eu');
    expect(words.map(one => one.line)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    const [changed] = withFillers([message('system', text)], words, new Set(words.keys()), 'a');
    const shape = (one: string) => one.replace(/[\p{L}\p{M}\p{N}_]+/gu, 'w');
    expect(shape(changed?.content ?? '')).toBe(shape(text));
    expect(changed?.content).toMatch(/^\w+: \w+day, \d\d [A-Z][a-z]+ 20[23]\d, \d\d:\d\d\n/);
    for (const word of words) expect(changed?.content.split(/[^\p{L}\p{M}\p{N}_]+/u)).not.toContain(word.text);
  });

  test('a word has the same filler for the same seed, and others for others', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N}_]{1,12}$/u), fc.nat(99), (word, seed) => {
        const other = filler(word, `${seed}`);
        expect(other).toBe(filler(word, `${seed}`));
        expect(other.toLowerCase()).not.toBe(word.toLowerCase());
        expect(other).not.toBe('');
      }),
      { numRuns: 2000, seed: 4 },
    );
    expect(new Set(Array.from({ length: 20 }, (_, seed) => filler('2026', `${seed}`, seed))).size).toBeGreaterThan(3);
  });

  test.each([
    ['2027', (year: number) => year >= 2026],
    ['2025', (year: number) => year <= 2026],
    ['2026', (year: number) => year === 2026],
    ['20', (hour: number) => hour >= 18],
    ['03', (month: number) => month <= 6],
  ])('%s: what turns on all from a number on, or up to it, is gone under one of two fillers', (word, fires) => {
    for (let seed = 0; seed < 100; seed++) {
      const others = [0, 1].map(turn => Number(filler(word, `${seed}`, turn)));
      // An hour one below is still late: such a filler may leave the effect, most don't.
      if (word.length === 4) expect(others.every(fires)).toBe(false);
    }
    const stays = Array.from({ length: 100 }, (_, seed) => [0, 1].map(turn => Number(filler(word, `${seed}`, turn))));
    // A month below a month of the first half is one of them too.
    expect(stays.filter(others => others.every(fires)).length).toBeLessThan(50);
  });

  test('pictures and what nobody sees are replaced too, and what a keyboard has between words is not', () => {
    const messages = [message('user', 'go 🚀 on\u200b! (now) – 100% \u202e')];
    const words = wordsOf(messages);
    expect(words.map(one => one.text)).toEqual(['go', '🚀', 'on', '\u200b', 'now', '–', '100', '\u202e']);
    const [changed] = withFillers(messages, words, new Set([1, 3, 7]), 'a');
    expect(changed?.content).toMatch(/^go [-*+~=] on[-*+~=]! \(now\) – 100% [-*+~=]$/);
  });

  test('neighbours in a line are one span, with the rest of the line around it', () => {
    const messages = [message('system', text)];
    const words = wordsOf(messages);
    expect(spansOf({ messages }, words, [4, 3, 7])).toEqual([
      {
        message: 0,
        role: 'system',
        line: 1,
        text: 'June 2026',
        before: 'Date: Friday, 12 ',
        after: ', 09:05',
        words: 2,
      },
      { message: 0, role: 'system', line: 2, text: 'srv', before: '/', after: '/payments_eu (café, 你好)', words: 1 },
    ]);
  });
});
