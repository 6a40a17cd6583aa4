// SARIF for GitHub's code scanning, which makes an alert of every result: it reads neither `kind` nor `suppressions` nor
// `baselineState`. So what passed, what was decided to be benign and what is gone is left out here, and its alert closes.
import { sarifLog } from '../sarif-log.ts';
import type { Report } from './report.ts';
import { type SarifResult, sarifRun } from './sarif.ts';

export function codeScanning(report: Report): string {
  return sarifLog(report.version, [sarifRun(report, undefined, alertsOf)]);
}

/** Results that somebody should see an alert for. */
export const alertsOf = (results: readonly SarifResult[]): SarifResult[] => results.filter(isAlert);

function isAlert(result: SarifResult): boolean {
  if ('kind' in result && result.kind === 'pass') return false;
  if ('baselineState' in result && result.baselineState === 'absent') return false;
  return !('suppressions' in result && result.suppressions.some(({ status }) => status === 'accepted'));
}
