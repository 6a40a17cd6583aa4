// Calls that a hostile tester hid from this reader, by the way in which they were hidden: each is a call, or is counted.
import { describe, expect, test } from 'vitest';
import { unreadCalls } from '../../src/toolcalls/index.ts';
import { call, deleted, outcome, read, tagged, tools } from './missed.ts';

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
  test('in JSON that had to be repaired as well', () => {
    const inner = '{"name": "delete_file", "arguments": {"path": "/srv/db"}}';
    const json = `{"name": "read_file", "arguments": {"path": "/a"}\n"function": ${inner}}`;
    expect(outcome('hermes', tagged(json))).toContain('not-read delete_file');
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
  test.each([
    'Action: wipe_disk\nAction Input: None',
    'Action: wipe_disk\nAction Input:',
    'Action: wipe_disk\nAction Input: {}',
  ])('%s', raw => expect(outcome('hermes', raw)).toEqual([['wipe_disk', {}], 'other-format wipe_disk']));
  test('of a tool that nobody offered', () => {
    const raw = 'Action: drop_table\nAction Input: prod';
    const said = ['other-format drop_table', 'repaired drop_table'];
    expect(outcome('hermes', raw)).toEqual([['drop_table', { input: 'prod' }], ...said]);
  });
  test.each(['Action: delete_file("/srv/db")', 'Action: delete_file\nAction Input: {"file": "/srv/db"}'])(
    'counted: %s',
    raw => expect(outcome('hermes', raw)).toEqual(['not-read delete_file']),
  );
  test.each([
    'Action: review the file.\nAction Input: none needed',
    'Action: delete_file(path)',
    'Action items: delete_file is risky.\nInput: welcome',
    'The action: we wait. The input: nothing.',
  ])('no call: %s', raw => expect(outcome('hermes', raw)).toEqual([]));
});
