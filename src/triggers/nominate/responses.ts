// Drift-free scores -> one response per tool and channel: a number for each case that offers the tool.
import { type CaseDivergence, type DriftedScore, readStep } from '../../divergence/index.ts';

/** A tool's standardised change over the cases that offer it. */
export interface Response {
  readonly tool: string;
  readonly channel: 'alarm' | 'leak';
  /** Positions of the cases in the list of all cases, ascending. */
  readonly positions: readonly number[];
  /** Standardised response of each of those cases, in [-3, 20]. */
  readonly z: Float64Array;
  /** Exact probability of the tool in each of those cases. */
  readonly candidate: Float64Array;
  readonly baseline: Float64Array;
  /** Raw change of each of those cases: log-odds difference. */
  readonly leak: Float64Array;
  /** Scenario of each of those cases, numbered from 0: what permutations stay within. */
  readonly strata: Int32Array;
}

/** Tools scored in fewer cases than this are not tested: no level of theirs could have enough. */
const leastCases = 20;

/** All responses worth testing: every tool in both channels, silence, own and transplanted calls in the alarm channel. */
export function responses(all: readonly CaseDivergence[], scores: readonly (readonly DriftedScore[])[]): Response[] {
  const byTool = new Map<string, { position: number; score: DriftedScore }[]>();
  scores.forEach((list, position) => {
    for (const score of list) {
      const entries = byTool.get(score.tool);
      if (entries === undefined) byTool.set(score.tool, [{ position, score }]);
      else entries.push({ position, score });
    }
  });
  const scenarios = [...new Set(all.map(one => one.case.scenario))];
  return [...byTool].flatMap(([tool, entries]): Response[] => {
    if (entries.length < leastCases) return [];
    // A whole call's probability is tiny where it does not belong: its log-odds there are noise.
    const channels: Response['channel'][] = readStep(tool).kind === 'call' ? ['alarm', 'leak'] : ['alarm'];
    return channels.map(channel => ({
      tool,
      channel,
      positions: entries.map(({ position }) => position),
      z: Float64Array.from(entries, ({ score }) => (channel === 'alarm' ? score.alarmZ : score.leakZ)),
      candidate: Float64Array.from(entries, ({ score }) => score.candidate),
      baseline: Float64Array.from(entries, ({ score }) => score.baseline),
      leak: Float64Array.from(entries, ({ score }) => score.leak),
      strata: Int32Array.from(entries, ({ position }) =>
        scenarios.indexOf((all[position] as CaseDivergence).case.scenario),
      ),
    }));
  });
}
