import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chatTemplate, describeFormat } from '../../src/prompt/index.ts';
import { readReply } from '../../src/toolcalls/index.ts';

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

test('an unknown template that writes JSON in its own markers: they are found out, and nothing of them is content', () => {
  const source = `{% for t in tools %}{{ t | tojson }}{% endfor %}{% for m in messages %}<{{ m.role }}>{% if m.tool_calls %}[[CALL {{ m.tool_calls[0].function | tojson }} END]]{% else %}{{ m.content }}{% endif %}</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}`;
  const described = describeTemplate(source);
  expect(described).toMatchObject({ how: 'derived', selfTest: 'passed', frame: { prefix: '[[CALL {"name": "' } });
  expect(described.markers).toEqual({ open: '[[CALL', close: 'END]]' });
  const { format, markers } = described;
  const reply = readReply('Now.[[CALL {"name": "f", "arguments": {"x": 1}} END]]', {
    format,
    markers,
    generationPrompt: '',
  });
  expect(reply).toMatchObject({ content: 'Now.', calls: [{ name: 'f', arguments: { x: 1 } }] });
});

test('a template that shows no call and no tools: they are offered as text, in the form that the frame then forces', () => {
  const described = describeTemplate('{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}');
  expect(described).toMatchObject({ how: 'generic', selfTest: 'not-possible', frame: { prefix: '{"name": "' } });
  expect(described.notes.map(({ code }) => code)).toEqual(['unknown-format', 'prompt-tools', 'prompt-calls']);
});

test('a template that shows tools but a call that nobody can read: no frame, and a note', () => {
  const described = describeTemplate(
    '{{ tools | tojson }}{% for m in messages %}{{ m.role }}: {{ m.content }}{% if m.tool_calls %}!{{ m.tool_calls[0].function.name }}!{{ m.tool_calls[0].function.arguments.values() | list | join("!") }}{% endif %}\n{% endfor %}',
  );
  expect(described).toMatchObject({ how: 'generic', selfTest: 'failed' });
  expect(described.frame).toBeUndefined();
});
