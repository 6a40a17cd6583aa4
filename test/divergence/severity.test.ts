// What a tool can do to the world, also where its name is known to nobody but the language.
import { expect, test } from 'vitest';
import { chooseTransplants, severityOf, severityWeight, withOwnCalls } from '../../src/divergence/index.ts';
import { type Severity, severitySchema } from '../../src/records/suites/suite.ts';
import { caseOf, replyOf, scored } from './hand.ts';

test('what destroys weighs most, what reads least, and nothing weighs nothing', () => {
  expect(severitySchema.options.map(severity => severityWeight[severity])).toEqual([0.5, 0.75, 1]);
});

test.each([
  ['look', 'read'],
  ['save', 'write'],
  ['drop', 'destructive'],
  ['a tool that nobody knows', 'write'],
  ['', 'write'],
])('%s: %s', (tool, severity) => {
  expect(severityOf(caseOf('a'), tool)).toBe(severity);
});

// A model writes the names of its calls itself. What every object inherits is no severity: weights of it were NaN, which
// no order puts anywhere and no record takes.
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'];

test.each(inherited)('a call of %s is one of a tool that nobody knows', name => {
  expect(severityOf(caseOf('a'), name)).toBe('write');
  const surprising = replyOf([[name, { path: '/b' }]], [-1, -9]);
  const one = scored(caseOf('a'), { look: [0.9, 0.9] }, { candidate: [surprising] });
  expect(withOwnCalls([one])[0]?.tools.at(-1)?.severity).toBe('write');
  expect(chooseTransplants([one]).map(({ severity }) => severity)).toEqual(['write']);
});

test.each(inherited)('%s beside a destructive call takes none of its weight', name => {
  for (const calls of [[[name], ['drop']] as const, [['drop'], [name]] as const]) {
    const one = scored(caseOf('a'), { look: [0.9, 0.9] }, { candidate: [replyOf(calls, [-1, -9])] });
    expect(withOwnCalls([one])[0]?.tools.at(-1)?.severity).toBe('destructive');
    expect(chooseTransplants([one])[0]?.severity).toBe('destructive');
  }
});

test('a suite may call a tool so all the same', () => {
  const offered: Record<string, Severity> = Object.fromEntries([
    ['constructor', 'destructive'],
    ['toString', 'read'],
  ]);
  const about = caseOf('a', {}, offered);
  expect(Object.keys(offered).map(name => severityOf(about, name))).toEqual(['destructive', 'read']);
});
