import { z } from 'zod';
import type { InspectionFinding } from './inspection.ts';

/** What a user allows, and why: a rule of an inspection, or one finding as `RULE@ID`. It is shown, and no alarm any more. */
export const allowancesSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*(@[0-9a-f]{8})?$/),
  z.string().trim().min(1),
);
export type Allowances = z.infer<typeof allowancesSchema>;

export function withAllowances(findings: readonly InspectionFinding[], allowances: Allowances): InspectionFinding[] {
  return findings.map(finding => {
    const key = [findingKey(finding), finding.code].find(name => Object.hasOwn(allowances, name));
    const own = key === undefined ? undefined : allowances[key];
    const reason = finding.gravity === 'alarm' ? own : undefined;
    return reason === undefined ? finding : { ...finding, gravity: 'notice', allowed: reason };
  });
}

/** What `--allow` takes to settle one finding. */
export const findingKey = ({ code, id }: Pick<InspectionFinding, 'code' | 'id'>): string =>
  id === undefined ? code : `${code}@${id}`;
