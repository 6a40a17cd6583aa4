// Tensors against the metadata, within one file: what it is, what is missing, what contradicts. In llama.cpp's own words
// where its loader would refuse.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import { isAdapter } from '../adapters/adapter.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { show } from '../file/parse.ts';
import { few, found } from './found.ts';

/** Findings about the set of tensors and their shapes. */
export function structureFindings(model: ModelFile): InspectionFinding[] {
  const kind = kindFinding(model);
  if (kind !== undefined) return [kind];
  const missing = [
    ...countMissing(model),
    ...embeddingMissing(model),
    ...blocksMissing(model),
    ...modulesMissing(model),
  ];
  const keys = keysMissing(model);
  const shapes = shapeContradictions(model);
  const vision = model.tensors.filter(({ name }) => visionTensor.test(name)).map(({ name }) => show(name));
  return [
    ...(keys.length > 0 ? [found('keys-missing', few(keys))] : []),
    ...(missing.length > 0 ? [found('tensors-missing', few(missing, 4))] : []),
    ...(shapes.length > 0 ? [found('shape-contradicts', few(shapes))] : []),
    ...(vision.length > 0 ? [found('vision-tensors', few(vision))] : []),
  ];
}

/** What llama.cpp reads of every language model before its tensors (load_hparams, llama_vocab::load). */
function keysMissing({ architecture, metadata }: ModelFile): string[] {
  const named = ['context_length', 'embedding_length', 'block_count'].map(key => `${architecture}.${key}`);
  const without = [...named, 'tokenizer.ggml.model'].filter(key => metadata[key] === undefined);
  const tokenless = metadata['tokenizer.ggml.model'] === 'none' || metadata['tokenizer.ggml.tokens'] !== undefined;
  return [
    ...without.map(key => `llama.cpp: key not found in model: ${show(key)}`),
    ...(tokenless ? [] : ['llama.cpp: cannot find tokenizer vocab in model file']),
  ];
}

/** Prefixes of clip's tensors (clip-impl.h). */
const visionTensor = /^(v|a|mm|resampler|mtmd)\.|^(audio|vision)_/;

/** Whether the file is something else than a language model. */
export function kindFinding({ metadata, architecture, tensors }: ModelFile): InspectionFinding | undefined {
  const type = metadata['general.type'];
  if (isAdapter({ metadata, tensors })) {
    const adapted = tensors.filter(({ name }) => /\.lora_[ab]$/.test(name)).length;
    const base = metadata['general.base_model.0.name'] ?? metadata['general.base_model.0.repo_url'];
    const of = typeof base === 'string' ? `, for ${show(base)}` : '';
    return found('is-adapter', `${adapted} tensors of a LoRA${of}; it needs its base, as BASE+ADAPTER`);
  }
  if (architecture === 'clip' || type === 'mmproj') {
    return found('not-a-language-model', 'it is a projector for images or sound (mmproj)');
  }
  if (typeof type === 'string' && type !== 'model')
    return found('not-a-language-model', `general.type is ${show(type)}`);
  return undefined;
}

function countMissing({ metadata, tensors }: ModelFile): string[] {
  const expected = metadata['split.tensors.count'];
  if (typeof expected !== 'number' || expected === tensors.length) return [];
  return [`llama.cpp: corrupted model: ${expected} tensors expected but ${tensors.length} found`];
}

function embeddingMissing({ tensors, tokenizer }: ModelFile): string[] {
  const there = tensors.some(({ name }) => name === 'token_embd.weight');
  return there || tokenizer === undefined ? [] : [missing('token_embd.weight')];
}

const missing = (name: string): string => `llama.cpp: missing tensor '${name}'`;

/** Tensors of each block by module: `blk.7.attn_q.weight` -> 7, `attn_q.weight`. */
function blocksOf(tensors: readonly Tensor[]): Map<number, Set<string>> {
  const blocks = new Map<number, Set<string>>();
  for (const { name } of tensors) {
    const match = /^blk\.(\d{1,6})\.(.+)$/.exec(name);
    if (match === null) continue;
    const block = Number(match[1]);
    const modules = blocks.get(block) ?? new Set();
    blocks.set(block, modules.add(match[2] as string));
  }
  return blocks;
}

/** Blocks that the metadata counts and no tensor is of, and the other way round. */
function blocksMissing({ architecture, metadata, tensors }: ModelFile): string[] {
  const count = metadata[`${architecture}.block_count`];
  const blocks = blocksOf(tensors);
  if (typeof count !== 'number' || blocks.size === 0) return [];
  const absent = Array.from({ length: count }, (_, block) => block).filter(block => !blocks.has(block));
  const beyond = [...blocks.keys()].filter(block => block >= count);
  return [
    ...(absent.length > 0 ? [`all tensors of block ${few(absent.map(String))}, of ${count} blocks`] : []),
    ...(beyond.length > 0 ? [`block ${few(beyond.map(String))} is beyond the ${count} that the metadata counts`] : []),
  ];
}

/**
 * A block that lacks what the others have and has nothing of its own. Hybrid models leave modules out on purpose, in
 * many blocks or for others of their own.
 */
function modulesMissing({ tensors, architecture, metadata }: ModelFile): string[] {
  const blocks = [...blocksOf(tensors)].sort(([a], [b]) => a - b);
  const perLayer = Object.entries(metadata).some(
    ([key, value]) => key.startsWith(`${architecture}.attention.head_count`) && typeof value === 'object',
  );
  if (blocks.length < 2 || perLayer) return [];
  const counts = new Map<string, number>();
  for (const module of blocks.flatMap(([, modules]) => [...modules])) {
    counts.set(module, (counts.get(module) ?? 0) + 1);
  }
  const rare = Math.max(1, Math.floor(blocks.length / 8));
  const common = [...counts].filter(([, times]) => times >= blocks.length - rare && times > blocks.length / 2);
  const usual = new Set(common.map(([module]) => module));
  return blocks.flatMap(([block, modules]) => {
    const own = [...modules].some(module => !usual.has(module));
    return own
      ? []
      : [...usual].filter(module => !modules.has(module)).map(module => missing(`blk.${block}.${module}`));
  });
}

/** Shapes that llama.cpp checks for every architecture with a vocabulary (check_tensor_dims). */
function shapeContradictions({ architecture, metadata, tensors, tokenizer }: ModelFile): string[] {
  const columns = metadata[`${architecture}.embedding_length`];
  const rows = tokenizer?.tokens;
  return tensors.flatMap(({ name, shape }) => {
    if (name !== 'token_embd.weight' && name !== 'output.weight') return [];
    const [width = 0, height = 0] = shape;
    const expected = [typeof columns === 'number' ? columns : width, rows === undefined || rows === 0 ? height : rows];
    if (width === expected[0] && height === expected[1]) return [];
    return [`llama.cpp: tensor '${name}' has wrong shape; expected ${expected.join(', ')}, got ${width}, ${height}`];
  });
}

/** Tensors that llama.cpp puts in the place of others, or not, by how large a context it is given (llama-model.cpp). */
export const byContext = /^rope_(?:factors_long|factors_short|freqs)\.weight$/;

/** What runs as the baseline does in one size of context, and otherwise in another: nobody compares in all sizes. */
export function contextFindings(candidate: ModelFile, baseline: ModelFile): InspectionFinding[] {
  const named = ({ tensors }: ModelFile) => tensors.map(({ name }) => name).filter(name => byContext.test(name));
  const [now, before] = [named(candidate), named(baseline)];
  const alone = [
    ...now.filter(name => !before.includes(name)).map(name => `${name} is only in the candidate`),
    ...before.filter(name => !now.includes(name)).map(name => `${name} is only in the baseline`),
  ];
  const scaling = (model: ModelFile) => model.metadata[`${model.architecture}.rope.scaling.type`];
  const [type, usual] = [scaling(candidate), scaling(baseline)];
  const scaled = type === 'longrope' && usual !== type ? ['rope.scaling.type is longrope'] : [];
  const all = [...alone, ...scaled];
  return all.length === 0 ? [] : [found('context-switches-weights', few(all))];
}
