// A model file with another chat template and the same weights, bit for bit.
import { readFileSync, writeFileSync } from 'node:fs';
import { readModelFile } from '../../src/gguf/index.ts';

const key = Buffer.from('tokenizer.chat_template');
const alignment = 32;

/** Writes a copy of a GGUF whose template is replaced; offsets of tensors are relative, so only the padding moves. */
export async function withTemplate(
  source: string,
  target: string,
  change: (template: string) => string,
): Promise<void> {
  const bytes = readFileSync(source);
  const { chatTemplate, tensors } = await readModelFile(source);
  const at = bytes.indexOf(key) + key.length + 4;
  const length = Number(bytes.readBigUInt64LE(at));
  const text = Buffer.from(change(chatTemplate as string));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  // The data starts where the first tensor does; what lies between header and data is padding.
  const dataStart = Math.min(...tensors.map(({ offset }) => offset));
  const lastName = tensors
    .map(({ name }) => Buffer.from(name))
    .toSorted((a, b) => bytes.lastIndexOf(b) - bytes.lastIndexOf(a))[0];
  const headerEnd = infoEnd(bytes, lastName as Buffer);
  const header = Buffer.concat([bytes.subarray(0, at), size, text, bytes.subarray(at + 8 + length, headerEnd)]);
  const padding = Buffer.alloc((alignment - (header.length % alignment)) % alignment);
  writeFileSync(target, Buffer.concat([header, padding, bytes.subarray(dataStart)]));
}

/** End of a tensor's info: name, dimensions (u32 count, u64 each), type (u32), offset (u64). */
function infoEnd(bytes: Buffer, name: Buffer): number {
  const at = bytes.lastIndexOf(name) + name.length;
  return at + 4 + 8 * bytes.readUInt32LE(at) + 4 + 8;
}
