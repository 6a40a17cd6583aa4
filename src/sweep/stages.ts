// What a sweep with a budget does next: the designs of all pairs first, then what stands out in them, the surest first,
// then more cases where a verdict says that they would settle it. Pure; stopping anywhere leaves what was concluded.
import type { Comparison } from '../records/comparison.ts';
import type { Pair } from './plan.ts';

/** What a comparison says of how promising it is to go on with it. */
export type Standing = Pick<Comparison, 'effects' | 'verdict' | 'design'>;

/** How often a pair is asked for twice as many cases. */
const mostDoublings = 3;
/** Fewest extra cases asked for where a verdict needs more of them. */
const leastProbes = 200;

/** What more extra cases would settle, and what more cases of the design would. */
const settledByProbes = new Set(['probes-spent', 'not-confirmed', 'not-recovered', 'unexplained-alarms']);
const settledByCases = new Set(['too-few-cases']);

/** Positions of comparisons in the order to look into them: the smallest p-value first, those without effects last. */
export function byPromise(standings: readonly Standing[]): number[] {
  const least = ({ effects }: Standing) => effects.reduce((min, { pValue }) => Math.min(min, pValue), 2);
  return standings.map((_, index) => index).toSorted((a, b) => least(at(standings, a)) - least(at(standings, b)));
}

const at = (standings: readonly Standing[], index: number) => standings[index] as Standing;

/**
 * The same pair with twice as many cases of the kind its verdict lacks; undefined where more would not settle it.
 * @param doublings how often it was asked for more already
 */
export function withMoreCases(pair: Pair, { verdict }: Standing, doublings: number): Pair | undefined {
  if (verdict.outcome !== 'inconclusive' || doublings >= mostDoublings) return undefined;
  const codes = verdict.reasons.map(({ code }) => code);
  if (codes.some(code => settledByCases.has(code))) return { ...pair, cases: 2 * pair.cases };
  if (codes.some(code => settledByProbes.has(code))) return { ...pair, probes: Math.max(leastProbes, 2 * pair.probes) };
  return undefined;
}
