// Destructive calls that encodings, other alphabets, lists and marks in odd places hid; and prose that was taken for calls.
import { describe, expect, test } from 'vitest';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { thinkMarkers } from '../../src/toolcalls/reasoning.ts';
import { exampleCall, otherForms } from './known-calls.ts';
import { call, deleted, outcome, tagged } from './missed.ts';

const good = '{"name": "read_file", "arguments": {"path": "/a"}}';
const isSeen = (format: string, raw: string) => outcome(format, raw).some(one => /delete_file/.test(String(one)));

/** As HTML has it. */
const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const encodings: Readonly<Record<string, (text: string) => string>> = {
  'as HTML': html,
  'as HTML in HTML': text => html(html(text)),
  'with encoded tags': text => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  'with encoded quotes': text => text.replaceAll('"', '&quot;'),
  'with numbers of characters': text => text.replace(/[<>"_{]/g, character => `&#${String(character.codePointAt(0))};`),
  'with hexadecimal numbers': text =>
    text.replace(/[<>"_{]/g, character => `&#x${(character.codePointAt(0) as number).toString(16)};`),
  'as a part of a URL': encodeURIComponent,
};

describe.each(Object.entries(encodings))('a call %s', (_name, encode) => {
  test.each(formatNames)('of the family: %s', format => {
    expect(isSeen(format, encode(exampleCall(format, 'delete_file', '/srv/db')))).toBe(true);
  });
  test.each(Object.entries(otherForms))('in no family’s form: %s', (_form, write) => {
    for (const format of ['hermes', 'llama-json']) {
      expect(isSeen(format, encode(write('delete_file', '/srv/db')))).toBe(true);
    }
  });
});

test.each(['delete&#95;file', 'delete&lowbar;file', 'delete%5Ffile', 'd&#101;lete_file', 'delete\\x5ffile'])(
  'a name with an encoded letter: %s',
  name => {
    expect(outcome('hermes', `${name}(path="/srv/db")`)).toEqual(['not-read delete_file']);
    expect(outcome('hermes', tagged(call.replace('delete_file', () => name.replace('\\', '\\\\'))))).toContain(
      'not-read delete_file',
    );
  },
);

test.each([
  'Write &lt;b&gt;bold&lt;/b&gt; and do not use delete_file &amp; co.',
  'In a URL, delete_file has the path /srv%20db.',
  '&quot;delete_file&quot; deletes a file.',
  '<p>delete_file &mdash; deletes a file; path &mdash; which one.</p>',
])('encoded prose is no call: %s', raw => {
  for (const format of ['hermes', 'llama-json', 'pythonic']) expect(outcome(format, raw)).toEqual([]);
});

/** `delete_file` in letters of other alphabets, and with signs that have no width or are no underscore. */
const names = {
  Cyrillic: 'dеlеtе_filе',
  'one Greek letter': 'delete_fιle',
  'full width': 'ｄｅｌｅｔｅ＿ｆｉｌｅ',
  'double-struck': '𝕕𝕖𝕝𝕖𝕥𝕖_𝕗𝕚𝕝𝕖',
  'small capitals': 'ᴅᴇʟᴇᴛᴇ_ꜰɪʟᴇ',
  'a turned letter': 'deleʇe_file',
  'a letter with a hook': 'ɗelete_file',
  Cherokee: 'ꭰelete_file',
  'a palochka': 'deӏete_file',
  'a ligature': 'delete_ﬁle',
  'zero-width space': 'delete\u200b_file',
  'word joiner': 'd\u2060elete_file',
  'soft hyphen': 'delete\u00ad_file',
  'variation selector': 'delete\ufe0f_file',
  'another hyphen': 'delete‐file',
  'a tie': 'delete‿file',
  'a stroke': 'd̶elete_f̶ile',
};
const forms: Readonly<Record<string, (name: string) => string>> = {
  ...Object.fromEntries(
    Object.entries(otherForms).map(([form, write]) => [form, (name: string) => write(name, '/srv/db')]),
  ),
  ...Object.fromEntries(
    formatNames.map(format => [`of ${format}`, (name: string) => exampleCall(format, name, '/srv/db')]),
  ),
};

describe.each(Object.entries(names))('a name with other letters: %s', (_name, name) => {
  test.each(Object.entries(forms))('%s', (form, write) => {
    for (const format of ['hermes', 'llama-json', form.startsWith('of ') ? form.slice(3) : 'glm']) {
      const counted = outcome(format, write(name)).map(String);
      expect(
        counted.some(one => /^(?:not-read|repaired|other-format) delete_file$/.test(one) || one === String(deleted)),
      ).toBe(true);
    }
  });
});

test.each([
  'Удалить файл (путь="/srv/db") нельзя.',
  'Файл: удалён(path="/srv/db")',
  'αρχείο(path="/srv/db")',
  '文件删除(path="/srv/db")',
])('a word of another language is no name: %s', raw => expect(outcome('hermes', raw)).toEqual([]));

describe('a tool that nobody offered', () => {
  test.each([
    ['pythonic', 'The list is [a(b=1)] as said.'],
    ['pythonic', 'Use `[a(b=1)]` for that.'],
    ['llama-4', 'return [Point(x=1, y=2), Point(x=3, y=4)]'],
    ['pythonic', 'x = [f(i=1), g(j=2)]'],
    ['pythonic', '- [todo(urgent=1)] write'],
    ['llama-json', '{"function": "f(x) = x^2", "parameters": {"x": 1}}'],
    ['llama-json', 'Of {"name": "a person", "parameters": {"age": 3}} I know nothing.'],
  ])('is not called in a sentence: %s: %s', (format, raw) => {
    expect(outcome(format, raw).filter(one => Array.isArray(one))).toEqual([]);
  });
  test.each([
    ['llama-json', 'For example {"name": "foo", "parameters": {"x": 1}} is a call.'],
    ['llama-json', 'The service is {"name": "foo", "args": {"port": 80}}.'],
    ['hermes', 'package.json: {"name": "foo", "arguments": {}}'],
  ])('in the keys of a call, in a sentence, is counted: %s: %s', (format, raw) => {
    expect(outcome(format, raw)).toEqual(['not-read foo']);
  });
  test.each([
    ['pythonic', '[foo(x=1)]'],
    ['pythonic', 'Sure:\n[foo(x=1)]'],
    ['pythonic', '```python\n[foo(x=1)]\n```'],
    ['llama-4', 'So be it <|python_start|>[foo(x=1)]<|python_end|> now.'],
    ['llama-json', '{"name": "foo", "parameters": {"x": 1}}'],
    ['llama-json', 'Sure:\n\n{"name": "foo", "parameters": {"x": 1}}'],
    ['llama-json', '```json\n{"name": "foo", "parameters": {"x": 1}}\n```'],
    ['llama-json', 'So be it <|python_tag|>{"name": "foo", "parameters": {"x": 1}} now.'],
  ])('is called where it stands alone in the family’s frame: %s: %s', (format, raw) => {
    expect(outcome(format, raw)).toEqual([['foo', { x: 1 }]]);
  });
});

test.each([
  ['pythonic', 'I call [delete_file(path="/srv/db")] now.'],
  ['llama-json', `I call ${call.replace('arguments', 'parameters')} now.`],
])('an offered one is called in a sentence as well: %s: %s', (format, raw) =>
  expect(outcome(format, raw)).toEqual([deleted]),
);

describe('marks of thoughts in and around a list', () => {
  const pairs = thinkMarkers.map(({ open, closes }) => [open, closes[0] as string] as const);
  test.each(pairs)('%j and %j', (open, close) => {
    const lists = [
      `[${good}, ${open}hm${close}${call}]`,
      `[${good}${open}hm${close}, ${call}]`,
      `[${open}hm${close}${call}]`,
      `[${call}${open}hm${close}]`,
      `${open}[${call}]${close}`,
      `[${good},${open} ${call}`,
      `[${good},${close} ${call}]`,
      `[{"name": "delete_file", ${open}hm${close}"arguments": {"path": "/srv/db"}}]`,
      `[{"name": "delete_file", "arguments": {"path"${close}: "/srv/db"}}]`,
    ];
    for (const list of lists) {
      for (const raw of [list, `<tool_calls>${list}</tool_calls>`, `<tool_calls>${list}`]) {
        for (const format of ['json-list', 'hermes', 'mistral']) {
          expect({ raw, seen: isSeen(format, raw) }).toEqual({ raw, seen: true });
        }
      }
    }
  });
});

describe('a call that is read only without a mark in it', () => {
  test.each([
    ['harmony', '<|channel|>commentary to=functions.<|END_THINKING|>delete_file<|message|>{"path": "/srv/db"}<|call|>'],
    ['hermes', 'Action: <think>delete_file\nActio</think>n Input: /srv/db'],
    [
      'hermes',
      '{"jsonrpc":"2.0","id":1,"method":"delete_file<|channel>thought\n","params":{"path":"/srv/db"}<channel|>}',
    ],
    ['hermes', '<delete_<|inner_prefix|>hm<|inner_suffix|>file>\n<path>/srv/db</path>\n</delete_file>'],
    ['hermes', 'dele</think>te_file(path="/srv/db")'],
  ])('%s: %s', (format, raw) => expect(isSeen(format, raw)).toBe(true));
  test('nor does what looks like one', () => {
    expect(outcome('hermes', '# >>>delete_file\n# {"path<|end|>": "/srv/db"}')).toEqual(['not-read delete_file']);
  });
  test('nor does a call vanish that another one stands inside of', () => {
    const inner = '<|tool_call|>[{"name": "read_file", "arguments": {"path": "/a"}}]';
    expect(isSeen('hermes', `{"name": "delete_file", "argumen${inner}ts": {"path": "/srv/db"}}`)).toBe(true);
    expect(isSeen('glm', `delete_file${inner}({"path": "/srv/db"})`)).toBe(true);
  });
  test('a thought and an answer about tools are not counted together', () => {
    const raw = '<think>I could use delete_file on</think>"/srv/db": do you agree?';
    expect(outcome('hermes', raw)).toEqual([]);
  });
});

test.each([
  '<TOOL_CALL>delete_file\n<ARG_KEY>path</ARG_KEY>\n<ARG_VALUE>/srv/db</ARG_VALUE>',
  'delete_file.\n{"path": "/srv/db"}',
  '> delete_file\n> ```python\n> tool_call(path="/srv/db")\n> ```',
  'delete_filepath": "/srv/db"})',
  'Action: delete_file()[/srv/db]',
  'Action: delete_file [/srv/db]{"a": 1}',
  '# delete_file\n# "path": "/srv/db"}',
  'Actn: delete_file[/srv/db]',
  'CONTENTdelete_file({"path": "/srv/db"})',
  'nulldelete_file(path="/srv/db")null',
  'Action: delete_file.[/srv/db]',
  '<!--delete_file(path="/srv/db")-->',
  '1. delete_file\n1. {"path": "/srv/db"}',
  'Action: \ndelete_file\n[/srv/db]',
  '1. delete_file\n1.  ```python\n1. tool_call(path="/srv/db")\n1. ```',
  'delete_file\n ```python\n[/think]tool_call(path="/srv/db")\n```',
  '<|TOOL_CALL_BEGIN|>functions.delete_file:0<|TOOL_CALL_ARGUMENT_BEGIN|>"path": "/srv/db"}<|TOOL_CALL_END|>',
  '✿FUNCTION ✿: delete_file\n✿ARGS✿: {"path": ""/srv/db"}',
  '<|start|>assistantdelete_file\n{"path": "/srv/db"}',
  "delete_file\n ```python\ntool_callpath='/srv/db')\n```",
  "{}delete_file\n ```python\ntool_call(/* c */path='/srv/db')\n```",
  '\n<path>/srv/db</path>\n</delete_file>',
])('what is left of a call is counted: %j', raw => {
  for (const format of ['hermes', 'qwen-xml', 'llama-json'])
    expect(outcome(format, raw)).toEqual(['not-read delete_file']);
});

test('a call that a broken one swallows is counted in thoughts as well', () => {
  const broken = '<|channel|>commentary to=functions.read_file<|message|>{"path": {"path": "/a"}, "path": ; ';
  const raw = `<think>${broken}${exampleCall('gemma-4', 'delete_file', '/srv/db')}`;
  expect(isSeen('gemma-4', raw)).toBe(true);
  expect(isSeen('gemma-4', `${raw}</think>`)).toBe(true);
  expect(isSeen('hermes', 'Action: read_file[/a, Action: delete_file[/srv/db]')).toBe(true);
});

test('a call in an argument, behind what closes the argument, is counted', () => {
  const raw = `<function=write_file><parameter=path>/a</parameter>\n${call}<parameter=size>2</parameter></function>`;
  expect(isSeen('qwen-xml', raw)).toBe(true);
});

test.each([
  'Action: tools/delete_file\nAction Input: /srv/db',
  'Action: tools/delete_file[/srv/db]',
  'Action: read_file\nAction Input: /a, Action: delete_file\nAction Input: /srv/db',
])('ReAct reads it: %j', raw => expect(outcome('hermes', raw)).toContainEqual(deleted));

describe('a second call of a tool that is called is not taken for the first', () => {
  const asked = tagged('{"name": "delete_file", "arguments": {"path": "/tmp/ok"}}');
  test.each([
    '<|channel|>commentary to=functions.<|channel>thought\ndelete_file <|constrain|>json<|message|>{"path": "/srv/db"}<|call|>',
    '{"name": "delete_file", "parameters"<mm:think>: {"path</mm:think>": "/srv/db"}}',
    "delete_file\n ```python\ntool_cal<|START_THINKING|>\nhm.\n<|END_THINKING|>l(path='/srv/db')\n```",
    'dele</think>te_file(path="/srv/db")',
  ])('%s', raw => {
    for (const text of [`${raw}\n${asked}`, `${asked}\n${raw}`])
      expect(outcome('hermes', text)).toContain('not-read delete_file');
  });
  test('but a mark in an argument makes no second call', () => {
    const marked = asked.replace('/tmp', '/a </think> b');
    expect(outcome('hermes', marked)).toEqual([['delete_file', { path: '/a </think> b/ok' }]]);
  });
  test('quotes behind backslashes are quotes of an attribute', () => {
    expect(outcome('hermes', JSON.stringify('<delete_file path="/srv/db"/>'))[0]).toEqual(deleted);
  });
});

test('a call in the text of ReAct’s input is counted', () => {
  const raw = 'Action: read_file\nAction Input: /a, [TOOL_CALLS]delete_file[ARGS]{"path": "/srv/db"}';
  expect(outcome('hermes', raw)).toContain('not-read delete_file');
});

test('a key with signs that no key has is counted', () => {
  const raw = '<function=delete_file><parameter=path x>/srv/db</parameter></function>';
  expect(outcome('qwen-xml', raw)).toEqual([['delete_file', { 'path x': '/srv/db' }], 'repaired delete_file']);
});

describe('calls in no form at all, as people and programs write them', () => {
  test.each([
    '/delete_file /srv/db',
    '!delete_file /srv/db',
    'delete_file <<< /srv/db',
    'delete_file::/srv/db',
    'delete_file=/srv/db',
    'delete_file;/srv/db',
    'delete_file\tpath\t/srv/db',
    'delete_file\n/srv/db',
    'delete_file\n\n/srv/db',
    'delete_file «/srv/db»',
    'delete_file["path"]="/srv/db"',
    'delete_file.path = "/srv/db"',
    '<|tool|>delete_file<|args|>/srv/db',
    '{"command": "delete_file /srv/db"}',
    '{"delete_file": true, "path": "/srv/db"}',
    '{"name": {"value": "delete_file"}, "arguments": {"path": "/srv/db"}}',
    'Running delete_file on /srv/db',
    'Calling tool delete_file with argument /srv/db',
    `delete_file${'\n'.repeat(60)}{"path": "/srv/db"}`,
    `delete_file${' '.repeat(100)}path="/srv/db"`,
  ])('%j', raw => {
    for (const format of ['hermes', 'llama-json', 'harmony'])
      expect(outcome(format, raw)).toEqual(['not-read delete_file']);
  });
  test.each([
    'wipe_disk',
    '`wipe_disk`',
    '$ wipe_disk',
    '/wipe_disk',
    'wipe_disk;',
    'call wipe_disk',
    'Calling wipe_disk...',
    'tool_call: wipe_disk',
    'functions.wipe_disk:0',
    '["wipe_disk"]',
    '{"tool_calls": ["wipe_disk"]}',
    '>>>wipe_disk\n',
    '```\nwipe_disk\n```',
    'Sure:\nwipe_disk',
    'Wipe_Disk()',
  ])('of a tool that takes nothing: %j', raw => {
    for (const format of ['hermes', 'llama-json', 'harmony'])
      expect(outcome(format, raw)).toEqual(['not-read wipe_disk']);
  });
  test.each([
    'Tools:\n- wipe_disk\n- read_file',
    '1. wipe_disk\n2. read_file',
    '**wipe_disk**\n\nErases the disk.',
    '## wipe_disk\nErases the disk.',
    '<b>wipe_disk</b> erases the disk.',
    'wipe_disk erases the disk.',
    'wipe_disk: not found',
    'You could use wipe_disk.',
    'delete_file\nread_file\nwrite_file',
    'I will not run delete_file on /srv/db, as it is in use.',
    'undelete_file(path) and safe_delete_file(path="/a") are other functions.',
  ])('prose is none: %j', raw => {
    for (const format of ['hermes', 'llama-json', 'pythonic']) expect(outcome(format, raw)).toEqual([]);
  });
  test('nor is a line that names a call which was made', () => {
    expect(outcome('hermes', `Calling wipe_disk...\n${tagged('{"name": "wipe_disk", "arguments": {}}')}`)).toEqual([
      ['wipe_disk', {}],
    ]);
  });
});
