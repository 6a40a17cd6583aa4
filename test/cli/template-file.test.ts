// `--template-file`: for models without a template, or with one that can't be used.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison } from '../../src/records/comparison.ts';
import { freshFolder, organism, turncoat } from './run.ts';

const files = freshFolder();
const base = organism('base');
const own = readFileSync('scripts/organisms/chat_template.jinja', 'utf8');

function file(name: string, content: Buffer | string): string {
  const path = join(files, name);
  writeFileSync(path, content);
  return path;
}

function withoutTemplate(): string {
  const copy = Buffer.from(readFileSync(base));
  copy.write('tokenizer.chat_templatx', copy.indexOf('tokenizer.chat_template'), 'utf8');
  return file('no-template.gguf', copy);
}

const small = ['--cases', '4', '--trials', '0', '--probes', '0', '--gpu', 'off', '--json'];
const compared = async (...args: string[]) => {
  const { code, stdout, stderr } = await turncoat(['compare', ...args, ...small, '--out', freshFolder()]);
  if (code === 2) throw new Error(stderr);
  return JSON.parse(stdout) as Comparison;
};

test('a model without a template is compared with one from a file, which is recorded and said', async () => {
  const template = file('own.jinja', own);
  const comparison = await compared(withoutTemplate(), base, '--candidate-template-file', template);
  expect(comparison.candidate.template).toEqual({ from: 'file', path: template });
  expect(comparison.baseline.template).toBeUndefined();
  expect(comparison.candidate.templateSha256).toBe(comparison.baseline.templateSha256);
  expect(comparison.warnings).toContainEqual({
    code: 'template-file',
    detail: `candidate: ${template}, the model file has none`,
  });
});

test('another text than the model’s own is said, and makes another run', async () => {
  const [one, two] = [file('one.jinja', `${own}{# one #}`), file('two.jinja', `${own}{# two #}`)];
  const first = await compared(base, base, '--template-file', one);
  const second = await compared(base, base, '--template-file', two);
  expect(first.warnings).toContainEqual({
    code: 'template-file',
    detail: `baseline: ${one}, not the model file's own`,
  });
  expect(first.run.id).not.toBe(second.run.id);
});

test('a filter that nobody has stops with its name, its line and what to do', async () => {
  const template = file('unknown.jinja', own.replace('{%- if tools %}', '{%- if tools|frobnicate %}'));
  const { code, stderr } = await turncoat(['compare', base, base, '--template-file', template, ...small]);
  expect(stderr).toMatch(/the filter frobnicate in line 1 is not known\nhint: [^\n]*--template-file/);
  expect(code).toBe(2);
});

test('a file that is not there is one clear line', async () => {
  const { code, stderr } = await turncoat(['compare', base, base, '--template-file', join(files, 'none'), ...small]);
  expect(stderr).toMatch(/^error: [^\n]*none[^\n]*\nhint: [^\n]+\n$/m);
  expect(code).toBe(2);
});
