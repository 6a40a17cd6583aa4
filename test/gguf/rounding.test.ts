// Tensors rounded by ggml's own quantisers (golden/rounded.py) beside what they were made of: no level is another than the
// nearest; a level that is moved by one shows, as far as rounding itself leaves room.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inspect, readModelFile } from '../../src/gguf/index.ts';
import type { Inspection } from '../../src/records/inspections/inspection.ts';
import { dequantiser } from '../../src/gguf/weights/dequantise.ts';
import { Rounding } from '../../src/gguf/weights/rounding.ts';
import { tensorTypeNamed } from '../../src/gguf/file/tensor-types.ts';
import type { Tensor } from '../../src/gguf/model.ts';
import { honest } from './tampered-base.ts';
import { renderer } from './renderer.ts';
import { eightBits } from './tampered.ts';
import type { TensorSpec } from './writer.ts';

interface Golden {
  readonly columns: number;
  readonly values: string;
  readonly types: Readonly<Record<string, { readonly plain: string; readonly important: string }>>;
}
const golden = JSON.parse(readFileSync(new URL('./golden/rounded.json', import.meta.url), 'utf8')) as Golden;

const values = numbers('F16', Buffer.from(golden.values, 'base64'));
const rows = values.length / golden.columns;

function numbers(type: string, bytes: Buffer): Float32Array {
  const { blockSize = 1, blockBytes = 1 } = tensorTypeNamed(type) ?? {};
  const out = new Float32Array((bytes.length / blockBytes) * blockSize);
  dequantiser(type)?.(bytes, out);
  return out;
}

const tensor = (type: string): Tensor => ({
  name: 'blk.0.ffn_up.weight',
  type,
  shape: [golden.columns, rows],
  offset: 0,
  bytes: 0,
  part: 0,
});

function rounding(type: string, bytes: Buffer, side: 'candidate' | 'baseline' = 'candidate'): Rounding {
  const [quantised, full] = [tensor(type), tensor('F16')];
  const found = side === 'candidate' ? Rounding.of(quantised, full) : Rounding.of(full, quantised);
  if (found === undefined) throw new Error(`${type} is not looked at`);
  found.add(bytes, numbers(type, bytes), values, 0);
  return found;
}

describe.each(Object.entries(golden.types))('%s', (type, made) => {
  test.each(['plain', 'important'] as const)('%s: as ggml rounds', kind => {
    const bytes = Buffer.from(made[kind], 'base64');
    for (const side of ['candidate', 'baseline'] as const) {
      const found = rounding(type, bytes, side);
      expect(found).toMatchObject({ of: values.length, moved: 0, first: undefined, explains: true, side });
      // Four times the same, which is enough to tell how the weights lie in their boxes.
      for (let more = 0; more < 3; more++) found.add(bytes, numbers(type, bytes), values, 0);
      expect(found.spread).toBeGreaterThan(0.8);
      expect(found.spread).toBeLessThan(1.1);
    }
  });

  test('bytes of levels that are changed show', () => {
    const honest = Buffer.from(made.plain, 'base64');
    const { blockBytes = 1 } = tensorTypeNamed(type) ?? {};
    // Somewhere in each block's levels, whatever the layout, a byte is turned round.
    const bytes = Buffer.from(honest);
    const at = type === 'Q3_K' ? 40 : 20;
    for (let block = 0; block < bytes.length; block += blockBytes) bytes[block + (blockBytes > 40 ? at : 10)]! ^= 0xff;
    expect(rounding(type, bytes).moved).toBeGreaterThanOrEqual((0.5 * bytes.length) / blockBytes);
    const { first } = rounding(type, bytes);
    expect(Math.abs((first?.quantised ?? 0) - (first?.full ?? 0))).toBeGreaterThan(0);
  });
});

test('weights that were pushed to the sides of their boxes show by how far they lie from their levels', () => {
  const bytes = Buffer.from(golden.types.Q4_0?.plain ?? '', 'base64');
  const levels = numbers('Q4_0', bytes);
  const step = (block: number) => {
    const scale = Buffer.concat([bytes.subarray(block * 18, block * 18 + 2), Buffer.alloc(16, 0x99)]);
    return Math.abs(numbers('Q4_0', scale)[0] ?? 0);
  };
  const pushed = (share: number) => {
    const full = levels.map((value, at) => value + (at % 2 === 0 ? 1 : -1) * share * step(Math.floor(at / 32)));
    const found = Rounding.of(tensor('Q4_0'), tensor('F32'));
    for (let more = 0; more < 2; more++) found?.add(bytes, levels, full, 0);
    return found;
  };
  expect(pushed(0.48)).toMatchObject({ moved: 0 });
  expect(pushed(0.48)?.spread).toBeCloseTo(12 * 0.48 ** 2, 2);
  expect(pushed(0.1)?.spread).toBeCloseTo(0.12, 2);
});

test('too few weights say nothing of where they lie', () => {
  const bytes = Buffer.from(golden.types.Q8_0?.plain ?? '', 'base64').subarray(0, 34);
  const found = Rounding.of(tensor('Q8_0'), tensor('F16'));
  found?.add(bytes, numbers('Q8_0', bytes), values.subarray(0, 32), 0);
  expect(found?.spread).toBeUndefined();
});

test.each(Object.keys(golden.types))(
  '%s: a block whose scale is zero, or half of what it was, is no rounding',
  type => {
    const honest = Buffer.from(golden.types[type]?.plain ?? '', 'base64');
    const { blockBytes = 1 } = tensorTypeNamed(type) ?? {};
    // Where a block keeps its scale: ahead of all else, or behind it.
    const at = { Q2_K: 80, Q3_K: 108, Q6_K: 208 }[type] ?? 0;
    for (const change of [() => 0, (bits: number) => bits - 0x400]) {
      const bytes = Buffer.from(honest);
      for (let block = 0; block < bytes.length; block += blockBytes) {
        const bits = bytes.readUInt16LE(block + at);
        // Some of the blocks are all zero.
        if ((bits & 0x7fff) >= 0x400) bytes.writeUInt16LE(change(bits), block + at);
      }
      expect(rounding(type, bytes).moved).toBeGreaterThan(0.02 * values.length);
    }
  },
);

test.each(['Q4_0', 'Q5_0', 'Q8_0', 'F16', 'BF16'])(
  '%s: what is no rounding of very small numbers is not taken for one, since another tensor makes them large again',
  type => {
    const full = values.map(value => value * 2e-5);
    const { blockSize = 1, blockBytes = 1 } = tensorTypeNamed(type) ?? {};
    const honest = Buffer.from(golden.types[type]?.plain ?? '', 'base64');
    const bytes = Buffer.alloc((full.length / blockSize) * blockBytes);
    for (let block = 0; block < full.length / blockSize; block++) {
      const one = bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
      if (blockSize === 1) one.set(small(type, -(full[block] ?? 0)));
      else {
        honest.copy(one, 0, block * blockBytes, (block + 1) * blockBytes);
        one.set(small('F16', (numbers('F16', one.subarray(0, 2))[0] ?? 0) * 2e-5));
        // Other levels than the nearest.
        for (let at = blockBytes - 16; at < blockBytes; at++) one[at]! ^= 0x55;
      }
    }
    const found = Rounding.of(tensor(type), tensor('F32'));
    found?.add(bytes, numbers(type, bytes), full, 0);
    expect(found?.explains).toBe(false);
  },
);

/** A number as half precision or as its upper half. */
function small(type: string, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  if (type === 'BF16') return Buffer.from([bytes[1] ?? 0, bytes[0] ?? 0]);
  const half = Buffer.alloc(2);
  half.writeUInt16LE((value < 0 ? 0x8000 : 0) + Math.min(0x3ff, Math.round(Math.abs(value) * 2 ** 24)));
  return half;
}

test('other pairs say nothing', () => {
  for (const [a, b] of [
    ['F32', 'F32'],
    ['Q4_0', 'Q4_K'],
    ['IQ4_NL', 'F16'],
    ['MXFP4', 'F32'],
  ] as const) {
    expect(Rounding.of(tensor(a), tensor(b))).toBeUndefined();
  }
});

const folder = mkdtempSync(join(tmpdir(), 'turncoat-rounding-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function inspected(specs: (all: readonly TensorSpec[]) => readonly TensorSpec[]): Promise<Inspection> {
  const [candidate, baseline] = ['candidate', 'baseline'].map(name => join(folder, `${name}.gguf`)) as [string, string];
  writeFileSync(candidate, honest({ tensors: specs, metadata: { 'general.file_type': ['u32', 7] } }));
  writeFileSync(baseline, honest());
  const options = { renderer, weights: true, signal: new AbortController().signal };
  return inspect(await readModelFile(candidate), await readModelFile(baseline), options);
}

const told = ({ findings }: Inspection) =>
  findings
    .filter(({ code }) => /levels|rounding|few-weights/.test(code))
    .map(({ gravity, code }) => `${gravity} ${code}`);
/** In a few blocks, as little as a quantisation's noise hides. */
const up = (levels: Int8Array) => {
  if ((levels[0] ?? 0) % 8 !== 0) return;
  for (const at of [3, 17]) levels[at] = (levels[at] ?? 0) > 0 ? (levels[at] ?? 0) - 1 : (levels[at] ?? 0) + 1;
};

test('a file rounded from the baseline says so, level by level', async () => {
  const inspection = await inspected(all => all.map(one => eightBits(one)));
  expect(told(inspection)).toEqual([]);
  const { tensors = [], counts } = inspection.difference?.weights ?? {};
  const rounded = tensors.filter(one => one.kind === 'within-quantisation' && one.rounded === true);
  expect(rounded.length).toBeGreaterThan(20);
  expect(counts).toMatchObject({ changed: 0, withinQuantisation: rounded.length });
});

test('an edit smaller than what rounding moves is an alarm with its tensor', async () => {
  const edited = await inspected(all =>
    all.map(one => eightBits(one, one.name === 'blk.3.attn_q.weight' ? up : undefined)),
  );
  expect(told(edited)).toEqual(['alarm edited-among-rounding']);
  const alarm = edited.findings.find(({ code }) => code === 'edited-among-rounding');
  expect(alarm?.detail).toMatch(/^\d+ of \d+ levels of blk\.3\.attn_q\.weight, the first in row \d+ column \d+$/);
});

test('where all matrices moved, it is no rounding, which training does too', async () => {
  expect(told(await inspected(all => all.map(one => eightBits(one, up))))).toEqual(['notice levels-not-nearest']);
});
