// What adapters change, layer by layer, and the tensors that change most.
import Table from 'cli-table3';
import type { AdaptedTensor, InspectedAdapter } from '../../records/inspections/adapter.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import type { Colours } from '../../words/colours.ts';
import { cut, visible } from '../../words/visible.ts';
import { adapterText } from '../../words/wording.ts';
import { borderless } from '../terminal/borderless.ts';
import { percentText } from './differences.ts';

/** Tensors of an adapter that are shown; --json has all. */
const shown = 5;

/** The candidate's adapters, or the candidate that is one; empty where there are none. */
export function adaptersSection({ candidate, baseline }: Inspection, colours: Colours, width: number): string {
  const { adapters = [], adaptedLayers } = candidate;
  const alone = adapters.some(({ path }) => path === candidate.path) && baseline === undefined;
  const blocks = adapters.map(adapter => adapterLines(adapter, alone, colours, width).join('\n'));
  if (adaptedLayers !== undefined && adaptedLayers.length > 0) {
    blocks.push([colours.bold('Adapters together'), ...layerLines(adaptedLayers, width)].join('\n'));
  }
  return blocks.join('\n\n');
}

function adapterLines(adapter: InspectedAdapter, alone: boolean, colours: Colours, width: number): string[] {
  const { path, scale, alpha, rank, tensors, layers, modules, layerChanges, baseModels } = adapter;
  const name = adapterText(visible(path.split('/').at(-1) ?? path), scale);
  const ranks = rank.least === rank.most ? `rank ${rank.most}` : `rank ${rank.least} to ${rank.most}`;
  const facts = [ranks, alpha === undefined ? 'no alpha' : `alpha ${alpha}`, `${tensors.length} tensors`];
  const where = `on ${modules.join(', ')}${layers === '' ? '' : ` of layers ${layers}`}`;
  return [
    `${colours.bold('Adapter')}  ${name}  ${colours.dim(facts.join(', '))}`,
    cut(visible(where), width),
    ...(baseModels.length > 0 ? [cut(visible(`it names its base: ${baseModels.join(', ')}`), width)] : []),
    ...(alone ? ['how large its change is, and whether it fits, is known with its base: inspect BASE+ADAPTER'] : []),
    ...layerLines(layerChanges, width),
    ...tensorTable(tensors),
  ];
}

/** `change by layer: 12 2.1%, 13 2.2%, …`, as many lines as it takes. */
function layerLines(layers: InspectedAdapter['layerChanges'], width: number): string[] {
  if (layers.length === 0) return [];
  const lines: string[] = [];
  let line = 'change by layer, of the size of its tensors:';
  for (const [index, { layer, relative }] of layers.entries()) {
    const next = ` ${layer} ${percentText(relative)}${index === layers.length - 1 ? '' : ','}`;
    if (line.length + next.length > Math.max(40, width)) {
      lines.push(line);
      line = ' ';
    }
    line += next;
  }
  return [...lines, line];
}

function tensorTable(tensors: readonly AdaptedTensor[]): string[] {
  const measured = tensors.filter(({ relative }) => relative !== undefined);
  if (measured.length === 0) return [];
  const table = new Table({ ...borderless, head: ['tensor', 'change', 'rank'], colAligns: ['left', 'right', 'right'] });
  const largest = measured.toSorted((a, b) => (b.relative ?? 0) - (a.relative ?? 0));
  for (const { name, relative = 0, rank } of largest.slice(0, shown)) {
    table.push([cut(visible(name), 40), percentText(relative), rank]);
  }
  const more = measured.length - shown;
  return [table.toString(), ...(more > 0 ? [`… ${more} more; --json has all`] : [])];
}
