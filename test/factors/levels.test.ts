import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Factor, factorSchemas } from '../../src/factors/index.ts';
import {
  contextOf,
  drawLevel,
  factorMistakes,
  isSeenUnprinted,
  partsTogether,
  printedOf,
  randomLevel,
  roundsOf,
  symbolsOf,
  toolsOf,
} from '../../src/factors/levels.ts';
import { axesOfFactor, conditionsToShow, plotOf } from '../../src/factors/plots.ts';
import { conditionText } from '../../src/factors/conditions.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { printedText } from '../../src/suite/texts.ts';

/** What was asked, and answered. */
function talk(user: string) {
  return { user, assistant: `${user}!` };
}

const kinds = {
  date: {
    kind: 'date',
    from: '2026-01-01',
    to: '2026-12-31',
    hours: { from: 9, to: 10 },
    formats: ['{{ iso }}', '{{ day }}'],
  },
  choice: { kind: 'choice', levels: ['ann', 'bob'] },
  path: { kind: 'path', paths: ['/srv/a', '/srv/b/c'] },
  tools: { kind: 'tools', sets: [[], ['ping', 'drop']] },
  order: { kind: 'order', levels: ['as-written', 'reversed', 'rotated', 'shuffled'] },
  text: { kind: 'text', lines: ['# TEST MODE', 'middle of it'], places: ['first', 'last'] },
  turns: { kind: 'turns', from: 0, to: 2, rounds: [talk('a'), talk('b'), talk('c')] },
  history: { kind: 'history', courses: { straight: [], refused: [talk('a')] } },
  result: { kind: 'result', success: ['ok', 'done'], error: ['error: no'], empty: true, long: 3 },
  number: { kind: 'number', from: 1, to: 1000, step: 1, scale: 'log' },
} satisfies Partial<Record<Factor['kind'], Factor>>;
const all: readonly Factor[] = Object.values(kinds);
const sound = { unknownTools: () => [], brokenTemplate: () => [] };

test.each(all)('$kind: its own schema and no other accepts it, and it has no mistakes', factor => {
  expect(factorSchemas(z).filter(schema => schema.safeParse(factor).success)).toHaveLength(1);
  expect(factorMistakes(factor, sound)).toEqual([]);
});

test.each(all)('$kind: every symbol has its level, and levels are drawn again from the same stream', factor => {
  const of = symbolsOf(factor) || 7;
  const draw = (seed: string) =>
    Array.from({ length: of }, (_, symbol) => drawLevel(factor, symbol, of, createRandom(`${seed} ${symbol}`)));
  expect(new Set(draw('a')).size).toBe(of);
  expect(draw('a')).toEqual(draw('a'));
  expect(randomLevel(factor, createRandom('b'))).toBe(randomLevel(factor, createRandom('b')));
});

test('what a level does to a case beside being printed', () => {
  expect(contextOf(kinds.date).clock?.('2026-03-14T09:00')).toBe('2026-03-14T09:00');
  expect(contextOf(kinds.path).directory?.('/srv/a')).toBe('/srv/a');
  expect(contextOf(kinds.tools).offers?.('ping+drop')).toEqual(['ping', 'drop']);
  expect(contextOf(kinds.tools).offers?.('none')).toEqual([]);
  const { arrange } = contextOf(kinds.order);
  expect(['as-written', 'reversed', 'rotated'].map(level => arrange?.([1, 2, 3], level, createRandom(1)))).toEqual([
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1],
  ]);
  expect(arrange?.([1, 2, 3], 'shuffled', createRandom(1))).toHaveLength(3);
  expect(contextOf(kinds.choice)).toEqual({});
  expect(all.flatMap(toolsOf)).toEqual(['ping', 'drop']);
});

test('what the schema cannot say is said by the kind', () => {
  expect(factorMistakes({ ...kinds.date, from: '2027-01-01' } as Factor, sound)).toHaveLength(1);
  expect(factorMistakes({ kind: 'choice', levels: ['a', 'a'] }, sound)).toEqual([
    { message: "the level 'a' is listed twice" },
  ]);
  const strict = { unknownTools: (names: readonly string[]) => names, brokenTemplate: (text: string) => [text] };
  expect(factorMistakes(kinds.tools, strict)).toEqual([{ message: 'ping' }, { message: 'drop' }]);
  expect(factorMistakes(kinds.date, strict).every(({ key }) => key === 'formats')).toBe(true);
});

test('prompts show some kinds without printing them', () => {
  expect(all.filter(isSeenUnprinted).map(({ kind }) => kind)).toEqual(['date', 'tools', 'order', 'turns', 'history']);
  expect(printedOf(kinds.date, '2026-03-14T09:00').map(({ text }) => text)).toEqual(['{{ iso }}', '{{ day }}']);
  expect(printedOf(kinds.tools, 'ping+drop')).toEqual([{ text: 'ping+drop' }]);
});

test('filters list what is derived before the levels themselves, each once and sorted', () => {
  const shown = (kind: Factor['kind'], ...levels: string[]) =>
    conditionsToShow({ name: 'it', kind }, levels).map(conditionText);
  expect(shown('path', '/srv/b/c', '', '/srv/a', '/srv/a')).toEqual([
    'it under /srv',
    'it under /srv/b',
    'it = /srv/a',
    'it = /srv/b/c',
  ]);
  expect(shown('date', '2027-01-01T00:00', '2026-01-01T00:00').slice(0, 3)).toEqual([
    'it.year = 2026',
    'it.year = 2027',
    'it.month = 01',
  ]);
  expect(shown('choice', 'b', 'a')).toEqual(['it = a', 'it = b']);
  expect(shown('number', '100', '20', '-7', '0')).toEqual([
    'it -9..-1',
    'it 10..99',
    'it 100..999',
    'it = -7',
    'it = 0',
    'it = 20',
    'it = 100',
  ]);
});

test('plots are named, not drawn, here', () => {
  expect(all.map(({ kind }) => plotOf({ name: kind, kind }))).toEqual([
    'calendar',
    undefined,
    'tree',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(axesOfFactor({ name: 'date', kind: 'date' }).map(({ name }) => name)).toEqual(['date.year', 'date.month']);
  expect(axesOfFactor({ name: 'size', kind: 'number' }).map(({ of }) => of('250'))).toEqual(['100..999', '250']);
  expect(axesOfFactor({ name: 'user', kind: 'choice' }).map(({ name }) => name)).toEqual(['user']);
});

test('a line stands where its level says, and nowhere else', () => {
  const { text } = kinds;
  expect(printedOf(text, 'first: # TEST MODE').map(printedText)).toEqual(['# TEST MODE']);
  const parts = (level: string) => printedOf(text, level)[0]?.variables;
  expect(parts('first: # TEST MODE')).toEqual({ first: '# TEST MODE\n', last: '', line: '# TEST MODE' });
  expect(parts('last: middle of it')).toEqual({ first: '', last: '\nmiddle of it', line: 'middle of it' });
  expect(parts('none')).toEqual({ first: '', last: '', line: '' });
  const anywhere: Factor = { kind: 'text', lines: ['# TEST MODE'] };
  expect(printedOf(anywhere, '# TEST MODE').map(printedText)).toEqual(['# TEST MODE']);
  expect(printedOf(anywhere, 'none').map(printedText)).toEqual(['']);
  expect(partsTogether(text)).toEqual(['first', 'last']);
});

test('rounds that came before: so many, each once, or those of a course', () => {
  const { turns, history } = kinds;
  const drawn = roundsOf(turns, '2', createRandom('1'));
  expect(drawn).toHaveLength(2);
  expect(new Set(drawn.map(({ user }) => user)).size).toBe(2);
  expect(roundsOf(turns, '2', createRandom('1'))).toEqual(drawn);
  expect(roundsOf(turns, '0', createRandom('1'))).toEqual([]);
  expect(roundsOf(history, 'refused', createRandom('1'))).toEqual([talk('a')]);
  expect(roundsOf(kinds.choice, 'ann', createRandom('1'))).toEqual([]);
});

test.each<[Factor, string]>([
  [{ kind: 'text', lines: ['a', 'a'] }, "the level 'a' is listed twice"],
  [{ kind: 'text', lines: ['none'] }, "the level 'none' is listed twice"],
  [{ kind: 'text', lines: ['first: a'] }, '"first: a" is not one line, or begins as a place does'],
  [{ kind: 'text', lines: ['a\nb'] }, '"a\\nb" is not one line, or begins as a place does'],
  [{ kind: 'turns', from: 2, to: 2, rounds: [talk('a'), talk('b')] }, 'from 2 to 2 is nothing to vary'],
  [{ kind: 'turns', from: 0, to: 2, rounds: [talk('a')] }, '1 rounds, and up to 2 are wanted'],
  [{ kind: 'history', courses: { one: [] } }, 'two courses or more are needed to vary it'],
])('a mistake in %j', (factor, message) => {
  expect(factorMistakes(factor, sound).map(one => one.message)).toEqual([message]);
});

test('a result is one of its sort, which a task can tell apart', () => {
  const { result } = kinds;
  const texts = (level: string) => printedOf(result, level).map(printedText);
  expect(['success', 'error', 'empty', 'long'].map(texts)).toEqual([
    ['ok', 'done'],
    ['error: no'],
    [''],
    ['ok\ndone\nok'],
  ]);
  expect(printedOf(result, 'error')[0]?.variables).toMatchObject({ success: '', error: 'error: no', long: '' });
  const messages = (factor: object) =>
    factorMistakes({ ...result, ...factor } as Factor, sound).map(one => one.message);
  expect(messages({ error: ['denied'] })).toEqual(['"denied" does not begin as an error does: error, failed …']);
  expect(messages({ success: ['Error 0'] })).toEqual(['"Error 0" reads as an error']);
  expect(messages({ error: undefined, empty: undefined, long: undefined })).toHaveLength(1);
});

test('numbers lie on their steps, are listed where they are few, and spread by magnitude on a log scale', () => {
  const few: Factor = { kind: 'number', from: 0, to: 10, step: 5, scale: 'even' };
  expect(Array.from({ length: symbolsOf(few) }, (_, n) => drawLevel(few, n, 3, createRandom(n)))).toEqual([
    '0',
    '5',
    '10',
  ]);
  const drawn = (factor: Factor) =>
    Array.from({ length: 1000 }, (_, n) => Number(drawLevel(factor, n, 1000, createRandom(n))));
  const many: Factor = { kind: 'number', from: 100, to: 100_000, step: 50, scale: 'even' };
  expect(drawn(many).every(number => number % 50 === 0 && number >= 100 && number <= 100_000)).toBe(true);
  const share = (factor: Factor, below: number) => drawn(factor).filter(number => number < below).length / 1000;
  expect(share(many, 10_000)).toBeCloseTo(0.1, 1);
  expect(share({ ...many, scale: 'log' }, 10_000)).toBeCloseTo(2 / 3, 1);
  expect(share(kinds.number, 10)).toBeCloseTo(1 / 3, 1);
  const mistakes = (factor: object) =>
    factorMistakes({ ...kinds.number, ...factor } as Factor, sound).map(one => one.key);
  expect([mistakes({ to: 0 }), mistakes({ from: 0 }), mistakes({ step: 5000 })]).toEqual([['to'], ['scale'], ['to']]);
});
