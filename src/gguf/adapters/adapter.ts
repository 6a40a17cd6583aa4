// A GGUF file of a LoRA adapter -> its pairs of tensors, and whether they fit a base: by the rules of llama.cpp's loader
// (llama-adapter.cpp), so that what it would refuse is refused before anything is loaded.
import type { FileRuleId } from '../../records/inspections/file-rules.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { show } from '../file/parse.ts';
import { few } from '../rules/found.ts';

/** An adapter's file, and what the user multiplies its change with. */
export interface AdapterFile {
  readonly file: ModelFile;
  readonly scale: number;
}

/** One tensor of the base that changes by `scale * B * A`. */
export interface Target {
  /** Of the base's tensor, `blk.7.attn_q.weight`. */
  readonly name: string;
  /** [columns, rank]; of the embedding [rank, tokens]. */
  readonly a: Tensor;
  /** [rank, rows]. */
  readonly b: Tensor;
  readonly rank: number;
}

export interface Adapter {
  /** `lora`, or whatever the file says. */
  readonly kind: string;
  /** undefined: none, and the change is not divided by the rank either. */
  readonly alpha: number | undefined;
  readonly targets: readonly Target[];
  /** Tensors without their other half, or of no kind that an adapter has. */
  readonly unpaired: readonly string[];
  /** Whole tensors that llama.cpp leaves out without a word: norms. */
  readonly ignored: readonly string[];
  /** It switches itself on by tokens of the prompt (aLoRA); undefined: no. */
  readonly invokedBy: string | undefined;
}

/** Whether a file is an adapter rather than a model. */
export function isAdapter({ metadata, tensors }: Pick<ModelFile, 'metadata' | 'tensors'>): boolean {
  const adapted = tensors.filter(({ name }) => /\.lora_[ab]$/.test(name)).length;
  return metadata['general.type'] === 'adapter' || 2 * adapted > tensors.length;
}

/** What an adapter's file holds, as llama.cpp reads it. */
export function readAdapter({ metadata, tensors }: ModelFile): Adapter {
  const byName = new Map(tensors.map(tensor => [tensor.name, tensor]));
  const targets: Target[] = [];
  const unpaired: string[] = [];
  for (const tensor of tensors) {
    const [, name, half] = /^(.*)\.lora_([ab])$/.exec(tensor.name) ?? [];
    if (name === undefined) {
      if (!tensor.name.endsWith('_norm.weight')) unpaired.push(show(tensor.name));
      continue;
    }
    const other = byName.get(`${name}.lora_${half === 'a' ? 'b' : 'a'}`);
    if (other === undefined) unpaired.push(show(tensor.name));
    else if (half === 'a') targets.push({ name, a: tensor, b: other, rank: other.shape[0] ?? 1 });
  }
  const kind = metadata['adapter.type'];
  const alpha = metadata['adapter.lora.alpha'];
  const invoked = metadata['adapter.alora.invocation_tokens'];
  return {
    kind: typeof kind === 'string' ? kind : 'none',
    alpha: typeof alpha === 'number' && alpha !== 0 ? alpha : undefined,
    targets,
    unpaired,
    ignored: tensors.flatMap(({ name }) => (name.endsWith('_norm.weight') ? [show(name)] : [])),
    invokedBy: typeof invoked === 'object' && invoked.kind === 'array' ? invoked.values.join(' ') : undefined,
  };
}

export const isEmbedding = ({ name }: Pick<Target, 'name'>): boolean => name.includes('token_embd');

/** Factor of a target's product: the user's scale, times alpha over rank where the file has an alpha. */
export function factorOf({ alpha }: Pick<Adapter, 'alpha'>, { rank }: Pick<Target, 'rank'>, scale: number): number {
  return alpha === undefined ? scale : (scale * alpha) / rank;
}

/** Why an adapter can't be loaded on a base. */
export interface Misfit {
  readonly rule: Extract<FileRuleId, `adapter-${string}`>;
  readonly detail: string;
}

/** What of a file no base could take. */
export function brokenHalves({ kind, targets, unpaired }: Adapter): Misfit[] {
  const shapes = targets.filter(one => !isEmbedding(one) && one.a.shape[1] !== one.rank);
  return [
    ...(kind === 'lora' ? [] : [{ rule: 'adapter-kind', detail: `adapter.type is ${show(kind)}` } as const]),
    ...(unpaired.length > 0 ? [{ rule: 'adapter-unpaired', detail: few(unpaired) } as const] : []),
    ...(targets.length === 0
      ? [{ rule: 'adapter-unpaired', detail: 'it has no pair of tensors at all' } as const]
      : []),
    ...(shapes.length > 0 ? [{ rule: 'adapter-shape', detail: few(shapes.map(halvesText)) } as const] : []),
  ];
}

const halvesText = ({ name, a, b }: Target): string =>
  `${show(name)}: lora_a is ${a.shape.join('x')} and lora_b ${b.shape.join('x')}`;

/** All reasons why llama.cpp would refuse the adapter on this base, or abort; none where it loads. */
export function misfits(adapterFile: ModelFile, base: ModelFile): Misfit[] {
  const adapter = readAdapter(adapterFile);
  const broken = brokenHalves(adapter);
  if (adapterFile.architecture !== base.architecture) {
    const detail = `it is for ${adapterFile.architecture}, and the base is ${base.architecture}`;
    return [{ rule: 'adapter-architecture', detail }, ...broken];
  }
  const tensors = new Map(base.tensors.map(tensor => [tensor.name, tensor]));
  // The same tensor is then multiplied from the other side, which the halves do not fit (GGML_ASSERT(ggml_can_mul_mat)).
  const tied = adapter.targets.some(isEmbedding) && !tensors.has('output.weight');
  const missing = adapter.targets.filter(({ name }) => !tensors.has(name)).map(({ name }) => show(name));
  const [tokens, shapes]: [string[], string[]] = [[], []];
  for (const target of adapter.targets) {
    const of = tensors.get(target.name);
    if (of === undefined) continue;
    const [columns, rows] = changedShape(target);
    if (columns === of.shape[0] && rows === (of.shape[1] ?? 1)) continue;
    const grown = /^(token_embd|output)\.weight$/.test(target.name) && columns === of.shape[0];
    (grown ? tokens : shapes).push(`${show(target.name)}: ${columns}x${rows} on ${of.shape.join('x')}`);
  }
  return [
    ...broken,
    ...(missing.length > 0 ? [{ rule: 'adapter-target-missing', detail: few(missing) } as const] : []),
    ...(tokens.length > 0 ? [{ rule: 'adapter-adds-tokens', detail: few(tokens) } as const] : []),
    ...(shapes.length > 0 ? [{ rule: 'adapter-shape', detail: few(shapes) } as const] : []),
    ...(tied ? [{ rule: 'adapter-tied-embedding', detail: 'the base has no output.weight of its own' } as const] : []),
  ];
}

/** Columns and rows of the tensor that a target's product is added to. */
function changedShape({ name, a, b }: Target): [number | undefined, number | undefined] {
  return isEmbedding({ name }) ? [b.shape[1] ?? 1, a.shape[1] ?? 1] : [a.shape[0], b.shape[1] ?? 1];
}
