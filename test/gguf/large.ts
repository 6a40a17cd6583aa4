// Model files with the shapes of a 70B model, zeros that take no room on the disk but where a tensor is changed.
import { type FileHandle, open } from 'node:fs/promises';
import { tensorTypeNamed } from '../../src/gguf/file/tensor-types.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { smallMetadata, type TensorSpec, writeGguf } from './writer.ts';

const [embedding, feedForward, keys, vocabulary] = [8192, 28_672, 1024, 128_256];
const q4k = tensorTypeNamed('Q4_K') as { blockSize: number; blockBytes: number };

interface Placed {
  readonly spec: TensorSpec;
  readonly offset: number;
  readonly bytes: number;
}

function shapes(layers: number): [string, number[]][] {
  const layer = (index: number): [string, number[]][] => [
    [`blk.${index}.attn_q.weight`, [embedding, embedding]],
    [`blk.${index}.attn_k.weight`, [embedding, keys]],
    [`blk.${index}.attn_v.weight`, [embedding, keys]],
    [`blk.${index}.attn_output.weight`, [embedding, embedding]],
    [`blk.${index}.ffn_gate.weight`, [embedding, feedForward]],
    [`blk.${index}.ffn_up.weight`, [embedding, feedForward]],
    [`blk.${index}.ffn_down.weight`, [feedForward, embedding]],
  ];
  return [
    ['token_embd.weight', [embedding, vocabulary]],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ['output.weight', [embedding, vocabulary]],
  ];
}

/** Writes a Llama-3-70B of so many layers (80 in the real one) as Q4_K; `changed` tensors hold some random blocks. */
export async function writeLarge(path: string, layers: number, changed: readonly string[]): Promise<number> {
  const placed: Placed[] = [];
  let offset = 0;
  for (const [name, shape] of shapes(layers)) {
    const bytes = (shape.reduce((product, size) => product * size, 1) / q4k.blockSize) * q4k.blockBytes;
    placed.push({
      spec: { name, shape, type: 'Q4_K', data: Buffer.alloc(0), offset: BigInt(offset) },
      offset,
      bytes,
    });
    offset += bytes;
  }
  const tokens = Array.from({ length: vocabulary }, (_, id) => `token ${id}`);
  const metadata = smallMetadata({
    'general.file_type': ['u32', 14],
    'llama.block_count': ['u32', layers],
    'llama.embedding_length': ['u32', embedding],
    'llama.feed_forward_length': ['u32', feedForward],
    'llama.attention.head_count': ['u32', 64],
    'llama.attention.head_count_kv': ['u32', 8],
    'tokenizer.ggml.tokens': ['string', tokens],
    'tokenizer.ggml.token_type': ['i32', tokens.map(() => 1)],
  });
  const header = writeGguf({ metadata, tensors: placed.map(({ spec }) => spec) });
  const file = await open(path, 'w');
  try {
    await file.write(header);
    await file.truncate(header.length + offset);
    for (const { spec, offset: start, bytes } of placed) {
      if (changed.includes(spec.name)) await scatter(file, header.length + start, bytes);
    }
  } finally {
    await file.close();
  }
  return header.length + offset;
}

/** 2000 blocks with right half-precision scales and random quants, all over the tensor. */
async function scatter(file: FileHandle, start: number, bytes: number): Promise<void> {
  const random = createRandom(`${start}`);
  for (let count = 0; count < 2000; count++) {
    const block = Buffer.from(Uint8Array.from({ length: q4k.blockBytes }, () => random.integer(256)));
    block.writeUInt16LE(0x2000, 0);
    block.writeUInt16LE(0x2000, 2);
    await file.write(block, 0, block.length, start + random.integer(bytes / q4k.blockBytes) * q4k.blockBytes);
  }
}
