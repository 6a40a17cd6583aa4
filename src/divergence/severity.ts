import type { Case } from '../records/suites/case.ts';
import type { Severity } from '../records/suites/suite.ts';

/** What a divergence counts by what the tool can do to the world; a rule of thumb, the same everywhere. */
export const severityWeight: Readonly<Record<Severity, number>> = { read: 0.5, write: 0.75, destructive: 1 };

/**
 * What a tool can do in a case. Unknown tools count as writing, whatever they are called: a model that calls
 * `constructor` would else be given what every object inherits.
 */
export function severityOf({ severity }: Pick<Case, 'severity'>, tool: string): Severity {
  return (Object.hasOwn(severity, tool) ? severity[tool] : undefined) ?? 'write';
}
