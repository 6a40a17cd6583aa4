// K-quants: super-blocks of 256 with scales of their parts. Layouts as in ggml-common.h.
import { at8, type Dequantiser, half, signed8 } from './numbers.ts';

/** Scale and minimum of sub-block `j` (0-7), packed in 12 bytes: 6 bits each (get_scale_min_k4). */
function scaleAndMin(bytes: Buffer, at: number, j: number): [scale: number, min: number] {
  if (j < 4) return [at8(bytes, at + j) & 63, at8(bytes, at + j + 4) & 63];
  const both = at8(bytes, at + j + 4);
  return [(both & 15) | ((at8(bytes, at + j - 4) >> 6) << 4), (both >> 4) | ((at8(bytes, at + j) >> 6) << 4)];
}

export const q4_k: Dequantiser = (bytes, values) => {
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

export const q5_k: Dequantiser = (bytes, values) => {
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

export const q6_k: Dequantiser = (bytes, values) => {
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

export const q2_k: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 84, index += 256) {
    const [scale, least] = [half(bytes, at + 80), half(bytes, at + 82)];
    for (let j = 0; j < 256; j++) {
      const both = at8(bytes, at + (j >> 4));
      const quant = (at8(bytes, at + 16 + (j >> 7) * 32 + (j & 31)) >> (((j >> 5) & 3) * 2)) & 3;
      values[index + j] = scale * (both & 15) * quant - least * (both >> 4);
    }
  }
};

/** Scale of part `part` (0-15): four low bits and two high ones, packed in 12 bytes; 32 is zero. */
function threeBitScale(bytes: Buffer, at: number, part: number): number {
  const low = (at8(bytes, at + (part & 7)) >> (part < 8 ? 0 : 4)) & 15;
  const high = (at8(bytes, at + 8 + (part & 3)) >> ((part >> 2) * 2)) & 3;
  return (low | (high << 4)) - 32;
}

export const q3_k: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 110, index += 256) {
    const scale = half(bytes, at + 108);
    for (let j = 0; j < 256; j++) {
      const low = (at8(bytes, at + 32 + (j >> 7) * 32 + (j & 31)) >> (((j >> 5) & 3) * 2)) & 3;
      const high = (at8(bytes, at + (j & 31)) >> (j >> 5)) & 1;
      values[index + j] = scale * threeBitScale(bytes, at + 96, j >> 4) * (low - (high ? 0 : 4));
    }
  }
};

/** Behind the quants stand sums that only products need. */
export const q8_k: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 292, index += 256) {
    const scale = bytes.readFloatLE(at);
    for (let j = 0; j < 256; j++) values[index + j] = scale * signed8(bytes, at + 4 + j);
  }
};
