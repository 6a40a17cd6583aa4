// Calls that a reader misses, by kind: each was read wrongly, or not at all, before it was known.
import { describe, expect, test } from 'vitest';
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { readReply, unreadCalls } from '../../src/toolcalls/index.ts';
import { exampleCall, tools } from './known-calls.ts';

const wipe: ToolDefinition = { type: 'function', function: { name: 'wipe_disk', parameters: { type: 'object' } } };
const offered = [...tools, wipe];

function read(format: string, raw: string, generationPrompt: string | undefined = '') {
  return readReply(raw, { format, generationPrompt, tools: offered, finish: 'stop' });
}
const made = (format: string, raw: string, generationPrompt?: string) =>
  read(format, raw, generationPrompt).calls.map(({ name, arguments: args, state }) => [name, args?.path, state]);
const deleted = ['delete_file', '/srv/db', 'complete'];

describe('a closing think mark that nothing opened', () => {
  test.each(formatNames)('%s: a call before it is a call, whether the prompt is known or not', format => {
    const raw = `${exampleCall(format, 'delete_file', '/srv/db')}\n</think>\nAll is fine.`;
    expect(made(format, raw, '<|im_start|>assistant\n')).toEqual([deleted]);
    expect(readReply(raw, { format, generationPrompt: undefined, tools }).calls).toHaveLength(1);
  });
  test('in an argument it closes nothing, and stays in the argument', () => {
    const call = '<tool_call>{"name": "delete_file", "arguments": {"path": "a </think> b"}}</tool_call>';
    for (const prompt of [undefined, '', '<think>\n']) {
      const { calls } = readReply(call, { format: 'hermes', generationPrompt: prompt, tools, finish: 'stop' });
      expect(calls).toMatchObject([{ arguments: { path: 'a </think> b' }, state: 'complete' }]);
    }
  });
  test('a thought without a call is one where the prompt may have opened it', () => {
    const raw = 'Hm, hm.\n</think>\nAll is fine.';
    expect(readReply(raw, { format: 'hermes', generationPrompt: undefined })).toMatchObject({ reasoning: 'Hm, hm.' });
    expect(read('hermes', raw)).toMatchObject({ reasoning: '', content: raw });
  });
});

describe('an unclosed call before another one', () => {
  test.each([
    ['qwen-xml', '<tool_call>\n<function=read_file>\n<parameter=path>\n/a\n</parameter>\n'],
    ['qwen-xml', '<tool_call>\n<function=read_file>\n<parameter=path>\n/a\n'],
    ['glm', '<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>/a</arg_value>\n'],
    ['glm', '<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>/a\n'],
    ['minimax-m2', '<minimax:tool_call>\n<invoke name="read_file">\n<parameter name="path">/a</parameter>\n'],
    ['dsml', '<｜DSML｜invoke name="read_file"><｜DSML｜parameter name="path" string="true">/a</｜DSML｜parameter>'],
    ['gemma-4', '<|tool_call>call:read_file{path:<|"|>/a}<tool_call|>'],
    ['functiongemma', '<start_function_call>call:read_file{path:<escape>/a}<end_function_call>'],
    ['hermes', '<tool_call>\n{"name": "read_file", "arguments": {"path": "/a}}\n</tool_call>\n'],
    ['mistral', '[TOOL_CALLS]read_file[ARGS]{"path": "/a"'],
    ['kimi-k3', '<|open|>call tool="read_file" index="1"<|sep|><|open|>argument key="path" type="string"<|sep|>/a'],
    ['llama-json', '{"name": "read_file", "parameters": {"path": "/a"}\n'],
  ])('%s: %s', (format, first) => {
    const calls = made(format, first + exampleCall(format, 'delete_file', '/srv/db'));
    expect(calls).toEqual([['read_file', '/a', 'repaired'], deleted]);
  });
  test('a value that quotes a whole call, closed again, is text, and is counted', () => {
    const inner = '<function=wipe_disk>\n</function>';
    const raw = `<tool_call>\n<function=delete_file>\n<parameter=path>\n${inner}\n</parameter>\n</function>\n</tool_call>`;
    const reply = read('qwen-xml', raw);
    expect(reply.calls).toMatchObject([{ name: 'delete_file', arguments: { path: inner } }]);
    expect(unreadCalls(reply, offered)).toMatchObject([{ code: 'not-read', tool: 'wipe_disk' }]);
  });
});

describe('harmony', () => {
  test.each([
    ['<|channel|>commentary to=functions.delete_filejson<|message|>{"path": "/srv/db"}<|call|>'],
    ['<|channel|>commentary to=functions.delete_file <|constrain|>json{"path": "/srv/db"}<|call|>'],
    ['<|channel|>analysis<|message|>Hm.<|channel|>commentary to=functions.delete_file<|message|>{"path": "/srv/db"}'],
    ['commentary to=functions.delete_file json {"path": "/srv/db"}'],
  ])('%s', raw => expect(made('harmony', raw)).toEqual([deleted]));
  test('the last recipient of a merged header has the call, the first one a note', () => {
    const raw =
      '<|channel|>commentary to=functions.read_file <|channel|>commentary to=functions.delete_file <|constrain|>json<|message|>{"path": "/srv/db"}<|call|>';
    const reply = read('harmony', raw);
    expect(reply.calls.map(({ name }) => name)).toEqual(['delete_file']);
    expect(unreadCalls(reply, offered)).toMatchObject([{ code: 'not-read', tool: 'read_file' }]);
  });
  test.each([
    ['container.exec', 'rm -rf /srv', { code: 'rm -rf /srv' }],
    ['python', 'print(1)', { code: 'print(1)' }],
    ['browser.search', '{"query": "x"}', { query: 'x' }],
  ])('a call of %s, which nobody offered', (name, body, args) => {
    const { calls } = read('harmony', `<|channel|>commentary to=${name} code<|message|>${body}<|call|>`);
    expect(calls).toMatchObject([{ name, arguments: args, state: 'complete' }]);
  });
});

describe('names, ids and attributes', () => {
  test.each([
    ['kimi-k2', 'functions_delete_file_1'],
    ['kimi-k2', 'functions.delete_file'],
    ['kimi-k2', 'delete_file:3'],
    ['kimi-k2', '"functions.delete_file:0"'],
    ['kimi-k2', 'functions.drop_database:0', 'drop_database'],
    ['kimi-k2', 'functions_drop_database_0', 'drop_database'],
  ])('%s: %s', (format, id, name = 'delete_file') => {
    const raw = `<|tool_call_begin|>${id}<|tool_call_argument_begin|>{"path": "/srv/db"}<|tool_call_end|>`;
    expect(made(format, raw)).toEqual([[name, '/srv/db', 'complete']]);
  });
  test.each([
    ['qwen-xml', '<function="delete_file"><parameter="path">/srv/db</parameter></function>'],
    ['minimax-m2', "<invoke id=1 name='delete_file'><parameter string='true' name=path>/srv/db</parameter></invoke>"],
    ['minimax-m2', '<invoke name="delete_file" path="/srv/db"></invoke>'],
    [
      'dsml',
      '<|DSML|invoke name="delete_file"><|DSML|parameter string="true" name="path">/srv/db</|DSML|parameter></|DSML|invoke>',
    ],
    ['deepseek', '<|tool_call_begin|>delete_file<|tool_sep|>{"path": "/srv/db"}<|tool_call_end|>'],
  ])('%s: %s', (format, raw) => expect(made(format, raw)).toEqual([deleted]));
});

describe('a call in a form of another family, or of none', () => {
  test.each([
    ['hermes', '<tool_call>delete_file(path="/srv/db")</tool_call>'],
    ['hermes', 'Sure! {"name": "delete_file", "arguments": {"path": "/srv/db"}}'],
    ['hermes', '{"name": "delete_file", "arguments": {"path": "/srv/db"}} Done.'],
    ['hermes', 'print(default_api.delete_file(path="/srv/db"))'],
    ['hermes', '[TOOL_CALLS]delete_file{"path": "/srv/db"}'],
    ['hermes', '{"tool": "delete_file", "tool_input": {"path": "/srv/db"}}'],
    ['hermes', '<tool_use>\n<name>delete_file</name>\n<arguments>{"path": "/srv/db"}</arguments>\n</tool_use>'],
    ['hermes', '**Tool call:** `delete_file`\n```json\n{"path": "/srv/db"}\n```'],
    ['gemma-4', 'call:delete_file{path:<|"|>/srv/db<|"|>}'],
    ['hermes', 'delete_file("/srv/db")'],
  ])('%s: %s', (format, raw) => {
    const reply = read(format, raw);
    expect(reply.calls).toMatchObject([
      { name: 'delete_file', arguments: { path: '/srv/db' }, state: expect.any(String) },
    ]);
    expect(unreadCalls(reply, offered)).toContainEqual(
      expect.objectContaining({ code: 'other-format', tool: 'delete_file' }),
    );
  });
  test('a Python dictionary is no JSON: it is repaired', () => {
    expect(made('hermes', "{'name': 'delete_file', 'arguments': {'path': '/srv/db',}}")).toEqual([
      ['delete_file', '/srv/db', 'repaired'],
    ]);
  });
  test.each([
    '- delete_file(path="/srv/db")',
    'def f():\n    delete_file(path="/srv/db")',
    'tool: delete_file\nargs:\n  path: /srv/db',
  ])('what is only written down is counted: %s', raw => {
    expect(read('hermes', raw).calls).toEqual([]);
    expect(unreadCalls(read('hermes', raw), offered)).toMatchObject([{ code: 'not-read', tool: 'delete_file' }]);
  });
});

describe('what is no call', () => {
  const definition = JSON.stringify({ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } });
  test.each([
    ['a result', '{"name": "delete_file", "result": "ok", "status": 200}'],
    ['a definition', definition],
    ['definitions', `<tools>\n{"type": "function", "function": ${definition}}\n</tools>`],
    ['a person', 'Here: {"name": "Ann", "age": 3}'],
    ['a signature', 'Use `delete_file(path)` with care; delete_file() removes a file.'],
    ['prose', 'I could call delete_file, but I will not. Say which file (path) you mean: {x}.'],
    ['code of something else', '```python\nprint("hi")\nos.remove("/a")\n```'],
  ])('%s', (_what, raw) => {
    const reply = read('hermes', raw);
    expect({ calls: reply.calls, notes: reply.notes, content: reply.content }).toEqual({
      calls: [],
      notes: [],
      content: raw,
    });
  });
  test('a sentence that quotes a call is counted, not made', () => {
    const reply = read('hermes', 'I did not run {"name": "delete_file", "arguments": {"path": "/srv/db"}} as you see.');
    expect(reply.calls).toEqual([]);
    expect(unreadCalls(reply, offered)).toMatchObject([{ code: 'not-read', tool: 'delete_file' }]);
  });
  test('a sentence about a call that was made is no second one', () => {
    const raw = `I ran \`delete_file(path="/srv/db")\`.\n${exampleCall('hermes', 'delete_file', '/srv/db')}`;
    expect(read('hermes', raw)).toMatchObject({ calls: [{ name: 'delete_file' }], notes: [] });
  });
});

describe('a call in a closed thought', () => {
  const call = exampleCall('hermes', 'delete_file', '/srv/db');
  test('is none, and is carried by a note', () => {
    const reply = read('hermes', `<think>\nI should.\n${call}\n</think>\nNo.`);
    expect(reply).toMatchObject({ calls: [], content: 'No.' });
    expect(reply.notes).toMatchObject([
      {
        code: 'call-in-thought',
        tool: 'delete_file',
        calls: [{ name: 'delete_file', arguments: { path: '/srv/db' } }],
      },
    ]);
  });
  test('that is then made needs no note; another one does', () => {
    expect(read('hermes', `<think>${call}</think>${call}`)).toMatchObject({ calls: [{}], notes: [] });
    const other = exampleCall('hermes', 'read_file', '/a');
    expect(read('hermes', `<think>${call}</think>${other}`).notes).toMatchObject([{ tool: 'delete_file' }]);
  });
  test('in the analysis of Harmony, and in the thoughts of Kimi K3', () => {
    const json = '{"name": "delete_file", "arguments": {"path": "/srv/db"}}';
    const analysis = `<|channel|>analysis<|message|>Perhaps\n${json}<|end|><|start|>assistant<|channel|>final<|message|>No.`;
    expect(read('harmony', analysis).notes).toMatchObject([{ code: 'call-in-thought', tool: 'delete_file' }]);
    const element = `<|open|>think<|sep|>${exampleCall('kimi-k3', 'delete_file', '/srv/db')}<|close|>think<|sep|>No.`;
    expect(read('kimi-k3', element)).toMatchObject({ calls: [], notes: [{ code: 'call-in-thought' }] });
  });
});

describe('a call under a name that nobody offered', () => {
  const call = '<tool_call>\n{"name": "delete_file", "arguments": {"path": "/srv/db"}}\n</tool_call>';
  test.each([
    ['hermes', `<function=x ${call}`],
    ['mistral', '[TOOL_CALLS]ok\n\n{"name": "delete_file", "arguments": {"path": "/srv/db"}}'],
    ['harmony', `<|channel|>commentary to=ok ${call}`],
    ...formatNames.map(format => [format, `<function=x ${call}`] as [string, string]),
  ])('%s: that holds a call of an offered tool is noted with its name: %s', (format, raw) => {
    const reply = read(format, raw);
    const named = [...reply.calls.map(({ name }) => name), ...unreadCalls(reply, offered).map(({ tool }) => tool)];
    expect(named).toContain('delete_file');
  });
});
