import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chatTemplate, describeFormat } from '../../src/prompt/index.ts';

const options = { bosToken: '', eosToken: '' };
const describeTemplate = (source: string) => describeFormat(source, chatTemplate(source), options);

test('Qwen2.5: by signature, self-tested, with the frame of an exact score', () => {
  expect(describeTemplate(readFileSync('scripts/organisms/chat_template.jinja', 'utf8'))).toEqual({
    format: 'hermes',
    how: 'signature',
    selfTest: 'passed',
    frame: { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' },
    generationPrompt: '<|im_start|>assistant\n',
    notes: [],
  });
});

test('an unknown template that writes Llama JSON is found by its self-test', () => {
  const source = `{% for m in messages %}[{{ m.role }}]{% if m.tool_calls %}{"name": "{{ m.tool_calls[0].function.name }}", "parameters": {{ m.tool_calls[0].function.arguments | tojson }}}{% else %}{{ m.content }}{% endif %}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}`;
  expect(describeTemplate(source)).toMatchObject({
    format: 'llama-json',
    how: 'self-test',
    selfTest: 'passed',
    frame: { prefix: '{"name": "' },
  });
});

test('a template that cannot show a call is read as generic JSON, without a frame', () => {
  const described = describeTemplate('{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}');
  expect(described).toMatchObject({ how: 'generic', selfTest: 'failed' });
  expect(described.frame).toBeUndefined();
});
