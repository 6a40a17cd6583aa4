// What models wrote before their calls in stored cases, for whoever reads these.
import type { Role, Written } from '../../records/observation.ts';
import type { RunRecord } from '../../records/run.ts';
import type { Store } from '../../ports/store.ts';

export type WrittenTexts = Readonly<Record<Role, readonly Written[]>>;

/** By case id; empty for a run whose scores are of calls at once. */
export async function writtenIn(
  store: Pick<Store, 'observations'>,
  { texts }: Pick<RunRecord, 'texts'>,
  ids: ReadonlySet<string>,
): Promise<Map<string, WrittenTexts>> {
  const found = new Map<string, WrittenTexts>();
  if (texts === undefined) return found;
  for await (const one of store.observations()) {
    if (one.kind !== 'score' || one.texts === undefined || !ids.has(one.caseId)) continue;
    const known = found.get(one.caseId) ?? { candidate: [], baseline: [] };
    found.set(one.caseId, { ...known, [one.role]: one.texts });
  }
  return found;
}
