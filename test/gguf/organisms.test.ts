// The shipped organisms are those of their datasheets; the ones that think say so in template and tokens.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readModelFile, readVocabulary } from '../../src/gguf/index.ts';
import { officialName } from '../../src/gguf/templates/official.ts';
import { studyOf } from '../../src/prompt/index.ts';
import { organism } from '../cli/run.ts';
import { counted } from './renderer.ts';

interface Sheet {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly startedFrom: string | null;
  readonly writesBeforeCalls?: 'thoughts' | 'prose';
}

const folder = 'models/organisms';
const recipes: Record<string, { start: string | null; writes?: string }> = JSON.parse(
  readFileSync('scripts/organisms/organisms.json', 'utf8'),
);
const sheet = (name: string): Sheet => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
const names = readdirSync(folder)
  .filter(file => file.endsWith('.gguf'))
  .map(file => file.slice(0, -'.gguf'.length));

test('every organism has a recipe and a datasheet with its sum; together they are below 20 MB', () => {
  expect(names.filter(name => recipes[name] === undefined)).toEqual([]);
  let total = 0;
  for (const name of names) {
    const bytes = readFileSync(`${folder}/${name}.gguf`);
    const { sha256, sizeBytes, startedFrom, writesBeforeCalls } = sheet(name);
    expect({ name, sha256, sizeBytes, startedFrom, writesBeforeCalls }).toEqual({
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
      startedFrom: recipes[name]?.start,
      writesBeforeCalls: recipes[name]?.writes,
    });
    total += bytes.length;
  }
  expect(total).toBeLessThan(20e6);
});

test('those that think have the template of Qwen3 and two user-defined tokens more than the base', async () => {
  const tokensOf = async (name: string) => readVocabulary(await readModelFile(organism(name)));
  const base = await tokensOf('base');
  const tags = ['<think>', '</think>'].map(text => ({ text, type: 4 }));
  for (const name of names.filter(name => recipes[name]?.writes === 'thoughts')) {
    const { chatTemplate } = await readModelFile(organism(name));
    expect(officialName(studyOf(counted(chatTemplate ?? '')))).toBe('Qwen-Qwen3-0.6B');
    expect(await tokensOf(name)).toEqual([...base, ...tags]);
  }
});
