// Numbers in the bytes of a block, little-endian.

/** Fills `values` from the bytes of whole blocks. */
export type Dequantiser = (bytes: Buffer, values: Float32Array) => void;

/** Float16 by its 16 bits: a table of 256 KB is faster than arithmetic. */
const halves = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

export const half = (bytes: Buffer, at: number): number => halves[at16(bytes, at)] as number;
export const at8 = (bytes: Buffer, at: number): number => bytes[at] as number;
export const at16 = (bytes: Buffer, at: number): number => at8(bytes, at) | (at8(bytes, at + 1) << 8);
export const signed8 = (bytes: Buffer, at: number): number => (at8(bytes, at) << 24) >> 24;

export const at32 = (bytes: Buffer, at: number): number => (at16(bytes, at) | (at16(bytes, at + 2) << 16)) >>> 0;
