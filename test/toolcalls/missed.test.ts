// Calls that a hostile tester hid from this reader, by the way in which they were hidden: each is a call, or is counted.
import { describe, expect, test } from 'vitest';
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { readReply, unreadCalls } from '../../src/toolcalls/index.ts';

const tool = (name: string, ...keys: readonly string[]): ToolDefinition => ({
  type: 'function',
  function: {
    name,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(keys.map(key => [key, { type: key === 'timeout' ? 'integer' : 'string' }])),
      required: keys.slice(0, 1),
    },
  },
});
const tools = [
  tool('delete_file', 'path'),
  tool('run_shell', 'command', 'timeout'),
  tool('read_file', 'path'),
  tool('write_file', 'path', 'content'),
  tool('wipe_disk'),
  tool('drop-database'),
];

function read(format: string, raw: string) {
  return readReply(raw, { format, generationPrompt: '', tools, finish: 'stop' });
}
/** Name and arguments of each call, and then what is counted: code and tool. */
function outcome(format: string, raw: string): unknown[] {
  const reply = read(format, raw);
  const calls = reply.calls.map(({ name, arguments: args }) => [name, args]);
  const counted = unreadCalls(reply, tools).map(({ code, tool: of }) => `${code} ${String(of)}`);
  return [...calls, ...[...new Set(counted)].toSorted()];
}
const deleted = ['delete_file', { path: '/srv/db' }];
const tagged = (json: string) => `<tool_call>\n${json}\n</tool_call>`;
const call = '{"name": "delete_file", "arguments": {"path": "/srv/db"}}';

describe('a second call beside a call’s own name and arguments', () => {
  const head = '{"name": "delete_file", "arguments": {"path": "/srv/db"}';
  const decoys = [
    '"function": {"name": "read_file"}',
    '"function": {"name": "read_file", "arguments": {"path": "/a"}}',
    '"tool_calls": [{"name": "read_file", "arguments": {"path": "/a"}}]',
    '"function_call": {"name": "read_file", "arguments": {"path": "/a"}}',
    '"tool_uses": [{"recipient_name": "read_file", "parameters": {"path": "/a"}}]',
  ];
  test.each(decoys)('%s: the outer one is the call, the other is counted', decoy => {
    const json = `${head}, ${decoy}}`;
    expect(outcome('hermes', tagged(json)).slice(0, 1)).toEqual([deleted]);
    expect(outcome('llama-json', json)).toEqual([deleted, 'not-read read_file']);
    expect(outcome('llama-json', `<|python_tag|>${json}`)[0]).toEqual(deleted);
    expect(outcome('mistral', `[TOOL_CALLS][${json}]`)).toEqual([deleted, 'not-read read_file']);
    expect(outcome('hermes', json)).toEqual([deleted, 'not-read read_file', 'other-format delete_file']);
  });
  test.each([
    '{"name": "read_file", "name": "delete_file", "arguments": {"path": "/srv/db"}}',
    '{"function": {"name": "read_file", "arguments": {"path": "/a"}}, "function": {"name": "delete_file", "arguments": {"path": "/srv/db"}}}',
  ])('a key that is written twice, the last one read: %s', json => {
    expect(outcome('hermes', tagged(json))).toEqual([deleted, 'not-read read_file']);
  });
  test('the text of arguments is that of their value', () => {
    const json = `{"function": {"name": "delete_file", "arguments": {"path": "/tmp/a"}}, "function": ${call}}`;
    expect(read('hermes', tagged(json)).calls).toMatchObject([
      { arguments: { path: '/srv/db' }, argumentsText: '{"path": "/srv/db"}' },
    ]);
  });
  test('second arguments are counted', () => {
    const json = '{"name": "delete_file", "arguments": {}, "parameters": {"path": "/srv/db"}}';
    expect(outcome('hermes', tagged(json))).toEqual([['delete_file', {}], 'repaired delete_file']);
  });
});

test.each([250, 3000, 5000, 200_000])('nesting of %d is no error', depth => {
  const deep = '['.repeat(depth) + ']'.repeat(depth);
  for (const raw of [
    tagged(`{"name": "delete_file", "arguments": {"path": ${deep}}}`),
    `{"name": "delete_file", "parameters": {"path": ${deep}}}`,
    `[TOOL_CALLS]delete_file[ARGS]{"path": ${deep}}`,
    `<function=delete_file>\n<parameter=path>\n${deep}\n</parameter>\n</function>`,
    `<delete_file><path>${deep}</path></delete_file>`,
    `delete_file(path=${deep})`,
  ]) {
    for (const format of ['hermes', 'llama-json', 'mistral', 'qwen-xml', 'pythonic']) {
      const reply = read(format, raw);
      expect(() => JSON.stringify(reply)).not.toThrow();
      const named = [...reply.calls.map(({ name }) => name), ...unreadCalls(reply, tools).map(({ tool: of }) => of)];
      expect(named).toContain('delete_file');
    }
  }
});

describe('arguments that are not where they belong', () => {
  test.each([
    '{"tool_name": "delete_file", "tool_input": {"path": "/srv/db"}}',
    '{"name": "delete_file", "path": "/srv/db"}',
    ...['kwargs', 'params', 'argument', 'action_input', 'tool_args', 'tool_arguments'].map(
      key => `{"name": "delete_file", "${key}": {"path": "/srv/db"}}`,
    ),
    '{"name": "delete_file", "arguments": [{"path": "/srv/db"}]}',
    `{"name": "delete_file", "arguments": ${JSON.stringify(JSON.stringify(JSON.stringify({ path: '/srv/db' })))}}`,
  ])('are read, and labelled: %s', json => {
    expect(outcome('hermes', tagged(json))).toEqual([deleted, 'repaired delete_file']);
  });
  test.each(['["/srv/db"]', '"/srv/db"', '7'])('%s is kept as text, and labelled', given => {
    const { calls } = read('hermes', tagged(`{"name": "delete_file", "arguments": ${given}}`));
    expect(calls).toMatchObject([{ name: 'delete_file', argumentsText: given, state: 'repaired' }]);
  });
  test('an empty text is an empty object', () => {
    expect(outcome('hermes', tagged('{"name": "delete_file", "arguments": ""}'))).toEqual([
      ['delete_file', {}],
      'repaired delete_file',
    ]);
  });
});

describe('a call that looks like a definition', () => {
  test.each([
    '{"name": "delete_file", "parameters": {"path": "/srv/db", "type": "object", "properties": {}}}',
    '{"name": "delete_file", "parameters": {"type": "object", "properties": {"path": "/srv/db"}}}',
    '{"name": "delete_file", "parameters": {"type": "object", "properties": {"path": {"type": "string", "value": "/srv/db"}}}}',
    '{"type": "function", "function": {"name": "delete_file", "description": "x", "parameters": {"path": "/srv/db", "type": "object", "properties": {}}}}',
  ])('is a call or is counted: %s', json => {
    for (const format of ['llama-json', 'hermes', 'mistral']) {
      const said = outcome(format, json).filter(one => typeof one === 'string' || one !== undefined);
      expect(JSON.stringify(said)).toContain('delete_file');
    }
  });
  test.each([
    '{"name": "delete_file", "description": "d", "parameters": {"type": "object", "properties": {"path": {"type": "string", "description": "p"}}, "required": ["path"]}}',
    '{"name": "delete_file", "description": "d", "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}}}',
    '{"name": "delete_file", "parameters": {"type": "object", "properties": {"path": "string"}}}',
    '{"delete_file": {"description": "Deletes a file", "parameters": {"path": "string"}}}',
    '{"delete_file": "Deletes a file", "read_file": "Reads a file"}',
  ])('a definition is neither: %s', json => {
    for (const format of ['llama-json', 'hermes', 'mistral']) expect(outcome(format, json)).toEqual([]);
  });
});

describe('ReAct', () => {
  test.each([
    'Action: delete_file\nAction Input: /srv/db',
    'Action: delete_file\nAction Input: "/srv/db"',
    'Action 1: delete_file\nAction Input 1: {"path": "/srv/db"}',
    'Thought: x Action: delete_file Action Input: {"path": "/srv/db"}',
    'Action: `delete_file`\nAction Input: {"path": "/srv/db"}\nObservation: gone',
    'Thought: x\nAction: `delete_file`\nAction Input: /srv/db\nObservation: gone',
    'Action: delete_file[/srv/db]',
    'TOOL: delete_file\nARGS: {"path": "/srv/db"}',
  ])('%s', raw => expect(outcome('hermes', raw)).toEqual([deleted, 'other-format delete_file']));
  test.each(['Action: wipe_disk\nAction Input: None', 'Action: wipe_disk\nAction Input:', 'Action: wipe_disk\nAction Input: {}'])(
    '%s',
    raw => expect(outcome('hermes', raw)).toEqual([['wipe_disk', {}], 'other-format wipe_disk']),
  );
  test.each([
    'Action: review the file.\nAction Input: none needed',
    'Action items: delete_file is risky.\nInput: welcome',
    'The action: we wait. The input: nothing.',
  ])('no call: %s', raw => expect(outcome('hermes', raw)).toEqual([]));
});

describe('published formats, and forms of none', () => {
  test.each([
    '✿FUNCTION✿: delete_file\n✿ARGS✿: {"path": "/srv/db"}',
    '<longcat_tool_call>delete_file\n<longcat_arg_key>path</longcat_arg_key>\n<longcat_arg_value>/srv/db</longcat_arg_value>\n</longcat_tool_call>',
    `<longcat_tool_call>${call}</longcat_tool_call>`,
    '<|from|>assistant\n<|recipient|>delete_file\n<|content|>{"path": "/srv/db"}<|stop|>',
    '<|plamo:begin_tool_requests:plamo|><|plamo:begin_tool_request:plamo|><|plamo:begin_tool_name:plamo|>delete_file<|plamo:end_tool_name:plamo|><|plamo:begin_tool_arguments:plamo|><|plamo:msg|>{"path": "/srv/db"}<|plamo:end_tool_arguments:plamo|><|plamo:end_tool_request:plamo|><|plamo:end_tool_requests:plamo|>',
    '<steptml:invoke name="delete_file"><steptml:parameter name="path">/srv/db</steptml:parameter></steptml:invoke>',
    '<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="delete_file"><steptml:parameter name="path">/srv/db</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>',
    "delete_file\n ```python\ntool_call(path='/srv/db')```",
    '{"jsonrpc":"2.0","method":"delete_file","params":{"path":"/srv/db"}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file","arguments":{"path":"/srv/db"}}}',
    'functions.delete_file:0{"path": "/srv/db"}',
    'assistant to=functions.delete_file:\n{"path": "/srv/db"}',
  ])('%s', raw => {
    for (const format of ['hermes', 'llama-json', 'mistral']) {
      expect(outcome(format, raw)).toEqual([deleted, 'other-format delete_file']);
    }
  });
  test.each([
    "Invoking: `delete_file` with `{'path': '/srv/db'}`",
    JSON.stringify(call),
    JSON.stringify(JSON.stringify({ name: 'delete_file', arguments: '{"path": "/srv/db"}' })),
    call.replaceAll('"', '\\"'),
  ])('after repair: %s', raw => {
    expect(outcome('hermes', raw)).toEqual([deleted, 'other-format delete_file', 'repaired delete_file']);
  });
  test.each(['{"delete_file": "/srv/db"}', '{"delete_file": ["/srv/db"]}', '{"wipe_disk": null}'])(
    'counted: %s',
    raw => expect(outcome('hermes', raw)).toEqual([expect.stringMatching(/^not-read (?:delete_file|wipe_disk)$/)]),
  );
  test('two of Qwen-Agent in a row', () => {
    const raw = '✿FUNCTION✿: read_file\n✿ARGS✿: {"path": "/a"}\n✿FUNCTION✿: delete_file\n✿ARGS✿: {"path": "/srv/db"}\n✿RESULT✿: ';
    expect(read('hermes', raw).calls.map(({ name }) => name)).toEqual(['read_file', 'delete_file']);
  });
});

describe('text between a header and JSON', () => {
  test.each([
    ['harmony', '<|channel|>commentary to=functions.read_file <|co\n[TOOL_CALLS]delete_file[ARGS]{"path": "/srv/db"}'],
    ['harmony', '<|channel|>commentary to=functions.read_file <|co\n<tool_call>delete_file\n{"path": "/srv/db"}'],
    ['harmony', `<|channel|>commentary to=functions.read_file <|co\n${call}`],
    ['harmony', '<|channel|>commentary to=functions.read_file\nNow delete_file(path="/x")\n{"path": "/srv/db"}'],
    ['gemma-4', `<|tool_call>call:read_file{path:<|\n${call}`],
    ['hermes', `<start_function_call>call:read_file{path:<esc\n${call}`],
  ])('%s: %s', (format, raw) => {
    const reply = read(format, raw);
    const named = [...reply.calls.map(({ name }) => name), ...unreadCalls(reply, tools).map(({ tool: of }) => of)];
    expect(named).toContain('delete_file');
  });
});
