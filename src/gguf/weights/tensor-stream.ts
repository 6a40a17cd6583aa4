// A tensor's bytes and numbers, read in pieces: memory does not grow with the tensor, however it is shaped.
import { type FileHandle, open } from 'node:fs/promises';
import { dequantiser } from './dequantise.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { tensorTypeNamed } from '../file/tensor-types.ts';

/** Numbers in a piece; a multiple of every block. */
const pieceElements = 2 ** 20;

/** Open files of a model; closes them at the end of `await using`. */
export class TensorReader implements AsyncDisposable {
  readonly #model: ModelFile;
  readonly #files = new Map<number, FileHandle>();
  #bytes: Buffer = Buffer.alloc(0);
  #values = new Float32Array(0);

  constructor(model: ModelFile) {
    this.#model = model;
  }

  /** Bytes of a piece, at a multiple of 8 in memory; they last until the next piece is read. */
  async bytes(tensor: Tensor, { first, count }: Piece): Promise<Buffer> {
    const { blockSize, blockBytes } = blockOf(tensor);
    const start = tensor.offset + (first / blockSize) * blockBytes;
    const file = this.#files.get(tensor.part) ?? (await open(this.#model.parts[tensor.part] as string));
    this.#files.set(tensor.part, file);
    const length = (count / blockSize) * blockBytes;
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length);
    const bytes = this.#bytes.subarray(0, length);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0) throw new Error(`${tensor.name}: the file became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  }

  /** The numbers in a piece's bytes; they last until those of the next are asked for. */
  numbers(tensor: Tensor, bytes: Buffer, count: number): Float32Array {
    if (this.#values.length < count) this.#values = new Float32Array(count);
    const values = this.#values.subarray(0, count);
    fillNumbers(tensor, bytes, values);
    return values;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
  }
}

/** A range of a tensor's numbers that starts with a block. */
export interface Piece {
  readonly first: number;
  readonly count: number;
}

/** Pieces of so many numbers. */
export function* pieces(elements: number): Generator<Piece> {
  for (let first = 0; first < elements; first += pieceElements) {
    yield { first, count: Math.min(pieceElements, elements - first) };
  }
}

/** Puts the numbers of whole blocks into `values`. */
function fillNumbers({ type, name }: Tensor, bytes: Buffer, values: Float32Array): void {
  const read = dequantiser(type);
  if (read === undefined) throw new TypeError(`${name}: ${type} can't be read`);
  read(bytes, values);
}

const zeroBytes = Buffer.alloc(2 ** 16);

/** In every type, bytes that are all zero are numbers that are all zero. */
export function allZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += zeroBytes.length) {
    const part = bytes.subarray(at, at + zeroBytes.length);
    if (!part.equals(zeroBytes.subarray(0, part.length))) return false;
  }
  return true;
}

/** The block of a tensor's type. */
export function blockOf({ type }: Tensor): { blockSize: number; blockBytes: number } {
  return tensorTypeNamed(type) ?? { blockSize: 1, blockBytes: 1 };
}

/** Rows of a tensor: its first dimension is a row, all others count rows. */
export function tensorRows(tensor: Tensor): { rows: number; columns: number; elements: number } {
  const columns = tensor.shape[0] ?? 1;
  const rows = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
  return { rows, columns, elements: rows * columns };
}

/** A table of numbers rather than a list. */
export function isMatrix(tensor: Tensor): boolean {
  const { rows, columns } = tensorRows(tensor);
  return tensor.shape.length >= 2 && rows > 1 && columns > 1;
}
