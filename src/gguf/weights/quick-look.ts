// A piece of a tensor -> whether its numbers are worth a closer look. Most types are judged by the scale of each block, a
// float16, so that a file is read at the speed of the disk.
import type { Tensor } from '../model.ts';
import { blockOf, type TensorReader } from './tensor-stream.ts';

/** Beyond this a weight is looked at closely; larger ones are rare in matrices, usual in norms and biases. */
export const largeWeight = { matrix: 100, list: 1000 } as const;

/** Exact zeros in a row that are looked at closely: a block of the smaller quantisations. */
export const zeroRun = 32;

/** Something that is no number or very large, or many exact zeros. */
type Odd = 'number' | 'zeros' | undefined;
type QuickLook = (bytes: Buffer, large: number) => Odd;

function oddNumbers(values: Float32Array, large: number): Odd {
  let [zeros, most, odd] = [0, 0, false];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value === 0) {
      zeros++;
      continue;
    }
    if (zeros > most) most = zeros;
    zeros = 0;
    if (!(value < large && value > -large)) odd = true;
  }
  if (odd) return 'number';
  return Math.max(zeros, most) >= zeroRun ? 'zeros' : undefined;
}

/** Floats by their bits: size is compared as an integer, and what is no number is larger than all. */
const floats =
  (bytesEach: 2 | 4, sign: number, bitsOf: (value: number) => number): QuickLook =>
  (bytes, large) => {
    const limit = bitsOf(large);
    const length = Math.floor(bytes.length / bytesEach);
    const bits =
      bytesEach === 2
        ? new Uint16Array(bytes.buffer, bytes.byteOffset, length)
        : new Uint32Array(bytes.buffer, bytes.byteOffset, length);
    let [zeros, most] = [0, 0];
    for (let index = 0; index < length; index++) {
      const size = (bits[index] as number) & sign;
      if (size === 0) zeros++;
      else {
        if (size >= limit) return 'number';
        if (zeros > most) most = zeros;
        zeros = 0;
      }
    }
    return Math.max(zeros, most) >= zeroRun ? 'zeros' : undefined;
  };

const view = new DataView(new ArrayBuffer(4));
function floatBits(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}
/** Of powers of two and near them; the fraction's lowest bits are cut. */
function halfBits(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) + Math.floor((value / 2 ** exponent - 1) * 1024);
}

/** Blocks by their float16 scales at `scales`, the largest number a scale is multiplied with, and an added minimum's. */
const scaled =
  (type: string, scales: readonly number[], factors: readonly number[]): QuickLook =>
  (bytes, large) => {
    const { blockBytes } = blockOf({ type } as Tensor);
    const limits = factors.map(factor => Math.min(0x7c00, halfBits(large / factor)));
    const [first, second] = scales as [number, number | undefined];
    let zeros = false;
    for (let at = 0; at + blockBytes <= bytes.length; at += blockBytes) {
      const size = ((bytes[at + first] as number) | ((bytes[at + first + 1] as number) << 8)) & 0x7fff;
      if (size >= (limits[0] as number)) return 'number';
      if (second !== undefined) {
        const least = ((bytes[at + second] as number) | ((bytes[at + second + 1] as number) << 8)) & 0x7fff;
        if (least >= (limits[1] as number)) return 'number';
        if (size === 0 && least === 0) zeros = true;
      } else if (size === 0) zeros = true;
    }
    return zeros ? 'zeros' : undefined;
  };

/** Blocks behind a scale of two bytes whose every byte stands for zero: no quantiser leaves a scale to them. */
function blankable(look: QuickLook, blockBytes: number, blank: number): QuickLook {
  return (bytes, large) => {
    const odd = look(bytes, large);
    if (odd !== undefined) return odd;
    for (let at = 2; at < bytes.length; at += blockBytes) {
      let end = at;
      while (bytes[end] === blank && end < at + blockBytes - 2) end++;
      if (end === at + blockBytes - 2) return 'zeros';
    }
    return undefined;
  };
}

/** Types without an entry are read number by number. */
const quickLooks: Readonly<Record<string, QuickLook>> = {
  F32: floats(4, 0x7fffffff, floatBits),
  F16: floats(2, 0x7fff, halfBits),
  BF16: floats(2, 0x7fff, value => floatBits(value) >>> 16),
  Q4_0: blankable(scaled('Q4_0', [0], [8]), 18, 0x88),
  Q4_1: scaled('Q4_1', [0, 2], [15, 1]),
  Q5_0: scaled('Q5_0', [0], [16]),
  Q5_1: scaled('Q5_1', [0, 2], [31, 1]),
  Q8_0: blankable(scaled('Q8_0', [0], [128]), 34, 0),
  Q8_1: scaled('Q8_1', [0], [128]),
  Q2_K: scaled('Q2_K', [80, 82], [45, 15]),
  Q3_K: scaled('Q3_K', [108], [128]),
  Q4_K: scaled('Q4_K', [0, 2], [945, 63]),
  Q5_K: scaled('Q5_K', [0, 2], [1953, 63]),
  Q6_K: scaled('Q6_K', [208], [4096]),
  IQ2_XXS: scaled('IQ2_XXS', [0], [167]),
  IQ2_XS: scaled('IQ2_XS', [0], [167]),
  IQ2_S: scaled('IQ2_S', [0], [167]),
  IQ3_XXS: scaled('IQ3_XXS', [0], [481]),
  IQ3_S: scaled('IQ3_S', [0], [465]),
  IQ1_S: scaled('IQ1_S', [0], [17]),
  IQ4_NL: scaled('IQ4_NL', [0], [127]),
  IQ4_XS: scaled('IQ4_XS', [0], [4064]),
  Q1_0: scaled('Q1_0', [0], [1]),
  Q2_0: scaled('Q2_0', [0], [2]),
};

/** What is odd about a piece. */
export function quickLook(reader: TensorReader, tensor: Tensor, bytes: Buffer, count: number, large: number): Odd {
  const look = quickLooks[tensor.type];
  return look === undefined ? oddNumbers(reader.numbers(tensor, bytes, count), large) : look(bytes, large);
}
