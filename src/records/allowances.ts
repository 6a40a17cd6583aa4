import { z } from 'zod';
import type { InspectionFinding } from './inspection.ts';

/** What a user allows: rule of an inspection -> why. It is shown, and no alarm any more. */
export const allowancesSchema = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string().trim().min(1));
export type Allowances = z.infer<typeof allowancesSchema>;

export function withAllowances(findings: readonly InspectionFinding[], allowances: Allowances): InspectionFinding[] {
  return findings.map(finding => {
    const own = Object.hasOwn(allowances, finding.code) ? allowances[finding.code] : undefined;
    const reason = finding.gravity === 'alarm' ? own : undefined;
    return reason === undefined ? finding : { ...finding, gravity: 'notice', allowed: reason };
  });
}
