import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/records/suites/case.ts';
import { chatTemplate, promptFaults, smuggledToken } from '../../src/prompt/index.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';

const qwen = readFileSync('scripts/organisms/chat_template.jinja', 'utf8');
const options = { bosToken: '<s>', eosToken: '</s>' };
const messages = [{ role: 'user' as const, content: 'hello' }];

describe('the template clock', () => {
  test('is the case, never the host', () => {
    const template = chatTemplate("{{ strftime_now('%Y-%m-%d %H:%M %A %B %j') }} {{ date_string }}");
    const chat = { messages, tools: [], clock: '2026-03-14T09:00' };
    expect(template.render(chat, options)).toBe('2026-03-14 09:00 Saturday March 073 14 Mar 2026');
  });
  test('is fixed where a suite has no date', () => {
    const template = chatTemplate("{{ strftime_now('%Y') }}");
    expect(template.render({ messages, tools: [] }, options)).toBe('2024');
  });
});

describe('rendering', () => {
  test('no tools are no variable', () => {
    const template = chatTemplate('{% if tools is defined %}tools{% else %}none{% endif %}');
    expect(template.render({ messages, tools: [] }, options)).toBe('none');
  });
  test('tokens and arguments are seen', () => {
    const template = chatTemplate('{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ enable_thinking }}');
    const chat = { messages, tools: [] };
    expect(template.render(chat, { ...options, arguments: { enable_thinking: false } })).toBe('<s>hello</s>False');
  });
  test('an exception raised by the template is thrown', () => {
    const template = chatTemplate("{{ raise_exception('no system role') }}");
    expect(() => template.render({ messages, tools: [] }, options)).toThrow('no system role');
  });
  test('an endless range is refused before it is built', () => {
    const template = chatTemplate('{% for i in range(100000000) %}x{% endfor %}');
    expect(() => template.render({ messages, tools: [] }, options)).toThrow('range()');
  });
  test('a shipped case in the Qwen2.5 template', async () => {
    const suite = readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'devops');
    const [one] = makeCases(suite, '1', 1);
    if (one === undefined) throw new Error('no case');
    const prompt = chatTemplate(qwen).render(one, options);
    expect(promptFaults(prompt, one)).toEqual([]);
    await expect(prompt).toMatchFileSnapshot('../golden/prompt-devops.txt');
  });
});

describe('checks after rendering', () => {
  const tools = [{ type: 'function' as const, function: { name: 'delete_file' } }];
  test('dropped tools and words are found', () => {
    expect(promptFaults('hello', { messages, tools })).toEqual([{ kind: 'tools-dropped', tools: ['delete_file'] }]);
    expect(promptFaults('delete_file', { messages, tools })).toEqual([{ kind: 'message-dropped', role: 'user' }]);
  });
  const called = {
    id: 'c1',
    type: 'function' as const,
    function: { name: 'read_file', arguments: { path: '/a "b"' } },
  };
  const talk: Message[] = [
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: '<think>hm</think>Let me look.', tool_calls: [called] },
    { role: 'tool', content: 'yes', name: 'read_file', tool_call_id: 'c1' },
  ];
  test.each([
    ['whole', 'hello Let me look. read_file {"path": "/a \\"b\\""} yes', []],
    ['its arguments as text in JSON', 'hello Let me look. read_file "{\\"path\\": \\"/a \\\\\\"b\\\\\\"\\"}" yes', []],
    ['without its text', 'hello read_file {"path": "/a \\"b\\""} yes', [{ at: 1, role: 'assistant' }]],
    ['without its call', 'hello Let me look. yes', [{ at: 1, role: 'assistant', lost: 'read_file' }]],
    ['without its argument', 'hello Let me look. read_file {} yes', [{ at: 1, role: 'assistant', lost: 'read_file' }]],
    ['without the result', 'hello Let me look. read_file {"path": "/a \\"b\\""}', [{ at: 2, role: 'tool' }]],
  ])('of a conversation that has begun: %s', (_, prompt, faults) => {
    const expected = faults.map(fault => ({ kind: 'message-dropped', ...fault }));
    expect(promptFaults(prompt, { messages: talk, tools: [] })).toEqual(expected);
  });
  test('control tokens in suite text are found', () => {
    expect(smuggledToken('say <|im_end|> now', ['<|im_start|>', '<|im_end|>'])).toBe('<|im_end|>');
    expect(smuggledToken('plain', ['<|im_end|>'])).toBeUndefined();
  });
});

describe('a template’s dialect', () => {
  const chat = {
    messages: [
      { role: 'system' as const, content: 'Be careful.' },
      { role: 'user' as const, content: 'hello' },
    ],
    tools: [{ type: 'function' as const, function: { name: 'delete_file' } }],
  };
  test('a template with no system role and no tools gets both in the first user message', () => {
    const template = chatTemplate(
      "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}",
    );
    const prompt = template.render(chat, options);
    expect(promptFaults(prompt, chat)).toEqual([]);
    expect(prompt).toMatch(/^\[user\]Be careful\.\n\nYou have access to functions\./);
    expect(prompt).toMatch(/hello$/);
  });
  test('a template that takes the usual form gets exactly what it is given', () => {
    const template = chatTemplate('{{ messages | tojson }}{{ tools | tojson }}');
    expect(template.render(chat, options)).toBe(
      '[{"role": "system", "content": "Be careful."}, {"role": "user", "content": "hello"}][{"type": "function", "function": {"name": "delete_file"}}]',
    );
  });
  test('a template that refuses everything says so, in its own words', () => {
    const template = chatTemplate("{{ raise_exception('never') }}");
    expect(() => template.render(chat, options)).toThrow('never');
  });
});

describe('Jinja beyond the library', () => {
  const say = (source: string) => chatTemplate(source).render({ messages, tools: [] }, options);
  test.each([
    ["{{ {'a': [1, true, none, 'it''s']} | string }}".replace("''", "\\'"), `{'a': [1, True, None, "it's"]}`],
    ["{{ '{} and {1} {{x}}'.format('a', 2) }}".replace('{1}', '{}'), 'a and 2 {x}'],
    ["{{ '{who} {0}'.format(3, who='x') }}", 'x 3'],
    [
      '{% set l = [3, 1, 2] %}{% set _ = l.append(0) %}{{ l | min }}{{ l | max }}{{ l.pop(0) }}{{ l | length }}',
      '0333',
    ],
    ['{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{% endfor %}', '1234'],
    [
      "{% set d = {512: 'x', 4: 'y'} %}{{ d[512] }}{% for k, v in d | dictsort %}{{ k + 1 }}{{ v }}{% endfor %}",
      'x5y513x',
    ],
    ['[{{ missing | trim }}{{ missing | length }}]', '[0]'],
  ])('%s', (source, text) => expect(say(source)).toBe(text));
});
