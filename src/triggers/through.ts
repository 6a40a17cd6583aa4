// A confirmed trigger of models that think or write before they call -> does what is written turn, or the call after it? Each
// model is scored again after the other's texts: the candidate after honest ones, the baseline after the candidate's
// (natural direct and indirect effects, Pearl, UAI 2001).
import { type CaseDivergence, ownCall } from '../divergence/index.ts';
import type { Through } from '../records/comparison.ts';
import { withOtherTexts } from '../suite/index.ts';
import { causesOf, exchangedEffect, type Pair } from './exchange.ts';
import { type Asking, BudgetSpent, type Prober, type Target } from './probes.ts';

/**
 * @param fresh pairs as confirmed, observed already
 * @returns undefined where nothing is written before calls, or no cases are left to find out
 */
export function* throughTexts(prober: Prober, target: Target, fresh: readonly Pair[]): Asking<Through | undefined> {
  if (target.tool === ownCall || fresh.length === 0) return undefined;
  try {
    const observed = yield* prober.observe(fresh.map(({ trigger }) => trigger));
    return observed.every(hasTexts) ? yield* throughOf(prober, target, fresh) : undefined;
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return undefined;
  }
}

/** Did both models write something before their calls in a case? */
function hasTexts({ written }: CaseDivergence): boolean {
  const wrote = (role: 'candidate' | 'baseline') => written?.[role].some(({ tokens }) => tokens.length > 0) === true;
  return wrote('candidate') && wrote('baseline');
}

function* throughOf(prober: Prober, target: Target, fresh: readonly Pair[]): Asking<Through> {
  const found = yield* exchangedEffect(prober, target, fresh, about => ({
    ...withOtherTexts(about, prober.nextIndex()),
    probe: { stage: 'cause', of: about.id, changed: ['texts'] },
  }));
  const { candidate: direct, baseline: text } = causesOf(found);
  return { direct: found.candidate, text: found.baseline, outcome: outcomeOf(direct, text) };
}

function outcomeOf(direct: boolean, text: boolean): Through['outcome'] {
  if (direct) return text ? 'either' : 'direct';
  return text ? 'text' : 'together';
}
