// Models by the names that people know: other programs' stores as these lay them out, and what hostile stores try.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { heldModels, hubEnvironment, type ResolveOptions, resolveModel } from '../../src/hub/index.ts';
import { bytes, failure, sha256 } from './pulling.ts';
import { llamaModel, ollamaLinked, ollamaModel, studioModel } from './stores.ts';

const model = bytes(50_000);
const hash = sha256(model);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'turncoat-places-'));
  vi.stubEnv('HOME', folder);
  for (const name of ['OLLAMA_MODELS', 'LLAMA_CACHE', 'XDG_CACHE_HOME', 'HF_HOME']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const at = (...parts: string[]) => join(folder, ...parts);
const find = (reference: string, options: Partial<ResolveOptions> = {}) =>
  resolveModel(reference, { signal: new AbortController().signal, ...options });

describe('Ollama', () => {
  const root = () => at('.ollama', 'models');
  test.each([
    ['ollama:tiny', 'tiny', 'latest'],
    ['ollama:tiny:latest', 'tiny', 'latest'],
    ['ollama:tiny:1b-q8_0', 'tiny', '1b-q8_0'],
    ['ollama:library/tiny:1b', 'tiny', '1b'],
    ['ollama:someone/tiny:1b', 'someone/tiny', '1b'],
    ['ollama:hf.co/someone/tiny-GGUF:Q4_K_M', 'hf.co/someone/tiny-GGUF', 'Q4_K_M'],
    ['ollama:localhost:5000/team/tiny:1', 'localhost:5000/team/tiny', '1'],
  ])('%s', async (reference, name, tag) => {
    ollamaModel(root(), name, { model, template: '{{ .Prompt }}', params: '{"temperature":0.6}' }, tag);
    expect(await find(reference)).toMatchObject({
      reference,
      path: join(root(), 'blobs', `sha256-${hash}`),
      sha256: hash,
      sizeBytes: model.length,
      files: [{ file: reference.slice('ollama:'.length), sha256: hash }],
    });
  });

  describe('since its manifests are links to blobs', () => {
    const tensors = { tensor: 'x' };
    test.each([
      ['one manifest', 'tiny', { model }, {}],
      ['a namespace', 'someone/tiny', { model }, {}],
      ['another host', 'hf.co/someone/tiny-GGUF', { model }, {}],
      [
        'a list, of which a GGUF is for llama.cpp',
        'tiny',
        {},
        { 'mlx:safetensors': tensors, 'llamacpp:gguf': { model } },
      ],
      [
        'a list, of which Ollama takes the first',
        'tiny',
        {},
        { 'llamacpp:gguf': { model: bytes(9, 'other') }, 'ollama:gguf': { model } },
      ],
    ])('%s', async (_, name, layers, runners) => {
      // What an older version left under this name is not what Ollama runs.
      ollamaModel(root(), name, { model: bytes(10, 'old') });
      ollamaLinked(root(), name, layers, runners);
      expect(await find(`ollama:${name}`)).toMatchObject({ sha256: hash, sizeBytes: model.length });
      const held = await heldModels(await hubEnvironment(), []);
      expect(held.map(({ references }) => references)).toEqual([[`ollama:${name}:latest`]]);
    });

    test('a link to nothing leaves what is there; a list without a GGUF, a changed blob and links out are refused', async () => {
      const path = ollamaLinked(root(), 'tiny', { model });
      rmSync(path);
      ollamaModel(root(), 'tiny', { model });
      expect(await find('ollama:tiny')).toMatchObject({ sha256: hash });
      ollamaLinked(root(), 'apple', {}, { 'mlx:safetensors': tensors });
      expect(await failure(find('ollama:apple'))).toMatchObject({ code: 'no-gguf' });
      const changed = ollamaLinked(root(), 'changed', { model });
      writeFileSync(changed, `${readFileSync(changed, 'utf8')} `);
      expect(await failure(find('ollama:changed'))).toMatchObject({ code: 'place-broken' });
      const child = ollamaLinked(root(), 'child', {}, { 'ollama:gguf': { model } });
      const [{ digest }] = JSON.parse(readFileSync(child, 'utf8')).manifests;
      writeFileSync(join(root(), 'blobs', digest.replace(':', '-')), '{"layers":[]}');
      expect(await failure(find('ollama:child'))).toMatchObject({ code: 'place-broken' });
      writeFileSync(at('outside'), readFileSync(ollamaLinked(root(), 'other', { model })));
      const link = join(root(), 'manifests-v2', 'ollama.com', 'library', 'evil');
      mkdirSync(link);
      symlinkSync(at('outside'), join(link, 'latest'));
      expect(await failure(find('ollama:evil'))).toMatchObject({ code: 'leads-out' });
    });
  });

  test('OLLAMA_MODELS says where, with ~ for the home folder', async () => {
    vi.stubEnv('OLLAMA_MODELS', '~/elsewhere');
    ollamaModel(at('elsewhere'), 'tiny', { model });
    expect((await find('ollama:tiny')).path).toBe(at('elsewhere', 'blobs', `sha256-${hash}`));
  });

  test('a name that is not there gets one that is', async () => {
    ollamaModel(root(), 'llama3.2', { model }, '3b');
    const error = await failure(find('ollama:lama3.2:3b'));
    expect(error).toMatchObject({ code: 'model-not-found', hint: 'did you mean ollama:llama3.2:3b?' });
    expect((await failure(find('ollama:gemma'))).hint).toContain('turncoat models');
  });

  test.each([
    'ollama:',
    'ollama:../../etc/passwd',
    'ollama:..:latest',
    'ollama:a/b/c/d:1',
    'ollama:/etc/passwd',
    'ollama:tiny:../x',
    'ollama:tiny\u0000:1',
    'ollama:a b',
  ])('%j is no name', async reference => {
    expect(await failure(find(reference))).toMatchObject({ code: 'bad-reference' });
  });

  test.each([
    ['no JSON', 'x'],
    ['another shape', '{"layers":{}}'],
    [
      'a path for a digest',
      '{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:../../../etc/passwd","size":1}]}',
    ],
    [
      'an absolute path',
      '{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"/etc/passwd","size":1}]}',
    ],
  ])('a manifest that is %s is one clear line', async (_, text) => {
    writeFileSync(ollamaModel(root(), 'tiny', { model }), text);
    expect(await failure(find('ollama:tiny'))).toMatchObject({
      code: 'place-broken',
      hint: 'pull it again: ollama pull tiny',
    });
  });

  test('links out of the store are not followed: blobs, manifests, folders', async () => {
    const outside = at('outside.gguf');
    writeFileSync(outside, model);
    ollamaModel(root(), 'tiny', { model });
    const blob = join(root(), 'blobs', `sha256-${hash}`);
    rmSync(blob);
    symlinkSync(outside, blob);
    const error = await failure(find('ollama:tiny'));
    expect(error).toMatchObject({ code: 'leads-out', message: `${blob} leads out of ${root()}, to ${outside}` });
    const other = ollamaModel(at('other'), 'evil', { model });
    mkdirSync(join(root(), 'manifests', 'registry.ollama.ai', 'library', 'evil'), { recursive: true });
    symlinkSync(other, join(root(), 'manifests', 'registry.ollama.ai', 'library', 'evil', 'latest'));
    expect(await failure(find('ollama:evil'))).toMatchObject({ code: 'leads-out' });
  });

  test('the store itself may be a link: people move it to a larger disk', async () => {
    ollamaModel(at('large', 'models'), 'tiny', { model });
    mkdirSync(at('.ollama'));
    symlinkSync(at('large', 'models'), root());
    expect(await find('ollama:tiny')).toMatchObject({ sha256: hash });
  });

  test('bytes that are not those of the name are refused, and so are cut ones', async () => {
    ollamaModel(root(), 'tiny', { model });
    const blob = join(root(), 'blobs', `sha256-${hash}`);
    const rotten = Buffer.from(model);
    rotten[7] = (rotten[7] as number) ^ 1;
    writeFileSync(blob, rotten);
    expect(await failure(find('ollama:tiny'))).toMatchObject({ code: 'hash-mismatch' });
    writeFileSync(blob, model.subarray(1));
    expect(await failure(find('ollama:tiny'))).toMatchObject({ code: 'place-broken' });
    rmSync(blob);
    expect(await failure(find('ollama:tiny'))).toMatchObject({ code: 'place-broken' });
  });

  test('what is no single GGUF is refused by what it is', async () => {
    ollamaModel(root(), 'cloud', { license: 'MIT' });
    ollamaModel(root(), 'tensors', { tensor: 'x', license: 'MIT' });
    ollamaModel(root(), 'adapted', { model, adapter: 'GGUF' });
    expect((await failure(find('ollama:cloud'))).message).toBe('ollama:cloud has no model file on this machine');
    expect((await failure(find('ollama:tensors'))).message).toContain('no GGUF');
    const adapted = await failure(find('ollama:adapted'));
    expect(adapted).toMatchObject({ code: 'has-adapter' });
    const blobs = join(root(), 'blobs');
    expect(adapted.hint).toBe(
      `name base and adapter: ${blobs}/sha256-${hash}+${blobs}/sha256-${sha256(Buffer.from('GGUF'))}`,
    );
  });

  test('a name that means other bytes than when it was pinned is refused', async () => {
    ollamaModel(root(), 'tiny', { model });
    const locked = { files: [{ file: 'tiny', sha256: hash, sizeBytes: model.length }] };
    expect(await find('ollama:tiny', { locked })).toMatchObject({ sha256: hash });
    ollamaModel(root(), 'tiny', { model: bytes(100, 'other') });
    expect(await failure(find('ollama:tiny', { locked }))).toMatchObject({ code: 'locked-file-changed' });
  });
});

describe('LM Studio', () => {
  test.each([
    ['the usual folder', () => at('.lmstudio', 'models'), () => {}],
    ['the first versions’ folder', () => at('.cache', 'lm-studio', 'models'), () => {}],
    [
      'where the pointer says',
      () => at('studio', 'models'),
      () => writeFileSync(at('.lmstudio-home-pointer'), at('studio')),
    ],
    [
      'where its settings say',
      () => at('disk'),
      () => {
        mkdirSync(at('.lmstudio'));
        writeFileSync(at('.lmstudio', 'settings.json'), JSON.stringify({ downloadsFolder: at('disk') }));
      },
    ],
  ])('%s', async (_, root, prepare) => {
    prepare();
    const path = studioModel(root(), 'someone/tiny-GGUF', 'tiny-Q8_0.gguf', model);
    studioModel(root(), 'someone/tiny-GGUF', 'mmproj-tiny.gguf', 'x');
    for (const reference of ['', ':Q8_0', ':q8_0', ':tiny-Q8_0.gguf'].map(end => `lmstudio:someone/tiny-GGUF${end}`)) {
      expect(await find(reference)).toMatchObject({
        path,
        sha256: hash,
        files: [{ file: 'someone/tiny-GGUF/tiny-Q8_0.gguf' }],
      });
    }
  });

  test('several files, none, names that are none, links that lead out', async () => {
    const root = at('.lmstudio', 'models');
    for (const file of ['a-Q4_K_M.gguf', 'b-Q4_K_M.gguf']) studioModel(root, 'someone/two', file, model);
    const several = await failure(find('lmstudio:someone/two:Q4_K_M'));
    expect(several).toMatchObject({
      code: 'ambiguous-tag',
      hint: 'name one of them: lmstudio:someone/two:a-Q4_K_M.gguf',
    });
    expect(await failure(find('lmstudio:someone/tow'))).toMatchObject({ hint: 'did you mean lmstudio:someone/two?' });
    for (const name of ['x', '../../x', 'a/../b', '/etc/passwd', 'a/b/c', 'a/b:../../c.gguf']) {
      const { code } = await failure(find(`lmstudio:${name}`));
      expect([name, code]).toEqual([name, expect.stringMatching(/^(bad-reference|model-not-found)$/)]);
    }
    writeFileSync(at('secret.gguf'), model);
    mkdirSync(join(root, 'someone', 'link'));
    symlinkSync(at('secret.gguf'), join(root, 'someone', 'link', 'x.gguf'));
    expect(await failure(find('lmstudio:someone/link'))).toMatchObject({ code: 'leads-out' });
    rmSync(at('secret.gguf'));
    expect(await failure(find('lmstudio:someone/link'))).toMatchObject({ code: 'model-not-found' });
  });

  test('all parts of a split model', async () => {
    const root = at('.lmstudio', 'models');
    const names = ['00001', '00002'].map(part => `big-Q8_0-${part}-of-00002.gguf`);
    for (const name of names) studioModel(root, 'someone/big', name, bytes(100, name));
    const found = await find('lmstudio:someone/big');
    expect(found.paths.map(path => basename(path))).toEqual(names);
    rmSync(join(root, 'someone', 'big', names[1] as string));
    expect(await failure(find('lmstudio:someone/big'))).toMatchObject({ code: 'part-missing' });
  });
});

describe("llama.cpp's own cache", () => {
  test.each([
    ['XDG_CACHE_HOME', () => at('cache', 'llama.cpp'), () => vi.stubEnv('XDG_CACHE_HOME', at('cache'))],
    ['LLAMA_CACHE', () => at('mine'), () => vi.stubEnv('LLAMA_CACHE', at('mine'))],
    ['the usual folder', () => at('.cache', 'llama.cpp'), () => ''],
  ])('%s', async (_, root, prepare) => {
    prepare();
    const path = llamaModel(root(), 'some_one/tiny_GGUF', 'latest', 'tiny-Q4_K_M.gguf', model);
    for (const reference of ['llamacpp:some_one/tiny_GGUF', 'llamacpp:some_one/tiny_GGUF:Q4_K_M'])
      expect(await find(reference)).toMatchObject({ path, sha256: hash });
    expect((await failure(find('llamacpp:some_one/tiny_GUFG'))).hint).toBe('did you mean llamacpp:some_one/tiny_GGUF?');
  });
});

describe('paths', () => {
  test('~, file:// and a folder that holds one model', async () => {
    const path = studioModel(at('models'), 'someone/tiny', 'tiny.gguf', model);
    expect(homedir()).toBe(folder);
    expect((await find('~/models/someone/tiny/tiny.gguf')).path).toBe(path);
    expect((await find(`file://${path}`)).path).toBe(path);
    expect((await find('~/models/someone/tiny')).path).toBe(path);
    expect((await find(at('models', 'someone', 'tiny/'))).path).toBe(path);
    studioModel(at('models'), 'someone/tiny', 'other.gguf', model);
    expect(await failure(find('~/models/someone/tiny'))).toMatchObject({
      code: 'ambiguous-folder',
      hint: `name one of them: ${at('models', 'someone', 'tiny', 'other.gguf')}`,
    });
  });

  test('a folder of the Hub’s cache, whose files are links to blobs, but no link that leaves it', async () => {
    const commit = at('hub', 'models--a--b', 'snapshots', 'c'.repeat(40));
    mkdirSync(commit, { recursive: true });
    mkdirSync(at('hub', 'models--a--b', 'blobs'));
    writeFileSync(at('hub', 'models--a--b', 'blobs', hash), model);
    symlinkSync(`../../blobs/${hash}`, join(commit, 'm.gguf'));
    expect((await find(commit)).path).toBe(join(commit, 'm.gguf'));
    writeFileSync(at('secret.gguf'), model);
    mkdirSync(at('mine'));
    symlinkSync(at('secret.gguf'), at('mine', 'm.gguf'));
    expect(await failure(find(at('mine')))).toMatchObject({ code: 'leads-out' });
  });

  test.each(['file://elsewhere/a.gguf', 'file:///a%2Fb.gguf', 'file://%'])(
    '%s is no file of this machine',
    async text => {
      expect(await failure(find(text))).toMatchObject({
        code: 'bad-reference',
        hint: 'write file:///absolute/path.gguf',
      });
    },
  );

  test('~ in the variables of the Hub', async () => {
    const read = await hubEnvironment({ HF_HOME: '~/hf' });
    expect(read.cache).toBe(at('hf', 'hub'));
    expect(await hubEnvironment({ HF_HUB_CACHE: '~/big' })).toMatchObject({ cache: at('big') });
  });
});
