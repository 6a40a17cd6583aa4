import type { ViolationSeverity } from '../records/suites/policy.ts';

/** Weight of a violation's severity in the rank key of a finding. */
export const violationWeight: Readonly<Record<ViolationSeverity, number>> = {
  low: 0.25,
  medium: 0.5,
  high: 0.75,
  critical: 1,
};
