// Writes a model file again with its matrices in another type: what a change of quantisation alone does to the calls.
//   node scripts/validate/requantise.mjs FROM.gguf TO.gguf F16|Q4_0
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { dequantiser } from '../../dist/gguf/weights/dequantise.js';
import { readModelFile } from '../../dist/gguf/index.js';

const alignment = 32;
/** ggml's numbers of the types, and how a row of values is written. */
const types = {
  F16: {
    number: 1,
    fileType: 1,
    write: values => blocks(values, 1, 2, (out, [value]) => out.writeUInt16LE(half(value))),
  },
  Q4_0: { number: 2, fileType: 2, write: values => blocks(values, 32, 18, writeQ4) },
};

/** Rewrites every Q8_0 tensor of a single-file model. */
export async function requantise(from, to, type) {
  await rewrite(from, to, type, values => values);
}

/**
 * Rewrites every Q8_0 tensor of a single-file model with other numbers; the header stays but for types and offsets.
 * @param change gives a tensor's numbers for those that it has
 */
export async function rewrite(from, to, type, change) {
  const bytes = readFileSync(from);
  const { tensors } = await readModelFile(from);
  const header = Buffer.from(bytes.subarray(0, Math.min(...tensors.map(({ offset }) => offset))));
  const parts = [];
  let offset = 0;
  for (const tensor of tensors) {
    const data = bytes.subarray(tensor.offset, tensor.offset + tensor.bytes);
    const full = tensor.type === 'Q8_0';
    const changed = full ? types[type].write(change(valuesOf(tensor, data), tensor)) : data;
    const padded = Buffer.concat([changed, Buffer.alloc((alignment - (changed.length % alignment)) % alignment)]);
    const info = infoOf(header, tensor.name);
    if (full) header.writeUInt32LE(types[type].number, info);
    header.writeBigUInt64LE(BigInt(offset), info + 4);
    parts.push(padded);
    offset += padded.length;
  }
  setFileType(header, types[type].fileType);
  writeFileSync(to, Buffer.concat([header, ...parts]));
}

/** What the file says of its quantisation, a u32 (llama.cpp: LLAMA_FTYPE_MOSTLY_…): behind the key and the type of the value. */
function setFileType(header, fileType) {
  const key = Buffer.from('general.file_type');
  const at = header.indexOf(key);
  if (at >= 0) header.writeUInt32LE(fileType, at + key.length + 4);
}

/** A tensor's numbers. */
export function valuesOf({ type, shape }, data) {
  const out = new Float32Array(shape.reduce((product, size) => product * size, 1));
  dequantiser(type)(data, out);
  return out;
}

/** Position of a tensor's type in the header: its name (u64 length before it), dimensions (u32 count, u64 each), type. */
function infoOf(header, name) {
  const key = Buffer.concat([Buffer.alloc(8), Buffer.from(name)]);
  key.writeBigUInt64LE(BigInt(name.length));
  const at = header.lastIndexOf(key) + key.length;
  return at + 4 + 8 * header.readUInt32LE(at);
}

function blocks(all, size, bytes, write) {
  const out = Buffer.alloc((all.length / size) * bytes);
  for (let block = 0; block < all.length / size; block++) {
    write(out.subarray(block * bytes, (block + 1) * bytes), all.subarray(block * size, (block + 1) * size));
  }
  return out;
}

/** 32 numbers as 4 bits each with one scale (ggml-quants.c, quantize_row_q4_0_ref). */
function writeQ4(out, part) {
  const peak = part.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  const scale = peak / -8;
  out.writeUInt16LE(half(scale));
  const level = value => (scale === 0 ? 8 : Math.max(0, Math.min(15, Math.floor(value / scale + 8.5))));
  for (let index = 0; index < 16; index++) out[2 + index] = level(part[index]) | (level(part[index + 16]) << 4);
}

/** IEEE 754 half precision, rounded to nearest; |value| < 65504. */
function half(value) {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign + ((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await requantise(...process.argv.slice(2));
