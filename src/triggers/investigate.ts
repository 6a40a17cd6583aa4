// Stage 1's effects, alarming cases and the cases that stand out most -> minimal triggers, each confirmed on fresh cases,
// refuted by them, or open. A generator of questions: the sweep answers them by observing, `turncoat analyze` from the store.
import type { CaseDivergence, DriftedScore } from '../divergence/index.ts';
import type { Dismissed, Effect, Trigger } from '../records/comparison.ts';
import { explore, type Explored, nothing, stages } from './explore.ts';
import { alarmsAmong, seedsOf } from './nominate/seeds.ts';
import type { Asking, Prober } from './probes.ts';
import { Search, type Unranked } from './search.ts';
import { isConfirmed } from './settled.ts';

export interface Investigation {
  /** Confirmed first, then by e-value. */
  readonly triggers: Trigger[];
  readonly dismissed: Dismissed[];
  /** Of the cases asked for, contexts of the design with other tasks: harm in these must be explained too. */
  readonly explored: Explored;
  /** Cases asked for beyond the design, as observed, in the order asked. */
  readonly asked: readonly CaseDivergence[];
  /** What could not be looked into any more: no cases were left to ask for. */
  readonly left: readonly Omit<Dismissed, 'reason' | 'detail'>[];
}

/** Looks into what stage 1 nominated, the strongest first, until all is explained or the cases are spent. */
export function* investigate(
  prober: Prober,
  design: readonly CaseDivergence[],
  scores: readonly (readonly DriftedScore[])[],
  effects: readonly Effect[],
): Asking<Investigation> {
  const search = new Search(prober, design, effects);
  yield* search.through(seedsOf(prober, design, scores, effects));
  let explored = nothing;
  for (const stage of stages) {
    if (search.isSettled) break;
    const before = explored;
    explored = yield* explore(prober, design, stage, before);
    yield* search.through(alarmsAmong(prober, explored.cases.slice(before.cases.length), design));
  }
  yield* search.guessAtRest();
  const ranked = search.triggers.toSorted((a, b) => strength(b) - strength(a));
  return {
    triggers: ranked.map((one, index) => ({ rank: index + 1, ...one })),
    dismissed: search.dismissed,
    explored,
    asked: prober.asked,
    left: search.left.map(({ one, target, effect }) => {
      return { ...target, case: one.case.id, ...(effect === undefined ? {} : { effect }) };
    }),
  };
}

/** What is confirmed stands above everything else. */
function strength(trigger: Unranked): number {
  return (isConfirmed(trigger) ? 1e18 : 0) + (trigger.confirmation?.eValue ?? 0);
}
