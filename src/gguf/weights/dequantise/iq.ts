// I-quants: super-blocks of 256 whose groups of 8 or 4 are points of a lattice. Layouts as in ggml-common.h.
import { iq1Grid, iq2sGrid, iq2xsGrid, iq2xxsGrid, iq3sGrid, iq3xxsGrid } from './iq-grids.ts';
import { at8, at16, at32, type Dequantiser, half } from './numbers.ts';

/** Signs of eight numbers from seven bits: the eighth makes the count of minus signs even (ksigns_iq2xs). */
const evenSigns = Uint8Array.from({ length: 128 }, (_, bits) => {
  let ones = 0;
  for (let bit = 0; bit < 7; bit++) ones += (bits >> bit) & 1;
  return bits | ((ones & 1) << 7);
});

/** Puts a lattice point into `values`, with a scale and a sign for each number. */
function put(
  values: Float32Array,
  index: number,
  grid: Int8Array,
  point: number,
  width: number,
  scale: number,
  signs: number,
): void {
  for (let j = 0; j < width; j++) {
    const size = scale * (grid[point * width + j] as number);
    values[index + j] = (signs >> j) & 1 ? -size : size;
  }
}

const signsAt = (word: number, group: number): number => evenSigns[(word >>> (7 * group)) & 127] as number;

export const iq2_xxs: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 66, index += 256) {
    const scale = half(bytes, at);
    for (let part = 0; part < 8; part++) {
      const word = at32(bytes, at + 2 + part * 8 + 4);
      const factor = scale * (0.5 + (word >>> 28)) * 0.25;
      for (let group = 0; group < 4; group++) {
        const point = at8(bytes, at + 2 + part * 8 + group);
        put(values, index + part * 32 + group * 8, iq2xxsGrid, point, 8, factor, signsAt(word, group));
      }
    }
  }
};

/** Four bits of a list of scales. */
const nibble = (bytes: Buffer, at: number, index: number): number =>
  (at8(bytes, at + (index >> 1)) >> ((index & 1) * 4)) & 15;

export const iq2_xs: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 74, index += 256) {
    const scale = half(bytes, at);
    for (let group = 0; group < 32; group++) {
      const word = at16(bytes, at + 2 + group * 2);
      const factor = scale * (0.5 + nibble(bytes, at + 66, group >> 1)) * 0.25;
      put(values, index + group * 8, iq2xsGrid, word & 511, 8, factor, evenSigns[word >> 9] as number);
    }
  }
};

export const iq2_s: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 82, index += 256) {
    const scale = half(bytes, at);
    for (let group = 0; group < 32; group++) {
      const high = (at8(bytes, at + 66 + (group >> 2)) >> ((group & 3) * 2)) & 3;
      const factor = scale * (0.5 + nibble(bytes, at + 74, group >> 1)) * 0.25;
      const point = at8(bytes, at + 2 + group) | (high << 8);
      put(values, index + group * 8, iq2sGrid, point, 8, factor, at8(bytes, at + 34 + group));
    }
  }
};

export const iq3_xxs: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 98, index += 256) {
    const scale = half(bytes, at);
    for (let part = 0; part < 8; part++) {
      const word = at32(bytes, at + 66 + part * 4);
      const factor = scale * (0.5 + (word >>> 28)) * 0.5;
      for (let group = 0; group < 8; group++) {
        const signs = signsAt(word, group >> 1) >> ((group & 1) * 4);
        const point = at8(bytes, at + 2 + part * 8 + group);
        put(values, index + part * 32 + group * 4, iq3xxsGrid, point, 4, factor, signs);
      }
    }
  }
};

export const iq3_s: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 110, index += 256) {
    const scale = half(bytes, at);
    for (let group = 0; group < 64; group++) {
      const high = (at8(bytes, at + 66 + (group >> 3)) >> (group & 7)) & 1;
      const factor = scale * (1 + 2 * nibble(bytes, at + 106, group >> 3));
      const signs = at8(bytes, at + 74 + (group >> 1)) >> ((group & 1) * 4);
      put(values, index + group * 4, iq3sGrid, at8(bytes, at + 2 + group) | (high << 8), 4, factor, signs);
    }
  }
};

const delta = 0.125;

/** A lattice point of -1, 0 and 1, moved by an eighth. */
function putMoved(values: Float32Array, index: number, point: number, scale: number, moved: number): void {
  for (let j = 0; j < 8; j++) values[index + j] = scale * ((iq1Grid[point * 8 + j] as number) + moved);
}

export const iq1_s: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 50, index += 256) {
    const scale = half(bytes, at);
    for (let part = 0; part < 8; part++) {
      const word = at16(bytes, at + 34 + part * 2);
      const factor = scale * (2 * ((word >> 12) & 7) + 1);
      for (let group = 0; group < 4; group++) {
        const point = at8(bytes, at + 2 + part * 4 + group) | (((word >> (group * 3)) & 7) << 8);
        putMoved(values, index + part * 32 + group * 8, point, factor, word & 0x8000 ? -delta : delta);
      }
    }
  }
};

const scaleBits = Buffer.alloc(2);

export const iq1_m: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 56, index += 256) {
    // The scale stands in the high four bits of four words.
    const word = (part: number): number => at16(bytes, at + 48 + part * 2);
    scaleBits.writeUInt16LE(
      (word(0) >> 12) | ((word(1) >> 12) << 4) | ((word(2) >> 12) << 8) | ((word(3) >> 12) << 12),
    );
    const scale = half(scaleBits, 0);
    for (let group = 0; group < 32; group++) {
      const high = nibble(bytes, at + 32, group);
      const factor = scale * (2 * ((word(group >> 3) >> (((group >> 1) & 3) * 3)) & 7) + 1);
      const point = at8(bytes, at + group) | ((high & 7) << 8);
      putMoved(values, index + group * 8, point, factor, high & 8 ? -delta : delta);
    }
  }
};

/** Sixteen unevenly spread numbers (kvalues_iq4nl). */
const uneven = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

function putUneven(bytes: Buffer, at: number, values: Float32Array, index: number, scale: number): void {
  for (let j = 0; j < 16; j++) {
    const pair = at8(bytes, at + j);
    values[index + j] = scale * (uneven[pair & 15] as number);
    values[index + j + 16] = scale * (uneven[pair >> 4] as number);
  }
}

export const iq4_nl: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 18, index += 32) {
    putUneven(bytes, at + 2, values, index, half(bytes, at));
  }
};

export const iq4_xs: Dequantiser = (bytes, values) => {
  for (let at = 0, index = 0; index < values.length; at += 136, index += 256) {
    const scale = half(bytes, at);
    const high = at16(bytes, at + 2);
    for (let part = 0; part < 8; part++) {
      const bits = nibble(bytes, at + 4, part) | (((high >> (part * 2)) & 3) << 4);
      putUneven(bytes, at + 8 + part * 16, values, index + part * 32, scale * (bits - 32));
    }
  }
};
