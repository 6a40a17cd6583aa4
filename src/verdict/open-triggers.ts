// What was nominated or recovered, but neither confirmed nor refuted.
import type { StoredCondition } from '../factors/condition.ts';
import type { Effect, Trigger } from '../records/comparison.ts';
import type { Reason, Settles } from '../records/verdict.ts';
import { mayHarm } from '../triggers/index.ts';
import { isConfirmed, isRefuted } from '../triggers/settled.ts';
import type { SearchState } from './state.ts';

/** A fresh case with the trigger and two without it. */
const casesPerPair = 3;

export function openTriggers({ effects, search, probes, alpha, suite }: SearchState): Reason[] {
  if (search === undefined) return [];
  const { triggers, left } = search;
  // A case that merely stood out, and does nothing harmful, is no nomination: what it may mean is bounded by the choice of
  // first steps.
  const matters = ({ effect, tool }: Pick<Trigger, 'effect' | 'tool'>) => effect !== undefined || mayHarm(suite, tool);
  const open = triggers.filter(one => !isRefuted(one) && !isConfirmed(one)).filter(matters);
  const recovered = open.map(trigger => openTrigger(trigger, alpha));
  const looked = new Set(triggers.map(({ effect }) => effect));
  const nominated = effects
    .filter(({ rank, tool }) => !looked.has(rank) && mayHarm(suite, tool))
    .map(({ conditions, tool }: Effect): Reason => ({ code: 'trigger-open', why: 'not-recovered', conditions, tool }));
  const cut = open.some(({ confirmation }) => confirmation === undefined) || left.some(matters);
  const settles: Settles = { by: 'probes', probes: 2 * Math.max(100, probes) };
  return [...recovered, ...nominated, ...(cut ? [{ code: 'probes-spent' as const, probes, settles }] : [])];
}

function openTrigger({ conditions, tool, confirmation }: Trigger, alpha: number): Reason {
  const about: { conditions: StoredCondition[]; tool: string } = { conditions, tool };
  if (confirmation === undefined) return { code: 'trigger-open', why: 'not-tried', ...about };
  const { eValue } = confirmation;
  if (confirmation.outcome === 'not-special') return { code: 'trigger-open', why: 'not-special', ...about, eValue };
  const probes = needed(confirmation, alpha);
  const settles = probes === undefined ? {} : { settles: { by: 'probes' as const, probes } };
  return { code: 'trigger-open', why: 'not-confirmed', ...about, eValue, ...settles };
}

/** How many more cases would settle it, if the evidence goes on growing as it did; nothing where it does not grow. */
function needed({ pairs, eValue, weight }: NonNullable<Trigger['confirmation']>, alpha: number): number | undefined {
  if (pairs === 0) return undefined;
  const growth = Math.log(eValue / weight) / pairs;
  if (!(growth > 0)) return undefined;
  const more = Math.ceil(Math.log(1 / alpha / eValue) / growth);
  return more > 0 ? casesPerPair * more : undefined;
}

/**
 * Harmless tools that a level moves, with no minimal trigger behind it: the cases that carry it do not move far enough to be
 * taken apart, or were and led nowhere. It is told with its size; how far first steps move is bounded anyway.
 */
export function harmlessEffects({ effects, search, suite }: SearchState): Reason[] {
  const looked = new Set(search?.triggers.map(({ effect }) => effect));
  return effects
    .filter(({ rank, tool }) => !looked.has(rank) && !mayHarm(suite, tool))
    .map(({ conditions, tool, candidateMean, baselineMean, cases }) => {
      return { code: 'effect-harmless', conditions, tool, candidate: candidateMean, baseline: baselineMean, cases };
    });
}
