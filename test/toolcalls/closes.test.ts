// Marks that a model writes twice, wrongly, or with a backslash and an n between them: the value is right, or it is counted.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { readReply, unreadCalls } from '../../src/toolcalls/index.ts';
import { exampleCall, tools } from './known-calls.ts';

const taggedFormats = formatNames.filter(name =>
  /Paris\n?(?:\]<\]minimax\[>\[)?<(?:\/|\|close)/.test(exampleCall(name, 'f', 'Paris')),
);
const valueClose = /\/srv\/db(\n?)((?:\]<\]minimax\[>\[)?<[^>]+>(?:argument<\|sep\|>)?)/;

function read(format: string, raw: string) {
  const reply = readReply(raw, { format, generationPrompt: '', tools, finish: 'stop' });
  const values = reply.calls.map(({ name, arguments: args }) => [name, args]);
  return { values, counted: unreadCalls(reply, tools).length, reply };
}
const deleted = [['delete_file', { path: '/srv/db' }]];
const call = (format: string) => exampleCall(format, 'delete_file', '/srv/db');

test('tagged formats are known', () => expect(taggedFormats.length).toBeGreaterThanOrEqual(12));

describe.each(taggedFormats)('%s', format => {
  test.each(['', '\n', '\n  '])('a closing tag that is written twice, %j between them', gap => {
    for (const times of [2, 3]) {
      const raw = call(format).replace(
        valueClose,
        (_all, space, close) => `/srv/db${space}${Array(times).fill(close).join(gap)}`,
      );
      expect(read(format, raw).values).toEqual(deleted);
    }
  });
  test.each(['</param>', '</parameter>', '</arg>', '</value>', '</path>', '</invoke>', ''])(
    '%j closes the value',
    wrong => {
      const raw = call(format).replace(
        valueClose,
        (_all, space, close) => `/srv/db${space}${close === wrong ? '' : wrong}`,
      );
      const { values, counted } = read(format, raw);
      expect(values).toEqual(deleted);
      expect(counted).toBeGreaterThan(0);
    },
  );
  test('line breaks that are written as \\n', () => {
    const raws = [call(format).replaceAll('\n', '\\n'), call(format).replace(/(>)(<)/g, '$1\\n$2')];
    for (const raw of raws.filter(one => one !== call(format) && !one.includes(']\\n<'))) {
      const { values, counted, reply } = read(format, raw);
      expect(values).toEqual(deleted);
      expect(counted > 0 || reply.calls[0]?.state === 'complete').toBe(true);
    }
  });
});

describe('of two arguments', () => {
  const write = {
    type: 'function' as const,
    function: { name: 'write', parameters: { properties: { path: { type: 'string' }, content: { type: 'string' } } } },
  };
  const args = (raw: string, format: string) => {
    const reply = readReply(raw, { format, generationPrompt: '', tools: [write], finish: 'stop' });
    return [reply.calls.map(one => one.arguments), unreadCalls(reply, [write]).map(({ code }) => code)];
  };
  test.each([
    ['qwen-xml', '<function=write><parameter=path>/a</param><parameter=content>x</parameter></function>'],
    [
      'qwen-xml',
      '<function=write><parameter=path>/a</parameter></parameter><parameter=content>x</parameter></function>',
    ],
    ['qwen-xml', '<function=write>\n<parameter=path>\n/a\n<parameter=content>\nx\n</parameter>\n</function>'],
    [
      'minimax-m2',
      '<invoke name="write"><parameter name="path">/a</param><parameter name="content">x</parameter></invoke>',
    ],
    [
      'minimax-m2',
      '<invoke name="write">\n<parameter name="path">/a\n<parameter name="content">x</parameter>\n</invoke>',
    ],
    ['minicpm', '<function name="write"><param name="path">/a</parameter><param name="content">x</param></function>'],
    [
      'glm',
      '<tool_call>write\n<arg_key>path</arg_key>\n<arg_value>/a</value>\n<arg_key>content</arg_key>\n<arg_value>x</arg_value>\n</tool_call>',
    ],
  ])('the first one ends before the second: %s: %s', (format, raw) => {
    expect(args(raw, format)).toEqual([[{ path: '/a', content: 'x' }], ['repaired']]);
  });
  test.each([
    ['Use <parameter=x>y</parameter>', []],
    ['<parameter>\n  <hello></hello>\n</parameter>', []],
    ['</div>', []],
    ['a </parameter> b', ['repaired']],
    ['/a</path>', []],
    ['x</content>', ['repaired']],
  ])('a value keeps its own tags, and is counted where they are not balanced: %s', (content, counted) => {
    const raw = `<function=write><parameter=path>/a</parameter><parameter=content>${content}</parameter></function>`;
    expect(args(raw, 'qwen-xml')).toEqual([[{ path: '/a', content }], counted]);
  });
  test('a key that is written twice is counted', () => {
    const raw = '<function=write><parameter=path>/a</parameter><parameter=path>/b</parameter></function>';
    expect(args(raw, 'qwen-xml')).toEqual([[{ path: '/b' }], ['repaired']]);
    expect(
      args('<tool_call>{"name": "write", "arguments": {"path": "/a", "path": "/b"}}</tool_call>', 'hermes'),
    ).toEqual([[{ path: '/b' }], ['repaired']]);
  });
  test('a backslash and an n inside of values and strings stay', () => {
    const json = String.raw`{"name": "write", "arguments": {"path": "/a", "content": "<a>\n<b>"}}`;
    expect(args(`<tool_call>\n${json}\n</tool_call>`, 'hermes')).toEqual([[{ path: '/a', content: '<a>\n<b>' }], []]);
    expect(args(`<tool_call>\\n${json}\\n</tool_call>`, 'hermes')).toEqual([
      [{ path: '/a', content: '<a>\n<b>' }],
      ['repaired'],
    ]);
    const tagged = String.raw`<function=write><parameter=path>C:\new</parameter><parameter=content>print("x>\n<y")</parameter></function>`;
    expect(args(tagged, 'qwen-xml')).toEqual([
      [{ path: String.raw`C:\new`, content: String.raw`print("x>\n<y")` }],
      [],
    ]);
  });
});

const miswritten = fc.record({
  format: fc.constantFrom(...formatNames),
  how: fc.constantFrom('breaks', 'breaks beside brackets', 'double', 'wrong', 'drop'),
  mark: fc.nat(),
  wrong: fc.constantFrom(
    '</parameter>',
    '</param>',
    '</arg_value>',
    '</function>',
    '</invoke>',
    '</tool_call>',
    '<parameter>',
    '</path>',
  ),
  after: fc.constantFrom('', '\n', '\nDone.', '</tool_call>'),
});

test('6,000 calls with one mark written twice, wrongly or not at all: none is lost or changed in silence', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(miswritten, ({ format, how, mark, wrong, after }) => {
      const text = call(format);
      const marks = [...text.matchAll(/<[^<>]{2,80}>/g)];
      const one = marks[mark % Math.max(1, marks.length)];
      const [at, tag] = [one?.index ?? 0, one?.[0] ?? ''];
      const ways: Readonly<Record<string, string>> = {
        breaks: text.replaceAll('\n', '\\n'),
        'breaks beside brackets': text.replace(/([>}\]])(?=[<{[])/g, '$1\\n'),
        double: text.slice(0, at) + tag + text.slice(at),
        wrong: text.slice(0, at) + wrong + text.slice(at + tag.length),
        drop: text.slice(0, at) + text.slice(at + tag.length),
      };
      const broken = ways[how] ?? text;
      const { values, counted } = read(format, broken + after);
      expect({ broken, seen: counted > 0 || JSON.stringify(values) === JSON.stringify(deleted) }).toEqual({
        broken,
        seen: true,
      });
    }),
    { numRuns: 6000, seed: 19 },
  );
});
