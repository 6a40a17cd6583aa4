// Templates made to hang or fill the program that reads them. The limits of time are the tests: nothing here may be
// quadratic in what a file says.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { templateConditions, templateDays, templateTexts } from '../../src/gguf/templates/conditions.ts';
import { inspect, readModelFile } from '../../src/gguf/index.ts';
import { templateTextDiff } from '../../src/gguf/templates/template-diff.ts';
import { ThreadRenderer } from '../../src/engines/renderer.ts';
import { smallModel, writeGguf } from './writer.ts';

const seconds = { timeout: 20_000 };
const million = 1_000_000;

test.each([
  ['statements that never end', '{%'.repeat(million / 2)],
  ['a statement of blanks', `{%${' '.repeat(million)}`],
  ['outputs and no statement', '{{ x }}'.repeat(million / 7)],
  ['statements and no output', '{% else %}'.repeat(million / 10)],
  ['braces that start nothing', '{ '.repeat(million / 2)],
  ['blanks in every statement', `{%${' '.repeat(99)}%}`.repeat(million / 103)],
  ['quotes that never end', `{% if '${"\\'".repeat(million / 2)} %}`],
  ['names that carry the clock', "{% set a = strftime_now('%Y') %}".repeat(million / 32)],
  ['many names that carry it', Array.from({ length: 30_000 }, (_, id) => `{% set a${id} = now %}`).join('')],
  ['years without end', '2024-'.repeat(million / 5)],
])('conditions are read from %s', seconds, (_, template) => {
  expect(templateConditions(template).length).toBeLessThanOrEqual(100);
  expect(templateTexts(template, '').length).toBeLessThanOrEqual(100);
  expect(templateDays(template).length).toBeLessThanOrEqual(100);
});

test('templates without a line in common are compared', seconds, () => {
  const lines = (letter: string) => Array.from({ length: 30_000 }, (_, id) => `${letter}${id}`).join('\n');
  expect(templateTextDiff(lines('a'), lines('b'))).toBe('the templates differ in more than 2000 lines');
});

test('prompts of megabytes are compared in little memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'turncoat-hostile-'));
  const model = async (name: string) => {
    const text = `{% for n in range(40000) %}${name}{{ n }}\n{% endfor %}{{ messages[-1].content }}`;
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, writeGguf(smallModel({ 'tokenizer.chat_template': ['string', text] })));
    return readModelFile(path);
  };
  await using renderer = new ThreadRenderer();
  try {
    const [candidate, baseline] = [await model('some line '), await model('other line ')];
    const { signal } = new AbortController();
    // Too slow for all chats, too large for memory: an error in time, or a difference, but no crash.
    const outcome = await inspect(candidate, baseline, { renderer, signal, brokenTemplates: 'report' });
    expect(outcome.findings[0]?.gravity).toBe('alarm');
    expect(JSON.stringify(outcome).length).toBeLessThan(million);
  } finally {
    await rm(folder, { recursive: true });
  }
});
