// A rule that was broken -> the finding, with the gravity that the table gives it.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import { type FileRuleId, fileRules } from '../../records/inspections/file-rules.ts';

/** What a rule found, in few words. */
export function found(id: FileRuleId, detail: string): InspectionFinding {
  return { gravity: fileRules[id], code: id, detail };
}

/** What holds for the trusted baseline too is worth knowing, and nothing that someone did to the candidate. */
export function asInBaseline({ code, detail }: InspectionFinding): InspectionFinding {
  return { gravity: 'notice', code, detail: `${detail}; so in the baseline` };
}

/** The first few, and how many more. */
export function few(texts: readonly string[], most = 3): string {
  const more = texts.length - most;
  return `${texts.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A text of the file as a detail: quoted, short. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
