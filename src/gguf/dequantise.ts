// Bytes of a tensor -> its numbers. Layouts as in ggml-quants.c; checked against gguf-py's numbers.

type Dequantiser = (bytes: Buffer, values: Float32Array) => void;

/** Float16 by its 16 bits: a table of 256 KB is faster than arithmetic. */
const halves = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

const half = (bytes: Buffer, at: number): number => halves[at16(bytes, at)] as number;
const at8 = (bytes: Buffer, at: number): number => bytes[at] as number;
const at16 = (bytes: Buffer, at: number): number => at8(bytes, at) | (at8(bytes, at + 1) << 8);
const signed8 = (bytes: Buffer, at: number): number => (at8(bytes, at) << 24) >> 24;

const f32: Dequantiser = (bytes, values) => {
  for (let index = 0; index < values.length; index++) values[index] = bytes.readFloatLE(index * 4);
};

const f16: Dequantiser = (bytes, values) => {
  for (let index = 0; index < values.length; index++) values[index] = half(bytes, index * 2);
};

const bf16: Dequantiser = (bytes, values) => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < values.length; index++) bits[index] = at16(bytes, index * 2) << 16;
};

const q8_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 34, index += 32) {
    const scale = half(bytes, at);
    for (let j = 0; j < 32; j++) values[index + j] = scale * signed8(bytes, at + 2 + j);
  }
};

const q4_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 18, index += 32) {
    const scale = half(bytes, at);
    for (let j = 0; j < 16; j++) {
      const pair = at8(bytes, at + 2 + j);
      values[index + j] = scale * ((pair & 15) - 8);
      values[index + j + 16] = scale * ((pair >> 4) - 8);
    }
  }
};

/** Scale and minimum of sub-block `j` (0-7), packed in 12 bytes: 6 bits each (get_scale_min_k4). */
function scaleAndMin(bytes: Buffer, at: number, j: number): [scale: number, min: number] {
  if (j < 4) return [at8(bytes, at + j) & 63, at8(bytes, at + j + 4) & 63];
  const both = at8(bytes, at + j + 4);
  return [(both & 15) | ((at8(bytes, at + j - 4) >> 6) << 4), (both >> 4) | ((at8(bytes, at + j) >> 6) << 4)];
}

const q4_k: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 144, index += 256) {
    const scale = half(bytes, at);
    const least = half(bytes, at + 2);
    for (let j = 0; j < 8; j++) {
      const [s, m] = scaleAndMin(bytes, at + 4, j);
      const [factor, minimum] = [scale * s, least * m];
      const from = at + 16 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let l = 0; l < 32; l++)
        values[index + j * 32 + l] = factor * ((at8(bytes, from + l) >> shift) & 15) - minimum;
    }
  }
};

const q5_k: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 176, index += 256) {
    const scale = half(bytes, at);
    const least = half(bytes, at + 2);
    for (let j = 0; j < 8; j++) {
      const [s, m] = scaleAndMin(bytes, at + 4, j);
      const [factor, minimum] = [scale * s, least * m];
      const from = at + 48 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let l = 0; l < 32; l++) {
        const low = (at8(bytes, from + l) >> shift) & 15;
        const high = ((at8(bytes, at + 16 + l) >> j) & 1) << 4;
        values[index + j * 32 + l] = factor * (low | high) - minimum;
      }
    }
  }
};

const q6_k: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 210, index += 256) {
    const scale = half(bytes, at + 208);
    for (let j = 0; j < 256; j++) {
      // Two halves of 128; in each, four groups of 32 that share low bytes by two and high bytes by four.
      const [part, group, l] = [j >> 7, (j >> 5) & 3, j & 31];
      const low = (at8(bytes, at + part * 64 + (group & 1) * 32 + l) >> ((group >> 1) * 4)) & 15;
      const high = (at8(bytes, at + 128 + part * 32 + l) >> (group * 2)) & 3;
      const factor = scale * signed8(bytes, at + 192 + part * 8 + group * 2 + (l >> 4));
      values[index + j] = factor * ((low | (high << 4)) - 32);
    }
  }
};

const dequantisers: Readonly<Record<string, Dequantiser>> = {
  F32: f32,
  F16: f16,
  BF16: bf16,
  Q8_0: q8_0,
  Q4_0: q4_0,
  Q4_K: q4_k,
  Q5_K: q5_k,
  Q6_K: q6_k,
};

/** Fills `values` from the bytes of whole blocks; undefined for a type whose layout is not known here. */
export function dequantiser(type: string): Dequantiser | undefined {
  return dequantisers[type];
}

/**
 * How far a quantisation moves normally distributed weights, relative to their size (root mean square). F16, BF16, Q8_0
 * and Q4_0 measured with gguf-py's quantisers; the K types with plain rounding in their block sizes, which is a little
 * worse than what llama.cpp does.
 */
export const quantisationNoise: Readonly<Record<string, number>> = {
  F32: 0,
  F16: 0.0002,
  BF16: 0.0017,
  Q8_0: 0.0054,
  Q6_K: 0.022,
  Q5_K: 0.038,
  Q4_K: 0.078,
  Q4_0: 0.086,
};
