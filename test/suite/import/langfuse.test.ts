// Langfuse's exports in each of their forms, and what of them no model can be shown: it is said, and nothing counts twice.
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Case } from '../../../src/records/suites/case.ts';
import type { Imported } from '../../../src/suite/import/assemble.ts';
import { call, closing, forms, importText, messages, result, shownBy, steps, system, tools, user } from './talks.ts';

const imported = (value: unknown) => importText(JSON.stringify(value), 'langfuse');
const told = ({ left, reduced }: Imported) =>
  [...left, ...reduced].map(({ task, reason, about }) => `${task}: ${reason}${about ? ` (${about})` : ''}`);
const ids = ({ suite }: Imported) => (suite?.scenarios ?? []).map(({ id }) => id);
const generation = (change: object) => ({
  id: 'o1',
  traceId: 't1',
  type: 'GENERATION',
  startTime: '2026-11-30T09:00:00.000Z',
  level: 'DEFAULT',
  input: { messages: [system, user], tools },
  output: closing,
  ...change,
});

/** What every form of the same conversation comes to. */
const whole = shownBy(imported(forms.langfuse).suite).get('session-1-step-3') as Case;
const chat = ({ messages: all, tools: offered }: Case) => ({
  said: all.map(({ role, content, tool_calls: calls }) => [role, content, calls?.map(one => one.function)]),
  offered: offered.map(tool => tool.function),
});

test.each([
  ['another system prompt', [{ ...system, content: 'You are now an auditor.' }, user]],
  ['what came first summed up', [system, { ...user, content: 'Summary: the user asked about a disk.' }]],
])('a history with %s repeats answers that nobody gave there', (_, start) => {
  const [first, second] = [messages.slice(2, 3), messages.slice(2, 4)];
  const log = [
    generation({ id: 'o1', output: first[0] }),
    generation({
      id: 'o2',
      startTime: '2026-11-30T09:01:00.000Z',
      input: { messages: [...start, ...second], tools },
    }),
  ];
  const read = imported(log);
  const shown = [...shownBy(read.suite).values()].map(one => one.messages.map(({ role }) => role).join(' '));
  expect(shown.toSorted()).toEqual(['system user', 'system user assistant tool']);
  expect(told(read).join('\n')).toMatch(/step 1: an earlier request got this answer, to another prompt/);
});

const listing = { id: 'a', type: 'function', function: { name: 'list_dir', arguments: '{"path":"/srv"}' } };
const piece = {
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...listing }] } }],
};
test.each([
  ['no choice', { choices: [] }, 0, /: no answer was recorded$/],
  ['a choice without a message', { choices: [{ index: 0, finish_reason: 'stop' }] }, 0, /: no answer was recorded$/],
  ['calls without a message', [listing], 1, /^$/],
  ['pieces of a stream', [piece, piece], 1, /the pieces of a stream/],
  ['one piece of a stream', piece, 1, /the pieces of a stream/],
  ['lists of what nobody knows', [{ a: 1 }, { a: 2 }], 1, /a form that is not read/],
])('an answer that is %s', (_, output, points, said) => {
  const read = importText(JSON.stringify([generation({ output })]), 'langfuse', { expect: true });
  expect(ids(read)).toHaveLength(points);
  expect(told(read).join('\n')).toMatch(said);
  expect(told(read).join('\n')).not.toMatch(/the first was taken/);
});

/** Scheduled exports: names with _, input and output as JSON text, tools in a column by name. */
const stored = steps.map(({ shown, said }, at) => ({
  id: `o-${at}`,
  trace_id: 't1',
  session_id: 'session-1',
  type: 'GENERATION',
  parent_observation_id: '',
  start_time: `2026-11-30 09:00:0${at}.000000`,
  level: 'DEFAULT',
  status_message: '',
  input: JSON.stringify(shown),
  output: JSON.stringify(said),
  model_parameters: '{"temperature":1}',
  tool_definitions: Object.fromEntries(
    tools.map(({ function: { name, description, parameters } }) => [name, JSON.stringify({ description, parameters })]),
  ),
  tool_calls: [],
}));

/** As LangChain's handler logs it: roles and calls of its own, tools behind the messages. */
const chained = (shown: readonly object[]) => [
  ...shown.map(one => {
    const { role, content, tool_calls: calls, tool_call_id: id } = one as Record<string, unknown>;
    const type = { user: 'human', assistant: 'ai' }[role as string] ?? role;
    return {
      type,
      content: content ?? '',
      ...(Array.isArray(calls) && {
        tool_calls: calls.map(made => ({
          id: made.id,
          name: made.function.name,
          args: JSON.parse(made.function.arguments),
          type: 'tool_call',
        })),
      }),
      ...(id !== undefined && { tool_call_id: id }),
    };
  }),
  ...tools.map(tool => ({ role: 'tool', content: tool })),
];
const chains = steps.map(({ shown, said }, at) => ({
  ...generation({ id: `o-${at}`, sessionId: 'session-1', startTime: `2026-11-30T09:00:0${at}Z` }),
  input: at === 1 ? [chained(shown)] : chained(shown),
  output: chained([said as object])[0],
}));
/** The same as LangChain serialises its objects. */
const objects = chains.map(one => ({
  ...one,
  input: one.input.flat().map(message => {
    if ('role' in message) return message;
    const { type, ...kwargs } = message;
    const name = { human: 'Human', ai: 'AI', tool: 'Tool', system: 'System' }[type as string];
    return { lc: 1, type: 'constructor', id: ['langchain', 'schema', 'messages', `${name}Message`], kwargs };
  }),
}));

describe('each form of an export gives the same decision points', () => {
  test.each<[string, string]>([
    ['a page of the API', JSON.stringify({ data: chains, meta: { page: 1 } })],
    [
      'a trace and its observations',
      JSON.stringify({ trace: { id: 't1', sessionId: 'session-1' }, observations: chains }),
    ],
    ['a scheduled export', stored.map(one => JSON.stringify(one)).join('\n')],
    ['LangChain’s messages', JSON.stringify(chains)],
    ['LangChain’s objects', JSON.stringify(objects)],
  ])('%s', (_, text) => {
    const read = importText(text, 'langfuse');
    expect({ told: told(read), ids: ids(read).toSorted(), remarks: read.remarks }).toEqual({
      told: [],
      ids: ['session-1-step-1', 'session-1-step-2', 'session-1-step-3'],
      remarks: [],
    });
    expect(chat(shownBy(read.suite).get('session-1-step-3') as Case)).toEqual(chat(whole));
  });
});

test('tools that change on the way stay with the turns that they were on offer at', () => {
  const [few, all] = [tools.slice(0, 2), tools];
  const [first, second] = steps.map(({ shown, said }, at) =>
    generation({
      startTime: `2026-11-30T09:00:0${at}Z`,
      input: { messages: shown, tools: at === 0 ? few : all },
      output: said,
    }),
  );
  const read = imported([second, first]);
  expect(ids(read)).toEqual(['t1-step-1', 't1-step-2']);
  const offered = [...shownBy(read.suite).values()].map(one => [one.scenario, one.tools.length]).toSorted();
  expect(offered).toEqual([
    ['t1-step-1', 2],
    ['t1-step-2', 3],
  ]);
});

test('another conversation of the same trace is one of its own; without ids a place names it', () => {
  const other = generation({ id: 'o2', input: { messages: [{ role: 'user', content: 'another' }], tools } });
  expect(ids(imported([generation({}), other]))).toEqual(['t1-step-1', 't1-step-1-2']);
  const bare = [generation({ id: undefined, traceId: undefined }), { ...other, id: null, traceId: undefined }];
  expect(ids(imported(bare))).toEqual(['log-jsonl-entry-1-step-1', 'log-jsonl-entry-2-step-1']);
});

test('a failed request is said once, and what it repeats is not lost', () => {
  const failed = { level: 'ERROR', statusMessage: 'RateLimitError: slow down', output: 'The first hal' };
  expect(told(imported([generation(failed), generation({ id: 'o2' })]))).toEqual([
    't1: the request failed: what came of it was not read (RateLimitError: slow down)',
  ]);
  const late = imported([generation({ ...failed, input: { messages: messages.slice(0, 4), tools } })]);
  expect(ids(late)).toEqual(['t1-step-1']);
  expect(late.tasks).toBe(2);
});

const asked = (...said: object[]) => ({ input: { messages: said, tools } });
const truncated = '<truncated due to size exceeding limit>';

test.each<[string, object, RegExp]>([
  ['a trace alone', { type: undefined, traceId: undefined, startTime: undefined }, /trace without its observations/],
  ['observations by name', { observations: ['a', 'b'] }, /named and not in it/],
  ['no generation', { type: 'SPAN' }, /holds no request to a model/],
  ['no input', { input: null }, /does not hold what the model was shown/],
  ['an empty input', { input: '' }, /does not hold what the model was shown/],
  ['an input cut off', { input: truncated }, /was cut off or hidden when it was logged/],
  ['an input that was masked', { input: '<fully masked due to failed mask function>' }, /cut off or hidden/],
  ['an input of another form', { input: { question: 'why?' } }, /holds no messages/],
  ['an input cut off in its JSON', { input: '[{"role": "user", "content": "delete' }, /cut off or hidden/],
  ['no output', { output: null }, /no answer was recorded/],
  ['an output of nothing', { output: { role: 'assistant', content: '' } }, /neither call nor text/],
  ['no tools', { input: [user] }, /offers no tool/],
  [
    'tools cut off',
    { input: [user], modelParameters: { tools: [{ name: 'a', description: truncated }] } },
    /its tools were cut/,
  ],
  ['a message cut off', asked({ role: 'user', content: `x ${truncated}` }), /a message was cut off or hidden/],
  ['an image', asked({ role: 'user', content: [{ type: 'image_url' }] }), /other than text \(image_url\)/],
  [
    'a file',
    asked({ role: 'user', content: '@@@langfuseMedia:type=image/png|id=x|source=y@@@' }),
    /a file of Langfuse/,
  ],
  ['a result without its call', asked(user, result('z', 'ok')), /answers no call/],
  ['a call without its result', asked(user, call('a', 'read_file', {}), user), /was never answered/],
  ['arguments cut off', asked(user, call('a', 'read_file', '{"path": "/'), result('a', 'x')), /not a JSON object/],
])('%s: said, and nothing of it imported', (_, change, reason) => {
  const read = imported([generation(change)]);
  expect(told(read).join('\n')).toMatch(reason);
  expect(read.suite?.scenarios.length ?? 0).toBeLessThanOrEqual(1);
});

test.each<[string, unknown, object | undefined]>([
  ['a text', 'It says hello.', { text: 'It says hello.' }],
  ['a text as JSON', '"It says hello."', { text: 'It says hello.' }],
  ['choices', { choices: [{ message: closing }] }, { text: 'It says hello.' }],
  ['messages', [closing], { text: 'It says hello.' }],
  ['blocks', [{ type: 'text', text: 'It says hello.' }], { text: 'It says hello.' }],
  [
    'a message of blocks',
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'tool_use', id: 'a', name: 'read_file', input: { path: '/a' } },
      ],
    },
    { call: 'read_file', accept: [{ path: '/a' }] },
  ],
  [
    'a call that was streamed',
    { role: 'assistant', tool_calls: [{ function: { name: 'read_file', arguments: '{"path": "/a"}' } }] },
    { call: 'read_file', accept: [{ path: '/a' }] },
  ],
  [
    'items',
    { output: [{ type: 'function_call', call_id: 'a', name: 'read_file', arguments: '{"path": "/a"}' }] },
    { call: 'read_file', accept: [{ path: '/a' }] },
  ],
  ['another form', { mood: 'good' }, undefined],
])('the answer as %s', (_, output, wanted) => {
  const read = importText(JSON.stringify([generation({ output })]), 'langfuse', { expect: true });
  expect([...shownBy(read.suite).values()].map(one => one.expect)).toEqual([wanted]);
  if (wanted === undefined) expect(told(read).join()).toContain('its recorded answer was not read');
});

test('a plain text became a message, a role may be the name of a tool, and both are dealt with', () => {
  const text = imported([generation({ input: 'what is there?', modelParameters: { tools: JSON.stringify(tools) } })]);
  expect(told(text)).toEqual(['t1 step 1: its prompt was a plain text: it became a message of the user']);
  const named = [user, call('a', 'read_file', { path: '/a' }), { role: 'read_file', content: 'hello' }];
  const last = [...shownBy(imported([generation(asked(...named))]).suite).values()].at(-1);
  expect(last?.messages.at(-1)).toMatchObject({ role: 'tool', name: 'read_file', content: 'hello' });
});

test('a line that was cut off is named, and the others are read; a file of nothing else is one clear error', () => {
  const line = JSON.stringify(generation({}));
  const read = importText(`${line}\n${line.slice(0, 50)}`, 'langfuse');
  expect({ ids: ids(read), told: told(read) }).toEqual({
    ids: ['t1-step-1'],
    told: ['log.jsonl:2: not a JSON object: cut off, or no JSON'],
  });
  expect(() => importText(line.slice(0, 50), 'langfuse')).toThrow(UserError);
  expect(() => importText('', 'langfuse')).toThrow(UserError);
});
