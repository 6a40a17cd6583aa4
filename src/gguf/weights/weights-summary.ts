// Changes of all tensors -> which layers moved, and whether it looks like a LoRA.
import type { TensorChange, WeightsSummary } from '../../records/inspections/inspection.ts';
import type { ModelFile } from '../model.ts';

type Changed = Extract<TensorChange, { kind: 'changed' }>;

/** Puts the tensors' changes together. */
export function summariseWeights(
  candidate: ModelFile,
  baseline: ModelFile,
  changes: readonly TensorChange[],
): WeightsSummary {
  const names = (model: ModelFile) => new Set(model.tensors.map(({ name }) => name));
  const [left, right] = [names(candidate), names(baseline)];
  const count = (kind: TensorChange['kind']) => changes.filter(change => change.kind === kind).length;
  const changed = changes.filter((change): change is Changed => change.kind === 'changed');
  const looksLike = lora(changed);
  return {
    tensors: [...changes],
    onlyCandidate: [...left].filter(name => !right.has(name)),
    onlyBaseline: [...right].filter(name => !left.has(name)),
    counts: {
      identical: count('identical'),
      changed: changed.length,
      withinQuantisation: count('within-quantisation'),
      notComparable: count('not-comparable'),
    },
    layers: layersOf(changed),
    ...(looksLike && { looksLike }),
  };
}

function layersOf(changed: readonly Changed[]): WeightsSummary['layers'] {
  const layers = new Map<number, number[]>();
  for (const { name, relative } of changed) {
    const layer = layerOf(name);
    if (layer !== undefined) layers.set(layer, [...(layers.get(layer) ?? []), relative]);
  }
  return [...layers]
    .sort(([a], [b]) => a - b)
    .map(([layer, values]) => ({ layer, relative: values.reduce((sum, value) => sum + value, 0) / values.length }));
}

/**
 * A LoRA changes only matrices, several of them, each as a whole and by the same low rank; a few may show fewer
 * directions above the noise. An edit of some places is named as such, and says nothing of the others.
 */
function lora(all: readonly Changed[]): WeightsSummary['looksLike'] {
  const changed = all.filter(({ edit, rank }) => edit === undefined || rank !== undefined);
  const matrices = changed.filter(({ rank }) => rank !== undefined);
  const ranks = matrices.flatMap(({ rank }) => (rank?.kind === 'low' ? [rank.rank] : []));
  if (ranks.length < 2 || matrices.length < changed.length || ranks.length < 0.8 * matrices.length) return undefined;
  const counts = new Map<number, number>();
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  const [rank, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] as [number, number];
  if (times < 0.5 * matrices.length) return undefined;
  const modules = [...new Set(matrices.map(({ name }) => moduleOf(name)))].sort();
  return { rank, modules, layers: ranges(matrices.flatMap(({ name }) => layerOf(name) ?? [])) };
}

/** `blk.7.attn_q.weight` -> 7. */
function layerOf(name: string): number | undefined {
  const layer = /^blk\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? undefined : Number(layer);
}

/** `blk.7.attn_q.weight` -> `attn_q`. */
export function moduleOf(name: string): string {
  return name.replace(/^blk\.\d+\./, '').replace(/\.weight$/, '');
}

/** 0, 1, 2, 5 -> `0-2, 5`. */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const starts = sorted.filter(number => !sorted.includes(number - 1));
  const ends = sorted.filter(number => !sorted.includes(number + 1));
  return starts.map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`)).join(', ');
}
