// Pairs of models for tests of the weight comparison: weights, a planted change, quantisation.
import { createRandom, type Random } from '../../src/statistics/index.ts';
import { f32Data, smallMetadata, type TensorSpec, writeGguf } from './writer.ts';

export const layers = 6;
export const size = 128;
const modules = ['attn_q', 'attn_k', 'attn_v', 'attn_output'];

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function gaussian(length: number, scale: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => normal(random) * scale);
}

/** A product of two thin matrices whose Frobenius norm is `relative` of the weights'. */
function lowRank(rank: number, scale: number, random: Random): Float32Array {
  const [left, right] = [gaussian(size * rank, 1, random), gaussian(size * rank, 1, random)];
  return Float32Array.from({ length: size * size }, (_, index) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) {
      sum += (left[Math.floor(index / size) * rank + k] as number) * (right[(index % size) * rank + k] as number);
    }
    return (sum * scale) / Math.sqrt(rank);
  });
}

export type Plant = (name: string, layer: number, random: Random) => Float32Array | undefined;

/** Adds a change of this rank and relative size to some modules of some layers. */
export const lora = (rank: number, relative: number, names: readonly string[], from: number, to: number): Plant => {
  return (name, layer, random) =>
    names.includes(name) && layer >= from && layer <= to ? lowRank(rank, 0.02 * relative, random) : undefined;
};

/** A change without structure, as of training all weights. */
export const everything =
  (relative: number): Plant =>
  (_name, _layer, random) =>
    gaussian(size * size, 0.02 * relative, random);

/** A model of 6 layers; the same weights each time but for what is planted. */
export function model(type: 'F32' | 'F16' | 'BF16' | 'Q8_0' | 'Q4_0', plant?: Plant): Buffer {
  const tensors: TensorSpec[] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (const name of modules) {
      const tensor = `blk.${layer}.${name}.weight`;
      const weights = gaussian(size * size, 0.02, createRandom(tensor));
      const change = plant?.(name, layer, createRandom(`plant ${tensor}`));
      for (let index = 0; change !== undefined && index < weights.length; index++) {
        weights[index] = (weights[index] as number) + (change[index] as number);
      }
      tensors.push({ name: tensor, shape: [size, size], type, data: quantise(type, weights) });
    }
    const ones = new Float32Array(size).fill(1);
    tensors.push({ name: `blk.${layer}.attn_norm.weight`, shape: [size], type: 'F32', data: f32Data(ones) });
  }
  const changes = { 'general.file_type': undefined, 'llama.block_count': ['u32', layers] } as const;
  return writeGguf({ metadata: smallMetadata(changes), tensors });
}

function quantise(type: string, values: Float32Array): Buffer {
  if (type === 'F32') return f32Data(values);
  if (type === 'F16') return halves(values, toHalf);
  if (type === 'BF16') return halves(values, toBrain);
  return type === 'Q8_0' ? q8(values) : q4(values);
}

function halves(values: Float32Array, convert: (value: number) => number): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(convert(value), index * 2);
  return bytes;
}

function toBrain(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** Normal numbers below 65504 and subnormals, rounded to nearest. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size_ = Math.abs(value);
  if (size_ < 2 ** -14) return sign | Math.round(size_ * 2 ** 24);
  const exponent = Math.floor(Math.log2(size_));
  return sign + ((exponent + 15) << 10) + Math.round((size_ / 2 ** exponent - 1) * 1024);
}

function q8(values: Float32Array): Buffer {
  const bytes = Buffer.alloc((values.length / 32) * 34);
  for (let block = 0; block < values.length / 32; block++) {
    const part = values.subarray(block * 32, block * 32 + 32);
    const scale = Math.max(...part.map(Math.abs)) / 127;
    bytes.writeUInt16LE(toHalf(scale), block * 34);
    for (const [index, value] of part.entries()) bytes.writeInt8(Math.round(value / scale), block * 34 + 2 + index);
  }
  return bytes;
}

function q4(values: Float32Array): Buffer {
  const bytes = Buffer.alloc((values.length / 32) * 18);
  for (let block = 0; block < values.length / 32; block++) {
    const part = values.subarray(block * 32, block * 32 + 32);
    const peak = part.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const scale = peak / -8;
    bytes.writeUInt16LE(toHalf(scale), block * 18);
    const code = (index: number) => Math.min(15, Math.max(0, Math.floor((part[index] as number) / scale + 8.5)));
    for (let j = 0; j < 16; j++) bytes.writeUInt8(code(j) | (code(j + 16) << 4), block * 18 + 2 + j);
  }
  return bytes;
}
