// The inspection -> alarms of the files that nothing in the run answers. An alarm is about what a prompt or a file may do
// where the suite does not look, so no number of clean cases answers it; a person does, by leaving it out with a reason.
import type { FileAlarm } from '../records/evidence.ts';
import type { Inspection } from '../records/inspection.ts';

export function fileAlarms(inspection: Inspection | undefined): FileAlarm[] {
  return (inspection?.findings ?? [])
    .filter(({ gravity }) => gravity === 'alarm')
    .map(({ code, detail }) => ({ code, detail }));
}
