// Broken model files by name: each must be refused with a clear error and do nothing else.
import { type Entry, type GgufSpec, smallModel, text, u32, u64, writeGguf } from './writer.ts';

const huge = 2n ** 63n;
const right = writeGguf(smallModel());
const metadata = (changes: Readonly<Record<string, Entry | undefined>>): Buffer => writeGguf(smallModel(changes));
const spec = (changes: Partial<GgufSpec>): Buffer => writeGguf({ ...smallModel(), ...changes });
const first = (changes: object): Buffer => {
  const { tensors } = smallModel();
  return spec({ tensors: tensors.map((tensor, index) => (index === 0 ? { ...tensor, ...changes } : tensor)) });
};
const second = (changes: object): Buffer => {
  const { tensors } = smallModel();
  return spec({ tensors: tensors.map((tensor, index) => (index === 1 ? { ...tensor, ...changes } : tensor)) });
};
/** A header with one key whose bytes behind the key's name are given. */
const rawKey = (key: string, ...value: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('GGUF'), u32(3), u64(1n), u64(1n), text(key), ...value, Buffer.alloc(4096)]);
const arrayOf = (type: number, length: bigint): Buffer => rawKey('x', u32(9), u32(type), u64(length));

const notGguf: Readonly<Record<string, Buffer>> = {
  'empty file': Buffer.alloc(0),
  'one byte': Buffer.from('G'),
  'magic only': Buffer.from('GGUF'),
  'zero bytes': Buffer.alloc(100_000),
  'web page': Buffer.from('<!DOCTYPE html><html><body>Not found</body></html>'),
  'error page': Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
  'git-lfs pointer': Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
  safetensors: Buffer.concat([u64(20n), Buffer.from('{"__metadata__":{}}')]),
  'zip file': Buffer.from('PK\x03\x04 archive/data.pkl', 'latin1'),
  'JSON file': Buffer.from('{"error":"Repository not found"}'),
  'wrong magic': spec({ magic: 'GGUX' }),
  'old GGML': spec({ magic: 'ggjt' }),
  'lower-case magic': spec({ magic: 'gguf' }),
};

const versions: Readonly<Record<string, Buffer>> = {
  'version 0': spec({ version: 0 }),
  'version 1': spec({ version: 1 }),
  'version 4': spec({ version: 4 }),
  'version 2^32-1': spec({ version: 2 ** 32 - 1 }),
  'big-endian version': spec({ version: 3 << 24 }),
};

const truncations: Readonly<Record<string, Buffer>> = Object.fromEntries(
  [7, 12, 23, 24, 40, 100, 300, 700, 1200, right.length - 16384, right.length - 1].map(length => [
    `cut after ${length} bytes`,
    right.subarray(0, length),
  ]),
);

const counts: Readonly<Record<string, Buffer>> = {
  '2^63 tensors': spec({ tensorCount: huge }),
  '2^63 keys': spec({ keyCount: huge }),
  '2^64-1 tensors': spec({ tensorCount: 2n ** 64n - 1n }),
  '60000 keys that are not there': spec({ keyCount: 60_000n }),
  '100000 tensors that are not there': spec({ tensorCount: 100_000n }),
  'no tensors': spec({ tensors: [] }),
  'a later part alone': metadata({ 'split.count': ['u32', 3], 'split.no': ['u32', 1] }),
  'a first part with a foreign name': metadata({ 'split.count': ['u32', 3], 'split.no': ['u32', 0] }),
  'key of 2^63 bytes': Buffer.concat([Buffer.from('GGUF'), u32(3), u64(1n), u64(1n), u64(huge), Buffer.alloc(64)]),
  'key of 2^32 bytes': Buffer.concat([Buffer.from('GGUF'), u32(3), u64(1n), u64(1n), u64(2n ** 32n), Buffer.alloc(64)]),
  'string of 2^63 bytes': rawKey('general.architecture', u32(8), u64(huge)),
  'string past the end': rawKey('general.architecture', u32(8), u64(1_000_000n)),
  'unknown value type': rawKey('x', u32(99)),
  'array of 2^63 bytes': arrayOf(0, huge),
  'array of 2^63 strings': arrayOf(8, huge),
  'array of 2^24 strings past the end': arrayOf(8, 2n ** 24n),
  'array of 2^61 u64': arrayOf(10, 2n ** 61n),
  'array of arrays': arrayOf(9, 1n),
  'arrays nested 1000 deep': rawKey('x', u32(9), ...Array.from({ length: 1000 }, () => [u32(9), u64(1n)]).flat()),
  'array of unknown type': arrayOf(77, 3n),
};

const tensors: Readonly<Record<string, Buffer>> = {
  'tensor offset 2^63': second({ offset: huge }),
  'tensor offset past the end': second({ offset: 2n ** 40n }),
  'tensor offset not aligned': second({ offset: 2049n }),
  'two tensors on the same bytes': second({ offset: 0n }),
  'tensors with the same name': second({ name: 'token_embd.weight' }),
  'tensor type 200': first({ type: 200 }),
  'tensor type that was removed': first({ type: 4 }),
  'tensor of 5 dimensions': first({ shape: [2, 2, 2, 2, 32] }),
  'tensor of 2^32-1 dimensions': Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(1n),
    u64(0n),
    text('a'),
    u32(2 ** 32 - 1),
    Buffer.alloc(64),
  ]),
  'dimension 2^63': first({ shape: [huge, 8n] }),
  'dimensions whose product overflows': first({ shape: [2n ** 33n, 2n ** 33n] }),
  'dimension 0': first({ shape: [0, 8] }),
  'rows that split a block': first({ shape: [33, 8], type: 'Q8_0' }),
  'tensor larger than the file': first({ shape: [64, 1_000_000] }),
  'tensor name of 100 bytes': first({ name: 'a'.repeat(100) }),
};

const alignments: Readonly<Record<string, Buffer>> = {
  'alignment 0': metadata({ 'general.alignment': ['u32', 0] }),
  'alignment 33': metadata({ 'general.alignment': ['u32', 33] }),
  'alignment 2^31': metadata({ 'general.alignment': ['u32', 2 ** 31] }),
  'alignment as text': metadata({ 'general.alignment': ['string', '32'] }),
};

const shapes: Readonly<Record<string, Buffer>> = {
  'no architecture': metadata({ 'general.architecture': undefined }),
  'architecture with a path': metadata({ 'general.architecture': ['string', '../../etc'] }),
  'architecture as a number': metadata({ 'general.architecture': ['u32', 7] }),
  'a key twice': spec({
    metadata: [...Object.entries(smallModel().metadata), ['general.name', ['string', 'x']]] as never,
  }),
  'block_count 0': metadata({ 'llama.block_count': ['u32', 0] }),
  'block_count 1e9': metadata({ 'llama.block_count': ['u32', 1e9] }),
  'head_count 0': metadata({ 'llama.attention.head_count': ['u32', 0] }),
  'head_count_kv 0': metadata({ 'llama.attention.head_count_kv': ['u32', 0] }),
  'head_count 0 in every layer': metadata({ 'llama.attention.head_count': ['u32', [0, 0]] }),
  'head counts for fewer layers': metadata({ 'llama.attention.head_count': ['u32', [4]] }),
  'rms epsilon NaN': metadata({ 'llama.attention.layer_norm_rms_epsilon': ['f32', Number.NaN] }),
  'rms epsilon infinite': metadata({ 'llama.attention.layer_norm_rms_epsilon': ['f32', Number.POSITIVE_INFINITY] }),
  'rms epsilon negative': metadata({ 'llama.attention.layer_norm_rms_epsilon': ['f32', -1] }),
  'context_length 0': metadata({ 'llama.context_length': ['u32', 0] }),
  'embedding_length 0': metadata({ 'llama.embedding_length': ['u32', 0] }),
  'rope base NaN': metadata({ 'llama.rope.freq_base': ['f32', Number.NaN] }),
  'more experts used than there are': metadata({
    'llama.expert_count': ['u32', 2],
    'llama.expert_used_count': ['u32', 4],
  }),
  '100000 experts': metadata({ 'llama.expert_count': ['u32', 100_000], 'llama.expert_used_count': ['u32', 4] }),
  'fewer token types than tokens': metadata({ 'tokenizer.ggml.token_type': ['i32', [1, 1]] }),
  'tokens as numbers': metadata({ 'tokenizer.ggml.tokens': ['u32', [1, 2, 3]] }),
};

/** Large enough to be slow or heavy where a reader trusts it: made when asked for. */
const heavy: Readonly<Record<string, () => Buffer>> = {
  '8 million empty tokens': () => {
    const start = rawKey('tokenizer.ggml.tokens', u32(9), u32(8), u64(2n ** 23n)).subarray(0, -4096);
    return Buffer.concat([start, Buffer.alloc(68 * 2 ** 20)]);
  },
  'a template of 20 MB': () => metadata({ 'tokenizer.chat_template': ['string', 'x'.repeat(20 * 2 ** 20)] }),
  'a header of 70 MB': () => {
    const keys = Array.from({ length: 7 }, (_, key) => [`k${key}`, ['string', 'é'.repeat(5 * 2 ** 20)]] as const);
    return spec({ metadata: keys });
  },
};

/** All broken files by name. */
export function brokenFiles(): [name: string, make: () => Buffer][] {
  const groups = [notGguf, versions, truncations, counts, tensors, alignments, shapes];
  const small = groups.flatMap(group => Object.entries(group));
  return [...small.map(([name, bytes]): [string, () => Buffer] => [name, () => bytes]), ...Object.entries(heavy)];
}
