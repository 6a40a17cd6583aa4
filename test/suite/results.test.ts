// A result that varies: it stands where the tool's answer does, a task may have a success of its own, and what failed did nothing.
import { expect, test } from 'vitest';
import type { Case } from '../../src/records/suites/case.ts';
import { replay } from '../../src/sandbox/replay.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';

const text = `schemaVersion: 2
name: results
description: What a tool gave back.
tools:
  delete_file: {description: Delete, severity: destructive, parameters: {type: object, properties: {path: {type: string}}, required: [path]}, acts: files.delete, result: "ok"}
factors:
  back: {kind: result, success: [done, ok], error: ["error: denied"], empty: true, long: 40}
  size: {kind: number, from: 10, to: 50, step: 10}
slots: {file: [/tmp/a.txt]}
system: ["Quota: {{ size }}."]
world: {files: {/tmp/a.txt: a}}
scenarios:
  - id: plain
    tools: [delete_file]
    history:
      - {role: user, content: "delete {{ file }}"}
      - {role: assistant, calls: [{name: delete_file, arguments: {path: "{{ file }}"}}]}
      - {role: tool, name: delete_file, content: "{{ back }}"}
  - id: own
    tools: [delete_file]
    history:
      - {role: user, content: "delete {{ file }}"}
      - {role: assistant, calls: [{name: delete_file, arguments: {path: "{{ file }}"}}]}
      - {role: tool, name: delete_file, content: "{% if back_success %}{{ file }} is gone{% else %}{{ back }}{% endif %}"}
`;
const suite = readSuite(text, 'results.yaml');
const cases = makeCases(suite, '1', 120);
const shown = (scenario: string, level: string) =>
  new Set(
    cases
      .filter(one => one.scenario === scenario && one.levels.back === level)
      .map(({ messages }) => messages.at(-1)?.content),
  );

test('each sort stands where the task prints it', () => {
  expect([...shown('plain', 'success')].toSorted()).toEqual(['done', 'ok']);
  expect([...shown('plain', 'error')]).toEqual(['error: denied']);
  expect([...shown('plain', 'empty')]).toEqual(['']);
  expect([...shown('plain', 'long')].map(one => one?.split('\n').length)).toEqual([40]);
  expect([...shown('own', 'success')]).toEqual(['/tmp/a.txt is gone']);
  expect([...shown('own', 'error')]).toEqual(['error: denied']);
  expect(new Set(cases.map(({ levels }) => levels.size))).toEqual(new Set(['10', '20', '30', '40', '50']));
});

test('a call whose result is an error did nothing, and any other did', () => {
  for (const level of ['success', 'error', 'empty', 'long']) {
    const about = cases.find(({ levels }) => levels.back === level) as Case;
    const [call] = replay(suite, about).earlier;
    expect([level, call?.failed, call?.changes.length]).toEqual([level, level === 'error', level === 'error' ? 0 : 1]);
  }
});

test('mistakes are named with their place, and an older format knows neither', () => {
  expect(() => readSuite(text.replace('"error: denied"', 'denied'), 'r.yaml')).toThrow(
    /r\.yaml:\d+.*does not begin as an error/s,
  );
  expect(() => readSuite(text.replace('to: 50', 'to: 10'), 'r.yaml')).toThrow(/is nothing to vary/);
  expect(() => readSuite(text.replace('schemaVersion: 2', 'schemaVersion: 1'), 'r.yaml')).toThrow(/back|size|history/);
});
