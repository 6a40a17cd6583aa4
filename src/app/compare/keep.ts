// Keeps a comparison with its run, in the parts that the review page asks for; kept.ts reads them.
import type { Comparison, Finding, Probed } from '../../records/comparison.ts';
import type { RunRecord } from '../../records/run.ts';
import type { Head } from '../../records/comparison.ts';
import { reportModel } from '../../report/model.ts';
import { toolColumns } from '../../report/rows.ts';
import type { DerivedCache } from '../../ports/store.ts';
import { version } from '../version.ts';

/** What keeps and reads must agree on; the number grows when what is kept gets another shape. */
export const keptStamp = `${version} 5`;

/** A comparison in parts, so that a page of 100,000 cases loads what it shows and no more. */
export interface KeptHead {
  readonly head: Head;
  /** Case ids in order. */
  readonly findings: readonly string[];
  readonly probes: readonly string[];
}

/** Keeps a comparison with its run, in the parts that the review page asks for. */
export async function keepComparison(store: DerivedCache, run: RunRecord, comparison: Comparison): Promise<void> {
  const { findings, probes, ...head } = comparison;
  const model = reportModel({ comparison, suite: run.spec.suite, createdAt: run.createdAt, decisions: [] });
  const kept: KeptHead = { head, findings: findings.map(idOf), probes: probes.map(idOf) };
  function* texts(): Generator<[string, string]> {
    yield ['head', JSON.stringify(kept)];
    yield ['model', JSON.stringify(model)];
    for (const tool of model.tools) yield [`columns/${tool}`, JSON.stringify(toolColumns(comparison, tool))];
    for (const row of [...findings, ...probes]) yield [`case/${row.case}`, JSON.stringify(row)];
  }
  await store.saveDerived(keptStamp, texts());
}

const idOf = ({ case: id }: Finding | Probed) => id;
