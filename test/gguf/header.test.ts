import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { hashFile, readModelFile, readVocabulary } from '../../src/gguf/index.ts';
import { brokenFiles } from './broken.ts';
import { smallModel, vocabulary, writeGguf, zeros } from './writer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turncoat-gguf-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function refusal(path: string): Promise<UserError> {
  const error = await readModelFile(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

test('says what a model file holds', async () => {
  const model = await readModelFile(await file('small.gguf', writeGguf(smallModel())));
  expect(model).toMatchObject({
    version: 3,
    architecture: 'llama',
    name: 'small',
    quantisation: 'F32',
    contextLength: 256,
    parameterCount: 64 * 8 + 64 + 8 * 64 * 64,
    bosToken: '<|endoftext|>',
    eosToken: '<|im_end|>',
    addBos: false,
    tokenizer: {
      model: 'gpt2',
      pre: 'qwen2',
      tokens: 8,
      special: vocabulary.slice(0, 3),
      userDefined: ['<tool_call>'],
    },
  });
  expect(model.tensors[2]).toMatchObject({
    name: 'blk.0.attn_q.weight',
    shape: [64, 64],
    type: 'F32',
    bytes: 16384,
    part: 0,
  });
});

test('reads long vocabularies from the file when asked', async () => {
  const tokens = Array.from({ length: 5000 }, (_, id) => `tok${id}`);
  const types = tokens.map((_, id) => (id < 3 ? 3 : 1));
  const spec = smallModel({ 'tokenizer.ggml.tokens': ['string', tokens], 'tokenizer.ggml.token_type': ['i32', types] });
  const model = await readModelFile(await file('long.gguf', writeGguf(spec)));
  expect(model.metadata['tokenizer.ggml.tokens']).toMatchObject({ kind: 'long-array', length: 5000 });
  expect(model.tokenizer?.special).toEqual(['tok0', 'tok1', 'tok2']);
  const read = await readVocabulary(model);
  expect(read[4999]).toEqual({ text: 'tok4999', type: 1 });
});

test('reads a split model through its first part', async () => {
  const part = (number: number, name: string): Buffer =>
    writeGguf({
      metadata: { ...smallModel({ 'split.count': ['u32', 2], 'split.no': ['u32', number] }).metadata } as never,
      tensors: [zeros(name, [64, 64])],
    });
  const path = await file('m-00001-of-00002.gguf', part(0, 'a.weight'));
  expect((await refusal(path)).message).toContain('m-00002-of-00002.gguf');
  await file('m-00002-of-00002.gguf', part(1, 'b.weight'));
  const model = await readModelFile(path);
  expect(model.parts).toHaveLength(2);
  expect(model.tensors.map(({ name, part: index }) => [name, index])).toEqual([
    ['a.weight', 0],
    ['b.weight', 1],
  ]);
  await file('m-00002-of-00002.gguf', part(1, 'a.weight'));
  expect((await refusal(path)).message).toContain('two parts');
});

describe('refuses', () => {
  const seen: string[] = [];
  test.each(brokenFiles())('%s', async (name, make) => {
    const path = await file('broken.gguf', make());
    const start = performance.now();
    const error = await refusal(path);
    expect(performance.now() - start, 'time').toBeLessThan(5000);
    expect(error.message, 'names the file').toContain(path);
    expect(error.message.length).toBeLessThan(400);
    expect(error.hint).not.toBe('');
    seen.push(name);
  });

  test('all of them in little memory', () => {
    expect(seen.length).toBeGreaterThanOrEqual(60);
    // Of this test process, in KB; the files themselves are made here too, so the reader's share is smaller.
    expect(process.resourceUsage().maxRSS).toBeLessThan(500_000);
  });

  test.each([
    ['/nonexistent/model.gguf', 'model-not-found'],
    [tmpdir(), 'not-a-file'],
    ['/dev/zero', 'not-a-file'],
  ])('%s', async (path, code) => {
    expect((await refusal(path)).code).toBe(code);
  });

  test('what a saved web page or an LFS pointer looks like', async () => {
    expect((await refusal(await file('page', Buffer.from('<!DOCTYPE html>')))).message).toContain('web page');
    expect((await refusal(await file('lfs', Buffer.from('version https://git-lfs…')))).message).toContain(
      'git-lfs pointer',
    );
  });
});

test('any flipped bytes give a model or a UserError, never anything else', async () => {
  const bytes = writeGguf(smallModel());
  const flips = fc.array(fc.tuple(fc.nat(1600), fc.nat(255)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(flips, async changes => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of changes) changed[at] = value;
      const path = await file('flipped.gguf', changed);
      await readModelFile(path).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      });
    }),
    { numRuns: 500 },
  );
});

test('stops when the signal says so', async () => {
  const path = await file('abort.gguf', writeGguf(smallModel()));
  await expect(readModelFile(path, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  await expect(hashFile(path, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});

test('hashes a file as sha256', async () => {
  const path = await file('hash', Buffer.from('abc'));
  expect(await hashFile(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
