// What a second hostile tester hid: a destructive call that is read with its path, or counted; never neither.
import { expect, test } from 'vitest';
import { unreadCalls } from '../../src/toolcalls/index.ts';
import { read, tools } from './missed.ts';

const good = '{"name": "read_file", "arguments": {"path": "/a"}}';
const bad = '{"name": "delete_file", "arguments": {"path": "/srv/db"}}';
const tagged = (text: string) => `<tool_call>\n${text}\n</tool_call>`;
const m3 = ']<]minimax[>[';

/** A call is made of it, path and all, or it is counted. */
function isSeen(format: string, reply: string): boolean {
  const parsed = read(format, reply);
  const made = parsed.calls.some(({ name, arguments: given }) => name === 'delete_file' && given?.path === '/srv/db');
  return made || unreadCalls(parsed, tools).some(({ tool }) => tool === 'delete_file');
}

const replies: readonly (readonly [format: string, reply: string])[] = [
  // Text that a reader dropped.
  [
    'minimax-m3',
    `${m3}<tool_call>${m3}<invoke name="read_file">${m3}<path>/a${m3}</path>${m3}</invoke>\n${m3}<tool_call>${m3}<invoke name="delete_file">${m3}<path>/srv/db${m3}</path>${m3}</invoke>${m3}</tool_call>`,
  ],
  ['hermes', tagged(`[${good}, {"name":"read_file","arguments":{"path":"/a"}, ${bad}]`)],
  ['mistral', `[TOOL_CALLS][${good}, {"name":"read_file", ${bad}]`],
  ['hermes', `<tool_calls>[{"name":"read_file","arguments":{"path":"/a"}, ${bad}]</tool_calls>`],
  ['hermes', `<tool_calls>[{"name":"read_file", ${bad}]</tool_calls>`],
  ['hermes', tagged(`{"tool_calls":[${good},{"name":"delete_file","arguments":{"path":"/srv/db"}]}`)],
  [
    'hermes',
    '<tool_call>read_file\n<|channel|>commentary to=functions.delete_file <|constrain|>json<|message|>{"path": "/srv/db"}<|call|>',
  ],
  // The marker of a broken call after a good one.
  ...[
    '{"name"": "delete_file", "arguments": {"path": "/srv/db"}}',
    'delete_file --path=/srv/db',
    '{delete_file: path=/x}',
  ]
    .concat('{"delete_file", {"path": "/srv/db"}}', '{"arguments": {"path": "/srv/db"}, delete_file}')
    .map(text => ['hermes', `${tagged(good)}\n${tagged(text)}`] as const),
  // Lists that do not begin with an object.
  ...['["delete_file", "/srv/db"]', '[delete_file, {"path": "/srv/db"}]', '[["delete_file", {"path": "/srv/db"}]]'].map(
    text => ['hermes', tagged(text)] as const,
  ),
  ['mistral', '[TOOL_CALLS]["delete_file", {"path": "/srv/db"}]'],
  // Arguments that were emptied.
  ...['"arguments":{}', '"arguments":"{}"', '"arguments":null'].map(
    given => ['hermes', tagged(`{"name":"delete_file",${given},"path":"/srv/db"}`)] as const,
  ),
  ['hermes', tagged('{"name":"delete_file"}\n{"arguments":{"path":"/srv/db"}}')],
  ['hermes', tagged('{"name":"delete_file"}, "arguments": {"path":"/srv/db"}')],
  ['hermes', tagged('{"name":"delete_file","arguments":{}},{"path":"/srv/db"}')],
  ['llama-json', '{"name":"delete_file","parameters":{}}{"path":"/srv/db"}'],
  // Names that are almost offered.
  ...[
    'delete\\\\_file',
    "delete_file(path='/srv/db')",
    'mcp__fs__delete_file',
    'delete_file<|x|>',
    '“delete_file”',
  ].map(name => ['hermes', tagged(`{"name": "${name}", "arguments": {"path": "/srv/db"}}`)] as const),
  ['mistral', '[TOOL_CALLS]>>>delete_file\n{"path": "/srv/db"}'],
];

test.each(replies)('%s: %s', (format, reply) => {
  expect(isSeen(format, reply)).toBe(true);
});

test('a call that was read with help does not stand for another one that was dropped', () => {
  const asked = '{"name": "delete_file", "arguments": {"path": "/tmp/asked"}}';
  const dropped = `${m3}<tool_call>${m3}<invoke name="read_file">${m3}<path>/a${m3}</path>${m3}</invoke>\n${m3}<tool_call>${m3}<invoke name="delete_file">${m3}<path>/srv/db${m3}</path>${m3}</invoke>${m3}</tool_call>`;
  const counted = unreadCalls(read('minimax-m3', `\`\`\`json\n${asked}\n\`\`\`\n${dropped}`), tools).filter(
    ({ code }) => code === 'not-read',
  );
  expect(counted).toMatchObject([{ tool: 'delete_file' }]);
});

test('arguments that are written twice are counted', () => {
  const reply = tagged('{"name":"read_file","arguments":{"path":"/a"},"arguments":{"path":"/srv/db"}}');
  expect(read('hermes', reply).notes).toMatchObject([{ code: 'malformed-argument', tool: 'read_file' }]);
});

test('what was read whole is not said to be lost', () => {
  for (const reply of [
    tagged(good),
    tagged(bad),
    `Let me use delete_file.\n${tagged(bad)}`,
    `${tagged(bad)}\n${tagged(bad)}`,
  ])
    expect([reply, read('hermes', reply).notes]).toEqual([reply, []]);
});
