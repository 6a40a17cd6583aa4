import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModelFile } from '../../src/gguf/index.ts';
import { estimateRank, singularValues } from '../../src/gguf/weights/low-rank.ts';
import { compareWeights } from '../../src/gguf/weights/weights.ts';
import { summariseWeights } from '../../src/gguf/weights/weights-summary.ts';
import type { WeightsSummary } from '../../src/records/inspections/inspection.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { everything, lora, model } from './planted.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turncoat-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function summary(candidate: Buffer, baseline: Buffer): Promise<WeightsSummary> {
  const paths = [join(folder, 'candidate.gguf'), join(folder, 'baseline.gguf')] as const;
  await writeFile(paths[0], candidate);
  await writeFile(paths[1], baseline);
  const [left, right] = [await readModelFile(paths[0]), await readModelFile(paths[1])];
  return summariseWeights(left, right, await compareWeights(left, right));
}

describe('a planted rank-4 change of 3% on attn_q and attn_v of layers 2-4', () => {
  const plant = lora(4, 0.03, ['attn_q', 'attn_v'], 2, 4);
  test.each(['F32', 'F16', 'BF16', 'Q8_0'] as const)('is named in %s', async type => {
    const { looksLike, layers, counts } = await summary(model(type, plant), model(type));
    expect(looksLike).toEqual({ rank: 4, modules: ['attn_q', 'attn_v'], layers: '2-4' });
    expect(layers.map(({ layer }) => layer)).toEqual([2, 3, 4]);
    for (const { relative } of layers) expect(Math.abs(relative - 0.03)).toBeLessThan(0.005);
    expect(counts).toEqual({ identical: 24, changed: 6, withinQuantisation: 0, notComparable: 0 });
  });

  test('is not told from the quantisation in Q4_0 against Q8_0, and says so', async () => {
    const { counts, looksLike } = await summary(model('Q4_0', plant), model('Q8_0'));
    expect(counts).toEqual({ identical: 6, changed: 0, withinQuantisation: 24, notComparable: 0 });
    expect(looksLike).toBeUndefined();
  });
});

test.each([1, 8, 16])('names rank %i', async rank => {
  const { looksLike } = await summary(model('F16', lora(rank, 0.05, ['attn_k'], 0, 5)), model('F16'));
  expect(looksLike).toEqual({ rank, modules: ['attn_k'], layers: '0-5' });
});

test('a change of all weights does not look like a LoRA', async () => {
  const { looksLike, counts } = await summary(model('F16', everything(0.05)), model('F16'));
  expect(looksLike).toBeUndefined();
  expect(counts.changed).toBe(24);
});

test('equal models are identical', async () => {
  const { counts } = await summary(model('Q8_0'), model('Q8_0'));
  expect(counts).toEqual({ identical: 30, changed: 0, withinQuantisation: 0, notComparable: 0 });
});

test('progress counts every byte of the candidate, and the signal stops it', async () => {
  await writeFile(join(folder, 'm.gguf'), model('F16'));
  const file = await readModelFile(join(folder, 'm.gguf'));
  const seen: number[] = [];
  await compareWeights(file, file, { onProgress: ({ bytesDone, bytesTotal }) => seen.push(bytesDone / bytesTotal) });
  expect(seen.at(-1)).toBe(1);
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(compareWeights(file, file, { signal })).rejects.toThrow('stopped');
});

test.each([
  [40, 25],
  [25, 40],
  [300, 220],
])('finds the singular values of a matrix that has known ones: %i x %i', (rows, columns) => {
  // diag(5, 3, 1) between rotations by a Householder reflection I - 2 v v'.
  const random = createRandom('reflection');
  const unit = (length: number) => {
    const values = Array.from({ length }, () => random.next() - 0.5);
    const norm = Math.hypot(...values);
    return values.map(value => value / norm);
  };
  const [u, v] = [unit(rows), unit(columns)];
  const reflect = (vector: readonly number[], row: number, column: number) =>
    (row === column ? 1 : 0) - 2 * (vector[row] as number) * (vector[column] as number);
  const values = new Float64Array(rows * columns);
  for (const [index, value] of [5, 3, 1].entries()) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const cell = row * columns + column;
        values[cell] = (values[cell] as number) + value * reflect(u, row, index) * reflect(v, index, column);
      }
    }
  }
  const found = singularValues({ rows, columns, values }, 'seed');
  expect(found[0]).toBeCloseTo(5, 9);
  expect(found[1]).toBeCloseTo(3, 9);
  expect(found[2]).toBeCloseTo(1, 9);
  expect(found[3]).toBeLessThan(1e-6);
  expect(estimateRank(found, rows, columns, 35)).toMatchObject({ kind: 'low', rank: 3 });
});

test.each([
  [64, 64],
  [300, 260],
])('numbers that are none give no singular values, and no rank: %i x %i', (rows, columns) => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const values = Float32Array.from({ length: rows * columns }, (_, at) => (at === 7 ? wrong : Math.sin(at)));
    const found = singularValues({ rows, columns, values }, 'none');
    expect(found).toEqual([]);
    expect(estimateRank(found, rows, columns, Number.NaN)).toEqual({ kind: 'full' });
  }
});
