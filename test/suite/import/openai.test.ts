// Recorded conversations -> decision points: what came before each of them stays as it was recorded.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Case, Message } from '../../../src/records/suites/case.ts';
import {
  call,
  closing,
  forms,
  importTalk,
  importText,
  messages,
  responses,
  result,
  shownBy,
  system,
  tools,
  user,
} from './talks.ts';

/** A chat without the ids that join its calls and results, each result by its call's place. */
const joined = (chat: readonly Message[]) => {
  const ids = chat.flatMap(one => (one.tool_calls ?? []).map(({ id }) => id));
  return chat.map(({ tool_calls: calls, tool_call_id: id, ...one }) => ({
    ...one,
    ...(calls && { calls: calls.map(({ function: made }) => made) }),
    ...(one.role === 'tool' && { answers: ids.indexOf(id) }),
  }));
};

const every: readonly [string, unknown, string][] = [
  ...Object.entries(forms).map(([format, talk]): [string, unknown, string] => [format, talk, format]),
  ['responses', responses, 'openai'],
];

describe.each(every)('%s', (_, talk, format) => {
  const { suite, tasks, left } = importText(JSON.stringify(talk), format as 'openai');
  const cases = shownBy(suite);

  test('every turn of the assistant is a decision point, with all that came before it and nothing else', () => {
    expect({ tasks, left }).toEqual({ tasks: 3, left: [] });
    expect([...cases.keys()].toSorted()).toEqual(['session-1-step-1', 'session-1-step-2', 'session-1-step-3']);
    const last = cases.get('session-1-step-3') as Case;
    expect(joined(last.messages)).toEqual([
      system,
      user,
      {
        role: 'assistant',
        content: 'Let me look.',
        calls: [{ name: 'list_dir', arguments: { path: '/srv/{{ x }}' } }],
      },
      { role: 'tool', name: 'list_dir', content: 'x.txt {"a": {"b": 1}}\n', answers: 0 },
      { role: 'assistant', content: '', calls: [{ name: 'read_file', arguments: { path: '/srv/x.txt', lines: 3 } }] },
      { role: 'tool', name: 'read_file', content: 'hello', answers: 1 },
    ]);
    expect(last.messages.slice(0, 4)).toEqual(cases.get('session-1-step-2')?.messages);
    expect(last.messages.slice(0, 2)).toEqual(cases.get('session-1-step-1')?.messages);
    expect(last.tools.map(tool => tool.function)).toEqual(tools.map(tool => tool.function));
    expect(last).toMatchObject({ levels: {}, slots: {} });
    expect(last).not.toHaveProperty('clock');
  });

  test('nobody says what is right, unless it is asked for', () => {
    expect([...cases.values()].map(one => one.expect)).toEqual([undefined, undefined, undefined]);
    const told = shownBy(importText(JSON.stringify(talk), format as 'openai', { expect: true }).suite);
    expect(told.get('session-1-step-1')?.expect).toEqual({ call: 'list_dir', accept: [{ path: '/srv/{{ x }}' }] });
    expect(told.get('session-1-step-2')?.expect).toEqual({
      call: 'read_file',
      accept: [{ path: '/srv/x.txt', lines: 3 }],
    });
    expect(told.get('session-1-step-3')?.expect).toEqual({ text: 'It says hello.' });
  });
});

test('a log of requests holds every turn once', () => {
  const rows = [2, 4, 6].map(end => ({
    id: 'session-1',
    request: { messages: messages.slice(0, end), tools },
    response: { choices: [{ message: messages[end] }] },
  }));
  const { suite, tasks, remarks } = importText(rows.map(row => JSON.stringify(row)).join('\n'));
  expect(suite?.scenarios.map(({ id }) => id)).toEqual(['session-1-step-1', 'session-1-step-2', 'session-1-step-3']);
  expect({ tasks, remarks }).toEqual({ tasks: 3, remarks: [] });
  const other = importText(
    JSON.stringify([
      { id: 'x', messages, tools },
      { id: 'y', messages, tools },
    ]),
  );
  expect(other.suite?.scenarios).toHaveLength(3);
  expect(other.remarks.map(({ task }) => task)).toEqual(['y step 1', 'y step 2', 'y step 3']);
});

test('system texts stay with their conversations, and one that has none gets none', () => {
  const { suite } = importText(
    JSON.stringify([
      { id: 'x', messages: [{ role: 'system', content: 'one' }, user, closing], tools },
      { id: 'y', messages: [{ role: 'developer', content: 'two' }, user, closing], tools },
      { id: 'z', messages: [user, closing], tools },
    ]),
  );
  const cases = shownBy(suite);
  const texts = ['x', 'y', 'z'].map(id =>
    cases.get(`${id}-step-1`)?.messages.map(({ role, content }) => [role, content]),
  );
  expect(texts).toEqual([
    [
      ['system', 'one'],
      ['user', user.content],
    ],
    [
      ['system', 'two'],
      ['user', user.content],
    ],
    [['user', user.content]],
  ]);
});

describe('a log with faults', () => {
  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] };
  const before = messages.slice(1, 5);
  test.each<[string, unknown[], number, RegExp[]]>([
    ['no answer', [user], 0, [/^a: no answer was recorded/]],
    ['nothing asked', [closing], 0, [/^a step 1: it does not begin with a request/]],
    ['an empty answer', [user, { role: 'assistant', content: null }], 0, [/neither call nor text/]],
    [
      'an image, and a turn before it',
      [user, closing, image, closing],
      1,
      [/^a step 2: .*other than text \(image_url\) \(message 3\)/],
    ],
    ['an orphan result', [user, closing, result('z', 'ok'), closing], 1, [/^a step 2: a result answers no call/]],
    ['a result of another call', [...before, result('z', 'ok'), closing], 2, [/^a step 3: a result answers no call/]],
    [
      'a call that nobody answered',
      [...before, user, closing],
      2,
      [/^a step 3: the call of read_file was never answered/],
    ],
    [
      'arguments cut off',
      [user, call('a', 'list_dir', '{"path": '), result('a', 'ok'), closing],
      1,
      [/^a step 2: .*not a JSON object/],
    ],
    [
      'a role that nobody knows',
      [user, closing, { role: 'critic', content: 'no' }, closing],
      1,
      [/^a step 2: .*"critic"/],
    ],
    ['no tool', [user, closing], 0, [/offers no tool/]],
  ])('%s: the turns before it are kept, those after it named', (name, list, kept, reasons) => {
    const { suite, tasks, left } = importTalk({ messages: list, ...(name === 'no tool' && { tools: [] }) });
    expect(suite?.scenarios.length ?? 0).toBe(kept);
    expect(tasks).toBe(kept + left.length);
    expect(left.map(({ task, reason }) => `${task}: ${reason}`)).toEqual(
      reasons.map(reason => expect.stringMatching(reason)),
    );
    if (suite !== undefined) expect(shownBy(suite).size).toBe(kept);
  });

  test('missing ids: results belong to the calls in their order', () => {
    const two = {
      role: 'assistant',
      content: null,
      tool_calls: [
        ...call(undefined, 'list_dir', { path: '/a' }).tool_calls,
        ...call(undefined, 'read_file', { path: '/b' }).tool_calls,
      ],
    };
    const { suite, left } = importTalk({
      messages: [user, two, result(undefined, 'A'), result(undefined, 'B'), closing],
    });
    expect(left).toEqual([]);
    const shown = shownBy(suite).get('a-step-2')?.messages ?? [];
    expect(joined(shown).slice(2)).toMatchObject([
      { content: 'A', answers: 0 },
      { content: 'B', answers: 1 },
    ]);
  });

  test('ids that come again in every turn still join each result to its call', () => {
    const list = [
      user,
      call('0', 'list_dir', { path: '/a' }),
      result('0', 'A'),
      call('0', 'read_file', { path: '/b' }),
      result('0', 'B'),
      closing,
    ];
    const shown = shownBy(importTalk({ messages: list }).suite).get('a-step-3')?.messages ?? [];
    expect(joined(shown).filter(({ role }) => role === 'tool')).toMatchObject([
      { content: 'A', answers: 0 },
      { content: 'B', answers: 1 },
    ]);
  });

  test('two system texts, an empty message, the assistant twice in a row, a late system text: kept, and said', () => {
    const { suite, left, reduced } = importTalk({
      messages: [
        system,
        { role: 'system', content: 'Two.' },
        user,
        { role: 'user', content: '' },
        closing,
        { role: 'assistant', content: 'More.' },
        { role: 'system', content: 'Late.' },
        user,
        closing,
      ],
    });
    expect(left).toEqual([]);
    expect([...new Set(reduced.map(({ reason }) => reason))]).toEqual([
      'its system messages were joined to one',
      'an empty message was left out of what came before',
      'messages of the assistant in a row were joined',
      'a system message stands among the others, which some chat templates refuse',
    ]);
    expect(
      shownBy(suite)
        .get('a-step-2')
        ?.messages.map(({ content }) => content),
    ).toEqual([`${system.content}\n\nTwo.`, user.content, 'It says hello.\n\nMore.', 'Late.', user.content]);
  });

  test('a call that did not fit its tool, and one of a tool that is not on offer any more, stay as they were made', () => {
    const list = [
      user,
      call('a', 'list_dir', { lines: 'all' }),
      result('a', 'error'),
      call('b', 'gone', { x: 1 }),
      result('b', 'ok'),
      closing,
    ];
    const { suite, reduced } = importTalk({ messages: list });
    const shown = shownBy(suite).get('a-step-3') as Case;
    expect(joined(shown.messages).flatMap(one => one.calls ?? [])).toEqual([
      { name: 'list_dir', arguments: { lines: 'all' } },
      { name: 'gone', arguments: { x: 1 } },
    ]);
    expect(shown.tools.map(tool => tool.function.name)).not.toContain('gone');
    expect(reduced.map(({ reason, about }) => `${reason}: ${about}`)).toContain(
      'a call before it is of a tool that is not on offer: gone',
    );
  });

  test('tools per turn: each decision has those that were on offer then', () => {
    const list = [{ ...user, tools: tools.slice(0, 1) }, closing, { ...user, tools: tools.slice(1) }, closing];
    const cases = shownBy(importTalk({ messages: list }).suite);
    const names = (id: string) => cases.get(id)?.tools.map(tool => tool.function.name);
    expect([names('a-step-1'), names('a-step-2')]).toEqual([['list_dir'], ['read_file', 'delete_file']]);
  });

  test('a line that was cut off is named, and the others are read; a file of nothing else is an error', () => {
    const { suite, left } = importText(`${JSON.stringify(forms.openai)}\n{"id": "b", "mess`);
    expect(suite?.scenarios).toHaveLength(3);
    expect(left).toEqual([{ task: 'log.jsonl:2', reason: 'not a JSON object: cut off, or no JSON' }]);
    for (const text of ['', '{"id": ', '[1, 2]', 'hello\nworld']) expect(() => importText(text)).toThrow(UserError);
  });

  test('older calls, and an answer that can’t be expected', () => {
    const old = { role: 'assistant', function_call: { name: 'list_dir', arguments: '{"town":"Oslo"}' } };
    const { suite, reduced } = importTalk(
      { messages: [user, old, { role: 'function', name: 'list_dir', content: '4' }, closing] },
      { expect: true },
    );
    expect(suite?.scenarios.map(one => one.expect)).toEqual([undefined, { text: 'It says hello.' }]);
    expect(reduced[0]?.reason).toMatch(/nothing is expected of it: no accepted arguments fit/);
  });
});

test('whatever the messages are, each turn of the assistant is a decision point or named, and the suite is sound', () => {
  const id = fc.constantFrom('a', 'b', undefined);
  const name = fc.constantFrom('list_dir', 'read_file', 'gone', '');
  const message = fc.oneof(
    fc.record({
      role: fc.constantFrom('user', 'system', 'assistant', 'critic'),
      content: fc.constantFrom('hi', '', '{{ x', null),
    }),
    fc
      .tuple(id, name, fc.constantFrom('{"path":"/a"}', '{}', '{"path":', '{"__proto__":{}}'))
      .map(([at, of, args]) => call(at, of, args)),
    fc.tuple(id, fc.constantFrom('ok', '')).map(([at, text]) => result(at, text)),
    fc.constantFrom({ role: 'user', content: [{ type: 'audio' }] }, {}),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 9 }), list => {
      const { suite, tasks, left, remarks } = importTalk({ messages: list });
      expect(tasks).toBe((suite?.scenarios.length ?? 0) + left.length);
      expect(remarks).toEqual([]);
      if (suite !== undefined) expect(shownBy(suite).size).toBe(suite.scenarios.length);
    }),
    { numRuns: 300, seed: 25 },
  );
});
