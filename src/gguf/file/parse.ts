// Bytes of a GGUF file's start -> its header. Strict and bounded: nothing is allocated because a file says so.
import { Cursor, Malformed } from './cursor.ts';
import type { MetadataValue, Scalar } from '../model.ts';
import { type TensorType, tensorType } from './tensor-types.ts';

/** A tensor as the header describes it; the offset counts from the start of the data. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TensorType;
  readonly elements: number;
  readonly bytes: number;
  readonly offset: number;
}

export interface Header {
  readonly version: number;
  readonly metadata: Map<string, MetadataValue>;
  readonly tensors: readonly TensorInfo[];
  /** Where the tensors' data starts in the file. */
  readonly dataOffset: number;
}

/** Element types by their number, with their size in bytes; 0: counted by itself. */
const valueTypes: readonly (readonly [name: string, bytes: number])[] = [
  ['u8', 1],
  ['i8', 1],
  ['u16', 2],
  ['i16', 2],
  ['u32', 4],
  ['i32', 4],
  ['f32', 4],
  ['bool', 1],
  ['string', 0],
  ['array', 0],
  ['u64', 8],
  ['i64', 8],
  ['f64', 8],
];

const limits = {
  keys: 65_536,
  tensors: 131_072,
  nameBytes: 65_535,
  stringBytes: 16 * 2 ** 20,
  /** Largest array: 16M numbers. The longest in use is a tokenizer's merges, below 1M. */
  arrayLength: 2 ** 24,
  /** Arrays up to here are kept whole; per-layer settings fit, vocabularies do not. */
  shortArray: 1_024,
  /** ggml keeps tensor names in 64 bytes with the closing zero. */
  tensorName: 63,
} as const;

/**
 * Reads a header, GGUF version 2 or 3, little-endian.
 * @param bytes the file's first bytes; the magic has been checked
 * @throws NeedsMoreBytes when the header is longer, Malformed when it breaks the rules
 */
export function parseHeader(bytes: Buffer): Header {
  const cursor = new Cursor(bytes, 4);
  const version = readVersion(cursor);
  const tensorCount = cursor.count('the number of tensors', limits.tensors);
  const keyCount = cursor.count('the number of metadata keys', limits.keys);
  const metadata = readMetadata(cursor, keyCount);
  const alignment = alignmentOf(metadata);
  const tensors = readTensors(cursor, tensorCount, alignment);
  return { version, metadata, tensors, dataOffset: padded(cursor.offset, alignment) };
}

function readVersion(cursor: Cursor): number {
  const version = cursor.u32();
  if (version === 2 || version === 3) return version;
  if (version !== 0 && version % 65_536 === 0) throw new Malformed('it is a big-endian GGUF, which is not supported');
  throw new Malformed(`it is GGUF version ${version}, and only versions 2 and 3 are supported`);
}

function readMetadata(cursor: Cursor, count: number): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < count; index++) {
    const key = cursor.string(`metadata key ${index}`, limits.nameBytes);
    if (metadata.has(key)) throw new Malformed(`metadata key ${show(key)} appears twice`);
    metadata.set(key, readValue(cursor, key, cursor.u32()));
  }
  return metadata;
}

function readValue(cursor: Cursor, key: string, typeId: number): MetadataValue {
  const type = valueTypes[typeId]?.[0];
  if (type === undefined) throw new Malformed(`metadata key ${show(key)} has the unknown type ${typeId}`);
  if (type === 'array') return readArray(cursor, key);
  if (type === 'string') return cursor.string(show(key), limits.stringBytes);
  return cursor.scalar(type);
}

function readArray(cursor: Cursor, key: string): MetadataValue {
  const typeId = cursor.u32();
  const [elementType, elementBytes] = valueTypes[typeId] ?? [undefined, 0];
  if (elementType === undefined) throw new Malformed(`the array ${show(key)} has elements of unknown type ${typeId}`);
  if (elementType === 'array') throw new Malformed(`${show(key)} is an array of arrays`);
  const length = cursor.count(`the length of ${show(key)}`, limits.arrayLength);
  if (length <= limits.shortArray) {
    return { kind: 'array', elementType, values: readElements(cursor, elementType, length, key) };
  }
  const offset = cursor.offset;
  if (elementType === 'string') {
    const what = `an element of ${show(key)}`;
    for (let index = 0; index < length; index++) cursor.skipString(what, limits.stringBytes);
  } else {
    cursor.skip(length * elementBytes);
  }
  return { kind: 'long-array', elementType, length, offset, bytes: cursor.offset - offset };
}

/** Reads the elements of an array whose bytes are known to be there. */
export function readElements(cursor: Cursor, elementType: string, length: number, key: string): Scalar[] {
  const values: Scalar[] = [];
  const what = `an element of ${show(key)}`;
  for (let index = 0; index < length; index++) {
    values.push(elementType === 'string' ? cursor.string(what, limits.stringBytes) : cursor.scalar(elementType));
  }
  return values;
}

function alignmentOf(metadata: Map<string, MetadataValue>): number {
  const alignment = metadata.get('general.alignment') ?? 32;
  const power = typeof alignment === 'number' && Number.isInteger(Math.log2(alignment));
  if (!power || alignment < 1 || alignment > 65_536) {
    throw new Malformed('general.alignment is not a power of two up to 65536');
  }
  return alignment;
}

/** Tensors follow each other without gap or overlap, as llama.cpp demands: so none can share another's bytes. */
function readTensors(cursor: Cursor, count: number, alignment: number): TensorInfo[] {
  const names = new Set<string>();
  const tensors: TensorInfo[] = [];
  let expected = 0;
  for (let index = 0; index < count; index++) {
    const tensor = readTensor(cursor, index);
    if (names.has(tensor.name)) throw new Malformed(`tensor ${show(tensor.name)} appears twice`);
    names.add(tensor.name);
    if (tensor.offset !== expected) {
      throw new Malformed(`tensor ${show(tensor.name)} starts at ${tensor.offset} of the data instead of ${expected}`);
    }
    expected = padded(expected + tensor.bytes, alignment);
    tensors.push(tensor);
  }
  return tensors;
}

function readTensor(cursor: Cursor, index: number): TensorInfo {
  const name = cursor.string(`the name of tensor ${index}`, limits.tensorName);
  const dimensions = cursor.u32();
  if (dimensions > 4)
    throw new Malformed(`tensor ${show(name)} has ${dimensions} dimensions, and at most 4 are allowed`);
  const shape: number[] = [];
  for (let axis = 0; axis < dimensions; axis++) {
    shape.push(cursor.count(`dimension ${axis} of tensor ${show(name)}`, 2 ** 40));
  }
  const typeId = cursor.u32();
  const type = tensorType(typeId);
  if (type === undefined) throw new Malformed(`tensor ${show(name)} has the unknown type ${typeId}`);
  const offset = cursor.count(`the offset of tensor ${show(name)}`, Number.MAX_SAFE_INTEGER);
  return { name, shape, type, ...tensorSize(name, shape, type), offset };
}

function tensorSize(name: string, shape: readonly number[], type: TensorType): { elements: number; bytes: number } {
  const elements = shape.reduce((product, size) => product * size, 1);
  const bytes = (elements / type.blockSize) * type.blockBytes;
  if (!(elements > 0)) throw new Malformed(`tensor ${show(name)} is empty`);
  if ((shape[0] ?? 1) % type.blockSize !== 0) {
    throw new Malformed(`tensor ${show(name)} has rows of ${shape[0]}, not a multiple of ${type.name}'s block`);
  }
  if (!(bytes < 2 ** 50)) throw new Malformed(`tensor ${show(name)} would need ${bytes} bytes`);
  return { elements, bytes };
}

function padded(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** A name from the file, safe to print: short, and without control characters. */
export function show(text: string): string {
  const clean = text.replace(/[\p{C}]/gu, '·');
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}
