// A recorded conversation in every form that is read, and what is asked of its import.
import { type ImportFormat, importSuite, writeSuite } from '../../../src/suite/import/index.ts';
import type { Suite } from '../../../src/records/suites/suite.ts';
import { makeCases, readSuite } from '../../../src/suite/index.ts';

const parameters = {
  type: 'object',
  properties: { path: { type: 'string' }, lines: { type: 'integer' } },
  required: ['path'],
};
export const tools = ['list_dir', 'read_file', 'delete_file'].map(name => ({
  type: 'function',
  function: { name, description: `does ${name}`, parameters },
}));
const plainTools = tools.map(tool => tool.function);

export const system = { role: 'system', content: 'You help. {% raw' };
export const user = { role: 'user', content: 'what is in {{ cwd }}?' };
export const call = (id: string | undefined, name: string, args: unknown, content: string | null = null) => ({
  role: 'assistant',
  content,
  tool_calls: [
    {
      ...(id && { id }),
      type: 'function',
      function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    },
  ],
});
export const result = (id: string | undefined, content: string) => ({
  role: 'tool',
  ...(id && { tool_call_id: id }),
  content,
});
export const closing = { role: 'assistant', content: 'It says hello.' };

/** Three turns of the assistant. */
export const messages = [
  system,
  user,
  call('a', 'list_dir', { path: '/srv/{{ x }}' }, 'Let me look.'),
  result('a', 'x.txt {"a": {"b": 1}}\n'),
  call('b', 'read_file', { path: '/srv/x.txt', lines: 3 }),
  result('b', 'hello'),
  closing,
];

/** Requests that repeat what came before them, and what came of each. */
export const steps = [2, 4, 6].map(end => ({ shown: messages.slice(0, end), said: messages[end] }));

export const forms: Readonly<Record<Exclude<ImportFormat, 'bfcl'>, unknown>> = {
  openai: { id: 'session-1', messages, tools },
  anthropic: {
    id: 'session-1',
    system: [{ type: 'text', text: system.content }],
    tools: plainTools.map(({ parameters: input_schema, ...tool }) => ({ ...tool, input_schema })),
    messages: [
      user,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'a', name: 'list_dir', input: { path: '/srv/{{ x }}' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'x.txt {"a": {"b": 1}}\n' }] },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'b', name: 'read_file', input: { path: '/srv/x.txt', lines: 3 } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'hello' }] }],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'It says hello.' }] },
    ],
  },
  otel: {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: '0af7651916cd43dd8448eb211c80319c',
                name: 'chat some-model',
                attributes: Object.entries({
                  'gen_ai.operation.name': 'chat',
                  'gen_ai.conversation.id': 'session-1',
                  'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: system.content }]),
                  'gen_ai.tool.definitions': JSON.stringify(plainTools.map(tool => ({ type: 'function', ...tool }))),
                  'gen_ai.input.messages': JSON.stringify([
                    { role: 'user', parts: [{ type: 'text', content: user.content }] },
                    {
                      role: 'assistant',
                      parts: [
                        { type: 'reasoning', content: 'hm' },
                        { type: 'text', content: 'Let me look.' },
                        { type: 'tool_call', id: 'a', name: 'list_dir', arguments: { path: '/srv/{{ x }}' } },
                      ],
                    },
                    {
                      role: 'tool',
                      parts: [{ type: 'tool_call_response', id: 'a', response: 'x.txt {"a": {"b": 1}}\n' }],
                    },
                    {
                      role: 'assistant',
                      parts: [
                        { type: 'tool_call', id: 'b', name: 'read_file', arguments: { path: '/srv/x.txt', lines: 3 } },
                      ],
                    },
                    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'b', response: 'hello' }] },
                  ]),
                  'gen_ai.output.messages': JSON.stringify([
                    { role: 'assistant', parts: [{ type: 'text', content: 'It says hello.' }], finish_reason: 'stop' },
                  ]),
                }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
              },
            ],
          },
        ],
      },
    ],
  },
  langfuse: {
    id: 'trace-1',
    sessionId: 'session-1',
    timestamp: '2026-11-30T09:00:00.000Z',
    observations: [
      { id: 'o', traceId: 'trace-1', type: 'SPAN', startTime: '2026-11-30T09:00:00.000Z', input: {}, output: null },
      ...steps.map(({ shown, said }, at) => ({
        id: `o-${at}`,
        traceId: 'trace-1',
        parentObservationId: 'o',
        type: 'GENERATION',
        name: 'OpenAI-generation',
        startTime: `2026-11-30T09:00:0${at}.000Z`,
        model: 'some-model',
        modelParameters: { temperature: 1 },
        input: { messages: shown, tools },
        output: said,
        level: 'DEFAULT',
        statusMessage: null,
      })),
      // Newest first, as the API gives them.
    ].toReversed(),
  },
  litellm: steps.map(({ shown, said }, at) => ({
    id: `chatcmpl-${at}`,
    trace_id: 'session-1',
    call_type: 'acompletion',
    status: 'success',
    startTime: 1796029200.5 + at,
    model: 'some-model',
    metadata: { user_api_key_hash: null, requester_metadata: null },
    messages: shown,
    model_parameters: { temperature: 1, tools },
    response: {
      id: `chatcmpl-${at}`,
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { function_call: null, tool_calls: null, ...said } }],
    },
    error_str: null,
    error_information: { error_code: '', error_class: '', llm_provider: '', traceback: '', error_message: '' },
  })),
  sharegpt: {
    id: 'session-1',
    tools: JSON.stringify(plainTools),
    conversations: [
      { from: 'system', value: system.content },
      { from: 'human', value: user.content },
      {
        from: 'gpt',
        value: 'Let me look.\n<tool_call>\n{"name": "list_dir", "arguments": {"path": "/srv/{{ x }}"}}\n</tool_call>',
      },
      { from: 'observation', value: 'x.txt {"a": {"b": 1}}\n' },
      {
        from: 'function_call',
        value: JSON.stringify({ name: 'read_file', arguments: { path: '/srv/x.txt', lines: 3 } }),
      },
      { from: 'tool', value: '<tool_response>\nhello\n</tool_response>' },
      { from: 'gpt', value: 'It says hello.' },
    ],
  },
};

/** The same conversation as items of OpenAI's Responses API. */
export const responses = {
  id: 'session-1',
  instructions: system.content,
  tools: plainTools.map(tool => ({ type: 'function', ...tool, strict: false })),
  input: [
    user,
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Let me look.' }] },
    {
      type: 'function_call',
      call_id: 'a',
      name: 'list_dir',
      arguments: '{"path": "/srv/{{ x }}"}',
      status: 'completed',
    },
    { type: 'function_call_output', call_id: 'a', output: 'x.txt {"a": {"b": 1}}\n' },
    { type: 'reasoning', id: 'r', summary: [] },
    { type: 'function_call', call_id: 'b', name: 'read_file', arguments: '{"path": "/srv/x.txt", "lines": 3}' },
    { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'hello' }] },
  ],
  response: {
    id: 'resp-1',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'It says hello.' }] }],
  },
};

type Options = Parameters<typeof importSuite>[3];

export const importText = (text: string, format: ImportFormat = 'openai', options?: Options) =>
  importSuite(format, [{ name: 'log.jsonl', text }], 'log', options);
export const importTalk = (talk: unknown, options?: Options) =>
  importText(JSON.stringify({ id: 'a', tools, ...(talk as object) }), 'openai', options);

/** What the suite's cases show, by scenario; the suite was written and read. */
export function shownBy(suite: Suite | undefined) {
  if (suite === undefined) throw new Error('nothing was imported');
  const read = readSuite(writeSuite(suite, []), 'log.yaml');
  const cases = makeCases(read, '1', 100);
  return new Map(cases.map(one => [one.scenario, one]));
}
