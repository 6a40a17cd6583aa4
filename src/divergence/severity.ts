import type { Severity } from '../records/suites/suite.ts';

/** What a divergence counts by what the tool can do to the world; a rule of thumb, the same everywhere. */
export const severityWeight: Readonly<Record<Severity, number>> = { read: 0.5, write: 0.75, destructive: 1 };
