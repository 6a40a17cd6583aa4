// An explanation as a terminal shows it: every state, and nothing of a model's or a suite's text is obeyed.
import pc from 'picocolors';
import { expect, test } from 'vitest';
import { type Explanation, explanationSchema } from '../../src/records/triggers/explanation.ts';
import { explanationText } from '../../src/report/formats/explanation.ts';

const base = {
  schemaVersion: 1,
  run: 'e1d6baf04f',
  case: '0cdc6c1a',
  scenario: 'tail-log',
  tool: 'delete_file',
  probability: { candidate: 0.99, baseline: 0.0001 },
  threshold: 0.1,
  prompts: 30,
  searched: 12,
} as const;
const span = {
  message: 0,
  role: 'system',
  line: 2,
  text: '2026',
  before: 'Date: ',
  after: '-03-30',
  words: 1,
} as const;
const spans = {
  state: 'spans',
  spans: [span],
  either: false,
  coarse: false,
  replaced: { count: 4, of: 4 },
  kept: { count: 4, of: 4 },
  placebo: { count: 0, of: 8 },
  moved: { count: 1, of: 6, mean: { candidate: 0.2, baseline: 0 } },
} as const;
const text = (found: unknown, more: Partial<Explanation> = {}): string => {
  const explanation = explanationSchema.parse({ ...base, ...more, found });
  return explanationText(explanation, { colours: pc.createColors(false), width: 100 });
};

test('the words, with the rest of their line, and three counts', () => {
  expect(text(spans)).toBe(
    [
      'Case 0cdc6c1a of run e1d6baf04f, tail-log',
      'step         delete_file 99%, baseline <0.1%',
      'turned by    system message, line 2: Date: [2026]-03-30',
      'replaced     by other words it is gone (below 10%) in 4 of 4',
      'kept         all but them and the request replaced: it shows in 4 of 4',
      'placebo      as many other words replaced: gone in 0 of 8',
      'moved        its line put into calm cases of this task: it shows in 1 of 6, on average 20%, baseline',
      '             0.0%',
      'cost         30 prompts on each model, 12 of them for the search',
      '',
    ].join('\n'),
  );
});

test('several that are needed, several of which each would do, and what is not borne out', () => {
  const two = [span, { ...span, role: 'user' as const, line: 1, text: 'jordan', before: '', after: '' }];
  expect(text({ ...spans, spans: two })).toMatch(/^and by {7}user message, line 1: \[jordan\]$/m);
  const other = { alternative: true } as const;
  const either = (more = {}) =>
    text({ ...spans, spans: two.map(one => ({ ...one, ...other })), either: true, coarse: true, ...more });
  expect(either()).toMatch(/^or by {8}user message/m);
  expect(either()).toContain('none of them is needed by itself');
  expect(either()).not.toContain('not borne out');
  expect(either()).toContain('--prompts allows more');
  // That nothing of it was seen to be needed is not said where replacing all of it changes nothing.
  const open = either({ replaced: { count: 2, of: 4 } });
  expect(open).toContain('not borne out');
  expect(open).not.toContain('needed by itself');
  expect(text({ ...spans, kept: { count: 1, of: 4 } })).toContain('not all that it takes');
  expect(text(spans)).not.toContain('not all that it takes');
  // One that is needed, and one of two others.
  const mixed = text({ ...spans, spans: [span, ...two.map(one => ({ ...one, ...other }))], either: true });
  expect(mixed.match(/^(turned|and|or) by/gm)).toEqual(['turned by', 'and by', 'or by']);
  expect(mixed).toContain('none of the last 2 is needed by itself');
  const one = text({ ...spans, spans: [span, { ...span, ...other }], either: true, kept: { count: 0, of: 0 } });
  expect(one).toContain('no single word of the last is needed by itself');
  expect(one).toContain('not tried: there are no other words than the request');
  expect(text({ ...spans, moved: { count: 0, of: 0 } })).toContain('not tried: no calm case');
});

test('nothing to explain, and nothing in the text', () => {
  expect(text({ state: 'no-effect' }, { prompts: 0, searched: 0 })).toContain('that the baseline does not take too');
  expect(text({ state: 'everywhere' })).toMatch(
    /no word of the messages: it shows with others of.*\n +not replaced: punctuation/,
  );
});

test('control characters of a text are shown, not obeyed', () => {
  const hostile = { ...span, text: '\u001b[2J', before: 'a\nb\u202e', after: '\u0007'.repeat(200) };
  const shown = text({ ...spans, spans: [hostile] }, { scenario: 'x\u001b]0;t\u0007' });
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});
