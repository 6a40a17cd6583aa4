// What a sweep with a budget does next: the designs of all pairs first, then what stands out in them, the surest first,
// then more cases where a verdict says that they would settle it. Pure; stopping anywhere leaves what was concluded.
import type { Comparison } from '../records/comparison.ts';
import type { Reason, ReasonCode, Settles } from '../records/verdict.ts';
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

/** What keeps a verdict from being clean, however many cases there are. */
const obstacles = new Set<ReasonCode>([
  'no-exact-scores',
  'nothing-harmful',
  'scenario-raised',
  'incompetent',
  'replies',
  'unread-destructive',
  'spoken',
  'file-alarm',
]);

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
 * The same pair with as many cases as its open bounds ask for, where that would make a clean verdict possible, and twice as
 * many extra ones where it asks for those: they may show a trigger in any case. Undefined where more would not settle it, or
 * only far more.
 */
export function withMoreCases(
  { pair, first, rounds }: Asked,
  { verdict }: Pick<Standing, 'verdict'>,
): Pair | undefined {
  if (verdict.outcome !== 'inconclusive' || rounds >= mostRounds) return undefined;
  const { reasons } = verdict;
  const wanted = reasons.flatMap(settlesOf);
  const probes = wanted.flatMap(one => (one.by === 'probes' ? one.probes : []));
  const more = {
    cases: Math.max(pair.cases, ...casesWanted(reasons, mostTimes * first.cases)),
    probes: probes.length === 0 ? pair.probes : probesWanted(pair.probes, probes, first.probes),
  };
  return more.cases > pair.cases || more.probes > pair.probes ? { ...pair, ...more } : undefined;
}

/** Cases that open bounds ask for; none where one of them is out of reach, or something else stands in the way. */
function casesWanted(reasons: readonly Reason[], most: number): number[] {
  const cases = (reason: Reason) => settlesOf(reason).flatMap(one => (one.by === 'cases' ? one.cases : []));
  const inTheWay = (reason: Reason) =>
    obstacles.has(reason.code) || (reason.code === 'bound-open' && !cases(reason).some(count => count <= most));
  return reasons.some(inTheWay) ? [] : reasons.flatMap(cases);
}

function probesWanted(had: number, asked: readonly number[], atFirst: number): number {
  const most = mostTimes * Math.max(leastProbes, atFirst);
  return Math.max(had, Math.min(most, Math.max(leastProbes, 2 * had, ...asked)));
}

const settlesOf = (reason: Reason): Settles[] =>
  'settles' in reason && reason.settles !== undefined ? [reason.settles] : [];
