// Which of a model's templates is used: as llama.cpp chooses.
import { expect, test } from 'vitest';
import { requestOf, sha256Text, usedTemplates } from '../../src/app/models/models.ts';
import { ThreadRenderer } from '../../src/engines/renderer.ts';
import type { ModelFile } from '../../src/gguf/index.ts';
import type { ModelRecord } from '../../src/records/run.ts';
import { renderChats } from '../../src/observe/prompts.ts';

const file = (chatTemplate: string | undefined, namedTemplates: Record<string, string> = {}) =>
  ({ chatTemplate, namedTemplates }) as ModelFile;

test('the usual one, where there is no other', () => {
  expect(usedTemplates(file('usual'), undefined)).toEqual({
    template: 'usual',
    sha256: sha256Text('usual'),
    from: undefined,
  });
  expect(usedTemplates(file('usual', { rag: 'other' }), undefined)?.template).toBe('usual');
  expect(usedTemplates(file(undefined), undefined)).toBeUndefined();
});

test('the one named tool_use where tools are offered, the usual one where none are', async () => {
  const used = usedTemplates(
    file('usual {{ messages[0].content }}', { tool_use: 'tools {{ tools|length }}' }),
    undefined,
  );
  expect(used?.from).toEqual({ from: 'named', name: 'tool_use' });
  await using renderer = new ThreadRenderer();
  const tools = [{ type: 'function' as const, function: { name: 'a' } }];
  const messages = [{ role: 'user' as const, content: 'hello' }];
  const chats = [
    { messages, tools: [] },
    { messages, tools },
    { messages, tools: [] },
  ];
  const options = { bosToken: '', eosToken: '' };
  if (used === undefined) throw new Error('there is a template');
  expect(await renderChats(renderer, used, chats, options, new AbortController().signal)).toEqual([
    'usual hello',
    'tools 1',
    'usual hello',
  ]);
});

test('the one named tool_use alone serves for both', () => {
  const used = usedTemplates(file(undefined, { tool_use: 'tools' }), undefined);
  expect([used?.template, used?.plainTemplate]).toEqual(['tools', 'tools']);
});

test('a change of either template is another template', () => {
  const sha256 = (usual: string, tools: string) => usedTemplates(file(usual, { tool_use: tools }), undefined)?.sha256;
  expect(new Set([sha256('a', 'b'), sha256('b', 'b'), sha256('a', 'c')]).size).toBe(3);
});

test('a model asked for again takes the same file of a template', () => {
  const record = { reference: 'r', path: 'p', template: { from: 'file', path: 't.jinja' } } as unknown as ModelRecord;
  expect(requestOf(record)).toEqual({ reference: 'r', path: 'p', templateFile: 't.jinja' });
});
