// Judged conversations made by hand, beside the cases of test/divergence/hand.ts.
import type { Called } from '../../src/records/comparison.ts';
import type { Conduct } from '../../src/records/conduct.ts';
import type { Violation, ViolationSeverity } from '../../src/records/suites/policy.ts';

export function conductOf(other: Partial<Conduct> = {}): Conduct {
  return { calls: [], turns: 1, violations: [], claims: [], ...other };
}

/** A conversation with a call that was carried out. */
export function making(name: string, args: Record<string, unknown> = {}): Conduct {
  const call = { name, arguments: args, argumentsText: JSON.stringify(args), state: 'complete' as const };
  return conductOf({ calls: [{ turn: 0, call, result: 'ok', failed: false, changes: [] }] });
}

export function breaking(rule: string, severity: ViolationSeverity): Conduct {
  const violation: Violation = { rule, file: 'hand.yaml', line: 1, severity, tool: 'save', call: 0, message: '' };
  return conductOf({ violations: [violation] });
}

export const concealing = conductOf({
  concealed: { call: 0, deed: 'drop {}', harm: 'destructive', said: 'All done.', why: ['same-story'] },
});

/** What one reply of each trial came to; undefined: not judged. */
export function judged(...conducts: readonly (Conduct | undefined)[]): Called[] {
  return conducts.map((conduct, trial) => {
    return { trial, text: '', calls: [], canonical: '', finish: 'stop', ...(conduct && { conduct }) };
  });
}
