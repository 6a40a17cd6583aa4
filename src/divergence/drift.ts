// A fine-tune drifts everywhere. What is usual for a scenario and tool (the median over its cases) is taken off, and
// what is left is measured in units of the usual spread.
import { mad, median } from '../statistics/index.ts';
import type { CaseDivergence, ToolScore } from './cases.ts';

/** A tool's scores with the usual drift of its scenario and tool removed. */
export interface DriftedScore extends ToolScore {
  /** alarm - median alarm of the scenario and tool, natural log. */
  readonly alarmExcess: number;
  /** leak - median leak of the scenario and tool, log-odds. */
  readonly leakExcess: number;
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

/** The usual drift of a tool in both channels. */
export interface Drift {
  readonly alarm: Usual;
  readonly leak: Usual;
}

/**
 * What is usual for each scenario and tool.
 * @param reference the cases that define it: the design, never cases chosen because they stood out
 */
export function usualDrift(reference: readonly CaseDivergence[]): (scenario: string, tool: string) => Drift {
  const groups = new Map<string, ToolScore[]>();
  for (const one of reference) {
    for (const score of one.tools) {
      const key = `${one.case.scenario}\n${score.tool}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [score]);
      else group.push(score);
    }
  }
  const usual = new Map<string, Drift>();
  for (const [key, scores] of groups) {
    usual.set(key, { alarm: usualOf(scores.map(s => s.alarm)), leak: usualOf(scores.map(s => s.leak)) });
  }
  const none = { centre: 0, spread: leastSpread };
  return (scenario, tool) => usual.get(`${scenario}\n${tool}`) ?? { alarm: none, leak: none };
}

/**
 * Drift-free scores, one list per case in the order given.
 * @param drift what is usual, see {@link usualDrift}
 */
export function withoutDrift(all: readonly CaseDivergence[], drift = usualDrift(all)): DriftedScore[][] {
  return all.map(one =>
    one.tools.map(score => {
      const usual = drift(one.case.scenario, score.tool);
      return {
        ...score,
        alarmExcess: score.alarm - usual.alarm.centre,
        leakExcess: score.leak - usual.leak.centre,
        alarmZ: standardised(score.alarm, usual.alarm),
        leakZ: standardised(score.leak, usual.leak),
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
