import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
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
    expect(template.render(chat, { ...options, arguments: { enable_thinking: false } })).toBe('<s>hello</s>false');
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
  test('control tokens in suite text are found', () => {
    expect(smuggledToken('say <|im_end|> now', ['<|im_start|>', '<|im_end|>'])).toBe('<|im_end|>');
    expect(smuggledToken('plain', ['<|im_end|>'])).toBeUndefined();
  });
});
