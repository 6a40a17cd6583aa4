// Plain numbers, and blocks of 32 to 128 with one scale. Layouts as in ggml-common.h.
import { at8, at16, type Dequantiser, half, signed8 } from './numbers.ts';

/** Float32 as the machine has it. */
export const f32: Dequantiser = (bytes, values) => {
  bytes.copy(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
};

const each =
  (size: number, read: (bytes: Buffer, at: number) => number): Dequantiser =>
  (bytes, values) => {
    for (let index = 0; index < values.length; index++) values[index] = read(bytes, index * size);
  };

export const f64 = each(8, (bytes, at) => bytes.readDoubleLE(at));
export const i8 = each(1, signed8);
export const i16 = each(2, (bytes, at) => (at16(bytes, at) << 16) >> 16);
export const i32 = each(4, (bytes, at) => bytes.readInt32LE(at));
export const i64 = each(8, (bytes, at) => Number(bytes.readBigInt64LE(at)));
export const f16 = each(2, half);

export const bf16: Dequantiser = (bytes, values) => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < values.length; index++) bits[index] = at16(bytes, index * 2) << 16;
};

export const q8_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 34, index += 32) {
    const scale = half(bytes, at);
    for (let j = 0; j < 32; j++) values[index + j] = scale * signed8(bytes, at + 2 + j);
  }
};

export const q4_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 18, index += 32) {
    const scale = half(bytes, at);
    for (let j = 0; j < 16; j++) {
      const pair = at8(bytes, at + 2 + j);
      values[index + j] = scale * ((pair & 15) - 8);
      values[index + j + 16] = scale * ((pair >> 4) - 8);
    }
  }
};

export const q4_1: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 20, index += 32) {
    const [scale, least] = [half(bytes, at), half(bytes, at + 2)];
    for (let j = 0; j < 16; j++) {
      const pair = at8(bytes, at + 4 + j);
      values[index + j] = scale * (pair & 15) + least;
      values[index + j + 16] = scale * (pair >> 4) + least;
    }
  }
};

/** Low four bits as in Q4, the fifth of all in four bytes behind `high`. */
function fiveBits(bytes: Buffer, high: number, low: number, j: number): number {
  const nibble = (at8(bytes, low + (j & 15)) >> (j < 16 ? 0 : 4)) & 15;
  return nibble | (((at8(bytes, high + (j >> 3)) >> (j & 7)) & 1) << 4);
}

export const q5_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 22, index += 32) {
    const scale = half(bytes, at);
    for (let j = 0; j < 32; j++) values[index + j] = scale * (fiveBits(bytes, at + 2, at + 6, j) - 16);
  }
};

export const q5_1: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 24, index += 32) {
    const [scale, least] = [half(bytes, at), half(bytes, at + 2)];
    for (let j = 0; j < 32; j++) values[index + j] = scale * fiveBits(bytes, at + 4, at + 8, j) + least;
  }
};

/** Behind the scale stands a sum that only products need. */
export const q8_1: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 36, index += 32) {
    const scale = half(bytes, at);
    for (let j = 0; j < 32; j++) values[index + j] = scale * signed8(bytes, at + 4 + j);
  }
};

export const q1_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 18, index += 128) {
    const scale = half(bytes, at);
    for (let j = 0; j < 128; j++) values[index + j] = (at8(bytes, at + 2 + (j >> 3)) >> (j & 7)) & 1 ? scale : -scale;
  }
};

export const q2_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 18, index += 64) {
    const scale = half(bytes, at);
    for (let j = 0; j < 64; j++) {
      values[index + j] = (((at8(bytes, at + 2 + (j >> 2)) >> ((j & 3) * 2)) & 3) - 1) * scale;
    }
  }
};

/** Four-bit floats, doubled (E2M1, OCP Microscaling Formats 1.0). */
const e2m1 = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/** Half of 2^(x - 127); 255 is NaN in the format, which ggml reads as the next power. */
const e8m0Half = (x: number): number => 2 ** (x - 128);

export const mxfp4: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 17, index += 32) {
    const scale = e8m0Half(at8(bytes, at));
    for (let j = 0; j < 16; j++) {
      const pair = at8(bytes, at + 1 + j);
      values[index + j] = scale * (e2m1[pair & 15] as number);
      values[index + j + 16] = scale * (e2m1[pair >> 4] as number);
    }
  }
};

/** Half of an unsigned E4M3 number; its NaN is read as 0, as ggml does. */
function e4m3Half(x: number): number {
  if (x === 0 || x === 0x7f) return 0;
  const [exponent, fraction] = [(x >> 3) & 15, x & 7];
  return 0.5 * (exponent === 0 ? fraction * 2 ** -9 : (1 + fraction / 8) * 2 ** (exponent - 7));
}

export const nvfp4: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 36, index += 64) {
    for (let part = 0; part < 4; part++) {
      const scale = e4m3Half(at8(bytes, at + part));
      for (let j = 0; j < 8; j++) {
        const pair = at8(bytes, at + 4 + part * 8 + j);
        values[index + part * 16 + j] = scale * (e2m1[pair & 15] as number);
        values[index + part * 16 + j + 8] = scale * (e2m1[pair >> 4] as number);
      }
    }
  }
};
