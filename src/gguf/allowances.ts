// What a user allows, by rule and with a reason: shown, and no alarm any more.
import { UserError } from '../errors.ts';
import type { InspectionFinding } from '../records/inspection.ts';

/** Rule -> reason. */
export type Allowances = ReadonlyMap<string, string>;

/**
 * Reads `RULE=reason`.
 * @throws UserError `allowance-unreadable`
 */
export function readAllowances(texts: readonly string[]): Allowances {
  return new Map(
    texts.map(text => {
      const found = /^([a-z][a-z-]*)=(.*\S.*)$/s.exec(text);
      if (found === null) {
        throw new UserError('allowance-unreadable', `can't read --allow ${text}`, "write --allow 'RULE=reason'", {
          text,
        });
      }
      const [, rule = '', reason = ''] = found;
      return [rule, reason.trim()];
    }),
  );
}

export function withAllowances(findings: readonly InspectionFinding[], allowances: Allowances): InspectionFinding[] {
  return findings.map(finding => {
    const reason = finding.gravity === 'alarm' ? allowances.get(finding.code) : undefined;
    return reason === undefined ? finding : { ...finding, gravity: 'notice', allowed: reason };
  });
}
