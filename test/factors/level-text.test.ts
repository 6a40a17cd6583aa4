// Levels in words: one that would read as something else stands in quotes.
import { expect, test } from 'vitest';
import { conditionText, readCondition } from '../../src/factors/conditions.ts';
import { levelText } from '../../src/factors/condition.ts';
import { readSuite } from '../../src/suite/index.ts';

test.each([
  ['2026', '2026'],
  ['/srv/pay api', '/srv/pay api'],
  ['a, b or c', '"a, b or c"'],
  ['any but a', '"any but a"'],
  ['', '""'],
  [' a', '" a"'],
  ['a\nb', '"a\\nb"'],
  ['say "a"', '"say \\"a\\""'],
  ['anybody', 'anybody'],
])('%j', (level, text) => {
  expect(levelText(level)).toBe(text);
});

test('a level and a set of levels never read alike', () => {
  const one = conditionText(readCondition({ factor: 'x', level: 'a, b or c' }));
  const set = conditionText(readCondition({ factor: 'x.in', level: '["a","b","c"]' }));
  const not = conditionText(readCondition({ factor: 'x.not', level: '["a"]' }));
  expect([one, set, not]).toEqual(['x = "a, b or c"', 'x = a, b or c', 'x = any but a']);
  expect(conditionText(readCondition({ factor: 'x', level: 'any but a' }))).not.toBe(not);
});

test('an extra tool named none is refused: no set could offer it', () => {
  const suite = (extra: string) => `
schemaVersion: 1
name: odd
description: a tool of that name
tools:
  look: {description: Look, severity: read, parameters: {type: object, properties: {}}}
  none: {description: None, severity: read, parameters: {type: object, properties: {}}}
  ping: {description: Ping, severity: read, parameters: {type: object, properties: {}}}
factors:
  extra: {kind: tools, sets: [[], [${extra}]]}
system: ["Work."]
scenarios:
  - {id: look-up, tools: [look], user: ["Look"], expect: {call: look, arguments: {}}}
`;
  expect(() => readSuite(suite('ping'), 'odd.yaml')).not.toThrow();
  expect(() => readSuite(suite('none'), 'odd.yaml')).toThrow("a tool named none can't be an extra one");
});
