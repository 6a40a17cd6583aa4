// What the models of a run are called, and where their files lie. Both may change between two starts of one comparison: the
// bytes decide which run it is.
import type { ModelRecord, RunRecord, RunSpec } from '../../../records/run.ts';

/** The same run under the names and paths of now; the record itself where nothing changed. */
export function withNames(run: RunRecord, now: Pick<RunSpec, 'candidate' | 'baseline'>): RunRecord {
  const candidate = renamed(run.spec.candidate, now.candidate);
  const baseline = renamed(run.spec.baseline, now.baseline);
  const same = candidate === run.spec.candidate && baseline === run.spec.baseline;
  return same ? run : { ...run, spec: { ...run.spec, candidate, baseline } };
}

function renamed(known: ModelRecord, now: ModelRecord): ModelRecord {
  const { reference, path, shownAs } = now;
  const adapters = known.adapters?.map((one, index) => {
    const other = now.adapters?.[index];
    return other === undefined ? one : { ...one, reference: other.reference, path: other.path };
  });
  const { shownAs: _, ...rest } = known;
  const changed = {
    ...rest,
    reference,
    ...(shownAs !== undefined && { shownAs }),
    path,
    ...(adapters && { adapters }),
  };
  const facts = (one: ModelRecord) => JSON.stringify([one.reference, one.shownAs, one.path, one.adapters]);
  return facts(changed) === facts(known) ? known : changed;
}
