// LoRA adapters as a user meets them: what is refused before anything runs, and what an inspection says of each.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readModelFile } from '../../src/gguf/index.ts';
import type { ModelFile } from '../../src/gguf/model.ts';
import { type Inspection, inspectionSchema } from '../../src/records/inspections/inspection.ts';
import { type AdapterSpec, adapterFile, numbersOf, product, randomPair, randomPairs } from '../gguf/adapters.ts';
import { zeros } from '../gguf/writer.ts';
import { FakeHub } from '../hub/fake-hub.ts';
import { inProcess } from './in-process.ts';
import { freshFolder, organism, turncoat } from './run.ts';

const folder = freshFolder();
const base = organism('base');
let file: ModelFile;
beforeAll(async () => {
  file = await readModelFile(base);
});

function adapter(name: string, spec: AdapterSpec): string {
  const path = join(folder, `${name}.gguf`);
  writeFileSync(path, adapterFile(spec));
  return path;
}
/** On two matrices of each layer. */
const usual = (size = 0.02) => randomPairs(file, /attn_(q|v)\.weight$/, 4, size);

/** On the embedding, which the shipped base chooses tokens with too. */
const ofEmbedding = () => {
  const half = (name: string, rows: number) => ({
    ...zeros(name, [4, rows]),
    data: Buffer.from(randomPair(name, rows, 4, 4, 0.02).a.buffer),
  });
  const more = [half('token_embd.weight.lora_a', 1443), half('token_embd.weight.lora_b', 128)];
  return { pairs: usual(), more };
};

async function inspected(...args: string[]): Promise<{ code: number | null; found: Inspection }> {
  const { code, stdout } = await inProcess(['inspect', ...args, '--offline', '--json']);
  return { code, found: inspectionSchema.parse(JSON.parse(stdout)) };
}
const codesOf = ({ findings }: Inspection) => findings.map(({ gravity, code }) => `${gravity} ${code}`);

describe('refused with exit 2, before anything runs', () => {
  async function refused(...models: string[]): Promise<string> {
    const { code, stderr } = await inProcess(['compare', ...models, '--out', join(folder, 'runs')]);
    expect(code).toBe(2);
    expect(stderr).toContain('hint: ');
    return stderr;
  }

  test('an adapter in the place of a model, and a model in the place of an adapter', async () => {
    const one = adapter('one', { pairs: usual() });
    expect(await refused(one, base)).toContain('is a LoRA adapter, and no model by itself');
    expect(await refused(`${base}+${base}`, base)).toContain('is a model, and no adapter');
    expect(await refused(`${base}+${one}+${one}:2`, base)).toContain('is named twice');
  });

  test('another architecture, tensors that the base lacks, shapes that do not fit', async () => {
    const qwen = adapter('qwen', { pairs: usual(), metadata: { 'general.architecture': ['string', 'qwen2'] } });
    expect(await refused(`${base}+${qwen}`, base)).toContain('another architecture: it is for qwen2');
    expect(await refused(base, `${base}+${qwen}`)).toContain('another architecture: it is for qwen2');
    const deep = adapter('deep', { pairs: [randomPair('blk.9.attn_q.weight', 128, 128, 4, 0.1)] });
    expect(await refused(`${base}+${deep}`, base)).toContain('tensors that the base lacks: blk.9.attn_q.weight');
    const wide = adapter('wide', { pairs: [randomPair('blk.0.attn_q.weight', 256, 128, 4, 0.1)] });
    expect(await refused(`${base}+${wide}`, base)).toContain('256x128 on 128x128');
    const tied = adapter('tied', ofEmbedding());
    expect(await refused(`${base}+${tied}`, base)).toContain('the base has no output.weight of its own');
  });

  test('a scale that is none', async () => {
    const one = adapter('one', { pairs: usual() });
    for (const scale of ['0', 'much', '1e3', '101']) {
      expect(await refused(`${base}+${one}:${scale}`, base)).toContain(`${scale} is no scale of an adapter`);
    }
    expect(await refused(`${base}:2+${one}`, base)).toContain('takes no scale');
    expect(await refused(`${base}+`, base)).toContain('nothing stands beside a +');
  });

  test("a folder of PEFT's, or one of its files, with the command that converts it", async () => {
    const peft = join(folder, "o'lora");
    mkdirSync(peft);
    writeFileSync(join(peft, 'adapter_config.json'), '{"peft_type": "LORA"}');
    writeFileSync(join(peft, 'adapter_model.safetensors'), Buffer.alloc(64));
    for (const path of [`${base}+${peft}`, `${base}+${join(peft, 'adapter_model.safetensors')}`, peft]) {
      const stderr = await refused(path, base);
      expect(stderr).toContain("is a LoRA adapter in PEFT's form, and no GGUF");
      expect(stderr).toContain("python convert_lora_to_gguf.py '");
      expect(stderr.trim().split('\n')).toHaveLength(2);
    }
  });
});

test('paths with a + of their own are found as a base and as an adapter', async () => {
  mkdirSync(join(folder, 'c++.gguf+old'));
  const [model, one] = ['b.gguf+x.gguf', 'a.gguf+y.gguf'].map(name => join(folder, 'c++.gguf+old', name)) as [
    string,
    string,
  ];
  copyFileSync(base, model);
  writeFileSync(one, adapterFile({ pairs: usual() }));
  const { found } = await inspected(`${model}+${one}:0.5`);
  expect([found.candidate.path, found.candidate.adapters?.[0]?.path]).toEqual([model, one]);
  expect(found.candidate.adapters?.[0]?.scale).toBe(0.5);
});

test('both pieces are fetched from the Hub and pinned by themselves; a repository of PEFT files is refused', async () => {
  const peft = { 'adapter_config.json': Buffer.from('{}'), 'adapter_model.safetensors': Buffer.alloc(64) };
  await using hub = await FakeHub.start({
    repos: {
      'user/base': { 'base-Q8_0.gguf': readFileSync(base) },
      'user/lora': { 'night-shift-F32.gguf': adapterFile({ pairs: usual() }) },
      'user/peft': peft,
    },
  });
  const env = { HF_HOME: join(folder, 'hf'), HF_ENDPOINT: hub.url };
  const lock = join(folder, 'lock.json');
  const named = 'hf:user/base:Q8_0+hf:user/lora/night-shift-F32.gguf:0.5';
  const { stdout } = await turncoat(['inspect', named, '--json', '--lock', lock], env);
  const { candidate } = inspectionSchema.parse(JSON.parse(stdout));
  expect(candidate.adapters).toMatchObject([{ scale: 0.5, rank: { most: 4 } }]);
  const pinned = Object.keys((JSON.parse(readFileSync(lock, 'utf8')) as { models: object }).models);
  expect(pinned).toEqual(['hf:user/base:Q8_0', 'hf:user/lora/night-shift-F32.gguf']);
  const pulled = await turncoat(['pull', named, '--json', '--lock', lock], env);
  expect((JSON.parse(pulled.stdout) as { reference: string }[]).map(({ reference }) => reference)).toEqual(pinned);
  const refused = await turncoat(['inspect', 'hf:user/base+hf:user/peft', '--lock', lock], env);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("user/peft is a LoRA adapter in PEFT's form, and no GGUF");
  expect(refused.stderr).toContain(
    'hf download user/peft --local-dir ADAPTER && python convert_lora_to_gguf.py ADAPTER',
  );
});

describe('inspect', () => {
  test('alone it says what it is and what it needs, and never that there is no alarm', async () => {
    const one = adapter('one', { alpha: 8, pairs: usual() });
    const { code, found } = await inspected(one);
    expect(code).toBe(1);
    expect(codesOf(found)).toEqual(['alarm is-adapter', 'notice adapter-change']);
    const id = found.findings[0]?.id;
    for (const more of [[], [one], [base], ['--allow', `is-adapter@${id}=known`]]) {
      const { stdout } = await inProcess(['inspect', one, ...more, '--offline']);
      expect(stdout).toContain('it needs its base, as BASE+ADAPTER');
      expect(stdout).not.toMatch(/no alarms?\b|same to the bit|nothing found/i);
    }
  });

  test('on its base: rank, alpha, tensors, and the size of the change as the real numbers have it', async () => {
    const pairs = usual();
    const one = adapter('one', { alpha: 8, pairs });
    const { code, found } = await inspected(`${base}+${one}:0.5`, base);
    expect(code).toBe(0);
    expect(codesOf(found)).toEqual(['notice adapter-change', 'notice base-weights-identical']);
    const [record] = found.candidate.adapters ?? [];
    expect(record).toMatchObject({ kind: 'lora', alpha: 8, scale: 0.5, rank: { least: 4, most: 4 } });
    expect(record).toMatchObject({ modules: ['attn_q', 'attn_v'], layers: '0-3' });
    const numbers = await numbersOf(file);
    const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    for (const pair of pairs) {
      const change = norm(product(pair, (0.5 * 8) / 4));
      const tensor = record?.tensors.find(({ name }) => name === pair.name);
      expect(tensor?.change).toBeCloseTo(change, 5);
      expect(tensor?.relative).toBeCloseTo(change / norm(numbers.get(pair.name) as Float32Array), 5);
    }
    expect(record?.layerChanges.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    const { stdout } = await inProcess(['inspect', `${base}+${one}:0.5`, base, '--offline']);
    expect(stdout).toContain('base.gguf (Q8_0) + 0.5 × one.gguf against base.gguf (Q8_0)');
    expect(stdout).toContain('what the adapter does, only a comparison says');
    expect(stdout).toContain('change by layer, of the size of its tensors: 0 ');
  });

  test('an adapter that undoes another leaves nothing of both', async () => {
    const one = adapter('one', { pairs: usual() });
    const other = adapter('other', { pairs: usual() });
    const { found } = await inspected(`${base}+${one}+${other}:-1`);
    expect(found.candidate.adapters).toHaveLength(2);
    for (const { relative } of found.candidate.adaptedLayers ?? []) expect(relative).toBeLessThan(1e-4);
    expect(found.candidate.adaptedLayers).toHaveLength(4);
  });

  const broken: readonly (readonly [code: string, spec: () => AdapterSpec])[] = [
    ['adapter-kind', () => ({ pairs: usual(), metadata: { 'adapter.type': ['string', 'ia3'] } })],
    ['adapter-unpaired', () => ({ pairs: usual(), more: [zeros('blk.0.attn_k.weight.lora_a', [128, 4])] })],
    ['adapter-architecture', () => ({ pairs: usual(), metadata: { 'general.architecture': ['string', 'gemma3'] } })],
    ['adapter-target-missing', () => ({ pairs: [...usual(), randomPair('blk.4.attn_q.weight', 128, 128, 4, 0.1)] })],
    ['adapter-shape', () => ({ pairs: [...usual(), randomPair('blk.0.attn_k.weight', 128, 256, 4, 0.1)] })],
    [
      'adapter-adds-tokens',
      () => {
        const tokens = 1445;
        const more = [zeros('token_embd.weight.lora_a', [4, tokens]), zeros('token_embd.weight.lora_b', [4, 128])];
        return { pairs: usual(), more };
      },
    ],
    [
      'adapter-not-finite',
      () => {
        const pairs = usual();
        (pairs[0] as { a: Float32Array }).a[3] = Number.NaN;
        return { pairs };
      },
    ],
    ['adapter-zero', () => ({ pairs: usual(0) })],
    [
      'adapter-targets-zero',
      () => ({ pairs: usual().map((pair, at) => (at === 0 ? { ...pair, b: pair.b.map(() => 0) } : pair)) }),
    ],
    ['adapter-extreme', () => ({ pairs: usual(2) })],
    ['adapter-extreme', () => ({ alpha: 50_000, pairs: usual() })],
    ['adapter-vocabulary', ofEmbedding],
    ['adapter-tied-embedding', ofEmbedding],
    ['adapter-one-layer', () => ({ pairs: randomPairs(file, /^blk\.2\.attn/, 4, 0.02) })],
    ['adapter-invoked', () => ({ pairs: usual(), metadata: { 'adapter.alora.invocation_tokens': ['u32', [5, 6]] } })],
    ['adapter-ignored', () => ({ pairs: usual(), more: [zeros('blk.0.attn_norm.weight', [128])] })],
    [
      'adapter-base-differs',
      () => ({ pairs: usual(), metadata: { 'general.base_model.0.name': ['string', 'Some Other 7B'] } }),
    ],
  ];
  test.each(broken)('%s', async (code, spec) => {
    const { found } = await inspected(`${base}+${adapter(code, spec())}`, base);
    expect(found.findings.map(one => one.code)).toContain(code);
  });
});
