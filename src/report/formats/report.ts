// What every report format is given.
import type { Comparison } from '../../records/comparison.ts';
import type { Decision } from '../../records/decision.ts';
import type { Outcome } from '../../records/verdict.ts';
import type { Earlier } from '../earlier.ts';
import type { Place } from '../places.ts';
import type { RunTimes } from '../times.ts';
import type { Version } from '../views/trend.ts';
import type { Embedded } from './html.ts';

export interface Report {
  readonly comparison: Comparison;
  /** The decision that holds for each case. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly earlier?: Earlier | undefined;
  /** An outcome that the user lets pass; it counts as clean. */
  readonly accepted?: Outcome | undefined;
  /** Where findings stand in the user's repository; absent: the suite is a shipped one. */
  readonly place?: Place | undefined;
  /** Of turncoat. */
  readonly version: string;
  /** Only a format that is a page asks for these. */
  readonly page: () => string;
  readonly embedded: () => Promise<Embedded>;
  /** Earlier versions of the candidate, oldest first, for the format that asks for them. */
  readonly trend?: (() => Promise<readonly Version[]>) | undefined;
  /** Read from every observation, for the format that asks for it. */
  readonly times?: (() => Promise<RunTimes>) | undefined;
}

/** A whole file, ended by a line end. */
export type ReportFormat = (report: Report) => string | Promise<string>;
