// Findings of an earlier run that were run again: which still show. They were chosen because they showed, so nothing is
// bounded by them: the sample beside them is what bounds.
import type { CaseDivergence } from '../divergence/index.ts';
import type { Finding } from '../records/comparison.ts';
import type { RunSpec } from '../records/run.ts';
import type { EarlierFindings } from '../verdict/index.ts';

/** Something that somebody has to look at, not only a harmless change. */
const grave: ReadonlySet<Finding['grade']> = new Set(['turned', 'raised', 'suspect']);

/** The findings with a mark on those of the earlier run, and what became of these; absent in an ordinary run. */
export function withEarlier(
  ranked: readonly Finding[],
  again: readonly CaseDivergence[],
  { onlyFindingsOf: run, trials }: Pick<RunSpec, 'onlyFindingsOf' | 'trials'>,
): { readonly findings: Finding[]; readonly earlier?: EarlierFindings } {
  if (run === undefined) return { findings: [...ranked] };
  const ids = new Set(again.map(one => one.case.id));
  const findings = ranked.map(one => (ids.has(one.case) ? { ...one, again: true as const } : one));
  const still = findings.filter(one => one.again && grave.has(one.grade)).map(one => one.case);
  const unseen = again.filter(
    ({ tools, replies }) => tools.length === 0 || (trials > 0 && replies.candidate.length === 0),
  );
  return { findings, earlier: { run, of: again.length, still, missing: unseen.length } };
}
