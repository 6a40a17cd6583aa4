// The inspection -> alarms of the files that nothing in the run answers: what a file may do where the suite does not look.
// No number of clean cases answers those; a person does, with a reason.
import type { FileAlarm } from '../records/evidence.ts';
import { withAllowances } from '../records/inspections/allowances.ts';
import type { Inspection } from '../records/inspections/inspection.ts';
import { unansweredAlarms } from '../records/inspections/unanswered.ts';
import type { RunSpec } from '../records/run.ts';
import { type Claimed, claimFindings } from './rounding.ts';

/** What is said of two files and what their user claims of them: the record of a run as it is weighed. */
interface Inspected {
  readonly spec: Claimed & Pick<RunSpec, 'allow'>;
  readonly inspection?: Inspection | undefined;
}

/** The findings of the files and of the claim on them; alarms that the user allows are none. */
export function weighedFindings({ spec, inspection }: Inspected): Inspection['findings'] {
  return withAllowances([...claimFindings(spec, inspection), ...(inspection?.findings ?? [])], spec.allow ?? {});
}

export function fileAlarms(inspection: Pick<Inspection, 'findings'> | undefined): FileAlarm[] {
  if (inspection === undefined) return [];
  return unansweredAlarms(inspection).map(({ code, detail }) => ({ code, detail }));
}
