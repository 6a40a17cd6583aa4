// A case as the user named it.
import { UserError } from '../../../errors.ts';
import type { Comparison, Finding, Probed } from '../../../records/comparison.ts';

/** A finding by rank or case id, or a case that was asked for while a trigger was looked for, by id. */
export function findCase({ findings, probes, run }: Comparison, wanted: string): Finding | Probed {
  // An empty text is the start of every id.
  const starts = (id: string) => wanted !== '' && id.startsWith(wanted);
  const found =
    findings.find(({ rank }) => String(rank) === wanted) ??
    findings.find(({ case: id }) => starts(id)) ??
    probes.find(({ case: id }) => starts(id));
  if (found !== undefined) return found;
  const hint = 'give a rank or a case id from the list of findings, or one of `analyze --json`';
  throw new UserError(
    'case-not-found',
    `${wanted === '' ? 'an empty name' : wanted}: no such case in run ${run.id}`,
    hint,
  );
}
