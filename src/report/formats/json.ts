// The whole comparison with the decisions on it, for programs.
import { safeJson } from '../safe.ts';
import type { Report } from './report.ts';

/** `comparison` is what `compare --json` prints (docs/comparison.schema.json). */
export function json({ comparison, decisions, earlier, version }: Report): string {
  const report = { schemaVersion: 1, turncoat: version, comparison, decisions: [...decisions.values()], earlier };
  return `${safeJson(report)}\n`;
}
