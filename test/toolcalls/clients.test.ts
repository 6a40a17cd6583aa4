// Calls as published hosts take them, or would in long, deep and doubled JSON: each is a call, or is counted. Prose of the same
// look is neither.
import { describe, expect, test } from 'vitest';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { unreadCalls } from '../../src/toolcalls/index.ts';
import { call, outcome, read, tagged, tools } from './missed.ts';

const given = '{"path": "/srv/db"}';
const families = ['hermes', 'llama-json', 'mistral', 'harmony', 'glm', 'pythonic', 'functionary'];
const python = (code: string) => `\`\`\`py\n${code}\n\`\`\``;
const wrapped = (times: number, text = call) =>
  Array.from({ length: times }).reduce<string>(so => JSON.stringify(so), text);
const isSeen = (format: string, raw: string) => {
  const reply = read(format, raw);
  const counted = unreadCalls(reply, tools).some(({ tool }) => tool === 'delete_file');
  return counted || reply.calls.some(({ name, arguments: args }) => name === 'delete_file' && args?.path === '/srv/db');
};

describe('is a call, or counted', () => {
  test.each(
    Object.entries({
      'Continue’s blocks': '```tool\nTOOL_NAME: delete_file\nBEGIN_ARG: path\n/srv/db\nEND_ARG\n```',
      'DSPy’s sections': `[[ ## next_tool_name ## ]]\ndelete_file\n\n[[ ## next_tool_args ## ]]\n${given}\n\n[[ ## completed ## ]]`,
      'Handlebars of Semantic Kernel': '{{files-delete_file path="/srv/db"}}',
      'prompts of Semantic Kernel': '{{files.delete_file "/srv/db"}}',
      'Vercel’s parts': `{"type": "tool-call", "toolCallId": "a", "toolName": "delete_file", "input": ${given}}`,
      'events, one a line': `{"type":"start","toolName":"delete_file"}\n{"type":"delta","args":"{\\"path\\": \\"/srv"}\n{"type":"delta","args":"/db\\"}"}`,
      'a server’s tool': 'mcp__files__delete_file(path="/srv/db")',
      'a server’s tool in JSON': `{"toolName": "mcp__files__delete_file", "args": ${given}}`,
      SOAP: '<soap:Body><m:delete_file><m:path>/srv/db</m:path></m:delete_file></soap:Body>',
      TOML: '[tool_call]\nname = "delete_file"\n\n[tool_call.arguments]\npath = "/srv/db"',
      'protocol buffers': 'tool_call { name: "delete_file" arguments { key: "path" value: "/srv/db" } }',
      'YAML’s blocks': 'name: >-\n  delete_file\narguments:\n  path: |\n    /srv/db',
      'a name beside arguments, as Ollama looks for it': `{"arguments": ${given}, "reason": "delete_file"}`,
      'JSON in eight strings': wrapped(8),
      'a name behind long arguments': `{"arguments": {"path": "/srv/db", "x": "${'y'.repeat(30_000)}"}, "name": "delete_file"}`,
      'a name behind long broken arguments': `{"arguments": {"path": "/srv/db", "x": "${'y'.repeat(30_000)}",}, "name": "delete_file"}`,
      'deep JSON': `${'{"a":'.repeat(250)}${call}${'}'.repeat(250)}`,
      'terminal commands in a name': tagged(call.replace('te_f', 'te\u001b[0m_f')),
      'escaped terminal commands in a name': tagged(call.replace('te_f', 'te\\u001b[0m_f')),
      'a letter that is taken back': tagged(call.replace('te_f', 'tex\\b_f')),
      'a NUL in a name': `delete\u0000_file(path="/srv/db")`,
      'a broken line of Python': python('delete_file\\\n("/srv/db")'),
      'a decorator': python('@delete_file\n@(lambda _: "/srv/db")\ndef f(): ...'),
      'an octal escape': python('globals()["\\144elete_file"]("/srv/db")'),
      'a long escape': python('globals()["\\U00000064elete_file"]("/srv/db")'),
      'a named character': python('globals()["\\N{LATIN SMALL LETTER D}elete_file"]("/srv/db")'),
      'an escape of JavaScript': '```js\ntools["\\u{64}elete_file"]("/srv/db")\n```',
      'letters without width in all words': call.replace(/([a-z])(?=[a-z])/g, '$1\u200b'),
    }),
  )('%s', (_name, raw) => {
    for (const format of families) {
      for (const reply of [raw, `Sure.\n\n${raw}\n\nAll is fine.`, `<think>\nhm\n</think>\n${raw}`]) {
        expect({ format, reply, seen: isSeen(format, reply) }).toMatchObject({ seen: true });
      }
    }
  });
});

describe('a name that a program puts together is counted, without the name', () => {
  test.each([
    'globals()["_".join(["delete", "file"])]("/srv/db")',
    'globals()["{}_{}".format("delete", "file")]("/srv/db")',
    'globals()["%s_file" % "delete"]("/srv/db")',
    'globals()["elif_eteled"[::-1]]("/srv/db")',
    'getattr(tools, "deleteXfile".replace("X", "_"))("/srv/db")',
    'eval("".join(map(chr, codes)))',
    'tools[`${verb}_file`]("/srv/db")',
  ])('%s', code => {
    for (const format of families) expect(outcome(format, python(code))).toEqual(['not-read undefined']);
  });
});

describe('keys that are written twice: the last is read, the first is counted', () => {
  const twice = (members: string) => `{${members}, "arguments": ${given}}`;
  const first = twice('"name": "delete_file", "name": "read_file"');
  test.each([
    tagged(first),
    tagged(twice('"na\\u006de": "delete_file", "name": "read_file"')),
    tagged(`[${first}]`),
    tagged(first.replace('db"}', 'db",}')),
    first,
    `[${first}]`,
    `{"tool_calls": [${first}]}`,
    `{"tool_calls": [${call}], "tool_calls": [${call.replace('delete', 'read')}]}`,
    first.replaceAll('"', "'"),
  ])('names: %s', raw => {
    for (const format of ['hermes', 'llama-json', 'glm']) {
      expect(outcome(format, raw)).toEqual(
        expect.arrayContaining([['read_file', { path: '/srv/db' }], 'not-read delete_file']),
      );
    }
  });
  test('arguments, and a key in other letters', () => {
    const args = (text: string) => tagged(`{"name": "delete_file", ${text}}`);
    for (const raw of [
      args(`"arguments": {"path": "/tmp"}, "arguments": ${given}`),
      args('"arguments": {"path": "/tmp", "p\\u0061th": "/srv/db"}'),
    ]) {
      expect(outcome('hermes', raw)).toEqual([['delete_file', { path: '/srv/db' }], 'repaired delete_file']);
    }
    expect(outcome('hermes', args('"arguments": {"path": "/tmp", "Path": "/srv/db"}'))).toEqual([
      ['delete_file', { path: '/tmp', Path: '/srv/db' }],
      'repaired delete_file',
    ]);
  });
});

test('a literal in parentheses is that literal, and a tuple of one is none', () => {
  const calls = (value: string) =>
    read('pythonic', `[delete_file(path=${value})]`).calls.map(one => one.arguments?.path);
  expect(calls('("/srv/db")')).toEqual(['/srv/db']);
  expect(calls('(("/srv" "/db"))')).toEqual(['/srv/db']);
  expect(calls('("/srv/db",)')).toEqual([['/srv/db']]);
  expect(calls('()')).toEqual([[]]);
});

describe('prose, settings and logs are none', () => {
  test.each([
    'Available: delete_file (deletes a file), read_file (reads a file) and run_shell (runs a command).',
    '{"delete_file": "denied"}',
    '{"tools": {"delete_file": {"enabled": false}}}',
    '{"delete_file": {"calls": 0, "allowed": false}}',
    '[12:00:01] tool=read_file status=ok',
    'tool=read_file status=ok duration=3ms',
    'level=info msg="read_file finished" path=/srv/db',
    'type Tool = "read_file" | "delete_file";',
    'Use `<function=name>` for that.'.replace('<function=name>', 'function=name'),
    '```python\nresult = eval("1 + 2")\n```',
    '```python\nvalue = getattr(obj, name)(x)\n```',
    '```python\nprint(tools[name](x))\n```',
    '{{#if user}}Hello{{/if}}, {{> delete_file}}',
    'delete_file\n\nparameters\n\npath: which file to delete',
    '[[ ## answer ## ]]\nI did not call delete_file.\n\n[[ ## completed ## ]]',
    'TOOL_NAME: the name of the tool\nBEGIN_ARG: its argument\nEND_ARG',
    '{"result": {"path": "/srv/db"}, "by": "read_file"}',
    '@tool\ndef delete_file(path): ...',
    'mcp__files__delete_file is a tool of the server.',
    'The server has <xs:element name="path"/> in its schema.',
  ])('%s', raw => {
    for (const format of formatNames)
      expect({ format, outcome: outcome(format, raw) }).toEqual({ format, outcome: [] });
  });
});
