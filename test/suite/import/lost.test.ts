// What logs of others hold and a decision point has no room for: it is named, and no call of it vanishes or becomes another.
import { expect, test } from 'vitest';
import type { Case } from '../../../src/records/suites/case.ts';
import type { Imported } from '../../../src/suite/import/assemble.ts';
import { call, closing, importTalk, importText, result, shownBy, tools, user } from './talks.ts';

const remarks = ({ left, reduced }: Imported) => [...left, ...reduced].map(({ task, reason }) => `${task}: ${reason}`);
const plain = tools.map(tool => ({ ...tool.function, input_schema: tool.function.parameters }));
const anthropic = (messages: unknown, more = {}) =>
  importText(JSON.stringify({ id: 'a', tools: plain, messages, ...more }), 'anthropic');
const shareGpt = (...conversations: [from: string, value: string][]) =>
  importText(
    JSON.stringify({ id: 'a', tools, conversations: conversations.map(([from, value]) => ({ from, value })) }),
    'sharegpt',
  );
const one = call('a', 'read_file', { path: '/a' }).tool_calls[0];

test('calls that are no list are not taken for none', () => {
  const odd = { role: 'assistant', content: 'Let me look.', tool_calls: one };
  const told = importTalk({ messages: [user, odd, user, closing] });
  expect(told.suite?.scenarios).toHaveLength(1);
  expect(remarks(told)).toEqual(['a step 2: its calls are not a list (message 2)']);
});

test('a call that is written in the older form too is one call', () => {
  const twice = { role: 'assistant', content: null, tool_calls: [one], function_call: one?.function };
  const told = importTalk({ messages: [user, twice, result('a', 'x'), closing] });
  expect(remarks(told)).toEqual([]);
  const { messages } = shownBy(told.suite).get('a-step-2') as Case;
  expect(messages.flatMap(({ tool_calls: calls = [] }) => calls)).toHaveLength(1);
});

test('of several answers to one request the others are named', () => {
  const response = { choices: [{ message: closing }, { message: call('a', 'delete_file', { path: '/' }) }] };
  const told = importTalk({ request: { messages: [user], tools }, response });
  expect(remarks(told)).toEqual(['a step 1: of 2 answers to its last request the first was taken']);
});

test.each([
  ['openai', 'required', ['a step 1: what the request says of calls (tool_choice "required") is left out']],
  ['openai', 'none', ['a step 1: what the request says of calls (tool_choice "none") is left out']],
  ['openai', 'auto', []],
  ['openai', undefined, []],
  ['anthropic', { type: 'any' }, [`a step 1: what the request says of calls (tool_choice {"type":"any"}) is left out`]],
  ['anthropic', { type: 'auto' }, []],
] as const)('%s: a request that forces or forbids calls (%o) is said to have', (format, choice, said) => {
  const asked = { id: 'a', tools: format === 'openai' ? tools : plain, messages: [user, closing], tool_choice: choice };
  expect(remarks(importText(JSON.stringify(asked), format))).toEqual(said);
});

test('results that answer other calls make another decision point', () => {
  const both = { ...call('a', 'read_file', { path: '/a' }) };
  const calls = [...both.tool_calls, ...call('b', 'read_file', { path: '/b' }).tool_calls];
  const asked = (id: string, first: string, second: string) => ({
    id,
    tools,
    messages: [user, { ...both, tool_calls: calls }, result(first, 'one'), result(second, 'two'), closing],
  });
  const told = importText(JSON.stringify([asked('x', 'a', 'b'), asked('y', 'b', 'a')]));
  expect(told.suite?.scenarios.map(({ id }) => id)).toEqual(['x-step-1', 'x-step-2', 'y-step-2']);
});

test.each([
  ['openai', (id: number, content: string) => ({ role: 'tool', tool_call_id: id, content })],
  [
    'anthropic',
    (id: number, content: string) => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] }),
  ],
] as const)('%s: ids that are numbers join results to their calls', (format, answer) => {
  const calls = [1, 2].map(id => ({
    id,
    type: 'function',
    function: { name: 'read_file', arguments: `{"path":"/${id}"}` },
  }));
  const blocks = [1, 2].map(id => ({ type: 'tool_use', id, name: 'read_file', input: { path: `/${id}` } }));
  const made =
    format === 'openai'
      ? { role: 'assistant', content: null, tool_calls: calls }
      : { role: 'assistant', content: blocks };
  const messages = [user, made, answer(2, 'two'), answer(1, 'one'), closing];
  const told = importText(JSON.stringify({ id: 'a', tools: format === 'openai' ? tools : plain, messages }), format);
  const shown = (shownBy(told.suite).get('a-step-2') as Case).messages;
  const paths = new Map(shown.flatMap(({ tool_calls: all = [] }) => all.map(one => [one.id, one.function.arguments])));
  const results = shown
    .filter(({ role }) => role === 'tool')
    .map(one => [paths.get(one.tool_call_id ?? ''), one.content]);
  expect(results).toEqual([
    [{ path: '/2' }, 'two'],
    [{ path: '/1' }, 'one'],
  ]);
});

test.each([
  ['a result', [user, call('a', 'read_file', { path: '/a' }), { ...result('a', ''), content: { ok: true } }, closing]],
  ['a user', [user, closing, { role: 'user', content: { text: 'x' } }, closing]],
])('what %s says and is no text is the reason, not what comes of leaving it out', (_, messages) => {
  expect(remarks(importTalk({ messages }))).toEqual([
    expect.stringMatching(/^a step 2: a message has no text \(message/),
  ]);
});

test.each([
  ['the user', [{ role: 'user', content: { type: 'text', text: 'hi' } }, closing], 0],
  [
    'the assistant',
    [user, { role: 'assistant', content: { type: 'tool_use', id: 'a', name: 'read_file', input: {} } }, user, closing],
    1,
  ],
] as const)('content of %s that is one block and no list is not empty', (_, messages, kept) => {
  const told = anthropic(messages);
  expect(told.suite?.scenarios.length ?? 0).toBe(kept);
  expect(remarks(told)).toEqual([expect.stringContaining('a message has no text')]);
});

test('that a result is an error, which its text need not say, is said to be left out', () => {
  const told = anthropic([
    user,
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'read_file', input: { path: '/a' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', is_error: true, content: 'no such file' }] },
    closing,
  ]);
  expect(remarks(told)).toContain('a step 2: that a result is an error is left out: its text alone says so');
});

test.each([
  ['of a call', ['gpt', 'Let me. <tool_call>\n{"name": "delete_file", "arguments": {"path": "/'], 1],
  ['of a call after another', ['gpt', '<tool_call>{"name":"read_file","arguments":{}}</tool_call> <tool_call>{"na'], 1],
] as const)('a text that ends in the middle %s holds no text in its place', (_, turn, kept) => {
  const told = shareGpt(['human', 'x'], [...turn], ['human', 'y'], ['gpt', 'done']);
  expect(told.suite?.scenarios).toHaveLength(kept);
  expect(remarks(told)).toEqual(['a step 2: a recorded call is cut off (message 2)']);
});

test('an answer to an empty message is named, and not joined to the answer before it', () => {
  const told = importTalk({ messages: [user, closing, { role: 'user', content: '' }, closing, user, closing] });
  expect(remarks(told)).toEqual([
    'a step 2: what it answers is an empty message',
    'a step 3: an empty message was left out of what came before',
    'a step 3: messages of the assistant in a row were joined',
  ]);
});

test.each(['12345678901234567890', '-9007199254740993', '{"deep": [1e300, 9007199254740993]}'])(
  'a call with %s, which has more digits than are kept, says so',
  value => {
    const told = importTalk({
      messages: [user, call('a', 'read_file', `{"path": "/a", "lines": ${value}}`), result('a', 'x'), closing],
    });
    expect(remarks(told)).toContain('a step 2: a number of a call has more digits than are kept: it was rounded');
  },
);

test('a call with a number that is beyond all is not shown as another', () => {
  const messages = [user, call('a', 'read_file', '{"path": "/a", "lines": 1e999}'), result('a', 'x'), closing];
  expect(remarks(importTalk({ messages }))).toEqual([expect.stringMatching(/^a step 2: .* not a JSON object/)]);
});

test('what was asked to vary and stays as recorded, since something else that varies stands in all its places, is said', () => {
  const messages = [{ role: 'system', content: 'cwd: /home/alice' }, { role: 'user', content: 'user: alice' }, closing];
  const told = importTalk({ messages }, { vary: { user: [], path: [] } });
  expect(remarks(told)).toEqual(['a step 1: its path stays as recorded: another value that is varied stands in it']);
  expect(Object.keys(told.suite?.factors ?? {})).toEqual(['user']);
});

test.each(['openai', 'langfuse', 'litellm'] as const)(
  '%s: a request that was answered twice, otherwise, is said to have been',
  format => {
    const request = { messages: [user], tools };
    const asked = (path: string, startTime: number) => {
      const output = call(`c${startTime}`, 'read_file', { path });
      const response = { choices: [{ message: output }] };
      const shown = { ...request, request, input: request, model_parameters: request };
      return { ...shown, id: 'a', trace_id: 't', traceId: 't', type: 'GENERATION', startTime, output, response };
    };
    const told = importText(
      [asked('/a', 1), asked('/b', 2), asked('/a', 3)].map(row => JSON.stringify(row)).join('\n'),
      format,
    );
    expect(told.suite?.scenarios).toHaveLength(1);
    expect((told.remarks ?? []).map(({ reason }) => reason)).toEqual([
      'the same as a decision point before it, but answered otherwise',
    ]);
  },
);

test.each(['text', 'object'])('arguments as %s that lie deeper than a program can go are named', as => {
  const deep = `{"path":${'['.repeat(2500)}${']'.repeat(2500)}}`;
  const made = call('a', 'read_file', deep);
  const [first] = made.tool_calls as { function: { name: string; arguments: unknown } }[];
  if (as === 'object' && first) first.function.arguments = JSON.parse(deep);
  const told = importTalk({ messages: [user, made, result('a', 'x'), closing] });
  expect(told.suite?.scenarios).toHaveLength(1);
  expect(remarks(told)).toEqual(['a step 2: the arguments of a recorded call are not a JSON object (message 2)']);
});

test('a tool whose parameters lie deeper than a program can go is no tool', () => {
  const deep = JSON.parse(`${'{"items":'.repeat(2500)}{}${'}'.repeat(2500)}`);
  const told = importTalk({ messages: [user, closing], tools: [{ name: 'a', parameters: deep }] });
  expect(remarks(told)).toEqual(['a: the parameters of a tool lie too deep in each other']);
});

test('a number that an expected call cannot keep is said to be rounded', () => {
  const long = { lines: 1, path: '/a' };
  const text = JSON.stringify(long).replace('1', '12345678901234567890');
  const asked = { id: 'a', tools, messages: [user, call('a', 'read_file', text)] };
  const told = importText(JSON.stringify(asked), 'openai', { expect: true });
  expect(remarks(told)).toEqual([
    'a step 1: a number of the expected call has more digits than are kept: it was rounded',
  ]);
});

test('messages and answers that a log cut off are no prompt and no text', () => {
  const answer = JSON.stringify(call('a', 'read_file', { path: '/a' }));
  const row = { type: 'GENERATION', modelParameters: { tools } };
  const input = JSON.stringify({ messages: [user] });
  const cut = { ...row, id: 'in', traceId: 'in', input: input.slice(0, -4), output: answer };
  const half = { ...row, id: 'out', traceId: 'out', input, output: answer.slice(0, -9) };
  const told = importText(JSON.stringify([cut, half]), 'langfuse', { expect: true });
  expect(told.suite?.scenarios).toHaveLength(1);
  expect(told.suite?.scenarios[0]?.expect).toBeUndefined();
  expect(remarks(told)).toEqual([
    'in: what the model was shown was cut off or hidden when it was logged',
    'out step 1: nothing is expected of it: its recorded answer was not read (its answer was cut off when it was logged)',
  ]);
});
