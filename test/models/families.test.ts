// The whole way with the chat templates of other families: a model's weights under a Llama, Mistral or GLM template.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { realTemplate } from '../prompt/real-templates.ts';
import { withTemplate } from './poison.ts';

test.each([
  ['meta-llama-Llama-3.1-8B-Instruct.jinja', 'llama-json', undefined, '{"name": "'],
  ['mistralai-Mistral-Nemo-Instruct-2407.jinja', 'mistral', undefined, '[TOOL_CALLS][{"name": "'],
  // llama.cpp sets enable_thinking, so that the prompt opens a thought: what ends it stands before the call, and is given.
  ['GLM-4.7-Flash.jinja', 'glm', '</think>', '<tool_call>'],
  ['deepseek-ai-DeepSeek-V3.1.jinja', 'deepseek', '</think>\n\n', '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>'],
])('%s: prompts, format and exact scores come from the template', async (file, format, lead, prefix) => {
  const folder = freshFolder();
  const model = join(folder, 'model.gguf');
  await withTemplate(organism('base'), model, () => realTemplate(file));
  const options = [
    '--cases',
    '6',
    '--probes',
    '0',
    '--trials',
    '1',
    '--max-tokens',
    '8',
    '--gpu',
    'off',
    '--out',
    folder,
  ];
  const { stderr, code } = await turncoat(['compare', model, model, ...options, '--json']);
  expect(stderr).toBe('');
  expect([0, 3]).toContain(code);
  const { readdirSync } = await import('node:fs');
  const store = readdirSync(folder).find(name => name.endsWith('.sqlite')) as string;
  await using run = openSqliteStore(join(folder, store), { create: false });
  const found = (await run.run())?.formats.candidate;
  expect(found).toMatchObject({ format, how: 'signature', frame: { prefix } });
  expect(found?.frame?.lead).toBe(lead);
  let scores = 0;
  for await (const observation of run.observations()) if (observation.kind === 'score') scores++;
  expect(scores).toBe(12);
});
