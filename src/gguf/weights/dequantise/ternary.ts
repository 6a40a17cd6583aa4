// Ternary blocks: 256 numbers of -1, 0 and 1 with one scale. Layouts as in ggml-common.h.
import { at8, type Dequantiser, half } from './numbers.ts';

const powers = [1, 3, 9, 27, 81];

/** Digit `digit` of a byte that holds five ternary digits as a fraction of 256. */
const ternary = (byte: number, digit: number): number => ((((byte * (powers[digit] as number)) & 255) * 3) >> 8) - 1;

/** Bytes 0-31 hold 160 numbers, 32-47 the next 80, 48-51 four each. */
const parts = [
  { from: 0, bytes: 32, digits: 5 },
  { from: 32, bytes: 16, digits: 5 },
  { from: 48, bytes: 4, digits: 4 },
] as const;

export const tq1_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 54) {
    const scale = half(bytes, at + 52);
    for (const { from, bytes: count, digits } of parts) {
      for (let digit = 0; digit < digits; digit++) {
        for (let j = 0; j < count; j++) values[index++] = scale * ternary(at8(bytes, at + from + j), digit);
      }
    }
  }
};

export const tq2_0: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 66, index += 256) {
    const scale = half(bytes, at + 64);
    for (let j = 0; j < 256; j++) {
      const quant = (at8(bytes, at + (j >> 7) * 32 + (j & 31)) >> (((j >> 5) & 3) * 2)) & 3;
      values[index + j] = scale * (quant - 1);
    }
  }
};
