// Spans and items: what a trace of turncoat's holds is read back, and what no model can be shown is said.
import { expect, test } from 'vitest';
import type { Trace } from '../../../src/conduct/trace.ts';
import type { Case, Message } from '../../../src/records/suites/case.ts';
import { traceForms } from '../../../src/report/traces/index.ts';
import { importText, responses, shownBy } from './talks.ts';

const tools = ['read_file', 'delete_file'].map(name => ({
  type: 'function' as const,
  function: {
    name,
    description: `does ${name}`,
    parameters: { type: 'object', properties: { path: { type: 'string' }, deep: { type: 'object' } } },
  },
}));
const call = (id: string, name: string, args: Record<string, unknown>, content = ''): Message => ({
  role: 'assistant',
  content,
  tool_calls: [{ id, type: 'function', function: { name, arguments: args } }],
});

/** A conversation that began before its trial, and had two turns in it. */
const asked: Message[] = [
  { role: 'system', content: 'You help \u2028 {{ nobody }}.' },
  { role: 'user', content: 'read /a' },
  call('1', 'read_file', { path: '/a' }),
  { role: 'tool', content: 'one\ntwo', tool_call_id: '1', name: 'read_file' },
  { role: 'user', content: 'and /b' },
];
const said: Message[] = [
  call('2', 'read_file', { path: '/b "\u00e9"', deep: { list: [1, '2', null], none: {} } }, 'Here:'),
  { role: 'tool', content: '', tool_call_id: '2', name: 'read_file' },
  { role: 'assistant', content: 'It is empty.' },
];
const turn = { durationMs: 1, promptTokens: 9, tokens: 3, finish: 'stop' as const };
const trace: Trace = {
  run: 'run',
  createdAt: '2026-11-30T00:00:00.000Z',
  about: { id: 'a1', scenario: 'read', messages: asked, tools } as unknown as Case,
  trials: [
    {
      role: 'candidate',
      model: 'm.gguf',
      trial: 0,
      seed: 7,
      messages: [...asked, ...said],
      conduct: { calls: [], violations: [], claims: [] } as unknown as Trace['trials'][number]['conduct'],
      turns: [turn, turn],
    },
  ],
};

test('what a trace holds is read back: the same decision points as from the chat form, call by call', () => {
  const shown = (format: 'otel' | 'openai') => {
    const { suite, left } = importText((traceForms[format] as (one: Trace) => string)(trace), format, { expect: true });
    expect(left).toEqual([]);
    return [...shownBy(suite).values()].map(({ messages, tools: offered, expect: right }) => ({
      messages,
      offered,
      right,
    }));
  };
  const [spans, chats] = [shown('otel'), shown('openai')];
  const byLength = (a: { messages: unknown[] }, b: { messages: unknown[] }) => a.messages.length - b.messages.length;
  expect(spans.toSorted(byLength)).toEqual(chats.toSorted(byLength));
  expect(spans).toHaveLength(3);
  expect(spans.map(one => JSON.stringify(one.messages)).join()).toContain('\u2028');
});

const spanOf = (facts: Record<string, unknown>) => ({
  attributes: Object.entries({ 'gen_ai.operation.name': 'chat', ...facts }).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : value,
  })),
});

test.each<[string, unknown, RegExp]>([
  ['no spans', { resourceSpans: [] }, /no span of a request/],
  ['no messages', spanOf({}), /does not hold what the model was shown/],
  ['a text that is cut off', spanOf({ 'gen_ai.input.messages': '[{"role": "us' }), /cut off, or no JSON/],
  ['no list', spanOf({ 'gen_ai.input.messages': '{}' }), /are no list/],
  ...[
    { role: 'user', content: 'delete all' },
    { role: 'user', parts: ['delete all'] },
    {
      role: 'tool',
      parts: [
        { type: 'tool_call_response', id: 'a', response: 'ok' },
        { type: 'text', content: 'and' },
      ],
    },
  ].map((message): [string, unknown, RegExp] => [
    `a message in another form, ${JSON.stringify(message)}`,
    spanOf({
      'gen_ai.input.messages': JSON.stringify([message]),
      'gen_ai.output.messages': '[{"role": "assistant", "parts": [{"type": "text", "content": "done"}]}]',
      'gen_ai.tool.definitions': JSON.stringify(tools.map(({ function: made }) => made)),
    }),
    /has no parts|something other than text/,
  ]),
])('%s: said, and nothing imported', (_, row, reason) => {
  const { suite, left } = importText(JSON.stringify(row), 'otel');
  expect(suite).toBeUndefined();
  expect(left.map(one => one.reason).join()).toMatch(reason);
});

test('structured values and an image', () => {
  const part = (type: string, content: string) => ({
    kvlistValue: {
      values: [
        { key: 'type', value: { stringValue: type } },
        { key: 'content', value: { stringValue: content } },
      ],
    },
  });
  const message = (role: string, ...parts: unknown[]) => ({
    kvlistValue: {
      values: [
        { key: 'role', value: { stringValue: role } },
        { key: 'parts', value: { arrayValue: { values: parts } } },
      ],
    },
  });
  const of = (...parts: unknown[]) =>
    importText(
      JSON.stringify(
        spanOf({
          'gen_ai.input.messages': { arrayValue: { values: [message('user', ...parts)] } },
          'gen_ai.output.messages': { arrayValue: { values: [message('assistant', part('text', 'hello'))] } },
          'gen_ai.tool.definitions': JSON.stringify(tools.map(({ function: made }) => made)),
        }),
      ),
      'otel',
    );
  expect([...shownBy(of(part('text', 'hi')).suite).values()][0]?.messages).toEqual([{ role: 'user', content: 'hi' }]);
  expect(of(part('blob', 'x')).left[0]?.reason).toMatch(/something other than text \(blob\)/);
});

test.each<[string, object, RegExp]>([
  [
    'what came before is elsewhere',
    { previous_response_id: 'resp-0' },
    /goes on from a conversation that is not in it/,
  ],
  ['its prompt is elsewhere', { prompt: { id: 'p' } }, /its prompt is kept by the provider/],
  ['items are no list', { input: { role: 'user' } }, /no list of items/],
])('responses: %s', (_, change, reason) => {
  const { suite, left } = importText(JSON.stringify({ ...responses, ...change }), 'openai');
  expect(suite).toBeUndefined();
  expect(left[0]?.reason).toMatch(reason);
});

test('responses: a tool that the provider runs is left out, and said; parallel calls are one turn', () => {
  const input = [
    { role: 'user', content: 'both' },
    { type: 'function_call', call_id: 'a', name: 'read_file', arguments: '{"path": "/a"}' },
    { type: 'function_call', call_id: 'b', name: 'read_file', arguments: '{"path": "/b"}' },
    { type: 'function_call_output', call_id: 'b', output: 'B' },
    { type: 'function_call_output', call_id: 'a', output: 'A' },
  ];
  const row = { ...responses, input, tools: [...responses.tools, { type: 'web_search' }] };
  const { suite, reduced } = importText(JSON.stringify(row), 'openai');
  expect(reduced.map(one => one.reason).join()).toContain('tools that the provider runs were left out: web_search');
  const last = [...shownBy(suite).values()].toSorted((a, b) => b.messages.length - a.messages.length)[0];
  expect(last?.messages.map(one => one.tool_calls?.length ?? one.role)).toEqual(['system', 'user', 2, 'tool', 'tool']);
});

test('names of users are left out of what models are shown, and that is said', () => {
  const row = {
    messages: [
      { role: 'user', name: 'ann', content: 'hi' },
      { role: 'assistant', content: 'hello' },
    ],
    tools,
  };
  const { reduced } = importText(JSON.stringify(row), 'openai');
  expect(reduced.map(one => one.reason)).toContain('names of users beside their messages were left out');
});
