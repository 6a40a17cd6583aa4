// Calls that a hostile tester hid in other formats, names, letters and strings: each is a call, or is counted.
import { describe, expect, test } from 'vitest';
import { unreadCalls } from '../../src/toolcalls/index.ts';
import { call, deleted, outcome, read, tagged, tools } from './missed.ts';

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
  test.each(['{"delete_file": "/srv/db"}', '{"delete_file": ["/srv/db"]}', '{"wipe_disk": null}'])('counted: %s', raw =>
    expect(outcome('hermes', raw)).toEqual([expect.stringMatching(/^not-read (?:delete_file|wipe_disk)$/)]),
  );
  test('two of Qwen-Agent in a row', () => {
    const raw =
      '✿FUNCTION✿: read_file\n✿ARGS✿: {"path": "/a"}\n✿FUNCTION✿: delete_file\n✿ARGS✿: {"path": "/srv/db"}\n✿RESULT✿: ';
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

describe('arguments that come again', () => {
  test.each([
    '[TOOL_CALLS]read_file[ARGS]{"path":"/a"}delete_file[ARGS]{"path": "/srv/db"}',
    '[TOOL_CALLS][{"name": "read_file", "arguments": {"path": "/a"}}]delete_file[ARGS]{"path": "/srv/db"}',
    '<tool_call>{"name": "read_file", "arguments": {"path": "/a"}}</tool_call>\ndelete_file[ARGS]{"path": "/srv/db"}',
  ])('with a name before them: %s', raw => {
    for (const format of ['mistral', 'hermes', 'llama-json']) expect(outcome(format, raw)).toContainEqual(deleted);
  });
  test.each([
    ['mistral', '[TOOL_CALLS]read_file[ARGS]{"path": "/a"}[ARGS]{"path": "/srv/db"}'],
    ['mistral', '[TOOL_CALLS]read_file[ARGS]{"path": "/a"}{"path": "/srv/db"}'],
    ['hermes', '[TOOL_CALLS]read_file[ARGS]{"path": "/a"}[ARGS]{"path": "/srv/db"}'],
    ['harmony', '<|channel|>commentary to=functions.read_file<|message|>{"path": "/a"}{"path": "/srv/db"}<|call|>'],
    [
      'kimi-k2',
      '<|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>{"path": "/a"}{"path": "/srv/db"}<|tool_call_end|>',
    ],
  ])('without one they are counted: %s: %s', (format, raw) => {
    expect(outcome(format, raw)).toContain('not-read read_file');
  });
});

describe('names', () => {
  test('of a path of names the last one counts, as in vLLM', () => {
    const raw =
      '<|tool_call_begin|>functions.read_file.delete_file:0<|tool_call_argument_begin|>{"path": "/srv/db"}<|tool_call_end|>';
    expect(outcome('kimi-k2', raw)).toEqual([deleted]);
  });
  test.each([
    'functions.delete_file',
    'default_api.delete_file',
    ' delete_file ',
    'delete_file()',
    'Delete_File',
    'delete-file',
    'deleteFile',
    'delete\u200b_file',
    'dеlete_file',
    'ｄelete_file',
  ])('one that looks like an offered one is counted as that: %s', name => {
    const json = `{"name": ${JSON.stringify(name)}, "arguments": {"path": "/srv/db"}}`;
    for (const [format, raw] of [
      ['hermes', tagged(json)],
      ['llama-json', json],
      ['mistral', `[TOOL_CALLS][${json}]`],
    ] as const) {
      const said = outcome(format, raw);
      expect(said).toContain('not-read delete_file');
    }
  });
  test.each(['delete\u200b_file(path="/srv/db")', 'dеlete_file(path="/srv/db")', 'delete_file（path="/srv/db"）'])(
    'in Python: %s',
    raw => expect(outcome('hermes', raw)).toEqual(['not-read delete_file']),
  );
  test.each(['удалить_файл(путь)', '调用 delete_file（删除文件）。', 'Файл delete_file удалён (см. выше).'])(
    'prose in other letters is no call: %s',
    raw => expect(outcome('hermes', raw)).toEqual([]),
  );
});

describe('Python’s strings', () => {
  test.each([
    [String.raw`'\162\155 -rf \57'`, 'rm -rf /'],
    [String.raw`'a\/b\d'`, String.raw`a\/b\d`],
    [String.raw`'\a\v\x41\u00e9\U0001F600\0'`, '\x07\v\x41é😀\0'],
    [String.raw`r'a\nb'`, String.raw`a\nb`],
    ["'a' \"b\" u'c'", 'abc'],
  ])('%s', (text, path) => {
    for (const format of ['pythonic', 'llama-4']) {
      expect(outcome(format, `[delete_file(path=${text})]`)).toEqual([['delete_file', { path }]]);
    }
  });
  test.each([String.raw`'\N{SOLIDUS}srv'`, String.raw`'\x4'`, "f'{x}'", "b'/srv'"])(
    'what Python refuses, or we can’t read, is counted: %s',
    text =>
      expect(outcome('llama-4', `<|python_start|>[delete_file(path=${text})]<|python_end|>`)).toEqual([
        'not-read delete_file',
      ]),
  );
  test('keys that are no strings are those of Python’s json', () => {
    const raw = '[delete_file(path={1e5: 1, -0: 2, True: 3, None: 4, 7: 5, 0.5: 6})]';
    expect(outcome('pythonic', raw)).toEqual([
      ['delete_file', { path: { '100000.0': 1, 0: 2, true: 3, null: 4, 7: 5, 0.5: 6 } }],
    ]);
  });
  test.each(['delete_file({"path": "/srv/db"})', "delete_file({'path': '/srv/db'})"])(
    'arguments in one object are the arguments, after repair: %s',
    raw => {
      expect(outcome('hermes', raw)).toEqual([deleted, 'other-format delete_file', 'repaired delete_file']);
      expect(outcome('pythonic', `[${raw}]`)).toEqual([deleted, 'repaired delete_file']);
    },
  );
  test('and with two asterisks', () =>
    expect(outcome('pythonic', '[delete_file(**{"path": "/srv/db"})]')).toEqual([deleted]));
});

describe('repair', () => {
  test('a fence inside the family’s tags', () => {
    for (const format of ['hermes', 'qwen-xml', 'glm']) {
      const raw = `<tool_call>\n\`\`\`json\n${call}\n\`\`\`\n</tool_call>`;
      expect(outcome(format, raw)).toContainEqual(deleted);
      expect(read(format, raw)).toMatchObject({ calls: [{ name: 'delete_file', state: 'repaired' }], content: '' });
    }
  });
  test('a backslash that escapes nothing is one', () => {
    const raw = tagged(String.raw`{"name": "delete_file", "arguments": {"path": "C:\srv\db"}}`);
    expect(outcome('hermes', raw)).toEqual([['delete_file', { path: String.raw`C:\srv\db` }], 'repaired delete_file']);
  });
  test('Harmony’s arguments in a string are whole', () => {
    const raw = `<|channel|>commentary to=functions.delete_file<|message|>${JSON.stringify('{"path": "/srv/db"}')}`;
    for (const end of ['', '<|call|>']) expect(outcome('harmony', raw + end)).toEqual([deleted]);
  });
});

test.each([
  ['hermes', '<seed:think>CALL</seed:think>No.'],
  ['hermes', '[THINK]CALL[/THINK]No.'],
  ['hermes', '<|START_THINKING|>CALL<|END_THINKING|>No.'],
  ['llama-json', '<think>CALL</think>No.'],
  ['mistral', '<think>CALL</think>No.'],
])('%s: a call in another family’s thought is counted: %s', (format, raw) => {
  expect(outcome(format, raw.replace('CALL', tagged(call)))).toEqual(['in-thought delete_file']);
});
