// Metadata -> settings that differ, and where the model says it comes from.
import type { Provenance, Setting, SettingDifference } from '../records/inspections/inspection.ts';
import type { MetadataValue, ModelFile } from './model.ts';

/** Texts and lists of an untrusted file are recorded up to so many characters and entries. */
const most = { text: 500, settings: 500 };

/** A text of a file, cut. */
export function short(text: string): string {
  return text.length <= most.text ? text : `${text.slice(0, most.text)}… (${text.length} characters)`;
}

/** A value as a record can hold it: NaN and long arrays as text. */
export function settingOf(value: MetadataValue): Setting {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return short(value);
  if (typeof value !== 'object') return value;
  if (value.kind === 'long-array') return `${value.length} values of type ${value.elementType}`;
  return value.values.map(one => {
    if (typeof one === 'string') return short(one);
    return typeof one === 'number' && !Number.isFinite(one) ? String(one) : one;
  });
}

/** Hyper-parameters: everything behind the architecture's name. */
export function hyperparameters(model: ModelFile): Record<string, Setting> {
  const entries = Object.entries(model.metadata).filter(([key]) => key.startsWith(`${model.architecture}.`));
  return Object.fromEntries(entries.slice(0, most.settings).map(([key, value]) => [short(key), settingOf(value)]));
}

/** Settings chosen by their key that differ, or that one model lacks. */
export function settingDifferences(
  candidate: ModelFile,
  baseline: ModelFile,
  chosen: (key: string) => boolean,
): SettingDifference[] {
  const keys = new Set([...Object.keys(candidate.metadata), ...Object.keys(baseline.metadata)].filter(chosen));
  const differing = [...keys].sort().flatMap(key => {
    const [left, right] = [candidate.metadata[key], baseline.metadata[key]].map(value => value && settingOf(value));
    if (JSON.stringify(left) === JSON.stringify(right)) return [];
    return [
      {
        key: short(key),
        ...(left === undefined ? {} : { candidate: left }),
        ...(right === undefined ? {} : { baseline: right }),
      },
    ];
  });
  return differing.slice(0, most.settings);
}

/** Types of the tensors that both models have where they differ. */
export function tensorTypeDifferences(candidate: ModelFile, baseline: ModelFile): SettingDifference[] {
  const others = new Map(baseline.tensors.map(({ name, type }) => [name, type]));
  return candidate.tensors.flatMap(({ name, type }) => {
    const other = others.get(name);
    return other === undefined || other === type ? [] : [{ key: name, candidate: type, baseline: other }];
  });
}

/** How many tensors and bytes each type has. */
export function tensorTypes(model: Pick<ModelFile, 'tensors'>): { type: string; tensors: number; sizeBytes: number }[] {
  const sums = new Map<string, { type: string; tensors: number; sizeBytes: number }>();
  for (const { type, bytes } of model.tensors) {
    const sum = sums.get(type) ?? { type, tensors: 0, sizeBytes: 0 };
    sums.set(type, { type, tensors: sum.tensors + 1, sizeBytes: sum.sizeBytes + bytes });
  }
  return [...sums.values()].sort((a, b) => b.sizeBytes - a.sizeBytes);
}

/** What the metadata says of the model's origin. */
export function provenance({ metadata }: ModelFile): Provenance {
  const text = (...keys: string[]): string | undefined =>
    keys.flatMap(key => {
      const value = metadata[key];
      return typeof value === 'string' && value !== '' ? [short(value)] : [];
    })[0];
  const known = {
    licence: text('general.license', 'general.license.name'),
    author: text('general.author', 'general.organization'),
    quantisedBy: text('general.quantized_by'),
    importanceMatrix: text('quantize.imatrix.dataset', 'quantize.imatrix.file'),
    source: text('general.source.url', 'general.url', 'general.repo_url', 'general.source.huggingface.repository'),
  };
  const present = Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { baseModels: baseModels(metadata), ...Object.fromEntries(present) };
}

/** Models that a file says it was made from: an address where it has one, else a name. */
export function baseModels(metadata: ModelFile['metadata']): string[] {
  return Object.keys(metadata).flatMap(key => {
    const index = /^general\.base_model\.(\d+)\.name$/.exec(key)?.[1];
    if (index === undefined) return [];
    const repository = metadata[`general.base_model.${index}.repo_url`];
    return [short(typeof repository === 'string' ? repository : String(metadata[key]))];
  });
}
