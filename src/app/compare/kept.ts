// Comparisons kept with their run: recomputing one takes seconds to minutes, opening a page must not. `analyze` always
// recomputes; what only shows a run takes the kept one.
import { UserError } from '../../errors.ts';
import type { Comparison, Finding, Probed } from '../../records/comparison.ts';
import type { RunRecord } from '../../records/run.ts';
import type { ReportModel } from '../../report/model.ts';
import { toolColumns } from '../../report/rows.ts';
import type { RunStore, Store } from '../../ports/store.ts';
import { checkAsked } from '../asked.ts';
import { analyseStore } from './comparing.ts';
import { type KeptHead, keepComparison, keptStamp } from './keep.ts';
import { type Weighing, weighingOf, withWeighing } from './weighing.ts';

export async function runOf(store: Store): Promise<RunRecord> {
  const run = await store.run();
  if (run !== undefined) return run;
  throw new UserError('run-empty', `${store.location}: the run has not started`, 'run the comparison again');
}

/**
 * Recomputes a stored run's comparison and keeps it.
 * @param weighing from now on, where it is not its own
 * @throws UserError `bad-request` for a weighing out of its range
 */
export async function reanalyse(store: RunStore, weighing: Weighing = {}): Promise<Comparison> {
  checkAsked('analyze', weighing);
  const run = await runOf(store);
  const asked = withWeighing(run, weighingOf(weighing, run.spec));
  if (asked !== run) await store.saveRun(asked);
  const comparison = await analyseStore(store);
  await keepComparison(store, asked, comparison);
  return comparison;
}

/** The kept comparison, whole; computed first where none is kept. */
export async function keptComparison(store: RunStore): Promise<Comparison> {
  const text = await store.derived('head', keptStamp);
  if (text === undefined) return await reanalyse(store);
  const { head, findings, probes } = JSON.parse(text) as KeptHead;
  const rows = new Map<string, Finding | Probed>();
  for await (const { body } of store.allDerived('case/', keptStamp)) {
    const row = JSON.parse(body) as Finding | Probed;
    rows.set(row.case, row);
  }
  return {
    ...head,
    // A run file may have been moved since.
    run: { ...head.run, location: store.location },
    findings: findings.map(id => rows.get(id) as Finding),
    probes: probes.map(id => rows.get(id) as Probed),
  };
}

/** The page's model, as it was kept; computed first where none is. */
export async function keptModel(store: RunStore): Promise<ReportModel> {
  const text = await store.derived('model', keptStamp);
  if (text !== undefined) return JSON.parse(text) as ReportModel;
  await reanalyse(store);
  return await keptModel(store);
}

/** The cases beyond the design, in the order asked; of a run whose model was read before. */
export async function keptProbes(store: RunStore): Promise<Probed[]> {
  const text = await store.derived('head', keptStamp);
  const { probes } = JSON.parse(text ?? '{"probes":[]}') as KeptHead;
  const rows = await Promise.all(probes.map(id => keptCase(store, id)));
  return rows as Probed[];
}

/** One finding or probe; undefined where there is no such case. */
export async function keptCase(store: RunStore, id: string): Promise<Finding | Probed | undefined> {
  const text = await store.derived(`case/${id}`, keptStamp);
  return text === undefined ? undefined : (JSON.parse(text) as Finding | Probed);
}

/** ToolColumns as JSON text; computed from every case where the tool is not one that was kept. */
export async function keptColumns(store: RunStore, tool: string): Promise<string> {
  const text = await store.derived(`columns/${tool}`, keptStamp);
  return text ?? JSON.stringify(toolColumns(await keptComparison(store), tool));
}
