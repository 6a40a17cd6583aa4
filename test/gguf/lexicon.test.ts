// Two models with the same bytes for vocabulary, types, merges and scores share what was read; with one of them changed, none.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLexicon, shareLexicon } from '../../src/gguf/file/arrays.ts';
import { inspect, type ModelFile, readModelFile } from '../../src/gguf/index.ts';
import { renderer } from './renderer.ts';
import { type Entry, smallModel, writeGguf } from './writer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turncoat-lexicon-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Long lists, which are read from the file, and short ones, which the header holds. */
const sizes = [2000, 500];
const lists = (size: number): Record<string, Entry> => ({
  'tokenizer.ggml.model': ['string', 'gpt2'],
  'tokenizer.ggml.tokens': ['string', Array.from({ length: size }, (_, id) => `t${id}`)],
  'tokenizer.ggml.token_type': ['i32', Array.from({ length: size }, () => 1)],
  'tokenizer.ggml.merges': ['string', Array.from({ length: size }, (_, id) => `t ${id}`)],
  'tokenizer.ggml.scores': ['f32', Array.from({ length: size }, (_, id) => -id)],
});

type Entries = Record<string, Entry | undefined>;

async function model(name: string, entries: Entries): Promise<ModelFile> {
  const path = join(folder, `${name}.gguf`);
  await writeFile(path, writeGguf(smallModel(entries)));
  return readModelFile(path);
}

async function areShared(one: Entries, other: Entries): Promise<boolean> {
  const [left, right] = [await model('one', one), await model('other', other)];
  await shareLexicon(left, right);
  return (await readLexicon(left)) === (await readLexicon(right));
}

test.each(sizes)('lists of %i: shared where they are the same, and only there', async size => {
  const plain = lists(size);
  expect(await areShared(plain, plain)).toBe(true);
  for (const [key, [type, values]] of Object.entries(plain)) {
    if (typeof values !== 'object') continue;
    const changed = values.with(7, type === 'string' ? 'tx 7' : 6);
    expect(await areShared(plain, { ...plain, [key]: [type, changed] }), key).toBe(false);
  }
  for (const key of ['tokenizer.ggml.token_type', 'tokenizer.ggml.merges', 'tokenizer.ggml.scores']) {
    expect(await areShared(plain, { ...plain, [key]: undefined }), key).toBe(false);
  }
  const asText: Entry = ['string', Array.from({ length: size }, (_, id) => String(-id))];
  expect(await areShared(plain, { ...plain, 'tokenizer.ggml.scores': asText })).toBe(false);
});

test('what a shared vocabulary is found to have is told once, as the baseline has it too', async () => {
  const tokens = Array.from({ length: 2000 }, (_, id) => (id === 9 ? 't8' : `t${id}`));
  const entries: Entries = { ...lists(2000), 'tokenizer.ggml.tokens': ['string', tokens] };
  const [left, right] = [await model('one', entries), await model('other', entries)];
  const { findings } = await inspect(left, right, { renderer, signal: new AbortController().signal });
  const told = findings.filter(({ code }) => code === 'duplicate-tokens');
  expect(told).toMatchObject([{ gravity: 'notice', detail: 'ids 8 and 9: "t8"; so in the baseline' }]);
});
