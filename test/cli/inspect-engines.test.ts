// `inspect` holds the candidate's template against other engines too: what behaves in one of them alone is said.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineFindings } from '../../src/app/compare/engine-check.ts';
import { ThreadRenderer } from '../../src/engines/renderer.ts';
import { SecondEngine } from '../../src/engines/second-engine.ts';
import { readModelFile } from '../../src/gguf/index.ts';
import { inspectionSchema } from '../../src/records/inspections/inspection.ts';
import { makeCases } from '../../src/suite/index.ts';
import { withTemplate } from '../models/poison.ts';
import { devops } from '../triggers/world.ts';
import { freshFolder, organism, turncoat } from './run.ts';

const folder = freshFolder();
const told = "{{ 'é' | length }}";

async function changed(name: string, change: (template: string) => string): Promise<string> {
  const path = join(folder, `${name}.gguf`);
  await withTemplate(organism('base'), path, change);
  return path;
}

async function findings(path: string) {
  await using renderer = new ThreadRenderer();
  await using second = new SecondEngine(renderer);
  const file = await readModelFile(path);
  return await engineFindings(file, second, makeCases(devops, '1', 120), new AbortController().signal);
}

test('an honest template: every engine makes the same prompts', async () => {
  expect(await findings(organism('base'))).toEqual([]);
});

test('what Python would print otherwise is a notice with its line', async () => {
  const found = await findings(await changed('python', template => `${told}${template}`));
  expect(found).toMatchObject([{ gravity: 'notice', code: 'python-differs' }]);
  expect(found[0]?.detail).toMatch(/^line 1: .* in 60 of 60 prompts$/);
});

test('a template that could not be held against other engines is an alarm, never silence', async () => {
  expect(await findings(await changed('broken', template => `${template}{% endif %}`))).toMatchObject([
    { gravity: 'alarm', code: 'engine-unchecked' },
  ]);
});

test('inspect prints it, and the schema knows it', async () => {
  const path = await changed('shown', template => `${told}${template}`);
  const { stdout, stderr } = await turncoat(['inspect', path, '--no-weights', '--json']);
  const inspection = inspectionSchema.parse(JSON.parse(stdout));
  expect(stderr).toBe('');
  expect(inspection.findings).toContainEqual(expect.objectContaining({ code: 'python-differs' }));
});

test("what llama.cpp's own engine can't read is an alarm, which --allow settles", async () => {
  const path = await changed('unreadable', template => `{{ 7 // 2 }}${template}`);
  expect(await findings(path)).toMatchObject([{ gravity: 'alarm', code: 'engines-differ' }]);
  const { code, stdout } = await turncoat(['inspect', path, '--no-weights', '--allow', 'engines-differ=we use vLLM']);
  expect(stdout).toContain('(allowed: we use vLLM)');
  expect(code).toBe(0);
});
