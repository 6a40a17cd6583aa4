// Adapters, on their base or alone -> what an inspection says of them.
import { basename } from 'node:path';
import type { AdaptedTensor, InspectedAdapter } from '../../records/inspections/adapter.ts';
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { ModelFile } from '../model.ts';
import { adapterFindings } from '../rules/adapters.ts';
import { fileFindings } from '../rules/index.ts';
import { provenance, short } from '../settings.ts';
import { moduleOf, ranges } from '../weights/weights-summary.ts';
import { type AdapterFile, brokenHalves, misfits, readAdapter } from './adapter.ts';
import { adaptedTensors, layerChanges, layerOf } from './change.ts';

export interface AdaptersOptions {
  /** Whether the base's tensors are read too, to say how large the change is against them. */
  readonly measure: boolean;
  readonly signal: AbortSignal;
}

export interface InspectedAdapters {
  readonly records: InspectedAdapter[];
  /** Of several together. */
  readonly layers: InspectedAdapter['layerChanges'] | undefined;
  readonly findings: InspectionFinding[];
}

/**
 * Inspects adapters; the numbers of the adapters are always read.
 * @param base undefined: not known, so that only what an adapter says by itself is told
 */
export async function inspectAdapters(
  adapters: readonly AdapterFile[],
  base: ModelFile | undefined,
  { measure, signal }: AdaptersOptions,
): Promise<InspectedAdapters> {
  const records: InspectedAdapter[] = [];
  const findings: InspectionFinding[] = [];
  const fitting = base !== undefined && adapters.every(({ file }) => misfits(file, base).length === 0);
  const measured = measure && fitting ? base : undefined;
  for (const one of adapters) {
    const adapter = readAdapter(one.file);
    const tensors = await adaptedTensors([one], measured, signal);
    const record = recordOf(one, adapter.alpha, adapter.kind, tensors);
    const found = [
      ...adapterFindings(adapter, {
        record,
        misfits: base === undefined ? brokenHalves(adapter) : misfits(one.file, base),
        base,
        measured: measured !== undefined,
      }),
      ...(await fileFindings(one.file, signal)).filter(({ code }) => code !== 'is-adapter'),
    ];
    const of = adapters.length > 1 ? `${basename(one.file.path)}: ` : '';
    records.push(record);
    findings.push(...found.map(finding => ({ ...finding, detail: `${of}${finding.detail}` })));
  }
  const several = adapters.length > 1 && measured !== undefined;
  const layers = several ? layerChanges(await adaptedTensors(adapters, measured, signal)) : undefined;
  return { records, layers, findings };
}

function recordOf(
  { file, scale }: AdapterFile,
  alpha: number | undefined,
  kind: string,
  tensors: AdaptedTensor[],
): InspectedAdapter {
  const ranks = tensors.map(({ rank }) => rank);
  const most = ranks.reduce((a, b) => Math.max(a, b), 0);
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    kind: short(kind),
    architecture: file.architecture,
    ...(file.name !== undefined && { name: short(file.name) }),
    baseModels: provenance(file).baseModels,
    parameterCount: file.parameterCount,
    scale,
    ...(alpha !== undefined && Number.isFinite(alpha) && { alpha }),
    rank: { least: ranks.reduce((a, b) => Math.min(a, b), most), most },
    modules: [...new Set(tensors.map(({ name }) => short(moduleOf(name))))].sort().slice(0, 100),
    layers: ranges(tensors.flatMap(({ name }) => layerOf(name) ?? [])),
    tensors: tensors.map(tensor => ({ ...tensor, name: short(tensor.name) })),
    layerChanges: layerChanges(tensors),
  };
}
