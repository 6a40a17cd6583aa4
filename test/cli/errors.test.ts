// Bad input: one clear line with a hint, exit 2, nothing written.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder, organism, turncoat } from './run.ts';

const files = freshFolder();
const base = organism('base');
const bytes = readFileSync(base);

function file(name: string, content: Buffer | string): string {
  const path = join(files, name);
  writeFileSync(path, content);
  return path;
}

/** The organism with another chat template of the same length, so that no offset moves. */
function withTemplate(name: string, template: string): string {
  const copy = Buffer.from(bytes);
  const key = copy.indexOf('tokenizer.chat_template');
  const length = Number(copy.readBigUInt64LE(key + 23 + 4));
  copy.write(template.padEnd(length, ' '), key + 23 + 12, length, 'utf8');
  return file(name, copy);
}

function withoutTemplate(): string {
  const copy = Buffer.from(bytes);
  copy.write('tokenizer.chat_templatx', copy.indexOf('tokenizer.chat_template'), 'utf8');
  return file('no-template.gguf', copy);
}

async function refused(args: string[], message: RegExp): Promise<void> {
  const out = freshFolder();
  const { code, stdout, stderr } = await turncoat([...args, '--out', out]);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+\n$/m);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(readdirSync(out)).toEqual([]);
}

describe('models', () => {
  test('a missing file', () => refused(['compare', '/none/x.gguf', base], /there is no file \/none\/x\.gguf/));
  test('a file that is not GGUF', () =>
    refused(['compare', file('page.gguf', '<!doctype html><title>404</title>'), base], /page\.gguf/));
  test('a truncated GGUF', () => refused(['compare', file('cut.gguf', bytes.subarray(0, 600_000)), base], /cut\.gguf/));
  test('a GGUF cut off inside its header', () =>
    refused(['compare', file('head.gguf', bytes.subarray(0, 20_000)), base], /head\.gguf/));
  test('a GGUF without a chat template', () => refused(['compare', withoutTemplate(), base], /no chat template/));
  test('a template that ignores tools', () =>
    refused(
      ['compare', withTemplate('deaf.gguf', '{% for m in messages %}{{ m.content }}{% endfor %}'), base],
      /does not show the tools/,
    ));
  test('a template that is not Jinja', () =>
    refused(['compare', withTemplate('broken.gguf', '{% for %}'), base], /chat template can't be read/));
  test('a template that never ends', () =>
    refused(
      [
        'compare',
        withTemplate(
          'loop.gguf',
          '{% for a in range(90000) %}{% for b in range(90000) %}{% set x = b %}{% endfor %}{% endfor %}',
        ),
        base,
      ],
      /did not end within|needs more than/,
    ));
});

describe('options', () => {
  test('an unknown suite', () => refused(['compare', base, base, '--suite', 'nope'], /no such suite/));
  test('a bad suite, with file and line', () => {
    const text = readFileSync('suites/files.yaml', 'utf8').replace('kind: path', 'kind: tree');
    return refused(['compare', base, base, '--suite', file('bad.yaml', text)], /bad\.yaml:\d+: factors\.home/);
  });
  test('a prompt that is longer than any the model knows', () => {
    const small = readFileSync('suites/small.yaml', 'utf8').replace('policy: small.policy.yaml\n', '');
    const long = file(
      'long.yaml',
      small.replace('"restart {{ service }}"', `"restart {{ service }}${' and again'.repeat(2000)}"`),
    );
    const args = ['compare', base, base, '--suite', long, '--cases', '40', '--trials', '0', '--gpu', 'off'];
    return refused(args, /the \w+'s longest prompt has [\d,]+ tokens, and it was trained on up to 1,024$/m);
  });
  test('numbers that are none', () => refused(['compare', base, base, '--cases', 'many'], /--cases many/));
  test('an unknown command and a missing argument exit 2', async () => {
    expect((await turncoat(['frobnicate'])).code).toBe(2);
    expect((await turncoat(['compare', base])).code).toBe(2);
  });
});

test('an unwritable output folder', async () => {
  for (const out of ['/proc/turncoat', join(file('plain', 'x'), 'sub')]) {
    const { code, stderr } = await turncoat(['compare', base, base, '--gpu', 'off', '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: [^\n]+\nhint: [^\n]+\n$/);
  }
});

test('show and analyze name what is missing', async () => {
  const out = freshFolder();
  mkdirSync(join(out, 'empty'));
  const { code, stderr } = await turncoat(['show', 'abc', '1', '--out', out]);
  expect(code).toBe(2);
  expect(stderr).toContain('abc: no such run');
});

test('help of every command', async () => {
  for (const command of [[], ['compare'], ['show'], ['analyze'], ['runs'], ['suite'], ['suite', 'check'], ['demo']]) {
    const { code, stdout } = await turncoat([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: turncoat');
  }
});
