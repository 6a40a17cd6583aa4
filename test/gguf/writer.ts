// Writes GGUF files for tests: right ones, and ones that lie about every number they hold.
import { bytesOf } from '../../src/gguf/file/text.ts';
import { tensorType, tensorTypeNamed } from '../../src/gguf/file/tensor-types.ts';
import { createRandom } from '../../src/statistics/index.ts';

type Value = string | number | bigint | boolean;
/** A value with its type, as GGUF names it; lists are arrays of that type. */
export type Entry = readonly [type: string, value: Value | readonly Value[]];

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly (number | bigint)[];
  readonly type: string | number;
  readonly data: Buffer;
  /** Lies about where the data starts. */
  readonly offset?: bigint;
}

export interface GgufSpec {
  readonly magic?: string;
  readonly version?: number;
  readonly metadata: Readonly<Record<string, Entry>> | readonly (readonly [string, Entry])[];
  readonly tensors: readonly TensorSpec[];
  /** Lies about the counts. */
  readonly tensorCount?: bigint;
  readonly keyCount?: bigint;
  readonly alignment?: number;
}

const valueTypes = 'u8 i8 u16 i16 u32 i32 f32 bool string array u64 i64 f64'.split(' ');
const tensorTypes: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 64 }, (_, id) => [tensorType(id)?.name ?? '', id] as const),
);

export function writeGguf(spec: GgufSpec): Buffer {
  const alignment = spec.alignment ?? 32;
  const entries = Array.isArray(spec.metadata)
    ? (spec.metadata as readonly (readonly [string, Entry])[])
    : Object.entries(spec.metadata as Readonly<Record<string, Entry>>);
  const header = [
    Buffer.from(spec.magic ?? 'GGUF', 'latin1'),
    u32(spec.version ?? 3),
    u64(spec.tensorCount ?? BigInt(spec.tensors.length)),
    u64(spec.keyCount ?? BigInt(entries.length)),
    ...entries.flatMap(([key, [type, value]]) => [text(key), ...typed(type, value)]),
  ];
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of spec.tensors) {
    const type = typeof tensor.type === 'number' ? tensor.type : (tensorTypes.get(tensor.type) as number);
    header.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(size => u64(BigInt(size))));
    header.push(u32(type), u64(tensor.offset ?? BigInt(offset)));
    const block = pad(tensor.data, alignment);
    data.push(block);
    offset += block.length;
  }
  return Buffer.concat([pad(Buffer.concat(header), alignment), ...data]);
}

function typed(type: string, value: Value | readonly Value[]): Buffer[] {
  if (!Array.isArray(value)) return [u32(valueTypes.indexOf(type)), plain(type, value as Value)];
  const values = value as readonly Value[];
  return [
    u32(valueTypes.indexOf('array')),
    u32(valueTypes.indexOf(type)),
    u64(BigInt(values.length)),
    ...values.map(one => plain(type, one)),
  ];
}

function plain(type: string, value: Value): Buffer {
  const view = new DataView(new ArrayBuffer(8));
  switch (type) {
    case 'string':
      return text(String(value));
    case 'u32':
      return u32(Number(value));
    case 'i32':
      view.setInt32(0, Number(value), true);
      return Buffer.from(view.buffer, 0, 4);
    case 'f32':
      view.setFloat32(0, Number(value), true);
      return Buffer.from(view.buffer, 0, 4);
    case 'u64':
      return u64(BigInt(value as bigint));
    case 'bool':
      return Buffer.from([value ? 1 : 0]);
    case 'u8':
      return Buffer.from([Number(value)]);
    default:
      throw new TypeError(`the writer does not know ${type}`);
  }
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** A text as its bytes; lone surrogates U+DC80 to U+DCFF stand for bytes that are no UTF-8. */
export function text(value: string): Buffer {
  const bytes = bytesOf(value);
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

function pad(bytes: Buffer, alignment: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}

export function f32Data(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** A zero tensor of the right size. */
export function zeros(name: string, shape: readonly number[], type = 'F32'): TensorSpec {
  const { blockSize, blockBytes } = tensorTypeNamed(type) as { blockSize: number; blockBytes: number };
  const elements = shape.reduce((product, size) => product * size, 1);
  return { name, shape, type, data: Buffer.alloc((elements / blockSize) * blockBytes) };
}

/** A tensor of float32 noise, the same each time: zeros are an anomaly of their own. */
export function noise(name: string, shape: readonly number[]): TensorSpec {
  const random = createRandom(name);
  const elements = shape.reduce((product, size) => product * size, 1);
  return {
    name,
    shape,
    type: 'F32',
    data: f32Data(Float32Array.from({ length: elements }, () => random.next() - 0.5)),
  };
}

export const vocabulary = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', 'a', 'b', 'Ġthe', '<tool_call>', 'c'];

/** Metadata of a small model that readModelFile accepts. */
export function smallMetadata(changes: Readonly<Record<string, Entry | undefined>> = {}): Record<string, Entry> {
  const metadata: Record<string, Entry | undefined> = {
    'general.architecture': ['string', 'llama'],
    'general.name': ['string', 'small'],
    'general.file_type': ['u32', 0],
    'llama.context_length': ['u32', 256],
    'llama.embedding_length': ['u32', 64],
    'llama.block_count': ['u32', 2],
    'llama.feed_forward_length': ['u32', 64],
    'llama.attention.head_count': ['u32', 4],
    'llama.attention.head_count_kv': ['u32', 2],
    'llama.attention.layer_norm_rms_epsilon': ['f32', 1e-5],
    'tokenizer.ggml.model': ['string', 'gpt2'],
    'tokenizer.ggml.pre': ['string', 'qwen2'],
    'tokenizer.ggml.tokens': ['string', vocabulary],
    'tokenizer.ggml.token_type': ['i32', [3, 3, 3, 1, 1, 1, 4, 1]],
    'tokenizer.ggml.bos_token_id': ['u32', 0],
    'tokenizer.ggml.eos_token_id': ['u32', 2],
    'tokenizer.ggml.add_bos_token': ['bool', false],
    'tokenizer.chat_template': ['string', '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}'],
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(metadata).filter((entry): entry is [string, Entry] => entry[1] !== undefined),
  );
}

/** A small model of two blocks; `changes` replaces metadata, undefined removes a key. */
export function smallModel(changes: Readonly<Record<string, Entry | undefined>> = {}): GgufSpec {
  const tensors = [noise('token_embd.weight', [64, 8]), noise('output_norm.weight', [64])];
  for (const block of [0, 1]) {
    for (const name of ['attn_q', 'attn_k', 'attn_v', 'ffn_up'])
      tensors.push(noise(`blk.${block}.${name}.weight`, [64, 64]));
  }
  return { metadata: smallMetadata(changes), tensors };
}
