// Models with adapters, and adapters in the place of models -> their part of an inspection.
import type { Inspection } from '../../records/inspections/inspection.ts';
import { withIds } from '../finding-ids.ts';
import { describe } from '../inspected-model.ts';
import { alarmsFirst } from '../inspection-findings.ts';
import type { ModelFile } from '../model.ts';
import { lessThanBaseline } from '../rules/index.ts';
import { kindFinding } from '../rules/structure.ts';
import { type AdapterFile, isAdapter } from './adapter.ts';
import { inspectAdapters } from './inspect-adapters.ts';

interface AdaptedOptions {
  readonly adapters?: { readonly candidate: readonly AdapterFile[]; readonly baseline: readonly AdapterFile[] };
  readonly cards?: { readonly candidate?: string | undefined; readonly baseline?: string | undefined };
  readonly signal: AbortSignal;
  /** Whether the tensors of the base are read too. */
  readonly measure: boolean;
}

/** The adapters of both models; what those of the trusted one are like is no finding. */
export async function adaptedModels(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  { adapters, measure, signal }: AdaptedOptions,
) {
  const of = async (files: readonly AdapterFile[], base: ModelFile) => {
    if (files.length === 0) return { facts: {}, findings: [] };
    const { records, layers, findings } = await inspectAdapters(files, base, { measure, signal });
    return { facts: { adapters: records, ...(layers && { adaptedLayers: layers }) }, findings };
  };
  const own = await of(adapters?.candidate ?? [], candidate);
  const before = baseline === undefined ? undefined : await of(adapters?.baseline ?? [], baseline);
  const findings = before === undefined ? own.findings : lessThanBaseline(own.findings, before.findings);
  return { candidate: own.facts, baseline: before?.facts, findings };
}

/**
 * An adapter in the place of a model. Nothing of it is compared as if it were one: it says what it is and what it needs; a
 * model beside it is taken for its base.
 */
export async function inspectAlone(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  { cards, measure, signal }: AdaptedOptions,
): Promise<Inspection> {
  const alone = async (file: ModelFile, base: ModelFile | undefined) =>
    isAdapter(file) ? await inspectAdapters([{ file, scale: 1 }], base, { measure, signal }) : undefined;
  const base = baseline !== undefined && !isAdapter(baseline) ? baseline : undefined;
  const own = await alone(candidate, base);
  const other = baseline && (await alone(baseline, isAdapter(candidate) ? undefined : candidate));
  const kinds = [candidate, ...(baseline ? [baseline] : [])].flatMap(file => kindFinding(file) ?? []);
  const facts = (file: ModelFile, card: string | undefined, adapted: typeof own) => {
    return { ...describe(file, card), ...(adapted && { adapters: adapted.records }) };
  };
  return {
    schemaVersion: 1,
    candidate: facts(candidate, cards?.candidate, own),
    ...(baseline && { baseline: facts(baseline, cards?.baseline, other) }),
    findings: withIds(alarmsFirst([...kinds, ...(own?.findings ?? [])]), candidate, baseline),
    prompts: [],
  };
}
