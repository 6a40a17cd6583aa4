// Logs with any part of them missing or of another kind, and cut off anywhere: tasks, or what is wrong with them; never a bug.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { readSuite } from '../../../src/suite/index.ts';
import { writeSuite } from '../../../src/suite/import/index.ts';
import { forms, importText, steps, tools } from './talks.ts';

const rows = steps.map(({ shown, said }, at) => ({
  request_id: `c-${at}`,
  call_type: 'acompletion',
  session_id: 'session-1',
  startTime: `2026-11-30T09:00:0${at}.000Z`,
  messages: '{}',
  metadata: '{}',
  proxy_server_request: JSON.stringify({ messages: shown, tools }),
  response: JSON.stringify({ choices: [{ message: said }] }),
}));
const logs: readonly [format: 'langfuse' | 'litellm', log: unknown][] = [
  ['langfuse', forms.langfuse],
  ['litellm', forms.litellm],
  ['litellm', rows],
];

/** Every place in a value. */
function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function changed(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, at) => (String(at) === key ? changed(one, rest, by) : one));
  return { ...(value as object), [key]: changed((value as Record<string, unknown>)[key], rest, by) };
}

const others = [
  undefined,
  null,
  '',
  'text',
  '{"a":',
  '[1]',
  0,
  -1.5,
  true,
  [],
  {},
  [[]],
  [null],
  { role: 'user' },
  '<truncated due to size exceeding limit>',
];

/** What is read of a text is a sound suite, or there is a reason why there is none. */
function isSound(text: string, format: 'langfuse' | 'litellm') {
  try {
    const { suite, left, tasks } = importText(text, format);
    if (suite === undefined) expect(left.length).toBeGreaterThan(0);
    else expect(readSuite(writeSuite(suite, []), 'log.yaml').scenarios).toHaveLength(suite.scenarios.length);
    expect(tasks).toBe((suite?.scenarios.length ?? 0) + left.length);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.hint).toBeTruthy();
  }
}

test.each(logs)('%s: any two places changed', (format, log) => {
  const places = placesIn(log);
  const change = fc.record({ at: fc.constantFrom(...places), by: fc.constantFrom(...others) });
  fc.assert(
    fc.property(change, change, (one, two) => {
      const first = changed(log, one.at, one.by);
      const stays = placesIn(first).some(place => place.join('/') === two.at.join('/'));
      isSound(JSON.stringify(stays ? changed(first, two.at, two.by) : first) ?? 'null', format);
    }),
    { numRuns: 15, seed: 11 },
  );
});

test.each(logs)('%s: cut off anywhere', (format, log) => {
  const text = JSON.stringify(log);
  const lines = (Array.isArray(log) ? log : [log]).map(one => JSON.stringify(one)).join('\n');
  fc.assert(
    fc.property(fc.nat(text.length), at => {
      isSound(text.slice(0, at), format);
      isSound(lines.slice(0, at), format);
    }),
    { numRuns: 12, seed: 7 },
  );
});
