// A GGUF of the shape of Qwen2.5-0.5B with random Q8_0 weights and that family's real tokenizer and chat template: it
// computes what a real model computes and says nothing. Both come from the llama.cpp sources that node-llama-cpp ships,
// so that no network is needed; the file goes to a cache folder and is never committed.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Qwen2.5-0.5B, 500 MiB; and a narrower one of 104 MB with the same vocabulary, for what only reads files. */
const shapes = {
  'random-0.5b-q8_0': { layers: 24, width: 896, heads: 14, kvHeads: 2, inner: 4864, context: 32768 },
  'random-100mb-q8_0': { layers: 24, width: 256, heads: 4, kvHeads: 2, inner: 2656, context: 32768 },
};
/** Tokens that the vocabulary file leaves unused and the template speaks of. */
const named = { 151657: '<tool_call>', 151658: '</tool_call>' };
const valueBytes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const types = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };
const tensorTypes = { f32: 0, q8_0: 8 };
const alignment = 32;

/** Path of a model below `folder`, made if it is not there (500 MiB take about 10 seconds). */
export function benchModel(folder, name = 'random-0.5b-q8_0') {
  const path = join(folder, `${name}.gguf`);
  const shape = shapes[name];
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const metadata = [...modelMetadata(shape), ...tokenizerMetadata(folder)];
  const vocabulary = metadata.find(([key]) => key === 'tokenizer.ggml.tokens').offsets.length;
  const partial = `${path}.${process.pid}`;
  writeModel(partial, metadata, tensors(shape, vocabulary));
  renameSync(partial, path);
  process.stderr.write(`bench: made ${path} (${(statSync(path).size / 2 ** 20).toFixed(0)} MiB)\n`);
  return path;
}

/** A file of the llama.cpp sources inside node-llama-cpp. */
function sourceFile(folder, path) {
  const bundle = fileURLToPath(new URL('../llama/gitRelease.bundle', import.meta.resolve('node-llama-cpp')));
  const clone = join(folder, 'llama.cpp.git');
  const quiet = { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 };
  if (!existsSync(clone)) execFileSync('git', ['clone', '--bare', bundle, clone], quiet);
  return execFileSync('git', ['-C', clone, 'show', `HEAD:${path}`], quiet);
}

function modelMetadata(shape) {
  const values = {
    block_count: shape.layers,
    context_length: shape.context,
    embedding_length: shape.width,
    feed_forward_length: shape.inner,
    'attention.head_count': shape.heads,
    'attention.head_count_kv': shape.kvHeads,
  };
  return [
    ['general.architecture', typed('string', text('qwen2'))],
    ['general.name', typed('string', text('random weights, 0.5B'))],
    ['general.file_type', typed('u32', u32(7))],
    ...Object.entries(values).map(([key, value]) => [`qwen2.${key}`, typed('u32', u32(value))]),
    ['qwen2.rope.freq_base', typed('f32', f32(1e6))],
    ['qwen2.attention.layer_norm_rms_epsilon', typed('f32', f32(1e-6))],
  ];
}

/** The tokenizer's entries as they are in llama.cpp's vocabulary file, with the call tokens named, and the template. */
function tokenizerMetadata(folder) {
  const source = sourceFile(folder, 'models/ggml-vocab-qwen2.gguf');
  const template = sourceFile(folder, 'models/templates/Qwen-Qwen2.5-7B-Instruct.jinja');
  const entries = readMetadata(source).filter(([key]) => key.startsWith('tokenizer.ggml.'));
  for (const entry of entries) {
    if (entry[0] === 'tokenizer.ggml.tokens') nameTokens(entry);
    if (entry[0] === 'tokenizer.ggml.token_type') typeTokens(entry);
  }
  const replaced = ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.add_bos_token'];
  return [
    ...entries.filter(([key]) => !replaced.includes(key)),
    ['tokenizer.ggml.eos_token_id', typed('u32', u32(151645))],
    ['tokenizer.ggml.add_bos_token', typed('bool', Buffer.from([0]))],
    ['tokenizer.chat_template', typed('string', bytesText(template))],
  ];
}

/** Key and value bytes of each metadata entry of a GGUF; lists carry where their elements lie. */
function readMetadata(file) {
  const count = Number(file.readBigUInt64LE(16));
  let at = 24;
  const skip = type => {
    if (type === types.string) at += 8 + Number(file.readBigUInt64LE(at));
    else at += valueBytes[type];
  };
  const entries = [];
  for (let index = 0; index < count; index++) {
    const length = Number(file.readBigUInt64LE(at));
    const key = file.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
    const start = at;
    const type = file.readUInt32LE(at);
    at += 4;
    const offsets = [];
    if (type === types.array) {
      const element = file.readUInt32LE(at);
      const elements = Number(file.readBigUInt64LE(at + 4));
      at += 12;
      for (let position = 0; position < elements; position++) {
        offsets.push(at - start);
        skip(element);
      }
    } else skip(type);
    entries.push(Object.assign([key, file.subarray(start, at)], { offsets }));
  }
  return entries;
}

function nameTokens(entry) {
  const [, value] = entry;
  const pieces = [];
  let from = 0;
  for (const [id, name] of Object.entries(named)) {
    const start = entry.offsets[id];
    pieces.push(value.subarray(from, start), text(name));
    from = start + 8 + Number(value.readBigUInt64LE(start));
  }
  entry[1] = Buffer.concat([...pieces, value.subarray(from)]);
}

function typeTokens(entry) {
  const value = Buffer.from(entry[1]);
  const userDefined = 4;
  for (const id of Object.keys(named)) value.writeInt32LE(userDefined, entry.offsets[id]);
  entry[1] = value;
}

/** Names, shapes and standard deviations; a deviation of 0 stands for a norm's ones, null for zeros. */
function tensors({ layers, width, heads, kvHeads, inner }, vocabulary) {
  const unit = 1 / Math.sqrt(width);
  const kv = kvHeads * (width / heads);
  const list = [
    ['token_embd.weight', [width, vocabulary], 5 * unit],
    ['output_norm.weight', [width], 0],
  ];
  for (let layer = 0; layer < layers; layer++) {
    const block = [
      ['attn_norm.weight', [width], 0],
      ['ffn_norm.weight', [width], 0],
      ['attn_q.weight', [width, width], 1.5 * unit],
      ['attn_k.weight', [width, kv], 1.5 * unit],
      ['attn_v.weight', [width, kv], 1.5 * unit],
      ['attn_q.bias', [width], null],
      ['attn_k.bias', [kv], null],
      ['attn_v.bias', [kv], null],
      ['attn_output.weight', [width, width], 1.5 * unit],
      ['ffn_gate.weight', [width, inner], unit],
      ['ffn_up.weight', [width, inner], unit],
      ['ffn_down.weight', [inner, width], 1.5 / Math.sqrt(inner)],
    ];
    list.push(...block.map(([name, ...rest]) => [`blk.${layer}.${name}`, ...rest]));
  }
  return list.map(([name, sizes, deviation]) => {
    const elements = sizes.reduce((product, size) => product * size, 1);
    const quantised = deviation !== null && deviation > 0;
    const bytes = quantised ? (elements / 32) * 34 : elements * 4;
    return { name, sizes, deviation, type: quantised ? tensorTypes.q8_0 : tensorTypes.f32, bytes };
  });
}

function writeModel(path, metadata, list) {
  const header = [Buffer.from('GGUF'), u32(3), u64(list.length), u64(metadata.length)];
  for (const [key, value] of metadata) header.push(text(key), value);
  let offset = 0;
  for (const { name, sizes, type, bytes } of list) {
    header.push(text(name), u32(sizes.length), ...sizes.map(u64), u32(type), u64(offset));
    offset += padded(bytes);
  }
  const file = openSync(path, 'w');
  try {
    writeSync(file, pad(Buffer.concat(header)));
    const random = xorshift(20_260_314);
    for (const tensor of list) writeSync(file, pad(tensorData(tensor, random)));
  } finally {
    closeSync(file);
  }
}

function tensorData({ deviation, bytes }, random) {
  const data = Buffer.alloc(bytes);
  if (deviation === null) return data;
  if (deviation === 0) {
    for (let at = 0; at < bytes; at += 4) data.writeFloatLE(1, at);
    return data;
  }
  // Uniform over -128..127 has a standard deviation of 73.9; each block is a half-precision scale and 32 of these.
  const scale = halfBits(deviation / 73.9);
  for (let at = 0; at < bytes; at += 34) {
    data.writeUInt16LE(scale, at);
    for (let byte = 2; byte < 34; byte += 4) data.writeInt32LE(random(), at + byte);
  }
  return data;
}

/** Marsaglia's 32-bit xorshift: the weights need to be without pattern and the same everywhere, no more. */
function xorshift(seed) {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

/** Bits of the half-precision float nearest below a small positive number. */
function halfBits(value) {
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  return ((exponent + 15) << 10) | Math.floor((value / 2 ** exponent - 1) * 1024);
}

const padded = bytes => Math.ceil(bytes / alignment) * alignment;
const pad = data => Buffer.concat([data, Buffer.alloc(padded(data.length) - data.length)]);
const typed = (type, value) => Buffer.concat([u32(types[type]), value]);
const text = value => bytesText(Buffer.from(value));
const bytesText = bytes => Buffer.concat([u64(bytes.length), bytes]);

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
