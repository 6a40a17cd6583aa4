// A comparison and the decisions on it -> what the review page and the html report show. Everything of a single case comes
// later, when it is opened: see case-view.ts.
import type { Comparison, Head } from '../records/comparison.ts';
import type { Decision } from '../records/decision.ts';
import type { ShownFactor } from '../factors/plots.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { Earlier } from './earlier.ts';
import { type Rows, rowsOf } from './rows.ts';
import type { Version } from './views/trend.ts';
import { type ReadFactor, readLevels } from './views/read-levels.ts';

export interface ReportModel {
  readonly head: Head;
  readonly createdAt: string;
  /** Factors in the suite's order. */
  readonly factors: readonly ShownFactor[];
  /** Tools whose probabilities the effect plots can show, the most telling first. */
  readonly tools: readonly string[];
  readonly rows: Rows;
  /** What was read of each trigger's factors, by its rank. */
  readonly read: Readonly<Record<number, readonly ReadFactor[]>>;
  readonly decisions: readonly Decision[];
  readonly earlier?: Earlier;
  /** Earlier versions of the candidate, oldest first. */
  readonly versions?: readonly Version[];
  /** Who decides; absent where nothing can be decided. */
  readonly reviewer?: string;
}

export interface ReportInput {
  readonly comparison: Comparison;
  readonly suite: Suite;
  readonly createdAt: string;
  readonly decisions: readonly Decision[];
  readonly earlier?: Earlier | undefined;
  readonly reviewer?: string | undefined;
}

export function reportModel({ comparison, suite, createdAt, decisions, earlier, reviewer }: ReportInput): ReportModel {
  const { findings: _, probes: __, ...head } = comparison;
  const factors = Object.entries(suite.factors).map(([name, { kind }]) => ({ name, kind }));
  return {
    head,
    createdAt,
    factors,
    tools: plottedTools(comparison),
    rows: rowsOf(comparison),
    read: readLevels(comparison, factors),
    decisions,
    ...(earlier === undefined ? {} : { earlier }),
    ...(reviewer === undefined ? {} : { reviewer }),
  };
}

const mostTools = 8;

/** Tools of triggers and effects, then those that move most often in the first cases. */
function plottedTools({ triggers, effects, findings }: Comparison): string[] {
  const moved = new Map<string, number>();
  for (const { tool } of findings.slice(0, 200)) {
    if (tool !== undefined) moved.set(tool.tool, (moved.get(tool.tool) ?? 0) + Math.max(0, tool.alarmExcess));
  }
  const often = [...moved].toSorted((a, b) => b[1] - a[1]).map(([tool]) => tool);
  const found = [...triggers.filter(({ confirmation }) => confirmation?.outcome === 'confirmed'), ...effects];
  return [...new Set([...found.map(({ tool }) => tool), ...often])].slice(0, mostTools);
}
