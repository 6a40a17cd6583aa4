// Syntax of one family under the template of another: a call that a strict parser would miss.
import { expect, test } from 'vitest';
import { readReply } from '../../src/toolcalls/index.ts';

const json = '<tool_call>\n{"name": "f", "arguments": {"x": "1"}}\n</tool_call>';
const xml = '<tool_call>\n<function=f>\n<parameter=x>\n1\n</parameter>\n</function>\n</tool_call>';
const tools = [
  { type: 'function' as const, function: { name: 'f', parameters: { properties: { x: { type: 'string' } } } } },
];

test.each([
  ['hermes', json],
  ['hermes', xml],
  ['qwen-xml', json],
  ['qwen-xml', xml],
  ['mistral', '[TOOL_CALLS][{"name": "f", "arguments": {"x": "1"}}]'],
  ['mistral', '[TOOL_CALLS]f[ARGS]{"x": "1"}'],
  [
    'deepseek',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{"x": "1"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  ['deepseek', '<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{"x": "1"}\n```<｜tool▁call▁end｜>'],
  ['llama-json', '[{"name": "f", "parameters": {"x": "1"}}]'],
])('%s reads %s', (format, reply) => {
  const read = readReply(`Now. ${reply}`, { format, generationPrompt: '', tools });
  expect(read.calls).toMatchObject([{ name: 'f', arguments: { x: '1' }, state: 'complete' }]);
  expect(read).toMatchObject({ content: 'Now.', reasoning: '' });
});

test('a name without arguments is no call where no marker says so', () => {
  const reply = '{"name": "f"}';
  expect(readReply(reply, { format: 'llama-json', generationPrompt: '', tools })).toMatchObject({
    calls: [],
    content: reply,
  });
});
