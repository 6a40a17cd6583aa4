// Two versions of a tensor, read side by side in pieces of whole rows.
import { type FileHandle, open } from 'node:fs/promises';
import type { ModelFile, Tensor } from './model.ts';

/** Bytes of one read, about; a piece holds at least one row. */
const pieceBytes = 4 * 2 ** 20;

/** Open files of a model; closes them at the end of `await using`. */
export class TensorReader implements AsyncDisposable {
  readonly #model: ModelFile;
  readonly #files = new Map<number, FileHandle>();

  constructor(model: ModelFile) {
    this.#model = model;
  }

  /** Bytes `start`..`start + length` of a tensor. */
  async read(tensor: Tensor, start: number, length: number): Promise<Buffer> {
    const file = this.#files.get(tensor.part) ?? (await open(this.#model.parts[tensor.part] as string));
    this.#files.set(tensor.part, file);
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, done, length - done, tensor.offset + start + done);
      if (bytesRead === 0) throw new Error(`${tensor.name}: the file became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
  }
}

/** Rows of a tensor: its first dimension is a row, all others count rows. */
export function tensorRows(tensor: Tensor): { rows: number; columns: number; rowBytes: number } {
  const columns = tensor.shape[0] ?? 1;
  const rows = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
  return { rows, columns, rowBytes: tensor.bytes / rows };
}

/** Ranges of whole rows such that both tensors' pieces stay small. */
export function* rowRanges(a: Tensor, b: Tensor): Generator<{ first: number; count: number }> {
  const { rows, columns, rowBytes } = tensorRows(a);
  const widest = Math.max(rowBytes, tensorRows(b).rowBytes, columns * 4);
  const step = Math.max(1, Math.floor(pieceBytes / widest));
  for (let first = 0; first < rows; first += step) yield { first, count: Math.min(step, rows - first) };
}
