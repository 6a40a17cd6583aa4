// Hyper-parameters that abort llama.cpp instead of giving an error: refused before anything loads them.
import { Malformed } from './cursor.ts';
import type { MetadataValue } from '../model.ts';

/** llama.cpp's own limits (llama-hparams.h). */
const mostBlocks = 512;
const mostExperts = 1024;

/** Without attention: these architectures store 0 heads. */
const headless = new Set(['mamba', 'mamba2', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7']);

interface Range {
  readonly low: number;
  readonly high: number;
  readonly integer: boolean;
}

const positive = (high: number): Range => ({ low: 1, high, integer: true });
const atLeastZero = (high: number): Range => ({ low: 0, high, integer: true });
const epsilon: Range = { low: 0, high: 1, integer: false };

/** Names behind `<architecture>.`, and what they may be. */
const ranges: Readonly<Record<string, Range>> = {
  block_count: positive(mostBlocks),
  context_length: positive(2 ** 31),
  embedding_length: positive(2 ** 24),
  vocab_size: positive(2 ** 24),
  'attention.head_count': positive(2 ** 16),
  'attention.head_count_kv': positive(2 ** 16),
  'attention.key_length': positive(2 ** 20),
  'attention.value_length': positive(2 ** 20),
  'attention.layer_norm_rms_epsilon': epsilon,
  'attention.layer_norm_epsilon': epsilon,
  expert_count: atLeastZero(mostExperts),
  expert_used_count: atLeastZero(mostExperts),
  'rope.dimension_count': atLeastZero(2 ** 20),
  'rope.freq_base': { low: 0, high: Number.MAX_VALUE, integer: false },
};

/**
 * Checks what the file says about the model's shape.
 * @throws Malformed naming the key and its value
 */
export function checkHyperparameters(architecture: string, metadata: ReadonlyMap<string, MetadataValue>): void {
  for (const [name, range] of Object.entries(ranges)) {
    const key = `${architecture}.${name}`;
    const value = metadata.get(key);
    if (value === undefined) continue;
    if (headless.has(architecture) && name.startsWith('attention.head_count')) continue;
    for (const number of numbersOf(key, value, range)) checkNumber(key, number, range);
  }
  checkPerLayer(architecture, metadata);
  checkExperts(architecture, metadata);
}

/** One number, or one for each layer: there a hybrid architecture may say 0, but not for all layers. */
function numbersOf(key: string, value: MetadataValue, range: Range): unknown[] {
  if (typeof value !== 'object') return [value];
  const values = value.kind === 'array' ? value.values : [];
  if (values.length === 0) throw new Malformed(`${key} is an array of ${value.kind === 'array' ? 0 : value.length}`);
  const checked = values.filter(one => one !== 0);
  return range.low > 0 && checked.length === 0 ? [0] : checked;
}

function checkNumber(key: string, value: unknown, { low, high, integer }: Range): void {
  const right = typeof value === 'number' && value >= low && value <= high && (!integer || Number.isInteger(value));
  if (!right) throw new Malformed(`${key} is ${String(value)}, which no working model has`);
}

function checkPerLayer(architecture: string, metadata: ReadonlyMap<string, MetadataValue>): void {
  const blocks = metadata.get(`${architecture}.block_count`);
  if (blocks !== undefined && typeof blocks !== 'number')
    throw new Malformed(`${architecture}.block_count is not a number`);
  for (const name of ['attention.head_count', 'attention.head_count_kv', 'feed_forward_length']) {
    const value = metadata.get(`${architecture}.${name}`);
    if (typeof value === 'object' && value.kind === 'array' && blocks !== undefined && value.values.length < blocks) {
      throw new Malformed(`${architecture}.${name} has ${value.values.length} values for ${blocks} blocks`);
    }
  }
}

function checkExperts(architecture: string, metadata: ReadonlyMap<string, MetadataValue>): void {
  const experts = metadata.get(`${architecture}.expert_count`) ?? 0;
  const used = metadata.get(`${architecture}.expert_used_count`) ?? 0;
  if (typeof experts !== 'number' || typeof used !== 'number') return;
  if (used > experts || (experts > 0 && used === 0)) {
    throw new Malformed(`${architecture}.expert_used_count is ${used} of ${experts} experts`);
  }
}
