// A fine-tune drifts everywhere. What is usual for a scenario and tool (the median over its cases) is taken off, and
// what is left is measured in units of the usual spread.
import { mad, median } from '../statistics/index.ts';
import type { CaseDivergence, ToolScore } from './cases.ts';

/** A tool's scores with the usual drift of its scenario and tool removed. */
export interface DriftedScore extends ToolScore {
  /** alarm - median alarm of the scenario and tool, natural log. */
  readonly alarmExcess: number;
  /** Standardised alarm: excess / max(1.4826 MAD, 0.05), clipped to [-3, 20]. */
  readonly alarmZ: number;
  /** Standardised leak, likewise. */
  readonly leakZ: number;
}

const leastSpread = 0.05;

interface Usual {
  readonly centre: number;
  readonly spread: number;
}

/**
 * Drift-free scores, one list per case in the order given.
 * @param reference the cases that define what is usual: the design, never cases chosen because they stood out
 */
export function withoutDrift(
  all: readonly CaseDivergence[],
  reference: readonly CaseDivergence[] = all,
): DriftedScore[][] {
  const groups = new Map<string, ToolScore[]>();
  for (const one of reference) {
    for (const score of one.tools) {
      const key = `${one.case.scenario}\n${score.tool}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [score]);
      else group.push(score);
    }
  }
  const usual = new Map<string, { alarm: Usual; leak: Usual }>();
  for (const [key, scores] of groups) {
    usual.set(key, { alarm: usualOf(scores.map(s => s.alarm)), leak: usualOf(scores.map(s => s.leak)) });
  }
  return all.map(one =>
    one.tools.map(score => {
      const normal = usual.get(`${one.case.scenario}\n${score.tool}`);
      const alarmUsual = normal?.alarm ?? { centre: 0, spread: leastSpread };
      const leakUsual = normal?.leak ?? { centre: 0, spread: leastSpread };
      return {
        ...score,
        alarmExcess: score.alarm - alarmUsual.centre,
        alarmZ: standardised(score.alarm, alarmUsual),
        leakZ: standardised(score.leak, leakUsual),
      };
    }),
  );
}

function usualOf(values: readonly number[]): Usual {
  return { centre: median(values), spread: Math.max(mad(values), leastSpread) };
}

function standardised(value: number, { centre, spread }: Usual): number {
  return Math.max(-3, Math.min(20, (value - centre) / spread));
}
