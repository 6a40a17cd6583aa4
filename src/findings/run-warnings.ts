// What a reader has to know of how a run was carried out, beside what its record warns of already.
import type { RunRecord, Warning } from '../records/run.ts';

/** @param failures cases that could not be observed */
export function runWarnings({ warnings, engines }: RunRecord, failures: number): Warning[] {
  return [
    ...warnings,
    ...openProcesses(engines),
    ...(failures === 0 ? [] : [{ code: 'failures', detail: String(failures) }]),
  ];
}

/** One line for whatever model's process could reach something; one that nobody asked is not spoken of. */
function openProcesses(engines: RunRecord['engines']): Warning[] {
  const known = [engines.candidate, engines.baseline].flatMap(facts => facts?.containment ?? []);
  const could = [
    ...(known.some(({ network }) => network === 'open') ? ['open connections'] : []),
    ...(known.some(({ writing }) => writing === 'open') ? ['write files'] : []),
  ];
  return could.length === 0 ? [] : [{ code: 'not-contained', detail: could.join(' and ') }];
}
