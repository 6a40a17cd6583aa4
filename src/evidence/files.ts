// The inspection -> alarms of the files that nothing in the run answers: what a file may do where the suite does not look.
// No number of clean cases answers those; a person does, with a reason.
import type { FileAlarm } from '../records/evidence.ts';
import type { Inspection } from '../records/inspections/inspection.ts';
import { unansweredAlarms } from '../records/inspections/unanswered.ts';

export function fileAlarms(inspection: Inspection | undefined): FileAlarm[] {
  if (inspection === undefined) return [];
  return unansweredAlarms(inspection).map(({ code, detail }) => ({ code, detail }));
}
