import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { parseReference } from '../../src/hub/references.ts';
import { selectFiles } from '../../src/hub/select.ts';

const hub = (repo: string, revision: string, wanted: object) => ({ kind: 'hub', repo, revision, wanted });
const byTag = (tag: string) => ({ by: 'tag', tag });
const byFile = (file: string) => ({ by: 'file', file });
const usual = { by: 'default' };

test.each([
  ['hf:bartowski/Qwen-GGUF:Q4_K_M', hub('bartowski/Qwen-GGUF', 'main', byTag('Q4_K_M'))],
  ['hf:user/repo', hub('user/repo', 'main', usual)],
  ['hf:user/repo#v1', hub('user/repo', 'v1', usual)],
  ['hf:user/repo@v1:q8_0', hub('user/repo', 'v1', byTag('q8_0'))],
  ['hf:user/repo:Q8_0#refs/pr/3', hub('user/repo', 'refs/pr/3', byTag('Q8_0'))],
  ['hf:user/repo/sub/file.gguf#abc', hub('user/repo', 'abc', byFile('sub/file.gguf'))],
  ['hf.co/user/repo:Q4_K_M', hub('user/repo', 'main', byTag('Q4_K_M'))],
  ['https://huggingface.co/user/repo', hub('user/repo', 'main', usual)],
  ['https://hf.co/user/repo:IQ4_XS', hub('user/repo', 'main', byTag('IQ4_XS'))],
  [
    'https://huggingface.co/user/repo/resolve/main/a%20b.gguf?download=true',
    hub('user/repo', 'main', byFile('a b.gguf')),
  ],
  ['https://huggingface.co/user/repo/blob/v2/x/y.gguf', hub('user/repo', 'v2', byFile('x/y.gguf'))],
  ['https://huggingface.co/user/repo/tree/v2', hub('user/repo', 'v2', usual)],
  ['models/a.gguf', { kind: 'local', path: 'models/a.gguf' }],
  ['./hf.co.gguf', { kind: 'local', path: './hf.co.gguf' }],
  ['/abs/hf:odd.gguf', { kind: 'local', path: '/abs/hf:odd.gguf' }],
])('%s', (text, expected) => {
  expect(parseReference(text)).toEqual(expected);
});

test('addresses of another server are downloaded as they are, and those of the endpoint count as the Hub', () => {
  expect(parseReference('https://example.org/m.gguf')).toMatchObject({ kind: 'url' });
  expect(parseReference('http://hub.local:8080/user/repo/resolve/main/a.gguf', 'http://hub.local:8080')).toEqual(
    hub('user/repo', 'main', byFile('a.gguf')),
  );
});

test.each([
  'hf:user',
  'hf:',
  'hf:../../etc/passwd',
  'hf:user/../repo/x.gguf',
  'hf:user/repo/../../x.gguf',
  'hf:user/repo/file.bin',
  'hf:user/repo:Q4/file.gguf',
  'hf:user/repo#a#b',
  'https://user:secret@example.org/m.gguf',
  'https://huggingface.co/user/repo/discussions/1',
])('%s is refused', text => {
  expect(() => parseReference(text)).toThrow(UserError);
});

test('a password in an address does not get into the error', () => {
  expect(() => parseReference('https://user:secret@example.org/m.gguf')).toThrow(/^(?!.*secret)/);
});

const files = [
  '.gitattributes',
  'README.md',
  'Qwen3-0.6B-BF16.gguf',
  'Qwen3-0.6B-IQ4_XS.gguf',
  'Qwen3-0.6B-Q4_K_M.gguf',
  'Qwen3-0.6B-Q8_0.gguf',
  'mmproj-Q8_0.gguf',
  'Q5_K_M/Qwen3-0.6B-Q5_K_M-00001-of-00002.gguf',
  'Q5_K_M/Qwen3-0.6B-Q5_K_M-00002-of-00002.gguf',
];
const select = (wanted: Parameters<typeof selectFiles>[2], from = files) => selectFiles('u/r', from, wanted);

test('matches quantisations as llama.cpp does', () => {
  expect(select({ by: 'default' })).toEqual(['Qwen3-0.6B-Q4_K_M.gguf']);
  expect(select({ by: 'tag', tag: 'q8_0' })).toEqual(['Qwen3-0.6B-Q8_0.gguf']);
  expect(select({ by: 'tag', tag: 'bf16' })).toEqual(['Qwen3-0.6B-BF16.gguf']);
  expect(select({ by: 'default' }, ['a-Q8_0.gguf', 'a-Q2_K.gguf'])).toEqual(['a-Q8_0.gguf']);
  expect(select({ by: 'default' }, ['mmproj-F16.gguf', 'a-Q2_K.gguf'])).toEqual(['a-Q2_K.gguf']);
});

test('takes all parts of a split file, whichever is named', () => {
  const parts = files.slice(7);
  expect(select({ by: 'tag', tag: 'Q5_K_M' })).toEqual(parts);
  expect(select({ by: 'file', file: parts[1] as string })).toEqual(parts);
  expect(() => select({ by: 'tag', tag: 'Q5_K_M' }, files.slice(0, 8))).toThrow(/lacks .*00002-of-00002/);
});

test('an unknown tag or file lists what is there and names the nearest', () => {
  const error = (wanted: Parameters<typeof selectFiles>[2]): UserError => {
    try {
      select(wanted);
    } catch (thrown) {
      return thrown as UserError;
    }
    throw new Error('not refused');
  };
  const tag = error({ by: 'tag', tag: 'Q4_K_S' });
  expect(tag).toMatchObject({ code: 'no-such-tag', hint: 'did you mean Q4_K_M?' });
  expect(tag.message).toContain('BF16, IQ4_XS, Q4_K_M, Q8_0, Q5_K_M');
  const file = error({ by: 'file', file: 'Qwen3-0.6B-Q8.gguf' });
  expect(file).toMatchObject({ code: 'no-such-file', hint: 'did you mean Qwen3-0.6B-Q8_0.gguf?' });
  expect(() => select({ by: 'default' }, ['model.safetensors'])).toThrow(/no GGUF model/);
});

test('a tag that several models have is ambiguous, unless one alone ends in it', () => {
  const two = ['small-Q4_K_M.gguf', 'large-Q4_K_M.gguf', 'large-Q8_0.gguf'];
  expect(() => select({ by: 'tag', tag: 'Q4_K_M' }, two)).toThrow(
    expect.objectContaining({
      code: 'ambiguous-tag',
      message: 'u/r has 2 models that Q4_K_M may mean: small-Q4_K_M.gguf, large-Q4_K_M.gguf',
      hint: 'name one of them: hf:u/r/small-Q4_K_M.gguf',
    }),
  );
  expect(select({ by: 'tag', tag: 'Q8_0' }, two)).toEqual(['large-Q8_0.gguf']);
  expect(select({ by: 'tag', tag: 'Q4_0' }, ['m-Q4_0-imat.gguf', 'm-Q4_0.gguf'])).toEqual(['m-Q4_0.gguf']);
  expect(select({ by: 'default' }, two)).toEqual(['small-Q4_K_M.gguf']);
});
