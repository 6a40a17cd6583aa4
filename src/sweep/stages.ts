// What a sweep with a budget does next: the designs of all pairs first, then what stands out in them, the surest first,
// then more cases where a verdict says that they would settle it. Pure; stopping anywhere leaves what was concluded.
import type { Comparison } from '../records/comparison.ts';
import type { Settles, Verdict } from '../records/verdict.ts';
import type { Pair } from './plan.ts';

/** What a comparison says of how promising it is to go on with it. */
export type Standing = Pick<Comparison, 'effects' | 'verdict' | 'design'>;

/** How often a pair is asked for more cases. */
const mostRounds = 3;
/** Times as many as the sweep file asks for, at most: three doublings. */
const mostTimes = 8;
/** Fewest extra cases asked for where a verdict needs more of them. */
const leastProbes = 200;

/**
 * Positions of comparisons in the order to look into them: the smallest p-value first, then those in which some case is
 * alarming although no effect stands out, then the rest.
 */
export function byPromise(standings: readonly Standing[]): number[] {
  const least = ({ effects, verdict }: Standing) => {
    const alarming = verdict.reasons.some(({ code }) => code === 'alarms-open');
    return effects.reduce((min, { pValue }) => Math.min(min, pValue), alarming ? 1.5 : 2);
  };
  return standings.map((_, index) => index).toSorted((a, b) => least(at(standings, a)) - least(at(standings, b)));
}

const at = (standings: readonly Standing[], index: number) => standings[index] as Standing;

/** What a pair is, and was. */
export interface Asked {
  /** As it was compared last. */
  readonly pair: Pair;
  /** As the sweep file has it. */
  readonly first: Pair;
  /** How often it was asked for more already. */
  readonly rounds: number;
}

/**
 * The same pair with as many cases as its verdict asks for, and twice as many extra ones where it asks for those; undefined
 * where more would not settle it, or only far more.
 */
export function withMoreCases(
  { pair, first, rounds }: Asked,
  { verdict }: Pick<Standing, 'verdict'>,
): Pair | undefined {
  if (verdict.outcome !== 'inconclusive' || rounds >= mostRounds) return undefined;
  const wanted = settlesOf(verdict);
  const within = (of: number, most: number) => (of <= most ? of : undefined);
  // A bound that is out of reach does not keep another one from being reached.
  const cases = wanted.flatMap(one => (one.by === 'cases' ? (within(one.cases, mostTimes * first.cases) ?? []) : []));
  const probes = wanted.flatMap(one => (one.by === 'probes' ? one.probes : []));
  const mostProbes = mostTimes * Math.max(leastProbes, first.probes);
  const more = {
    cases: Math.max(pair.cases, ...cases),
    probes:
      probes.length === 0
        ? pair.probes
        : Math.max(pair.probes, Math.min(mostProbes, Math.max(leastProbes, 2 * pair.probes, ...probes))),
  };
  return more.cases > pair.cases || more.probes > pair.probes ? { ...pair, ...more } : undefined;
}

function settlesOf({ reasons }: Verdict): Settles[] {
  return reasons.flatMap(reason => ('settles' in reason && reason.settles !== undefined ? [reason.settles] : []));
}
