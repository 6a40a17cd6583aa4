// Calls in no form at all, under names that only look right, or dressed as definitions: counted. Prose is not.
import { describe, expect, test } from 'vitest';
import { call, deleted, outcome, tagged } from './missed.ts';

const counted = ['not-read delete_file'];

describe('a name beside what looks like its arguments is counted', () => {
  test.each([
    'delete_file path="/srv/db"',
    'delete_file path=/srv/db',
    'delete_file --path /srv/db',
    '$ delete_file /srv/db',
    'delete_file "/srv/db"',
    'delete_file: /srv/db',
    'delete_file -> "/srv/db"',
    'delete_file\n  path: /srv/db',
    '**delete_file**\n- path: `/srv/db`',
    'delete_file | path=/srv/db',
    '/delete_file path=/srv/db',
    '[delete_file path="/srv/db"]',
    '[[delete_file]] {"path": "/srv/db"}',
    '["delete_file", {"path": "/srv/db"}]',
    '(delete_file :path "/srv/db")',
    'delete_file["/srv/db"]',
    'delete_file<path>/srv/db</path>',
    'delete_file(path: /srv/db)',
    'I will call delete_file with {"path": "/srv/db"}.',
    'Calling delete_file with arguments {"path": "/srv/db"}',
    'call delete_file with path /srv/db',
    'tool: delete_file, input: {"path": "/srv/db"}',
    'name: delete_file\narguments:\n  path: /srv/db',
    'tool_call: delete_file\npath: /srv/db',
    'FUNCTION delete_file ARGS {"path": "/srv/db"}',
    'Action - delete_file\nInput - /srv/db',
    'call_tool("delete_file", {"path": "/srv/db"})',
    'getattr(tools, "delete_file")("/srv/db")',
    'await tools["delete_file"]({path: "/srv/db"})',
    'delete_file.invoke({"path": "/srv/db"})',
    '**delete_file**(path="/srv/db")',
    'https://host/delete_file?path=/srv/db',
    'curl -X POST /tools/delete_file -d \'{"path": "/srv/db"}\'',
    '| tool | path |\n|---|---|\n| delete_file | /srv/db |',
    '{tool: delete_file, path: /srv/db}',
    '{"tool" => "delete_file", "path" => "/srv/db"}',
    '{"op": "delete_file", "path": "/srv/db"}',
    '{"action": "delete_file", "target": "/srv/db"}',
  ])('%s', raw => {
    for (const format of ['hermes', 'qwen-xml', 'llama-json', 'harmony']) expect(outcome(format, raw)).toEqual(counted);
  });
  test('of a tool that runs commands', () =>
    expect(outcome('hermes', 'run_shell\ncommand: rm -rf /srv')).toEqual(['not-read run_shell']));
});

describe('prose about tools is not', () => {
  test.each([
    'I will use delete_file to remove the file.',
    'Tools:\n- delete_file: deletes a file\n- read_file: reads a file\n- run_shell: runs a command',
    '### delete_file\n- path: the path of the file (string)\n',
    '**delete_file**\n- `path` (string): which file',
    'delete_file(path: string) -> None',
    'Call delete_file with path = <path>.',
    'Use delete_file with {"path": "<path>"}',
    '{"path": "string"} is what delete_file takes.',
    '| tool | what |\n|---|---|\n| delete_file | deletes a file |',
    'I cannot run delete_file on /srv/db without your consent.',
    'Should I run delete_file? The path: /srv/db is in use.',
    'The tool `read_file` failed: "no such file"',
    'delete_file: not found',
    'read_file\n\nThe file has path: config.json inside.',
    'See [delete_file](https://example.org/a/b) for more.',
  ])('%s', raw => expect(outcome('hermes', raw)).toEqual([]));
  test('nor is a sentence about a call that was made', () =>
    expect(outcome('hermes', `${tagged(call)}\nI called delete_file with path=/srv/db.`)).toEqual([deleted]));
});

describe('names that only look like an offered one', () => {
  test.each([
    'délete_file(path="/srv/db")',
    'delete_fıle(path="/srv/db")',
    '𝐝elete_file(path="/srv/db")',
    'delete_file（path=“/srv/db”）',
    'ԁelete_file {"path": "/srv/db"}',
    'DELETE_FILE(path="/srv/db")',
    'deleteFile(path="/srv/db")',
    'delete\\_file(path="/srv/db")',
    '｛"name": "delete_file", "arguments": {"path": "/srv/db"}｝',
  ])('%s', raw => expect(outcome('hermes', raw)).toEqual(counted));
});

describe('more than was read', () => {
  test.each(['argumentsText', 'raw_input', 'extra'])('arguments again, under the key %s', key => {
    const json = `{"name": "read_file", "arguments": {"path": "/a"}, "${key}": "{\\"path\\": \\"/srv/db\\"}"}`;
    expect(outcome('hermes', tagged(json))).toEqual([['read_file', { path: '/a' }], 'repaired read_file']);
  });
  test.each([
    '{"name":"delete_file","parameters":{"type":"object","properties":{"path":{"type":"string","default":"/srv/db"}}}}',
    '{"name":"delete_file","parameters":{"type":"object","properties":{"path":{"type":"string","const":"/srv/db"}}}}',
    '{"delete_file": {"type":"object","properties":{"path":"/srv/db"}}}',
  ])('a definition with values that the offered one has not: %s', json => {
    for (const format of ['llama-json', 'hermes']) expect(outcome(format, json)).toEqual(counted);
  });
});

describe('read after repair', () => {
  test.each(['json\n', '```python\n', '```json\n'])('behind %j in the family’s tags', word => {
    for (const format of ['hermes', 'qwen-xml', 'granite', 'glm', 'mistral', 'kimi-k2']) {
      expect(outcome(format, `<tool_call>${word}${call}\n</tool_call>`)).toContainEqual(deleted);
      expect(outcome(format, `<tool_call>${word}${call}\n</tool_call>`)).toContain('repaired delete_file');
    }
  });
  test.each(['args', 'kwargs', 'arguments', 'tool_input'])('all arguments under the keyword %s', keyword =>
    expect(outcome('pythonic', `[delete_file(${keyword}={"path": "/srv/db"})]`)).toEqual([
      deleted,
      'repaired delete_file',
    ]),
  );
  test('an element without its own close', () => {
    const raw = '<tool name="delete_file"><param name="path">/srv/db</parameter></tool>';
    expect(outcome('hermes', raw)).toEqual([deleted, 'other-format delete_file']);
  });
});

test.each([
  ['kimi-k2', '<|tool_call_begin|>functions.delete_file:0<|tool_call_argument_begin|>GIVEN'],
  ['mistral', '[TOOL_CALLS]delete_file[ARGS]GIVEN'],
])('%s: arguments in a JSON string are whole', (format, raw) => {
  expect(
    outcome(
      format,
      raw.replace('GIVEN', () => JSON.stringify('{"path": "/srv/db"}')),
    ),
  ).toEqual([deleted]);
});

test('Muse names the tool in the header and in the call: that is one call', () => {
  const raw =
    ' to=delete_file<|message|><atem:function_calls><atem:invoke name="NAME"><atem:parameter name="path">/srv/db</atem:parameter></atem:invoke></atem:function_calls>';
  expect(outcome('muse', raw.replace('NAME', 'delete_file'))).toEqual([deleted]);
  expect(outcome('muse', raw.replace('NAME', 'read_file'))).toContain('not-read delete_file');
});
