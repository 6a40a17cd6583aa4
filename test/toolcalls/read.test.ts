import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readReply } from '../../src/toolcalls/index.ts';

const hermes = (raw: string, generationPrompt = '') => readReply(raw, { format: 'hermes', generationPrompt });
const llama = (raw: string) => readReply(raw, { format: 'llama-json', generationPrompt: '' });
const call = (name: string, args: string) => `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call>`;

describe('hermes', () => {
  test('a call', () => {
    const { calls, content } = hermes(call('read_file', '{"path": "/a"}'));
    expect(calls).toEqual([
      { name: 'read_file', arguments: { path: '/a' }, argumentsText: '{"path": "/a"}', state: 'complete' },
    ]);
    expect(content).toBe('');
  });
  test('text around calls is content, parallel calls keep their order', () => {
    const { calls, content } = hermes(`Sure.\n${call('a', '{}')}\n${call('b', '{"x": 1}')} Done.`);
    expect(calls.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(content).toBe('Sure.\n\n Done.');
  });
  test('no newline, leftover end token, missing close marker', () => {
    expect(hermes('<tool_call>{"name": "a", "arguments": {}}</tool_call><|im_end|>').calls).toHaveLength(1);
    expect(hermes('<tool_call>{"name": "a", "arguments": {}}').calls[0]?.state).toBe('complete');
  });
  test('a close marker inside a string stays in the string', () => {
    const { calls } = hermes(call('write', '{"text": "</tool_call>"}'));
    expect(calls[0]?.arguments).toEqual({ text: '</tool_call>' });
  });
  test('duplicate keys and big integers keep their text', () => {
    const { calls } = hermes(call('pay', '{"amount": 12345678901234567890, "to": "a", "to": "b"}'));
    expect(calls[0]?.argumentsText).toBe('{"amount": 12345678901234567890, "to": "a", "to": "b"}');
  });
  test('a good call beside a broken one is kept, the broken one noted', () => {
    const { calls, notes } = hermes(`<tool_call>nonsense</tool_call>${call('a', '{}')}`);
    expect(calls.map(({ name }) => name)).toEqual(['a']);
    expect(notes.map(({ code }) => code)).toEqual(['malformed-call']);
  });
  test('repair is labelled', () => {
    const { calls } = hermes(`<tool_call>{'name': 'a', 'arguments': {'x': 1,}}</tool_call>`);
    expect(calls).toMatchObject([{ name: 'a', arguments: { x: 1 }, state: 'repaired' }]);
  });
  test('a reply cut off inside a call', () => {
    expect(hermes('<tool_call>\n{"name": "delete_file", "arguments": {"path": "/v').calls).toMatchObject([
      { name: 'delete_file', state: 'partial', argumentsText: '{"path": "/v' },
    ]);
    expect(hermes('<tool_call>\n{"nam').calls).toEqual([]);
  });
  test('arguments given as a JSON string', () => {
    expect(hermes(call('a', '"{\\"x\\": 1}"')).calls[0]?.arguments).toEqual({ x: 1 });
  });
});

describe('reasoning', () => {
  test('a call inside a closed think block is a thought', () => {
    const { calls, reasoning, content } = hermes(`<think>maybe ${call('rm', '{}')}</think>No.`);
    expect(calls).toEqual([]);
    expect(reasoning).toContain('maybe');
    expect(content).toBe('No.');
  });
  test('the generation prompt may have opened the block', () => {
    const { calls, reasoning } = hermes(`thinking</think>${call('a', '{}')}`, '<|im_start|>assistant\n<think>\n');
    expect(reasoning).toBe('thinking');
    expect(calls).toHaveLength(1);
  });
});

describe('a block of reasoning that is still open', () => {
  const raw = `perhaps ${call('rm', '{}')} or not`;
  const read = (finish: 'stop' | 'length' | 'unfinished') =>
    readReply(raw, { format: 'hermes', generationPrompt: '<think>\n', finish });
  test('holds a call where the model ended its reply in it', () => {
    expect(read('stop').calls.map(({ name }) => name)).toEqual(['rm']);
  });
  test('holds thoughts while it may still be closed', () => {
    for (const finish of ['length', 'unfinished'] as const) {
      expect(read(finish)).toMatchObject({ calls: [], content: '', reasoning: raw });
    }
  });
});

describe('llama json', () => {
  test('parameters, python tag, several calls', () => {
    const { calls } = llama(
      '<|python_tag|>{"name": "a", "parameters": {"x": 1}}; {"name": "b", "parameters": {}}<|eom_id|>',
    );
    expect(calls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ['a', { x: 1 }],
      ['b', {}],
    ]);
  });
  test('JSON that is no call is content', () => {
    expect(llama('{"answer": 42}')).toMatchObject({ calls: [], content: '{"answer": 42}' });
  });
});

test('no text makes the reader throw', () => {
  const pieces = [
    '<tool_call>',
    '</tool_call>',
    '{"name": "a", ',
    '"arguments": {',
    '}',
    '[',
    '"',
    '\\',
    '<think>',
    '</think>',
    'x',
    '\n',
    '😀',
    '{{{{',
    ';',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 40 }),
      parts => {
        for (const format of ['hermes', 'llama-json', 'unknown']) {
          const { calls } = readReply(parts.join(''), { format, generationPrompt: '' });
          for (const { name } of calls) expect(name).not.toBe('');
        }
      },
    ),
    { numRuns: 3000, seed: 1 },
  );
});

test('deep nesting is refused, not recursed into', () => {
  expect(
    hermes(`<tool_call>{"name": "a", "arguments": ${'['.repeat(50_000)}`).calls.every(
      ({ state }) => state === 'partial',
    ),
  ).toBe(true);
});
