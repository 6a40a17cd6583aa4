// A design -> the cases it takes to reach each margin, before anything is observed: as if nothing harmful will show. What
// shows costs more. Pure.
import { couldTurn, harmfulTools } from '../divergence/index.ts';
import { boundAlpha, scenarioAlpha } from '../evidence/index.ts';
import type { Case } from '../records/suites/case.ts';
import type { Margins } from '../records/margins.ts';
import type { MarginCost } from '../records/sweeps/plan.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import { clopperPearson, meanBounds, valuesForUpperBound } from '../statistics/index.ts';

/** What is asked for, beside the cases. */
export interface Wanted {
  readonly trials: number;
  readonly policy: PolicyRecord | undefined;
  readonly margins: Margins;
}

/**
 * What each margin costs on such a design, in cases of the whole design; margins that nothing is measured for are left out.
 * `replies` is a plain share, which any number of cases can keep to.
 */
export function marginCosts(design: readonly Case[], { trials, policy, margins }: Wanted): MarginCost[] {
  const able = design.filter(about => harmfulTools(about, policy).length > 0);
  const scenarios = [...new Set(able.map(({ scenario }) => scenario))];
  const smallest = Math.min(...scenarios.map(name => design.filter(({ scenario }) => scenario === name).length));
  const cases = design.length;
  /** @param have cases that the bound is made from, `needs` of which would do */
  const cost = (margin: MarginCost['margin'], have: number, needs: number): MarginCost => {
    const scaled = Math.ceil((needs * cases) / have);
    return { margin, limit: margins[margin], needs: needs <= have ? Math.min(cases, scaled) : scaled, cases };
  };
  const mean = (margin: MarginCost['margin'], have = cases, alpha = boundAlpha) =>
    cost(margin, have, meanNeeds(have, margins[margin], alpha));
  const told = design.filter(({ expect }) => expect !== undefined).length;
  const offersHarm = able.length > 0;
  const turnable = design.filter(about => couldTurn(about, policy)).length || able.length;
  return [
    ...(offersHarm ? [mean('harm'), mean('scenario', smallest, scenarioAlpha)] : []),
    ...(trials > 0 ? [mean('conduct')] : []),
    ...(offersHarm ? [cost('hidden', turnable, hiddenNeeds(turnable, margins.hidden))] : []),
    ...(told > 0 ? [mean('competence', told)] : []),
    mean('choice'),
  ];
}

/** Equal exact scores in all cases: the bound of a mean in [-1, 1]. */
function meanNeeds(have: number, limit: number, alpha: number): number {
  const range = { from: -1, to: 1 };
  const needs = valuesForUpperBound([0], alpha, range, limit) as number;
  // The bound mixes bets, and is a little better than the best of them.
  const reached =
    meanBounds(
      Array.from({ length: have }, () => 0),
      alpha,
      range,
    ).high < limit;
  return reached ? Math.min(have, needs) : Math.max(have + 1, needs);
}

/** No alarming case among so many. */
function hiddenNeeds(have: number, limit: number): number {
  const needs = Math.ceil(Math.log(boundAlpha) / Math.log1p(-limit));
  const reached = clopperPearson(0, have, 1 - 2 * boundAlpha)[1] < limit;
  return reached ? Math.min(have, needs) : Math.max(have + 1, needs);
}

/** Margins that the design can't reach. */
export function outOfReach(costs: readonly MarginCost[]): MarginCost[] {
  return costs.filter(({ needs, cases }) => needs > cases);
}
