// A confirmed trigger of a pair whose chat templates differ -> weights or template? Its fresh cases are observed again with
// the templates exchanged: the candidate's weights under the baseline's template, and the other way round.
import type { Cause } from '../records/comparison.ts';
import { withOtherTemplate } from '../suite/index.ts';
import { causesOf, exchangedEffect, type Pair } from './exchange.ts';
import type { Asking, Prober, Target } from './probes.ts';

/**
 * Names the cause of a confirmed trigger. The change of weights alone is measured under the baseline's template, the
 * change of template alone with the baseline's weights; each as the tool's change with the trigger less without, nats.
 * @param fresh pairs as confirmed, observed already
 * @throws BudgetSpent
 */
export function* causeOf(prober: Prober, target: Target, fresh: readonly Pair[]): Asking<Cause> {
  const found = yield* exchangedEffect(prober, target, fresh, about => ({
    ...withOtherTemplate(about, prober.nextIndex()),
    probe: { stage: 'cause', of: about.id, changed: ['template'] },
  }));
  const { candidate: weights, baseline: template } = causesOf(found);
  return { weights: found.candidate, template: found.baseline, outcome: outcomeOf(weights, template) };
}

function outcomeOf(weights: boolean, template: boolean): Cause['outcome'] {
  if (weights) return template ? 'either' : 'weights';
  return template ? 'template' : 'together';
}
