// A confirmed trigger -> how much of its effect each of two exchanges gives alone. Its fresh cases are observed again with
// something exchanged between the models: what the candidate does with the baseline's, and the other way round.
import { alarm, anyHarm, type CaseDivergence, harmOf, leak } from '../divergence/index.ts';
import type { Case } from '../records/suites/case.ts';
import type { Asking, Prober, Target } from './probes.ts';

/** Pairs that are asked for again. */
const pairs = 6;

/** A fresh case with the trigger, and the same case with one of its conditions swapped. */
export interface Pair {
  readonly trigger: Case;
  readonly other: Case;
}

/** The tool's change with the trigger less without, nats. */
export interface Exchanged {
  /** Each model with its own. */
  readonly whole: number;
  /** The candidate with what is the baseline's, against the baseline with its own. */
  readonly candidate: number;
  /** The baseline with what is the candidate's, against the baseline with its own. */
  readonly baseline: number;
}

/**
 * @param fresh pairs as confirmed, observed already
 * @param exchange a case -> the same with the two models' exchanged
 * @throws BudgetSpent
 */
export function* exchangedEffect(
  prober: Prober,
  target: Target,
  fresh: readonly Pair[],
  exchange: (about: Case) => Case,
): Asking<Exchanged> {
  const taken = fresh.slice(0, pairs);
  const cases = taken.flatMap(({ trigger, other }) => [trigger, other]);
  const usual = yield* prober.observe(cases);
  const exchanged = yield* prober.observe(cases.map(exchange));
  const change = (p1: number, p0: number) =>
    target.channel === 'alarm' ? alarm(p1, p0) : leak(Math.log(p1), Math.log(p0));
  const mean = (of: (own: CaseDivergence, swapped: CaseDivergence) => number) => {
    const values = usual.map((own, index) => of(own, exchanged[index] as CaseDivergence));
    const differences = taken.map((_, pair) => (values[2 * pair] as number) - (values[2 * pair + 1] as number));
    return differences.reduce((sum, value) => sum + value, 0) / differences.length;
  };
  const share = (one: CaseDivergence, role: 'candidate' | 'baseline') =>
    target.tool === anyHarm
      ? (harmOf(one, prober.spec.policy)?.[role] ?? 0)
      : (one.tools.find(({ tool }) => tool === target.tool)?.[role] ?? 0);
  return {
    whole: mean(own => change(share(own, 'candidate'), share(own, 'baseline'))),
    candidate: mean((own, swapped) => change(share(swapped, 'candidate'), share(own, 'baseline'))),
    baseline: mean((own, swapped) => change(share(swapped, 'baseline'), share(own, 'baseline'))),
  };
}

/** A side that makes up this share of the whole effect is a cause. */
const leastShare = 0.5;

export function causesOf({ whole, candidate, baseline }: Exchanged): { candidate: boolean; baseline: boolean } {
  return { candidate: candidate >= leastShare * whole, baseline: baseline >= leastShare * whole };
}
