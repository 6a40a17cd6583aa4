// An adapter, and what was measured of it -> findings.
import type { AdaptedTensor, InspectedAdapter } from '../../records/inspections/adapter.ts';
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { Adapter, Misfit } from '../adapters/adapter.ts';
import { show } from '../file/parse.ts';
import type { ModelFile } from '../model.ts';
import { few, found } from './found.ts';

export interface AdapterFacts {
  readonly record: InspectedAdapter;
  readonly misfits: readonly Misfit[];
  /** undefined: it was looked at alone. */
  readonly base: ModelFile | undefined;
  /** Whether the base's tensors were read. */
  readonly measured: boolean;
}

/** A tensor that changes by more than its own size times this is replaced rather than tuned (docs/models.md has what honest ones do). */
const outOfProportion = 0.5;

/** Findings on one adapter; a change that is all in order is one notice. */
export function adapterFindings(adapter: Adapter, facts: AdapterFacts): InspectionFinding[] {
  const { record, misfits, base, measured } = facts;
  const { tensors } = record;
  const names = (list: readonly AdaptedTensor[]) => few(list.map(({ name }) => show(name)));
  const broken = tensors.filter(({ change }) => change === undefined);
  const zero = tensors.filter(({ change }) => change === 0);
  const large = tensors
    .filter(({ relative = 0 }) => relative > outOfProportion)
    .toSorted((a, b) => (b.relative ?? 0) - (a.relative ?? 0));
  const vocabulary = tensors.filter(({ name }) => /^(token_embd|output)\./.test(name));
  const nothing = tensors.length > 0 && zero.length === tensors.length;
  return [
    ...misfits.map(({ rule, detail }) => found(rule, detail)),
    ...(broken.length > 0 ? [found('adapter-not-finite', names(broken))] : []),
    ...(nothing ? [found('adapter-zero', `all ${tensors.length} products are zero`)] : []),
    ...(zero.length > 0 && !nothing ? [found('adapter-targets-zero', names(zero))] : []),
    ...(large.length > 0 ? [found('adapter-extreme', few(large.map(changeText)))] : []),
    ...(vocabulary.length > 0 ? [found('adapter-vocabulary', names(vocabulary))] : []),
    ...oneLayer(record, base),
    ...(adapter.invokedBy === undefined ? [] : [found('adapter-invoked', `ids ${show(adapter.invokedBy)}`)]),
    ...(adapter.ignored.length > 0 ? [found('adapter-ignored', few(adapter.ignored))] : []),
    ...(base === undefined ? [] : otherBase(record, base)),
    ...(base !== undefined && !measured && misfits.length === 0
      ? [found('adapter-not-measured', 'ask for it with --weights')]
      : []),
    ...(tensors.length > 0 && !nothing && misfits.length === 0 ? [found('adapter-change', summary(record))] : []),
  ];
}

const changeText = ({ name, relative = 0 }: AdaptedTensor): string => `${show(name)} by ${percent(relative)}`;

function oneLayer({ layers, tensors }: InspectedAdapter, base: ModelFile | undefined): InspectionFinding[] {
  const blocks = base?.metadata[`${base.architecture}.block_count`] ?? 2;
  const outside = tensors.some(({ name }) => !name.startsWith('blk.'));
  if (!/^\d+$/.test(layers) || outside || blocks === 1) return [];
  const what = tensors.length === 1 ? `, and of it ${show((tensors[0] as AdaptedTensor).name)} alone` : '';
  return [found('adapter-one-layer', `layer ${layers}${what}`)];
}

/** The last part of a name, without what conversions and quantisations add. */
const plain = (name: string): string =>
  (name.replace(/\/+$/, '').split('/').at(-1) ?? name).toLowerCase().replace(/[^a-z0-9]+/g, '');

function otherBase({ baseModels }: InspectedAdapter, { name, metadata }: ModelFile): InspectionFinding[] {
  const known = [name, metadata['general.basename'], metadata['general.base_model.0.name']];
  const texts = known.flatMap(text => (typeof text === 'string' && text !== '' ? [text] : []));
  if (baseModels.length === 0 || texts.length === 0) return [];
  const alike = baseModels.some(one =>
    texts.some(text => plain(one).includes(plain(text)) || plain(text).includes(plain(one))),
  );
  return alike ? [] : [found('adapter-base-differs', `${few(baseModels.map(show))} and ${show(texts[0] as string)}`)];
}

function summary({ rank, alpha, modules, layers, layerChanges, tensors }: InspectedAdapter): string {
  const changes = layerChanges.toSorted((a, b) => a.relative - b.relative);
  const [least, most] = [changes[0], changes.at(-1)];
  const sizes = [least, most].map(one => one && percent(one.relative));
  const range = sizes[0] === sizes[1] ? sizes[0] : `${sizes.join(' to ')} (layer ${most?.layer})`;
  const size = most === undefined ? '' : `, by ${range}`;
  const ranks = rank.least === rank.most ? `rank ${rank.most}` : `rank ${rank.least} to ${rank.most}`;
  const where = layers === '' ? '' : ` of layers ${layers}`;
  return `${ranks}${alpha === undefined ? '' : `, alpha ${alpha}`}${size}, ${tensors.length} tensors${where}: ${few(modules, 8)}`;
}

/** `3.1%`, and as many digits as a small change needs. */
function percent(share: number): string {
  const points = 100 * share;
  return `${points >= 0.1 ? points.toFixed(1) : points.toPrecision(2)}%`;
}
