// What an engine lacks stops with its name and line; it is never an answer of the template.
import { describe, expect, test } from 'vitest';
import { chatTemplate, TemplateLacks, TemplateSyntax } from '../../src/prompt/index.ts';

const options = { bosToken: '<s>', eosToken: '</s>' };
const messages = [{ role: 'user' as const, content: 'hello' }];
const tools = [{ type: 'function' as const, function: { name: 'delete_file' } }];
const usual = '{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}';

function stopped(source: string, chat = { messages, tools }): unknown {
  try {
    return chatTemplate(source, { engine: 'as-used' }).render(chat, options);
  } catch (error) {
    return error;
  }
}

describe('with name and line', () => {
  test.each([
    ['filter', 'frobnicate', "{{ 'a'|frobnicate }}"],
    ['filter', 'frobnicate', "{{ 'a'|upper|frobnicate(1, b=2) }}"],
    ['filter', 'frobnicate', '{% filter frobnicate %}a{% endfilter %}'],
    ['filter', 'frobnicate', "{{ ['a']|map('frobnicate')|list }}"],
    ['filter', 'wordwrap', "{{ 'a b'|wordwrap(1) }}"],
    ['test', 'frobnic', "{{ 'a' is frobnic }}"],
    ['test', 'frobnic', "{{ ['a']|select('frobnic')|list }}"],
    ['test', 'frobnic', "{{ [{'a': 1}]|selectattr('a', 'frobnic')|list }}"],
    ['method', 'frobnicate', "{{ 'a'.frobnicate() }}"],
    ['method', 'encode', "{{ 'a'.encode() }}"],
    ['method', 'frobnicate', '{{ [1].frobnicate(2) }}'],
    ['method', 'frobnicate', "{{ {'a': 1}.frobnicate() }}"],
    ['function', 'frobnicate', '{{ frobnicate(1) }}'],
    ['statement', 'frobnicate', '{% frobnicate x %}'],
    ['statement', 'include', "{% include 'x' %}"],
    ['statement', 'import', "{% import 'x' as y %}"],
    ['statement', 'extends', "{% extends 'x' %}"],
    ['statement', 'block', '{% block a %}{% endblock %}'],
    ['statement', 'do', '{% do 1 %}'],
    ['statement', 'trans', '{% trans %}a{% endtrans %}'],
    ['option', 'format type y', "{{ '{:y}'.format(1) }}"],
  ])('%s %s', (kind, what, source) => {
    const error = stopped(`{# first line #}\n${usual}${source}`);
    expect(error).toBeInstanceOf(TemplateLacks);
    expect(error).toMatchObject({ kind, what, line: 3 });
    expect((error as Error).message).toBe(`the ${kind} ${what} in line 3 is not known`);
  });
  test.each([
    ['an end that is missing', '{% if true %}a', 2],
    ['an end too many', 'a{% endif %}', 2],
    ['a text without its quote', "{{ 'a }}", 2],
    ['a tag without its end', '{{ a', 2],
    ['an operator at the end', '{{ 1 + }}', 2],
    ['two values', '{{ 1 2 }}', 2],
    ['a comment without its end', '{# a', 2],
    ['a character that means nothing', '{{ 1 ? 2 }}', 2],
  ])('%s is no template', (_, source, line) => {
    const error = stopped(`a\n${source}`);
    expect(error).toBeInstanceOf(TemplateSyntax);
    expect(error).toMatchObject({ line });
  });
});

describe('is no dialect', () => {
  test('where only tools are lacking something, they are not offered in another form', () => {
    const source = `{% if tools %}{{ tools|frobnicate }}{% endif %}${usual}`;
    expect(stopped(source)).toMatchObject({ kind: 'filter', what: 'frobnicate', line: 1 });
    expect(stopped(source, { messages, tools: [] })).toBeInstanceOf(TemplateLacks);
  });
  test('where only calls are', () => {
    const source = `{% for m in messages %}{% if m.tool_calls %}{{ m.tool_calls|frobnicate }}{% endif %}{% endfor %}${usual}{{ tools }}`;
    expect(stopped(source)).toMatchObject({ kind: 'filter', what: 'frobnicate' });
  });
  test("but the template's own refusal is", () => {
    const source = `{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}{% endfor %}${usual}`;
    expect(chatTemplate(source).dialect(options).system).toBe('user');
  });
});

test('what llama.cpp alone lacks is rendered as Python does, and said', () => {
  const template = chatTemplate(`${usual}{{ [3, 1, 2]|unique|sum }}`, { engine: 'as-used' });
  expect(template.render({ messages, tools: [] }, options)).toMatch(/6$/);
  expect([...template.lacking.keys()]).toContain('the filter unique in line 2 is not known');
});

describe('typed content', () => {
  const parts =
    "{% for m in messages %}[{{ m.role }}]{% for part in m.content %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}{% endfor %}";
  test('a template that takes parts gets parts', () => {
    const template = chatTemplate(parts, { engine: 'as-used' });
    expect(template.dialect(options).content).toBe('parts');
    expect(template.render({ messages, tools: [] }, options)).toBe('[user]hello');
  });
  test('one that takes both gets texts', () => {
    const both = `{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}${parts}{% endif %}{% endfor %}`;
    expect(chatTemplate(both, { engine: 'as-used' }).dialect(options).content).toBe('string');
  });
});

describe('variables that llama.cpp sets', () => {
  const say = (source: string, more: object = {}) =>
    chatTemplate(source, { engine: 'as-used' }).render({ messages, tools: [] }, { ...options, ...more });
  test('thinking, tokens and the day', () => {
    expect(say('{{ enable_thinking }} {{ bos_token }}{{ eos_token }} {{ date_string }} {{ datetime }}')).toBe(
      'True <s></s> 26 Jul 2024 Jul 26 2024',
    );
    expect(say('{{ enable_thinking }}', { arguments: { enable_thinking: false } })).toBe('False');
  });
  test('the generation prompt is absent where it is not wanted', () => {
    expect(say('{{ add_generation_prompt is defined }}', { addGenerationPrompt: false })).toBe('False');
    expect(say('{{ add_generation_prompt }}')).toBe('True');
  });
  test('an effort of reasoning goes by both of its names', () => {
    expect(say('{{ reasoning_effort }} {{ reasoning_strength }}', { arguments: { reasoning_effort: 'low' } })).toBe(
      'low low',
    );
  });
});
